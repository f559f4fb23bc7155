"""Texts that are times: their shapes, and the format that each shape is read by.

The shape of a text is the text with every digit made 0 and every letter a: `12/1/10 8:26` has the shape
`00/0/00 0:00`. Before its shape is taken, a text is tidied: what programs add without need (weekdays, brackets, the
name of a zone beside its offset) goes, and names of zones become offsets.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from core.data.dialects import NUMBER
from core.data.month_names import MONTH, MONTHS, WEEKDAY
from core.data.zones import NAMED, ZONES

if TYPE_CHECKING:
    from ibis.expr.types import StringColumn

TIDY = {
    "blanks": (r"\s+", " "),
    "comment": (r" ?\([^()]*\)$", ""),
    "region": (r"\[[A-Za-z][A-Za-z_/+-]*\]$", ""),
    "brackets": (r"^[\[\"'](.*)[\]\"']$", r"\1"),
    "net": (r"^\\?/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\\?/$", r"@\1ms"),
    "weekday": (rf"(?i)^(?:{WEEKDAY})[.,]{{0,2}} ", ""),
    "ordinal": (r"(\d)(?:(?:st|nd|rd|th|er)\b|º)", r"\1"),
    "day": (r"^(\d{1,2})\. ([^\s\d])", r"\1 \2"),
    "of": (r"(\d) de ([^\s\d]+) del? (\d)", r"\1 \2 \3"),
    "noon": (r"([AaPp])\. ?[Mm]\.", r"\1M"),
    "short": (r"([^\d\s.,:/()\[\]-]{2})\.([ -])", r"\1\2"),
    "half": (r"(\d ?[AaPp])$", r"\1M"),
    "db2": (r"^(\d{4}-\d\d-\d\d)-(\d\d)\.(\d\d)\.(\d\d)", r"\1 \2:\3:\4"),
    "t": (r"(\d)T(\d)", r"\1 \2"),
    "compact": (r"^(\d{4})(\d\d)(\d\d) (\d\d)(\d\d)(\d\d)", r"\1-\2-\3 \4:\5:\6"),
    "dots": (r" (\d\d)\.(\d\d)\.(\d\d)(\.\d+)?( [AaPp][Mm])?$", r" \1:\2:\3\4\5"),
    "millis": (r"( \d\d?:\d\d:\d\d):(\d{3})$", r"\1.\2"),
    "fine": (r"(:\d\d[.,]\d{6})\d+", r"\1"),
    "colon": (r"(/\d{4}):(\d\d:)", r"\1 \2"),
    "utc": (r" ?(?:UTC|GMT) ?([+-]\d)", r" \1"),
    "twice": (r"([+-]\d\d:?\d\d) [A-Z]{3,5}$", r"\1"),
    "z": (r"(\d)Z$", r"\1 +0000"),
    "midnight": (r" 00:00(?::00(?:\.0+)?)? (\d{1,2}:|\d{1,6}$)", r" \1"),
}
"""Patterns, in the common tongue of Python and RE2, and what takes their place; `midnight` is what a column of dates
has before the time of day of another column. A column is read with those that change any of its texts."""
RULES = {name: (re.compile(pattern), other) for name, (pattern, other) in TIDY.items()}
ENGLISH = [(re.compile(pattern), other) for pattern, other in MONTHS.items()]
IN_MONTH, OF_ZONE = re.compile(MONTH), re.compile(NAMED)
"""The same for texts at hand, of which a guess looks at thousands."""
ZONE_NAMES, MONTH_NAMES = "zones", "months"
"""The last rules: names of zones become offsets, those of months English."""
CLOCKS = {"": "", "0:00": "%H:%M", "0:00:00": "%H:%M:%S", "0:00:00.0": "%H:%M:%S.%f", "0:00:00,0": "%H:%M:%S,%f",
          "0:00 a": "%I:%M %p", "0:00a": "%I:%M%p", "0:00:00 a": "%I:%M:%S %p", "0:00:00a": "%I:%M:%S%p",
          "0:00:00.0 a": "%I:%M:%S.%f %p", "0 a": "%I %p", "00 a": "%I %p", "0a": "%I%p", "00a": "%I%p"}  # fmt: skip
DAYS = {
    r"00?([/.-])00?\1(00)": ("{a}{s}{b}{s}%y", True),
    r"00?(/)00?/(0)(?=,? 0)": ("{a}{s}{b}{s}%y", True),
    r"00?([/.-])00?\1(0000)": ("{a}{s}{b}{s}%Y", True),
    r"0000([/. -])00?\1(00?)": ("%Y{s}%m{s}%d", False),
    r"00?( )00?, (0000)": ("{a} {b}, %Y", True),
    r"a{3,}( )00?,? (0000)": ("%b %d{c} %Y", False),
    r"00?([ /-])a{3,}[ /-](0000)": ("%d{s}%b{s}%Y", False),
    r"0000(年)00?月00?日": ("%Y年%m月%d日", False),
    r"00?([ /-])a{3,}[ /-](00)": ("%d{s}%b{s}%y", False),
    r"(0)0{7}": ("%Y%m%d", False),
    r"0000([/.-])00?$": ("%Y{s}%m", False),
    r"00?([/.-])0000$": ("%m{s}%Y", False),
}
"""Shapes of dates; a and b are day and month in either order, s the separator, c a comma if there is one."""
YEAR_LAST = re.compile(r"^(a{3,}) 00? 0?0:00(:00)?( [+-]00:?00)? 0000$")
"""A date with its year behind the time of day: Feb 28 14:47:18 +0000 2014."""
ZONE = re.compile(r"( ?)[+-]00(:?00)?$")
BARE_CLOCK = re.compile(r"^0{1,6}$")
"""An hour, or hours and minutes (and seconds) without anything between: 8, 845, 084500."""
CLOCK_ONLY = re.compile(r"^0?0:00(:00([.,]0+)?)?( ?aa?)?$")
NET, AFTER_START = "@ms", "s+ms"
"""Formats of our own: milliseconds since 1970 as .NET writes them in JSON (/Date(1234567890123)/, tidied), and seconds
since 1970 when a visit began with milliseconds since then behind them."""
COUNTS = {re.compile(r"@-?0{1,15}aa"): NET, re.compile(r"0{9,10} 0{1,8}"): AFTER_START}
YEAR_FIRST = re.compile(r"00([/.-])00?\1(00?)")
FORM = str.maketrans(
    dict.fromkeys("123456789", "0") | dict.fromkeys("bcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "a")
)
BARE = {0: "", 2: "%H", 4: "%H%M", 6: "%H%M%S"}


@lru_cache(maxsize=1024)
def tidied(text: str, *, any_zone: bool = False) -> str:
    """A text without what programs add, zones as offsets (with `any_zone` those that nobody knows, too).

    >>> tidied("Mon Mar 01 2021 08:00:00 GMT+0100 (Central European Time)"), tidied("27.3.2021 21:00 CET")
    ('Mar 01 2021 08:00:00 +0100', '27.3.2021 21:00 +0100')
    """
    for pattern, other in RULES.values():
        text = pattern.sub(other, text)
    if IN_MONTH.search(text):
        for pattern, other in ENGLISH:
            text = pattern.sub(other, text)
    zone = OF_ZONE.search(text)
    if not zone or (zone[1] not in ZONES and not any_zone):
        return text
    return text.replace(zone[1], f" {ZONES.get(zone[1], '+0000')}").replace("  ", " ")


def rules_for(texts: Iterable[str]) -> tuple[str, ...]:
    """The rules of tidying that change any of some texts.

    >>> rules_for(["[28/Feb/2013:14:47:18 +0000]", "2013-02-28"])
    ('brackets', 'colon')
    """
    found: set[str] = set()
    for text in texts:
        for name, (pattern, other) in RULES.items():
            changed = pattern.sub(other, text)
            found |= {name} if changed != text else set()
            text = changed  # noqa: PLW2901
        found |= {ZONE_NAMES} if OF_ZONE.search(text) else set()
        found |= {MONTH_NAMES} if IN_MONTH.search(text) else set()
    return merged(found, ())


def merged(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    """Rules of both, in their order."""
    both = {*one, *other}
    return tuple(name for name in (*TIDY, MONTH_NAMES, ZONE_NAMES) if name in both)


def tidied_column(text: "StringColumn", rules: Iterable[str]) -> "StringColumn":
    """`tidied` inside the engine, by some of the rules."""
    for name in rules:
        if name in TIDY:
            text = text.re_replace(*TIDY[name])
    for pattern, other in MONTHS.items() if MONTH_NAMES in rules else ():
        text = text.re_replace(pattern, other)
    if ZONE_NAMES not in rules:
        return text
    zone = text.re_extract(NAMED, 1)
    offset = zone.cases(*((name, f" {offset}") for name, offset in ZONES.items()))
    return offset.isnull().ifelse(text, text.replace(zone, offset).replace("  ", " "))


def shape(text: str) -> str:
    """Digits become 0 and letters a.

    >>> shape("Feb 28, 2014")
    'aaa 00, 0000'
    """
    return text.translate(FORM)


@lru_cache(maxsize=4096)
def formats_of(form: str, *, day_first: bool, bare: int = 0, year_first: bool = False) -> str | None:
    """The strptime format of a shape, None if it is none of a date; `bare` digits are a time of day behind a date.

    `year_first`: a date of three numbers with at most two digits each begins with the year.

    >>> formats_of("00/0/00 0:00", day_first=False)
    '%m/%d/%y %H:%M'
    """
    if last := YEAR_LAST.match(form):
        name, hours = "%b" if len(last[1]) == 3 else "%B", "%H:%M:%S" if last[2] else "%H:%M"
        return f"{name} %d {hours}{' %z' if last[3] else ''} %Y"
    zone = ZONE.search(form)
    if zone and ":" in form[: zone.start()]:
        form, end = form[: zone.start()], f"{zone[1]}%z"
    else:
        end = ""
    if count := next((name for known, name in COUNTS.items() if known.fullmatch(form)), None):
        return count
    short = YEAR_FIRST.match(form) if year_first else None
    if short and (clock := _clock(form[short.end() :], bare)) is not None:
        return f"%y{short[1]}%m{short[1]}%d{clock}{end}"
    for pattern, (template, _) in DAYS.items():
        match = re.match(pattern, form)
        if match and (clock := _clock(form[match.end() :], bare)) is not None:
            first, second = ("%d", "%m") if day_first else ("%m", "%d")
            comma = "," if "," in match.group() else ""
            month = template.replace("%b", "%B") if re.search("a{4,}", match.group()) else template
            return month.format(a=first, b=second, s=match.group(1), c=comma) + clock + end
    return None


def bare_clock(forms: list[str]) -> int:
    """How many digits times of day without anything between them have in a column: 2, 4 or 6; 0 if there are none.

    >>> bare_clock(["00000000 000", "00000000 0000"]), bare_clock(["0000-00-00 00"])
    (4, 2)
    """
    found = 0
    for form in forms:
        head, _, last = form.rpartition(" ")
        if BARE_CLOCK.match(last) and formats_of(head, day_first=False) and not formats_of(form, day_first=False):
            found = max(found, len(last))
    return found + found % 2


def may_begin_with_year(form: str, bare: int = 0) -> bool:
    """Whether the first of three short numbers can be a year.

    >>> may_begin_with_year("00-00-00"), may_begin_with_year("0/00/00"), may_begin_with_year("00/00/0000")
    (True, False, False)
    """
    return formats_of(form, day_first=True, bare=bare) != formats_of(form, day_first=True, bare=bare, year_first=True)


def is_swappable(form: str, bare: int = 0) -> bool:
    """Whether day and month of a shape can stand in either order."""
    return formats_of(form, day_first=False, bare=bare) != formats_of(form, day_first=True, bare=bare)


def looks_like_time(text: str) -> bool:
    """Whether a single text is a time for sure: a number of today's size, or a date."""
    if not re.search(r"\d", text):
        return False
    if NUMBER.match(text):
        return 1e8 < float(text) < 5e9 or 1e11 < float(text) < 5e12 or 1e14 < float(text) < 5e15
    form = shape(tidied(text.strip()))
    return bool(re.match(r"0000-00?-00?([ a]0|$)", form)) or formats_of(form, day_first=False) not in (
        None,
        AFTER_START,
    )


def _clock(rest: str, bare: int) -> str | None:
    """Format of the time of day behind a date, with what parts the two."""
    if re.fullmatch(r"( 00?){2,3}", rest):
        return " %H %M %S"[: 3 * rest.count(" ")]
    if bare and re.fullmatch(" 0{1,6}", rest):
        return f" {BARE[bare]}"
    lead = re.match(r",? ?(?=0)|,? ", rest)
    gap = lead.group() if lead else ""
    text = re.sub(r"^00:", "0:", rest[len(gap) :])
    text = re.sub(r"([.,])0+", r"\g<1>0", re.sub(r" ?aa$", lambda m: m.group()[:-1], text))
    if text not in CLOCKS or bool(text) != bool(gap):
        return None
    return gap + CLOCKS[text]
