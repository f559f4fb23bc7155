"""The changes of one user, read from a row of the drift table."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.data import schema


@dataclass(frozen=True)
class Change:
    """A change point with the interval in which it may have begun; all are event indices."""

    event: int
    low: int
    high: int
    left: tuple[str, ...] = ()
    """Categories that lost."""
    found: tuple[str, ...] = ()
    """Categories that won."""
    magnitude: float = math.nan
    """Total variation between the mixes before and after, 0 to 1."""


def changes_of(drift_row: Mapping[Any, Any] | pd.Series) -> tuple[Change, ...]:
    """The change points in a user's row of the drift table; none where it has none or the test could not run.

    A table that tells nothing of each change by itself gives an interval to the first, and categories to an only one.
    """
    told = drift_row.get("changes")
    if isinstance(told, str) and told:
        return tuple(_change(turn) for turn in json.loads(told))
    events = _numbers(drift_row.get("change_events"))
    low, high = (_numbers(drift_row.get(f"onset_{end}")) + events[1:] for end in ("low", "high"))
    if len(low) != len(events) or len(high) != len(events):
        low = high = events
    found = [Change(*place) for place in zip(events, low, high, strict=True)]
    if len(found) != 1:
        return tuple(found)
    left, gained = (_names(drift_row.get(f"{side}_categories")) for side in ("from", "to"))
    return (Change(events[0], low[0], high[0], left, gained, float(drift_row.get("magnitude", math.nan))),)


def _change(turn: dict[str, Any]) -> Change:
    return Change(
        turn["event"], turn["low"], turn["high"], tuple(turn["from"]), tuple(turn["to"]), float(turn["magnitude"])
    )


def _names(cell: Any) -> tuple[str, ...]:
    return tuple(filter(None, str(cell).split(schema.LIST_SEPARATOR))) if isinstance(cell, str) else ()


def _numbers(cell: Any) -> list[int]:
    """Whole numbers of a cell of the drift table: a list as text, one number, or nothing."""
    if isinstance(cell, str):
        return [int(float(text)) for text in cell.split(schema.LIST_SEPARATOR) if text]
    return [] if cell is None or pd.isna(cell) else [int(cell)]
