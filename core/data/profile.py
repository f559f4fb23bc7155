"""What a data set is like: events over time, users by length, items by popularity, and what to beware of."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis.expr.types import IntegerColumn, StringValue, Table

from core.data import connections, schema, spans
from core.phrases import Said, unpacked
from core.workspace import DataSet

UNITS = (("day", "D", 120), ("week", "W", 1100), ("month", "M", 7500), ("year", "Y", 10**9))
"""Unit of the events over time, its code, and the longest span in days for which it is taken."""
GAPS = (0.0, 1 / 60, 10 / 60, 0.5, 1.0, 6.0, 24.0, 7 * 24.0, 30 * 24.0)
"""Longest pause of each class, in hours; the last class holds all longer ones."""
SIZES = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Where each class of users by length, or of items by popularity, begins."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Counts of one data set, ready to draw."""

    unit: str
    """day, week, month or year; empty for a log without a clock."""
    periods: pd.DataFrame
    """start, events, users: a row per period that has events; no rows for a log without a clock."""
    lengths: pd.DataFrame
    """size, users, events: users by their number of events."""
    popularity: pd.DataFrame
    """size, items, events: items by their number of events."""
    sessions: pd.DataFrame
    """size, sessions, events: sessions by their number of events; no rows for a log without a clock."""
    gaps: pd.DataFrame
    """gap (the longest of its class, in hours, infinite in the last), events: pauses before events, shortest first."""
    categories: pd.DataFrame
    """category, items, events: most events first; an event counts for each category of its item."""
    facts: dict[str, float]
    """events, users, items, sessions, median_events, median_gap_hours, tied (share of events at the time of the
    user's event before), days, uncategorised (share of events)."""
    warnings: tuple[Said, ...]
    """What matters for models and drift tests, and what it means for them."""


def profile(data_set: DataSet, scratch: Path) -> Profile:
    """Count through a data set inside the engine; only the counts come into memory, a large log's rows to `scratch`."""
    ordinal = bool(data_set.summary.get("ordinal", False))
    gap_minutes = float(data_set.summary.get("session_gap_minutes", 30.0))
    with connections.spilling(scratch) as connection:
        events = connection.read_parquet(data_set.events)
        items = connection.read_parquet(data_set.items)
        by_user, by_item = _by(events, schema.USER), _by(events, schema.ITEM)
        categories = _categories(by_item, items)
        facts = _facts(events, by_user, items, gap_minutes, ordinal)
        first, last = (0, 0) if ordinal else spans.by_day(events).axis()
        unit, code = _unit(last - first)
        return Profile(
            unit="" if ordinal else unit,
            periods=_periods(events.limit(0) if ordinal else _between_days(events, first, last), code),
            lengths=_sizes(by_user, "users"),
            popularity=_sizes(by_item, "items"),
            sessions=_sizes(_sessions(events.limit(0) if ordinal else events, gap_minutes), "sessions"),
            gaps=_gaps(events.limit(0) if ordinal else events),
            categories=categories,
            facts=facts,
            warnings=_remarks(data_set) + _cautions(facts, len(categories), ordinal) + doubts(data_set.summary),
        )


def cautions(data_set: DataSet, scratch: Path) -> tuple[Said, ...]:
    """What to beware of in a data set, as its profile says it, without the counts that are only drawn."""
    ordinal = bool(data_set.summary.get("ordinal", False))
    with connections.spilling(scratch) as connection:
        events, items = connection.read_parquet(data_set.events), connection.read_parquet(data_set.items)
        by_user, by_item = _by(events, schema.USER), _by(events, schema.ITEM)
        gap_minutes = float(data_set.summary.get("session_gap_minutes", 30.0))
        facts = _facts(events, by_user, items, gap_minutes, ordinal)
        return _cautions(facts, len(_categories(by_item, items)), ordinal)


