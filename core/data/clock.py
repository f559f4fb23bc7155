"""One time at a time, or some at once, read as an import reads a whole column: by the same expressions.

Numbers and ISO times, which most logs have, are read without the engine; what is said of them is what it would say.
"""

import contextlib
import math
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import ibis
import pandas as pd

from core.data import recipe, times
from core.data.engine import Texts
from core.data.time_texts import bare_clock, formats_of, is_swappable, merged, rules_for, shape, tidied
from core.data.times import IMPOSSIBLE, TimeReading

PLAIN = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?)?")
WHOLE = re.compile(r"-?\d{1,18}")
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001, times without a zone are UTC
MOST = 5e15
"""Microseconds from 1970 that the engine takes a number for."""


class Clock:
    """Reads the times of one log; not safe to use from several threads at once."""

    def __init__(self, reading: TimeReading) -> None:
        """As an import decided."""
        self.reading = reading
        self._texts: Texts | None = None
        self._known: dict[str, int | str] = {}

    @classmethod
    def of(cls, summary: dict[str, Any]) -> Self:
        """As the import decided that `summary` tells of.

        Versions made before that was kept are read by size: day numbers and dates without separators are then
        refused as impossible, since nothing says what they are.
        """
        kept = recipe.reading(summary)
        if kept:
            return cls(kept)
        order = summary.get(recipe.RECIPE, {}).get("settings", {}).get("date_order", "auto")
        modern = str(summary.get("first", "")) >= "1973-04"
        lowest = times.LEAST_EPOCH * times.SECOND if modern else times.ALWAYS
        return cls(TimeReading(numbers=True, lowest=lowest, day_first=order == "day"))

    def prepare(self, texts: Iterable[str]) -> None:
        """Read all that need the engine at once, so that `read` knows them."""
        found = {text: self._quick(text) for text in dict.fromkeys(texts)}
        asked = [text for text, known in found.items() if known is None]
        self._known = {text: known for text, known in found.items() if known is not None}
        if asked:
            self._known |= self._asked(asked)

    def read(self, text: str) -> int:
        """Microseconds since 1970 UTC, or a position; raises `ValueError` with the reason of an import."""
        found = self._known.get(text)
        if found is None:
            found = self._quick(text)
        if found is None:
            found = self._asked([text])[text]
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def _quick(self, text: str) -> int | str | None:
        """What the engine would say of a whole number or an ISO time; None where only it knows."""
        if WHOLE.fullmatch(text):
            return None if self.reading.digits else self._number(int(text))
        if not PLAIN.fullmatch(text):
            return None
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            return None
        micro = _micro((time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time) - EPOCH)
        return micro if _FIRST <= micro < _END else None

    def _number(self, number: int) -> int | str:
        micro = self._microseconds(number)
        if not abs(micro) < MOST or micro < self.reading.lowest:
            return IMPOSSIBLE
        return self._judged(math.floor(micro + 0.5) if micro >= 0 else math.ceil(micro - 0.5))

    def _microseconds(self, number: int) -> float:
        if self.reading.ordinal:
            return number
        if not self.reading.unit:
            size = abs(number)
            return next((float(number) * factor for limit, factor in times.SIZES if size < limit), number / 1e3)
        unit = times.UNITS[self.reading.unit]
        return float(number - unit.offset) * unit.microseconds / unit.parts

    def _judged(self, micro: int) -> int | str:
        return micro if self.reading.ordinal or _FIRST <= micro < _END else IMPOSSIBLE

    def _asked(self, texts: list[str]) -> dict[str, int | str]:
        """What the engine says of texts."""
        self._learn(texts)
        if self._texts is None:
            self._texts = Texts(self._numbers, self._tidied, self._moments, self._reasons)
        rows = self._texts.read(texts)
        return {text: reason if reason else _since(moment) for text, moment, reason in rows}

    def _numbers(self, table: ibis.Table) -> ibis.Table:
        return table.mutate(number=times.numeric(table.text), clean=times.cleaned(table.text, self.reading))

    def _tidied(self, table: ibis.Table) -> ibis.Table:
        micro = times.microseconds(table.text, table.number, self.reading)
        return table.mutate(micro=micro, tidy=times.tidy(table.text, table.clean, self.reading))

    def _moments(self, table: ibis.Table) -> ibis.Table:
        return table.mutate(moment=times.moment(table.text, table.micro, self.reading, table.tidy))

    def _reasons(self, table: ibis.Table) -> ibis.Table:
        reason = times.reason(table.clean, table.number, table.moment, self.reading)
        return table.select("text", "moment", reason=reason)

    def _learn(self, texts: list[str]) -> None:
        """Formats that the import did not meet, where nothing about them is to be decided."""
        dates = [text for text in texts if not WHOLE.fullmatch(text)]
        forms = [shape(tidied(text, any_zone=True)) for text in dates]
        tidy = merged(self.reading.tidy, rules_for(dates))
        bare = self.reading.bare or bare_clock(forms)
        order = self.reading.day_first
        formats = [
            formats_of(form, day_first=bool(order), bare=bare, year_first=self.reading.year_first)
            for form in forms
            if order is not None or not is_swappable(form, bare)
        ]
        known = tuple(dict.fromkeys((*self.reading.formats, *(each for each in formats if each))))
        reading = replace(self.reading, formats=known, tidy=tidy, bare=bare)
        if reading != self.reading:
            self.reading, self._texts = reading, None


def as_read(summary: dict[str, Any], texts: Iterable[str]) -> list[str]:
    """Times of a log as an import reads them, to the second, empty where it reads none; raises nothing.

    >>> as_read({"first": "1997-09-20"}, ["874724710", "never"])
    ['1997-09-20 03:05:10', '']
    """
    clock, texts = Clock.of(summary), list(texts)
    clock.prepare(texts)
    return [_written(clock, text) for text in texts]


def _written(clock: Clock, text: str) -> str:
    with contextlib.suppress(ValueError, OverflowError):
        return (EPOCH + timedelta(microseconds=clock.read(text))).isoformat(" ", "seconds")
    return ""


def _since(time: datetime) -> int:
    """Microseconds since 1970."""
    return _micro(pd.Timestamp(time).to_pydatetime() - EPOCH)


def _micro(since: timedelta) -> int:
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


_FIRST, _END = (
    _since(datetime(year, 1, 1))  # noqa: DTZ001, times without a zone are UTC
    for year in (times.FIRST_YEAR, times.END_YEAR)
)
