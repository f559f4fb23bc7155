"""Texts that want to be more than texts, made by kind and seed, for wherever a log says something."""

import random
import string
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

from bench import hostile_markup as markup
from bench.hostile_markup import HOST, RAN, word_of

LONG = 20_000
"""Letters of an endless text."""
FORMULAS = "=+-@\t\r"


class Hostile(NamedTuple):
    """A text, and what it is after."""

    kind: str
    text: str


def corpus(seed: int, count: int) -> list[Hostile]:
    """So many different texts, every kind in turn."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    return list(_different(rng, count))


def _different(rng: random.Random, count: int) -> Iterator[Hostile]:
    seen: set[str] = set()
    while len(seen) < count:
        for kind, make in KINDS.items():
            text = make(rng)
            if text not in seen and len(seen) < count:
                seen.add(text)
                yield Hostile(kind, text)


def _formula(rng: random.Random) -> str:
    """What a spreadsheet runs."""
    sign = rng.choice((*FORMULAS, "＝", "＋", "－", "＠"))
    return sign + rng.choice(
        (
            f"cmd|'/C {word_of(rng)}'!A0",
            f'HYPERLINK("{HOST}/{word_of(rng)}","x")',
            f"IMPORTXML('{HOST}/{word_of(rng)}','//a')",
            f"{rng.randint(1, 99)}+{rng.randint(1, 99)}*cell",
            f"SUM(1)*{word_of(rng)}",
        )
    )


def _terminal(rng: random.Random) -> str:
    """What moves the cursor, sets the title, or clears the screen of a terminal."""
    start = rng.choice(("\x1b[", "\x9b", "\x1b]"))
    return word_of(rng) + start + rng.choice(("2J", "31m", "0;pwned\x07", "8;;http://x\x07", "6n", "1A")) + word_of(rng)


def _bidi(rng: random.Random) -> str:
    """What turns the order of letters around, or cannot be seen."""
    sign = rng.choice(
        "\u202e\u202d\u202a\u2066\u2067\u2068\u200f\u061c\u200b\u200d\u2060\ufeff\u00ad\u180e\u2028\u2029"
    )
    word = word_of(rng)
    return rng.choice((f"{word}{sign}{word_of(rng)}", f"{sign}{word}", f"{word}{sign}", f"{word}{sign}gnp.exe"))


def _control(rng: random.Random) -> str:
    """Bytes that end texts in other languages, or that are none."""
    return word_of(rng) + rng.choice(("\0", "\x01", "\x08", "\x1a", "\x7f", "\x85", "\ufffe", "\uffff")) + word_of(rng)


def _surrogate(rng: random.Random) -> str:
    """Half of a letter, as JSON can write it."""
    return word_of(rng) + chr(rng.choice((0xD800, 0xDBFF, 0xDC00, 0xDFFF))) + word_of(rng)


def _endless(rng: random.Random) -> str:
    """A text without an end, some of it signs that stack."""
    return (
        rng.choice((rng.choice(string.ascii_letters), "a\u0300", "\u0e49", "[", "(", "<b>", "&amp;", '"', "👩\u200d"))
        * LONG
    )


def _data(rng: random.Random) -> str:
    """An end of a value of JSON, TOML or a script, then one of its own."""
    word = word_of(rng)
    return rng.choice(
        (
            f'{word}"}}, "admin": true, "x": {{"y": "',
            f'{word}"\n[admin]\n{word} = "',
            f'{word}"""\nx = 1\n"""',
            f"{word}\\",
            f'{word}\\"',
            f"</script><script>{RAN}//{word}",
            f"{word}\u2028{RAN}\u2029",
            f'__proto__{{"{word}":1}}',
            f"{word}',{RAN},'",
            f"!!python/object/apply:os.system ['{word}']",
        )
    )


def _path(rng: random.Random) -> str:
    """A way out of a folder."""
    up = rng.choice(
        ("../", "..\\", "%2e%2e/", "..%2f", "....//", "/", "\\\\host\\", "file:///", "~/", "C:\\", "./.git/")
    )
    return up * rng.randint(1, 4) + rng.choice(
        ("etc/passwd", "secret.key", "meander.db", f"{word_of(rng)}.csv", "nul", "\0x")
    )


def _template(rng: random.Random) -> str:
    """What engines of templates fill in."""
    word = word_of(rng)
    return rng.choice(
        (
            f"{{{{{rng.randint(2, 99)}*7}}}}",
            f"${{{word}}}",
            f"{{{word}.__class__.__mro__}}",
            f"{{0}} {{n:?{word}|x}} {{",
            f"%s %(x)d %n {word}",
            f"<%= {word} %>",
            f"#{{{word}}}",
            f"}}}} {word} {{{{",
        )
    )


def _sql(rng: random.Random) -> str:
    """An end of a text in SQL, then a statement."""
    word = word_of(rng)
    return rng.choice(
        (
            f"{word}'; drop table events; --",
            f"{word}'' or '1'='1",
            f"{word}\"; attach 'x.db' as y; --",
            f"{word}') from read_text('/etc/passwd') --",
            f"/*{word}*/ union select 1",
            f"{word}\\'; copy events to 'x' --",
            f"{word}%_\\",
        )
    )


def _shell(rng: random.Random) -> str:
    """What a shell runs."""
    word = word_of(rng)
    return rng.choice(
        (
            f"$(touch {word})",
            f"`touch {word}`",
            f"{word}; touch x #",
            f"| touch {word}",
            f"--{word}=x",
            f"-{word}",
            f"{word}\ntouch x",
            f"$HOME/{word}",
            f"!{word}!",
            f"%PATH%{word}",
        )
    )


def _link(rng: random.Random) -> str:
    """An address that runs or reads."""
    word = word_of(rng)
    return rng.choice(
        (
            f"javascript:{RAN}//{word}",
            f"JaVaScRiPt:{RAN}//{word}",
            f"\tjavascript:{RAN}//{word}",
            f"vbscript:{word}",
            f"data:text/html,<script>{RAN}</script>{word}",
            f"file:///{word}",
            f"//phone-home.invalid/{word}",
            f"?dataset=../{word}&user=<b>",
            f"#{word}",
            f"blob:{word}",
        )
    )


def _cell(rng: random.Random) -> str:
    """What ends a cell or a row of CSV."""
    word = word_of(rng)
    return rng.choice(
        (
            f'{word}","x',
            f'{word}"',
            f'"{word}',
            f"{word},b",
            f"{word}\nu1,i1,0",
            f"{word}\r\n",
            f"{word}|{word}",
            f"{word};b;c",
            f"{word}\t{word}",
            '""' * 3 + word,
        )
    )


def _pattern(rng: random.Random) -> str:
    """What a regular expression chokes on."""
    word = word_of(rng)
    return rng.choice(
        (f"({word}+)+$", f"[{word}", f"{word}(", f"*{word}", f"\\{word}", f"({word}|{word}?)*x", f"^{word}$.*")
    )


def _twin(rng: random.Random) -> str:
    """A word that looks like another: by form, width, case, accents or another alphabet."""
    word = rng.choice(("café", "naïve", "ﬁle", "Å", "straße", "İstanbul", "ﾊﾟ", "Ω")) + word_of(rng)
    form = rng.choice(("NFC", "NFD", "NFKC", "NFKD", "wide", "upper", "look"))
    if form == "wide":
        return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in word)
    if form == "upper":
        return word.upper()
    if form == "look":
        return word.translate(str.maketrans("aeopcx", "аеорсх"))
    return unicodedata.normalize(form, word)  # type: ignore[arg-type]


KINDS: dict[str, Callable[[random.Random], str]] = {
    "script": markup.script,
    "breakout": markup.breakout,
    "attribute": markup.attribute,
    "markdown": markup.markdown,
    "streamlit": markup.streamlit,
    "latex": markup.latex,
    "plotly": markup.plotly,
    "formula": _formula,
    "terminal": _terminal,
    "bidi": _bidi,
    "control": _control,
    "surrogate": _surrogate,
    "endless": _endless,
    "data": _data,
    "path": _path,
    "template": _template,
    "sql": _sql,
    "shell": _shell,
    "link": _link,
    "cell": _cell,
    "pattern": _pattern,
    "twin": _twin,
}
"""What each kind is after."""
