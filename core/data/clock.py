"""One time at a time, read as an import reads a whole column; standard library only where it matters for speed."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from core.data import recipe, times
from core.data.rows import IMPOSSIBLE, NO_TIME

LOOSE = re.compile(r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(.*)$")
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001, times without a zone are UTC
ZONES = (" UTC", " GMT")


@dataclass(frozen=True)
class Clock:
    """How the times of one log are read."""

    ordinal: bool = False
    """Numbers are positions."""
    unit: int | None = None
    offset: int = 0
    lowest: float = -1e18
    """Smaller numbers mean that there is no time."""
    compact: bool = False
    day_first: bool = False

    @classmethod
    def of(cls, summary: dict[str, Any]) -> Self:
        """As the import decided that `summary` tells of."""
        notes = [str(note) for note in summary.get("time_notes", [])]
        order = summary.get(recipe.RECIPE, {}).get("settings", {}).get("date_order", "auto")
        modern = str(summary.get("first", "")) >= "1973-04"
        days = "day numbers" in notes
        return cls(
            ordinal=bool(summary.get("ordinal")),
            unit=times.DAY if days else None,
            offset=times.EXCEL_EPOCH if days and modern else 0,
            lowest=float(times.LEAST_EPOCH) if modern and not days else -1e18,
            compact=any(note.startswith(("dates as 2", "times as 2")) for note in notes),
            day_first=order == "day",
        )

    def read(self, text: str) -> int:
        """Microseconds since 1970 UTC, or a position; raises `ValueError` with the reason of an import."""
        try:
            number = float(text)
        except ValueError:
            micro = self._date(text)
        else:
            micro = self._number(number, text)
        if self.ordinal:
            return micro
        if not _FIRST <= micro < _END:
            raise ValueError(IMPOSSIBLE)
        return micro

    def _number(self, number: float, text: str) -> int:
        if not abs(number) < 1e20 or "_" in text:
            raise ValueError(NO_TIME)
        if self.ordinal:
            return round(number)
        if self.compact:
            return self._date(str(int(number)))
        if number < self.lowest:
            raise ValueError(IMPOSSIBLE)
        if self.unit is not None:
            return round((number - self.offset) * self.unit)
        size = abs(number)
        return round(
            number * 1e6 if size < 1e11 else number * 1e3 if size < 1e14 else number if size < 1e17 else number / 1e3
        )

    def _date(self, text: str) -> int:
        time = _iso(text) or self._formatted(text)
        if time is None:
            raise ValueError(NO_TIME)
        if time.tzinfo:
            time = time.astimezone(UTC).replace(tzinfo=None)
        since = time - EPOCH
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

    def _formatted(self, text: str) -> datetime | None:
        patterns = ["%Y%m%d", "%Y%m%d%H%M%S"] if self.compact else []
        found = times.formats_of(times.shape(text), day_first=self.day_first)
        for pattern in [*patterns, *([found] if found else [])]:
            try:
                return datetime.strptime(text, pattern)  # noqa: DTZ007, times without a zone are UTC
            except ValueError:
                continue
        return None


def _iso(text: str) -> datetime | None:
    zone = next((zone for zone in ZONES if text.endswith(zone)), "")
    plain = text.removesuffix(zone)
    match = LOOSE.match(plain)
    if not match:
        return None
    year, month, day, clock = match.groups()
    try:
        time = datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}{clock}")
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if zone else time


_FIRST, _END = (
    int((datetime(year, 1, 1) - EPOCH).total_seconds()) * 1_000_000  # noqa: DTZ001, times without a zone are UTC
    for year in (times.FIRST_YEAR, times.END_YEAR)
)
