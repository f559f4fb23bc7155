"""How long a data set keeps its events; standard library only."""

from datetime import UTC, datetime, timedelta
from typing import Any


def oldest(days: int, now: datetime | None = None) -> datetime:
    """The first moment that is still kept, UTC without zone; `now` is the present unless told.

    >>> oldest(1, datetime(2024, 3, 2))
    datetime.datetime(2024, 3, 1, 0, 0)
    """
    return (now or datetime.now(UTC)).replace(tzinfo=None) - timedelta(days=days)


def kept_for(summary: dict[str, Any]) -> int:
    """Days that a data set keeps its events; 0 for good."""
    return int(summary.get("recipe", {}).get("settings", {}).get("retention_days", 0))


def overdue(summary: dict[str, Any], now: datetime | None = None) -> int:
    """Days that a data set keeps its events, if it has events older than that; else 0."""
    days = kept_for(summary)
    first = summary.get("first")
    return days if days and first and datetime.fromisoformat(first) < oldest(days, now) else 0