def doubts(summary: dict[str, Any]) -> tuple[Said, ...]:
    """What the import found odd about the times of a log, as it wrote it down."""
    found = (unpacked(text) for text in summary.get("time_doubts", []))
    return tuple(text for text in found if isinstance(text, Said))


def _between_days(events: Table, first: int, last: int) -> Table:
    """Events of some days, counted from 1970: what a time axis shows."""
    start, end = (spans.EPOCH + timedelta(days=day) for day in (first, last + 1))
    return events.filter((events[schema.TIME] >= start) & (events[schema.TIME] < end))


def _by(events: Table, column: str) -> Table:
    return events.group_by(column).agg(events=events.count())


def _unit(days: float) -> tuple[str, str]:
    return next((unit, code) for unit, code, longest in UNITS if days <= longest)


def _periods(events: Table, code: str) -> pd.DataFrame:
    start = events[schema.TIME].truncate(code)
    grouped = events.group_by(start=start).agg(events=events.count(), users=events[schema.USER].nunique())
    frame: pd.DataFrame = grouped.order_by("start").to_pandas()
    return frame


def _sizes(counts: Table, what: str) -> pd.DataFrame:
    """Classes of users or items by their number of events: size, `what`, events."""
    place = counts.events.bucket([*SIZES, 2**62], close_extreme=False)
    grouped = counts.group_by(place=place).agg(**{what: counts.count()}, events=counts.events.sum())
    frame: pd.DataFrame = grouped.order_by("place").to_pandas()
    labels = [_label(first, after) for first, after in zip(SIZES, [*SIZES[1:], 0], strict=True)]
    frame.insert(0, "size", [labels[int(place)] for place in frame.pop("place")])
    return frame


def _between(events: Table) -> Table:
    """Each event with the pause since the user's event before, in seconds, null for the first."""
    window = ibis.window(group_by=schema.USER, order_by=schema.TIME)
    return events.mutate(
        gap=events[schema.TIME].epoch_seconds() - events[schema.TIME].lag().over(window).epoch_seconds()
    )


def _begins(between: Table, gap_minutes: float) -> IntegerColumn:
    """1 where an event is the first of a session, as pauses part them, else 0."""
    return (between.gap.isnull() | (between.gap > gap_minutes * 60)).cast("int64")


def _sessions(events: Table, gap_minutes: float) -> Table:
    """A row per session with its number of events; sessions of the log itself go before pauses."""
    if schema.SESSION in events.columns:
        return events.group_by([schema.USER, schema.SESSION]).agg(events=events.count())
    marked = _between(events)
    starts = _begins(marked, gap_minutes)
    window = ibis.cumulative_window(group_by=schema.USER, order_by=schema.TIME)
    numbered = marked.mutate(number=starts.sum().over(window))
    return numbered.group_by([schema.USER, "number"]).agg(events=numbered.count())


def _gaps(events: Table) -> pd.DataFrame:
    """Pauses before events by their length: gap (the longest of the class, in hours), events."""
    gaps = _between(events).filter(lambda table: table.gap.notnull())
    place = sum((gaps.gap > hours * 3600).cast("int64") for hours in GAPS)
    grouped = gaps.group_by(place=place).agg(events=gaps.count()).order_by("place").to_pandas()
    longest = [*GAPS, float("inf")]
    grouped.insert(0, "gap", [longest[int(found)] for found in grouped.pop("place")])
    return pd.DataFrame(grouped)


def _label(first: int, after: int) -> str:
    if not after:
        return f"{first}+"
    return str(first) if after == first + 1 else f"{first}-{after - 1}"


def _categories(by_item: Table, items: Table) -> pd.DataFrame:
    if schema.CATEGORY not in items.columns:
        return pd.DataFrame({schema.CATEGORY: [], "items": [], "events": []})
    known = items.filter(_has_category(items))
    counted = known.join(by_item, schema.ITEM, how="inner")
    each = counted.select("events", category=_category(counted).split(schema.CATEGORY_SEPARATOR).unnest())
    grouped = each.group_by(schema.CATEGORY).agg(items=each.count(), events=each.events.sum())
    frame: pd.DataFrame = grouped.order_by([ibis.desc("events"), schema.CATEGORY]).to_pandas()
    return frame


