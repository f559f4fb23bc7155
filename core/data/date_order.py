"""Whether the dates of a column begin with the day, the month or a year of two digits, decided from all its values."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import ibis

from core import phrases
from core.data.answers import row_of
from core.data.time_numbers import tomorrow
from core.data.time_texts import formats_of, may_begin_with_year
from core.data.times import parsed
from core.errors import EventsError
from core.phrases import Said

if TYPE_CHECKING:
    from ibis.expr.types import StringColumn, Table

FIRST, SECOND, LAST = r"^(\d\d?)\D", r"^\d\d?\D(\d\d?)\D", r"^\d\d?\D\d\d?\D(\d\d?)(?:\D|$)"
"""The numbers of a date."""
NO_YEAR = 100
"""More than any year of two digits."""
MANY = 3
"""Times as many different numbers as months have days of a short log."""


def patterns_of(forms: Iterable[str], order: str, bare: int) -> list[str]:
    """Formats of shapes whose dates begin with `order`: day, month or year; shapes of no date have none."""
    found = (formats_of(form, day_first=order == "day", bare=bare, year_first=order == "year") for form in forms)
    return list(dict.fromkeys(pattern for pattern in found if pattern))


def decided_order(tidy: "StringColumn", texts: "Table", forms: list[str], bare: int, name: str) -> tuple[str, Said]:
    """What dates begin with, and what is said of it; raises `EventsError` where it may be the day or the year.

    The order that reads more of the column is taken; between day and month a dot decides for the day, and a year is
    the part that has fewer values, as a log has more days than years.
    """
    orders = ("month", "day", *(["year"] if all(may_begin_with_year(form, bare) for form in forms) else []))
    counts = {order: _read(tidy, texts, patterns_of(forms, order, bare)) for order in orders}
    most = max(counts.values())
    alone = most > max(counts["month"], counts["day"])
    if counts.get("year") == most and (alone or _is_year_first(tidy, texts, forms, name)):
        return "year", phrases.say("times.year_seen")
    if counts["month"] == counts["day"]:
        if "." not in forms[0] and (order := _varying(tidy, texts)):
            return order, phrases.say(f"times.{order}_varies")
        order = "day" if "." in forms[0] else "month"
        return order, phrases.say(f"times.{order}_assumed")
    order = max(("month", "day"), key=counts.__getitem__)
    return order, phrases.say(f"times.{order}_seen", dates=abs(counts["month"] - counts["day"]))


def _read(tidy: "StringColumn", texts: "Table", patterns: list[str]) -> int:
    """How many texts are read by any of some formats."""
    found = ibis.coalesce(*(parsed(tidy, pattern) for pattern in sorted(patterns)))
    return int(row_of(texts.aggregate(n=found.count()))["n"])


def _varying(tidy: "StringColumn", texts: "Table") -> str:
    """The order in which days vary far more than months, empty where neither does; monthly dates are of the first."""
    first, second = (tidy.re_extract(pattern, 1).try_cast("int64") for pattern in (FIRST, SECOND))
    ones, others = ((place == 1).sum().fill_null(1) for place in (first, second))
    found = row_of(texts.aggregate(first=first.nunique(), second=second.nunique(), ones=ones, others=others))
    if found["first"] >= MANY * found["second"] and (found["second"] > 1 or not found["others"]):
        return "day"
    if found["second"] >= MANY * found["first"] and (found["first"] > 1 or not found["ones"]):
        return "month"
    return ""


def _is_year_first(tidy: "StringColumn", texts: "Table", forms: list[str], name: str) -> bool:
    """Whether the first part is the year and not the last; raises `EventsError` where both may be."""
    first, last = (tidy.re_extract(pattern, 1).try_cast("int64") for pattern in (FIRST, LAST))
    found = row_of(
        texts.aggregate(
            years=first.nunique(),
            others=last.nunique(),
            first=first.max().fill_null(NO_YEAR),
            last=last.max().fill_null(NO_YEAR),
            some=texts.text.min(),
        )
    )
    this = tomorrow().year % 100
    if (found["first"] <= this) != (found["last"] <= this):
        return bool(found["first"] <= this)
    if found["years"] != found["others"]:
        return bool(found["years"] < found["others"])
    if "." in forms[0]:
        return False  # with dots the day comes first, wherever people write so
    raise EventsError(phrases.say("errors.which_order", column=name, some=found["some"]))
