"""A log is checked once, here: every row is kept, rejected with a reason, or counted as a duplicate."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis

from core.data import attributes, schema, times
from core.data.engine import Engine, open_engine
from core.data.readers import open_items, open_log, open_users
from core.data.rows import IMPOSSIBLE, NO_TIME, TypedLog, type_rows
from core.errors import EventsError
from core.progress import Progress, silent
from core.settings import ImportSettings

if TYPE_CHECKING:
    from ibis.expr.types import StringColumn, Table

REJECTS = "rejects.csv"
SEPARATOR = "\x1f"
"""Parts the texts of a row where one hash is taken over them; never inside an id that a person would type."""


def import_files(  # noqa: PLR0913 - three files, where to, and how
    events: Path,
    folder: Path,
    settings: ImportSettings,
    *,
    items: Path | None = None,
    users: Path | None = None,
    columns: Mapping[str, str] | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write events, items, users (Parquet) and rejects.csv into `folder`; returns the summary; raises `EventsError`."""
    with open_engine(folder) as engine:
        progress(0.02, f"Reading {events.name}")
        log = type_rows(open_log(events, columns, engine), engine)
        progress(0.35, "Looking for duplicates")
        good = _without_duplicates(log.rows.filter(log.rows.reason.isnull()), engine)
        progress(0.55, "Counting users")
        kept = _with_enough_events(good, settings, engine)
        summary = _counts(log, good, kept, settings, folder, engine)
        progress(0.65, "Sorting events")
        engine.write_parquet(_events(kept), folder / "events.parquet")
        progress(0.85, "Writing items and users")
        summary |= _write_entities(kept, log, folder, {schema.ITEM: items, schema.USER: users}, engine)
        progress(1.0, f"{summary['rows_kept']:,} of {summary['rows_read']:,} rows kept")
    return summary


def _without_duplicates(good: "Table", engine: Engine) -> "Table":
    """The first of all rows with the same user, item, time and kind of event."""
    same = [column for column in (schema.USER, schema.ITEM, schema.TIME, schema.EVENT) if column in good.columns]
    texts = [good[column].cast("string").fill_null("") for column in same]
    key = texts[0]
    for text in texts[1:]:
        key = key + SEPARATOR + text
    hashed = good.select("line", *same, key=key.hash())
    # a hash of 8 bytes in place of the texts finds the few rows worth comparing
    often = hashed.group_by("key").aggregate(n=hashed.count()).filter(lambda t: t.n > 1)
    suspects = hashed.semi_join(often, "key")
    place = ibis.row_number().over(group_by=same, order_by="line")
    repeated = engine.keep("repeated", suspects.mutate(place=place).filter(lambda t: t.place > 0).select("line"))
    if not int(repeated.count().execute()):
        return good
    return good.anti_join(repeated, "line")


def _with_enough_events(good: "Table", settings: ImportSettings, engine: Engine) -> "Table":
    """Rows of users with at least `min_events`."""
    counts = engine.keep("user_counts", good.group_by(schema.USER).aggregate(n=good.count()))
    few = counts.filter(counts.n < settings.min_events)
    if not int(few.count().execute()):
        return good
    return good.anti_join(few, schema.USER)


def _few(settings: ImportSettings) -> str:
    return f"user has fewer than {settings.min_events} events"


def _counts(
    log: TypedLog, good: "Table", kept: "Table", settings: ImportSettings, folder: Path, engine: Engine
) -> dict[str, Any]:
    """Count rows by what became of them, and write the rejects; raises `EventsError` when nothing is left."""
    found = log.rows.group_by("reason").aggregate(n=log.rows.count()).order_by("reason").execute()
    reasons = {str(row.reason): int(row.n) for row in found.itertuples() if isinstance(row.reason, str)}
    read, unique = int(found["n"].sum()), int(good.count().execute())
    rows_kept = int(kept.count().execute())
    duplicates = read - sum(reasons.values()) - unique
    if unique > rows_kept:
        reasons[_few(settings)] = unique - rows_kept
    if not rows_kept:
        raise EventsError(_nothing_left(log, reasons, read, settings, engine))
    _write_rejects(log, good, kept, folder, settings, engine)
    return {
        "rows_read": read,
        "rows_kept": rows_kept,
        "rows_rejected": sum(reasons.values()),
        "reasons": reasons,
        "duplicates": duplicates,
        "rejects_file": REJECTS,
        "session_gap_minutes": settings.session_gap_minutes,
    }