def _category(items: Table) -> StringValue:
    text: StringValue = items[schema.CATEGORY].cast("string")
    return text


def _has_category(items: Table) -> ibis.expr.types.BooleanValue:
    return _category(items).notnull() & (_category(items).strip() != "")


def _pauses(events: Table, gap_minutes: float) -> dict[str, float]:
    """What pauses come to, from how often each comes: a median inside the engine holds all of them in memory."""
    between = _between(events)
    gap = between.gap
    digit = 10.0 ** (gap.nullif(0).log10().floor() - 3)  # four digits are told apart, so that no log has many
    rounded = between.select(
        gap=ibis.ifelse(gap == 0, 0.0, (gap / digit).round() * digit), begins=_begins(between, gap_minutes)
    )
    counted = rounded.group_by("gap").agg(n=rounded.count(), begin=rounded.begins.sum())
    counts = counted.to_pandas().sort_values("gap")
    known = counts.dropna()
    gap, upto, total = known["gap"].to_numpy(float), known["n"].cumsum().to_numpy(), int(known["n"].sum())
    middle = gap[np.searchsorted(upto, [(total - 1) // 2, total // 2], side="right")] if total else np.full(2, np.nan)
    rows = int(counts["n"].sum())
    tied = known["n"].to_numpy()[gap == 0].sum() / rows if rows else float("nan")
    median = middle.mean() / 3600
    return {"events": rows, "tied": tied, "median_gap_hours": median, "sessions": int(counts["begin"].sum())}


def _facts(events: Table, by_user: Table, items: Table, gap_minutes: float, ordinal: bool) -> dict[str, float]:
    moments = events[schema.TIME]
    figures = {
        **_pauses(events, gap_minutes),
        **by_user.agg(users=by_user.count(), median_events=by_user.events.median()).to_pandas().iloc[0],
        "days": (moments.max().epoch_seconds() - moments.min().epoch_seconds()).to_pandas() / 86_400,
        "items": events[schema.ITEM].nunique().to_pandas(),
        "uncategorised": _uncategorised(events, items),
    }
    if ordinal:
        figures["sessions"] = figures["events"]
    elif schema.SESSION in events.columns:
        figures["sessions"] = _sessions(events, gap_minutes).count().to_pandas()
    return {name: float(value) for name, value in figures.items()}


def _uncategorised(events: Table, items: Table) -> float:
    if schema.CATEGORY not in items.columns:
        return 1.0
    known = items.filter(_has_category(items))
    return 1.0 - float(events.semi_join(known, schema.ITEM).count().to_pandas() / events.count().to_pandas())


def _remarks(data_set: DataSet) -> tuple[Said, ...]:
    """What the import said that is known still."""
    found = map(unpacked, data_set.summary.get("cautions", []))
    return tuple(text for text in found if isinstance(text, Said))


def _cautions(facts: dict[str, float], categories: int, ordinal: bool) -> tuple[Said, ...]:
    timed = not ordinal
    found = [
        (ordinal, "no_clock", {}),
        (timed and facts["days"] < 1, "one_day", {}),
        (categories == 0, "no_categories", {}),
        (categories == 1, "one_category", {}),
        (categories > 1 and facts["uncategorised"] > 0.2, "uncategorised", {"share": facts["uncategorised"]}),
        (timed and facts["tied"] > 0.2, "tied", {"share": facts["tied"]}),
        (timed and facts["sessions"] < 4 * facts["users"], "few_sessions", {}),
        (facts["median_events"] < 10, "short", {"events": facts["median_events"]}),
        (facts["users"] < 2, "one_user", {}),
        (facts["items"] < 2, "one_item", {}),
    ]
    return tuple(Said(f"cautions.{name}", **values) for applies, name, values in found if applies)
