"""Events that are too old to be kept: taken out of a data set, with everything that only they told."""

from datetime import datetime
from pathlib import Path
from typing import Any

import ibis

from core import phrases
from core.data import age, schema
from core.data.cleaning import WAITING
from core.data.engine import Engine, open_engine
from core.data.event_texts import TEXTS
from core.data.rejects import REJECTS
from core.errors import EventsError
from core.phrases import say
from core.workspace import far

FILES = ("events.parquet", "users.parquet", "items.parquet")
NOTHING_KEPT = "line,reason\n"
"""Rows that were left out may be of any age: none of them is kept."""


def without_old(source: Path, folder: Path, summary: dict[str, Any], now: datetime | None = None) -> dict[str, Any]:
    """Write a version into `folder` that lacks what is too old in `source`; returns its summary.

    Users who have no event left go too. Raises `EventsError` if nothing would be left.
    """
    days = age.overdue(summary, now)
    first = age.oldest(days, now)
    with open_engine(folder) as engine:
        kept = engine.parquet("kept", far.at_hand(source / FILES[0], engine)).filter(
            lambda rows: rows[schema.TIME] >= first
        )
        left = engine.count(kept)
        if not left:
            raise EventsError(say("errors.all_old", days=days))
        _write(engine, source, folder, first)
        gone = summary["rows_kept"] - left
        reason = phrases.say("reasons.old", days=days)
        reasons = summary["reasons"] | {reason: summary["reasons"].get(reason, 0) + gone}
        span = kept.aggregate(
            first=kept[schema.TIME].min(), items=kept[schema.ITEM].nunique(), users=kept[schema.USER].nunique()
        ).execute().iloc[0]  # fmt: skip
    return summary | {
        "rows_kept": left,
        "rows_rejected": summary["rows_rejected"] + gone,
        "reasons": reasons,
        "first": span["first"].isoformat(),
        "items": int(span["items"]),
        "users": int(span["users"]),
    }


def first(folder: Path) -> datetime | None:
    """Time of the oldest event of a version, UTC without zone, from what its file says of itself; None without one."""
    path = far.readable(folder / FILES[0])
    if isinstance(path, Path) and not path.exists():
        return None
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as opened:
        file = opened.metadata
    column = file.schema.names.index(schema.TIME)
    said = [file.row_group(group).column(column).statistics for group in range(file.num_row_groups)]
    moments = [found.min for found in said if found is not None and found.has_min_max]
    return min((moment for moment in moments if isinstance(moment, datetime)), default=None)


def _write(engine: Engine, source: Path, folder: Path, first: datetime) -> None:
    """Events in their order, those that wait, texts of events, and whoever still has events."""
    for name in (FILES[0], WAITING, TEXTS):
        path = far.at_hand(source / name, engine)
        if path.exists():
            rows = engine.parquet(name.partition(".")[0], path).mutate(line=ibis.row_number())
            engine.write_parquet(rows.filter(rows[schema.TIME] >= first).order_by("line").drop("line"), folder / name)
    users = engine.parquet("users", source / FILES[1])
    events = engine.parquet("events_left", folder / FILES[0])
    engine.write_parquet(users.semi_join(events, schema.USER).order_by(schema.USER), folder / FILES[1])
    items = engine.parquet("items", source / FILES[2])
    engine.write_parquet(items.order_by(schema.ITEM), folder / FILES[2])
    (folder / REJECTS).write_text(NOTHING_KEPT, encoding="utf-8")