def _write_rejects(
    log: TypedLog, good: "Table", kept: "Table", folder: Path, settings: ImportSettings, engine: Engine
) -> None:
    """Line number, reason and raw values of every rejected row, safe to open in a spreadsheet."""
    refused = log.rows.filter(log.rows.reason.notnull()).select("line", "reason")
    few = good.anti_join(kept, "line").select("line", reason=ibis.literal(_few(settings)))
    raw = log.raw.file.table
    lines = engine.keep("rejects", refused.union(few))
    cells = {name: safe_cell(raw[f"c{place}"]) for place, name in enumerate(log.raw.file.names)}
    names = {f"value of {name}" if name in ("line", "reason") else name: cell for name, cell in cells.items()}
    table = raw.semi_join(lines, "line").select("line", **names)
    engine.write_csv(lines.join(table, "line").order_by("line"), folder / REJECTS)


def safe_cell(cell: "StringColumn") -> "StringColumn":
    """A text that a spreadsheet takes for text: an apostrophe before what it would run as a formula."""
    return cell.re_search(r"^[=+@\t\r-]").__and__(times.numeric(cell).isnull()).ifelse("'" + cell, cell)


def _nothing_left(log: TypedLog, reasons: dict[str, int], read: int, settings: ImportSettings, engine: Engine) -> str:
    """One line that says why no row could be kept, and what to do."""
    name = log.raw.file.source.name
    if not read:
        return f"{name} has a header but no rows. Expected one row for each event."
    most = max(reasons, key=lambda reason: reasons[reason])
    if most in (NO_TIME, IMPOSSIBLE):
        column = log.raw.guess.columns[schema.TIME]
        text = log.raw.text(schema.TIME)
        texts = log.raw.file.table.select("line", text=text)
        found = texts.filter(texts.text.notnull()).order_by("line").limit(1).execute()["text"].iloc[0]
        return (
            f"Column {column!r} holds no times: found {str(found)[:40]!r}, expected {times.EXPECTED}. "
            f"Name another column: --columns {schema.TIME}=.."
        )
    if most == _few(settings):
        counts = engine.backend.table("user_counts")
        users, longest = counts.aggregate(users=counts.count(), longest=counts.n.max()).execute().iloc[0]
        return (
            f"No user has {settings.min_events} events: the longest history of {users:,} users in {name} "
            f"has {longest:,}. Import with --min-events {longest} or fewer."
        )
    return (
        f"None of {read:,} rows of {name} can be used: {most} in {reasons[most]:,}. Check the columns or mend the file."
    )


def _events(kept: "Table") -> "Table":
    """Canonical events in the order of user, time and file."""
    columns = [column for column in schema.EVENT_COLUMNS if column in kept.columns]
    return kept.order_by([schema.USER, schema.TIME, "line"]).select(columns)


def _write_entities(
    kept: "Table", log: TypedLog, folder: Path, files: Mapping[str, Path | None], engine: Engine
) -> dict[str, Any]:
    """Write items and users, from their files or from columns of the log; returns their part of the summary."""
    summary: dict[str, Any] = {"ordinal": log.reading.ordinal, "time_notes": list(log.reading.notes)}
    span = kept.aggregate(first=kept[schema.TIME].min(), last=kept[schema.TIME].max()).execute().iloc[0]
    summary |= {} if log.reading.ordinal else {name: span[name].isoformat() for name in ("first", "last")}
    for key, kind in ((schema.ITEM, "items"), (schema.USER, "users")):
        counts = engine.keep(f"{kind}_counts", kept.group_by(key).aggregate(n=kept.count()))
        known = _known(kept, log, key, files[key], summary, engine)
        if known is not None and files[key]:
            known, summary[f"{kind}_matched_by_number"] = attributes.matched(known, counts, key, engine)
        table = attributes.with_events(known, counts, key)
        engine.write_parquet(table, folder / f"{kind}.parquet")
        summary[kind] = int(counts.count().execute())
        summary |= _matches(known if files[key] else None, counts, key, kind)
    return summary


def _known(
    kept: "Table", log: TypedLog, key: str, file: Path | None, summary: dict[str, Any], engine: Engine
) -> "Table | None":
    """What is known of items or users: their file wins over columns of the log."""
    if file is not None:
        opened = open_items(file, engine) if key == schema.ITEM else open_users(file, engine)
        known, left_out = attributes.from_file(opened, key, engine)
        summary[f"{'item' if key == schema.ITEM else 'user'}_rows_left_out"] = left_out
        return known
    extra = log.raw.guess.item_attributes if key == schema.ITEM else log.raw.guess.user_attributes
    named = [name for name in schema.ITEM_COLUMNS[1:] if key == schema.ITEM and name in log.raw.guess.columns]
    columns = [*named, *attributes.normal_names(extra)]
    return attributes.from_log(kept, key, columns, engine) if columns else None


def _matches(known: "Table | None", counts: "Table", key: str, kind: str) -> dict[str, int]:
    """How many ids of a file have no events, and the other way round."""
    if known is None:
        return {}
    return {
        f"{kind}_without_events": int(known.anti_join(counts, key).count().execute()),
        f"{kind}_without_row": int(counts.anti_join(known, key).count().execute()),
    }
