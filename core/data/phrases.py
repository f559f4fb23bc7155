"""What is said of a log, each with a code: pages say it in the reader's language, the command line in English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from core.data import schema

TEXTS: Mapping[str, str] = {
    # why a row was rejected
    "reasons.no_user": f"{schema.USER} is missing",
    "reasons.no_item": f"{schema.ITEM} is missing",
    "reasons.empty_time": f"{schema.TIME} is missing",
    "reasons.no_time": f"{schema.TIME} is not a time",
    "reasons.impossible_time": f"{schema.TIME} is impossible",
    "reasons.long_row": "row is longer than {characters:,} characters",
    "reasons.many_cells": "row has more than {cells} cells",
    "reasons.not_json": "not a JSON object",
    "reasons.old": "event is older than {days} days",
    "reasons.fast": "user has more than {most} events in an hour",
    "reasons.few_of_user": "user has fewer than {least} events",
    "reasons.few_of_item": "item has fewer than {least} events",
    # how times were read
    "times.dates": "dates as 20240228",
    "times.moments": "times as 20240228144718",
    "times.positions": "positions in a history, not times",
    "times.days": "day numbers",
    "times.small": "small numbers, taken as seconds since 1970",
    "times.day_told": "day first, as told",
    "times.month_told": "month first, as told",
    "times.day_assumed": "day first, assumed: every date can be read both ways",
    "times.month_assumed": "month first, assumed: every date can be read both ways",
    "times.day_seen": "day first: {dates:,} dates read only so",
    "times.month_seen": "month first: {dates:,} dates read only so",
    # what to beware of in a data set
    "cautions.no_clock": "The log has an order but no clock: dates, gaps and sessions are not shown, and each event "
    "counts as a session of its own.",
    "cautions.one_day": "All events fall on one day: there is no time in which interests could drift.",
    "cautions.no_categories": "No categories: interests are groups of items that the same people have. An items file "
    "with a category column would name them better.",
    "cautions.one_category": "Only one category: a change of interest between categories cannot be seen.",
    "cautions.uncategorised": "{share:.0%} of the events are of items without a category; drift tests leave them out.",
    "cautions.tied": "{share:.0%} of the events have the same time as the event before; the order of the file decides "
    "between them.",
    "cautions.few_sessions": "Most users have few sessions: drift is tested between sessions, so expect many users "
    "with the status insufficient.",
    "cautions.short": "Half of the users have at most {events:.0f} events: short histories tell little about a change.",
    "cautions.one_user": "Only one user: there is no population to learn from or to compare with.",
    "cautions.one_item": "Only one item: there is nothing to choose between.",
}
"""English text by code (section and name, as in the catalogues of pages), with room for values."""


@dataclass(frozen=True)
class Phrase:
    """Something said of a log."""

    code: str
    """A key of `TEXTS`."""
    values: Mapping[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """In English."""
        return text(self.code, **self.values)


def text(code: str, **values: float) -> str:
    """The English text of a code, with values filled in.

    >>> text("reasons.old", days=30)
    'event is older than 30 days'
    """
    return TEXTS[code].format(**values)


def read(said: str) -> Phrase | None:
    """The reason or note on times that an import wrote down as `said`; None if it is none of today's.

    >>> read("event is older than 30 days")
    Phrase(code='reasons.old', values={'days': 30})
    """
    for code, pattern in _patterns().items():
        if match := pattern.fullmatch(said):
            return Phrase(code, {name: int(digits.replace(",", "")) for name, digits in match.groupdict().items()})
    return None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """What the texts of reasons and notes look like, by code; their values are whole numbers."""
    return {
        code: re.compile(re.sub(r"\\\{(\w+)(:,)?\\\}", r"(?P<\1>[0-9,]+)", re.escape(template)))
        for code, template in TEXTS.items()
        if not code.startswith("cautions.")
    }
