"""A log is checked once, here: every row is kept, rejected with a reason, or counted as a duplicate."""

import contextlib
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow.parquet as pq

from core.data import (
    account,
    attributes,
    identity,
    impressions,
    own_sessions,
    owners,
    people,
    recipe,
    schema,
    spans,
    times,
)
from core.data.answers import row_of, rows_of
from core.data.engine import Engine, literal, open_engine
from core.data.entities import Entities
from core.data.event_texts import EventTexts
from core.data.log_files import LogFiles
from core.data.readers import open_log
from core.data.rejects import REJECTS, nothing_left, write_rejects
from core.data.remembering import remembered
from core.data.rows import TypedLog, type_rows
from core.data.rules import Cleaned, clean
from core.data.times import TimeReading
from core.errors import EventsError
from core.phrases import Said, packed, say
from core.progress import Progress, silent
from core.settings import ImportSettings, LanguageSettings
from core.workspace import far

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from core.data.spark_engine import SparkEngine

WAITING = "waiting.parquet"
"""Events of users or items that had too few: they count again when a log is added."""


@dataclass(frozen=True)
class Base:
    """The version of a data set that a log is added to."""

    folder: Path
    summary: dict[str, Any]


def import_files(
    files: LogFiles,
    folder: Path,
    settings: ImportSettings,
    *,
    base: Base | None = None,
    key: str = "",
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write events, items, users (Parquet) and rejects.csv into `folder`; returns the summary; raises `EventsError`.

    `base` is the version that the log is added to; `key` makes pseudonyms where the settings wish them.
    """
    key = key if settings.pseudonyms else ""
    with open_engine(folder) as engine, _elsewhere(files, engine) as elsewhere:
        _report(engine, progress, 0.0, 0.4 if elsewhere else 0.1, say("steps.reading", file=files.events.name))
        if elsewhere:
            log = elsewhere.typed(files, settings, key, _before(files, base))
        else:
            raw = open_log(files, engine, quiet=bool(key))
            _report(engine, progress, 0.1, 0.4, say("steps.reading", file=files.events.name), raw.file.rows)
            log = _going_on(type_rows(raw, settings, engine, key, _before(files, base)), base, engine)
        settings, log, remarks = _decided(log, settings, engine, key)
        _report(engine, progress, 0.4, 0.6, say("steps.cleaning"))
        rows, sessions = _in_sessions(log, base, settings, engine)
        rows = engine.view("cleaning", rows)
        cleaned = elsewhere.cleaned(rows, settings) if elsewhere else clean(rows, settings, engine)
        summary = _counts(log, cleaned, settings, base) | account.facts(log, files)
        summary["sessions"] = sessions.kind
        _report(engine, progress, 0.6, 0.65, say("steps.rejects"))
        write_rejects(log, cleaned, folder / REJECTS, engine, key)
        _write_waiting(cleaned, rows, folder, engine)
        _report(engine, progress, 0.65, 0.85, say("steps.sorting"))
        engine.write_parquet(_events(cleaned.rows), folder / "events.parquet")
        _report(engine, progress, 0.85, 1.0, say("steps.entities"))
        entities = Entities(log, files, settings, engine, key, base.folder if base else None)
        counted = entities.counted(cleaned.rows)
        summary |= entities.write(cleaned.rows, counted, folder)
        summary |= _texts(log, files, settings, base, engine).write(cleaned.rows, folder)
        remarks += identity.remarks(log, counted, key, engine)
        summary["cautions"] = _cautions([sessions.why, *remarks], base)
        summary["categories"] = _categories(folder, engine)
        progress(1.0, say("steps.kept", kept=summary["rows_kept"], read=summary["rows_read"]))
    return summary


def _decided(
    log: TypedLog, settings: ImportSettings, engine: Engine, key: str
) -> tuple[ImportSettings, TypedLog, list[Said]]:
    """What a log as a whole decides before rows are judged: impressions, whose rows they are, pseudonyms; remarks."""
    settings, said = impressions.decided(log.rows, settings, engine, ordinal=log.reading.ordinal)
    log, remarks = owners.settle(replace(log, notes=(*log.notes, *said)), engine, hidden=bool(key))
    return settings, _masked(log, key, engine) if key else log, remarks


def _elsewhere(files: LogFiles, engine: Engine) -> "AbstractContextManager[SparkEngine | None]":
    """The engine of others that reads and cleans, where one is named; raises `EventsError`."""
    if not files.engine:
        return contextlib.nullcontext()
    from core.data.spark_engine import SparkEngine

    return SparkEngine.connected(files.engine, engine, files.meeting)


def _before(files: LogFiles, base: Base | None) -> TimeReading | None:
    """How the log was read that this one is added to, or like."""
    if base:
        return recipe.reading(base.summary)
    return TimeReading.of(files.times) if files.times else None


def _going_on(log: TypedLog, base: Base | None, engine: Engine) -> TypedLog:
    """A log that fits the version it is added to: an order behind an order; raises `EventsError` where it has a clock.

    The order of rows goes on from the last position of each user; positions of the file stay what they are.
    """
    if base is None or not log.reading.ordinal:
        return log
    column = log.raw.guess.columns[schema.TIME]
    if not base.summary.get("ordinal"):
        raise EventsError(say("errors.no_clock_added", column=column))
    if column != schema.ROW_ORDER:
        return log
    before = attributes.stacked(_parts(base, engine))
    last = before.group_by(schema.USER).aggregate(last=times.position(before[schema.TIME]).max())
    both = log.rows.left_join(engine.keep("last_positions", last), schema.USER)
    place = times.position(both[schema.TIME]) + ibis.coalesce(both["last"] + 1, 0)
    columns = {name: both[name] for name in log.rows.columns} | {schema.TIME: times.at_position(place)}
    return replace(log, rows=engine.keep("gone_on", both.select(**columns)))


def _masked(log: TypedLog, key: str, engine: Engine) -> TypedLog:
    """A log with pseudonyms for users whom other columns name."""
    hidden = (schema.USER, schema.SESSION, "line", "reason")
    others = [name for name in log.rows.columns if name not in hidden]
    return replace(log, rows=people.masked(log.rows, others, log.rows, key, engine))


def _texts(log: TypedLog, files: LogFiles, settings: ImportSettings, base: Base | None, engine: Engine) -> EventTexts:
    """Who writes the texts of events."""
    words = files.words or LanguageSettings()
    known = (*files.texts, *(base.summary.get(account.EVENT_TEXTS, []) if base else []))
    return EventTexts(log, words, settings, engine, base.folder if base else None, known)


def _report(engine: Engine, progress: Progress, start: float, end: float, message: str, rows: int = 0) -> None:
    """Tell of a new part of the work, and from now on how far its long statements are, in rows if these are known."""

    def tell(share: float) -> None:
        done = round(min(share, 1.0) * rows)
        told = say("steps.of_rows", step=message, done=done, rows=rows) if rows else message
        progress(start + share * (end - start), told)

    tell(0.0)
    engine.watch = tell


def _with_base(rows: "Table", base: Base | None, engine: Engine) -> "Table":
    """The rows of the version before, waiting ones too, before the new ones."""
    if base is None:
        return rows
    return attributes.stacked([*_parts(base, engine), rows])


def _parts(base: Base, engine: Engine) -> list["Table"]:
    """Events of a version and those that wait, numbered from below 0."""
    parts = []
    for place, name in enumerate(("events.parquet", WAITING)):
        path = far.at_hand(base.folder / name, engine)
        if path.exists():
            part = engine.parquet(f"base{place}", path)
            parts.append(part.mutate(line=ibis.row_number() - (2 - place) * 10**12))
    return parts


def _in_sessions(
    log: TypedLog, base: Base | None, settings: ImportSettings, engine: Engine
) -> "tuple[Table, own_sessions.Found]":
    """All rows, without the sessions of the log where these are none; and what parts them then."""
    rows = _with_base(log.rows, base, engine)
    name = log.raw.guess.columns.get(schema.SESSION, schema.SESSION)
    if base and base.summary.get("sessions", own_sessions.COLUMN) != own_sessions.COLUMN:
        found = own_sessions.Found(base.summary["sessions"])  # what was decided once holds for what is added
    else:
        found = own_sessions.judge(rows, name, settings, engine, ordinal=log.reading.ordinal)
    if found.kind != own_sessions.COLUMN and schema.SESSION in rows.columns:
        rows = rows.drop(schema.SESSION)
    return rows, found


def _cautions(remarks: "list[Said | None]", base: Base | None) -> list[str]:
    """What the owner of a log should know, each once, that of the version before too."""
    before = base.summary.get("cautions", []) if base else []
    return list(dict.fromkeys([*before, *(packed(remark) for remark in remarks if remark)]))


def _counts(log: TypedLog, cleaned: Cleaned, settings: ImportSettings, base: Base | None) -> dict[str, Any]:
    """Count rows by what became of them; raises `EventsError` when nothing is left."""
    found = rows_of(_by_reason(log.rows))
    refused = {row["reason"]: row["n"] for row in found if row["reason"] is not None}
    read, kept = sum(row["n"] for row in found), cleaned.left
    reasons = refused | cleaned.reasons
    if not kept:
        raise EventsError(nothing_left(log, reasons, read, settings))
    summary = {
        "rows_read": read,
        "rows_kept": kept,
        "rows_rejected": sum(reasons.values()),
        "reasons": reasons,
        "duplicates": cleaned.duplicates,
        "lines_in_cells": log.raw.file.inside,
        "rejects_file": REJECTS,
        "session_gap_minutes": settings.session_gap_minutes,
        "rules": cleaned.steps,
        "time_notes": list(log.reading.notes),
        "notes": [packed(note) for note in log.notes],
        recipe.RECIPE: recipe.written(log, settings),
    }
    return _added(summary, base) | _span(log, cleaned)


@remembered
def _by_reason(rows: "Table") -> "Table":
    return rows.group_by("reason").aggregate(n=rows.count()).order_by("reason")


def _added(summary: dict[str, Any], base: Base | None) -> dict[str, Any]:
    """Counts over all logs of a data set: what waited is counted anew, all else adds up."""
    if base is None:
        return summary
    before, kept = base.summary, summary["rows_kept"]
    reasons = dict(summary["reasons"])
    for reason, count in before["reasons"].items():
        if " has fewer than " not in reason:
            reasons[reason] = reasons.get(reason, 0) + count
    summary |= {
        "added": {"rows_read": summary["rows_read"], "version_before": before["rows_kept"]},
        "reasons": reasons,
        "rows_rejected": sum(reasons.values()),
        "rows_read": before["rows_read"] + summary["rows_read"],
        "duplicates": before["duplicates"] + summary["duplicates"],
        "lines_in_cells": before.get("lines_in_cells", 0) + summary["lines_in_cells"],
    }
    assert summary["rows_read"] == kept + summary["rows_rejected"] + summary["duplicates"]
    return summary


def _span(log: TypedLog, cleaned: Cleaned) -> dict[str, Any]:
    """First and last moment; an order without a clock has none."""
    if log.reading.ordinal:
        return {"ordinal": True}
    days, first, last = spans.span(cleaned.rows)
    doubts = spans.doubts(cleaned.rows, days, first, last)
    return {"ordinal": False, "first": first.isoformat(), "last": last.isoformat(), "time_doubts": doubts}


@remembered
def _events(rows: "Table") -> "Table":
    """Canonical events in the order of user, time and file."""
    columns = [column for column in schema.EVENT_COLUMNS if column in rows.columns]
    return rows.order_by([schema.USER, schema.TIME, "line"]).select(columns)


def _write_waiting(cleaned: Cleaned, rows: "Table", folder: Path, engine: Engine) -> None:
    """Keep what may count later."""
    if not any(" has fewer than " in reason for reason in cleaned.reasons):
        return
    few = cleaned.taken.filter(cleaned.taken.reason.contains(" has fewer than "))
    engine.write_parquet(_events(rows.semi_join(few, "line")), folder / WAITING)


def _categories(folder: Path, engine: Engine) -> int:
    """How many categories the items have."""
    path = folder / "items.parquet"
    if schema.CATEGORY not in pq.read_schema(path).names:
        return 0
    query = f"select {schema.CATEGORY} from read_parquet({literal(str(path))})"
    items = engine.view("items_written", query, {schema.CATEGORY: "string"})
    names = items[schema.CATEGORY].split(schema.CATEGORY_SEPARATOR).unnest()
    single = items.select(name=names)
    named = single.filter(single.name.strip() != "")
    return int(row_of(named.aggregate(n=named.name.strip().nunique()))["n"])
