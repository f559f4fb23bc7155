"""What became of the rows: rejects.csv, and the one line that says why nothing is left."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import ibis

from core.data import schema, times
from core.data.answers import row_of
from core.data.engine import Engine
from core.data.export import FORMULA, safe_name
from core.data.rows import TypedLog, pseudonym
from core.data.rules import Cleaned, few_user_events
from core.data.time_texts import shape
from core.data.times import IMPOSSIBLE, NO_TIME
from core.phrases import read as read_reason
from core.phrases import say
from core.settings import ImportSettings

if TYPE_CHECKING:
    from ibis.expr.types import StringColumn, Table

REJECTS = "rejects.csv"


def write_rejects(log: TypedLog, cleaned: Cleaned, path: Path, engine: Engine, key: str) -> None:
    """Line number, reason and raw values of every rejected row, safe to open in a spreadsheet.

    Where users have pseudonyms (`key` is not empty) all other cells are left out: a row that could not be read right
    may hold an id anywhere, and whoever has the log finds the row by its number.
    """
    lines = engine.keep("rejected_lines", cleaned.taken)
    cells: dict[str, str | StringColumn] = {f"c{place}": f"c{place}" for place in range(len(log.raw.file.names))}
    if key:
        cells = {} if log.raw.is_constant(schema.USER) else _owner(log, key)
    names = _names(log, cells)
    if not engine.count(lines):
        empty = dict.fromkeys(names.values(), ibis.null("string"))
        engine.write_csv(lines.select("line", "reason", **empty), path)
        return
    wanted = log.raw.file.table.select("line", **cells).semi_join(lines, "line")
    table = engine.keep("rejected_rows", lines.join(wanted, "line").order_by("line"))
    engine.write_csv(_named(table, names), path)
    engine.drop("rejected_lines", "rejected_rows")  # what comes next needs the room


def _owner(log: TypedLog, key: str) -> "dict[str, str | StringColumn]":
    """The pseudonym of each row's user, by the place of its column."""
    place = log.raw.file.names.index(log.raw.guess.columns[schema.USER])
    hidden = log.raw.file.table.problem.isnull().ifelse(pseudonym(log.raw.text(schema.USER), key), None)
    return {f"c{place}": hidden}


def _names(log: TypedLog, cells: Iterable[str]) -> dict[str, str]:
    """What columns are called that hold cells of the file: as there, unless that name is taken or a formula."""
    return {
        cell: f"value of {name}" if name.lower() in {"line", "reason", "file"} else safe_name(name)
        for place, name in enumerate(log.raw.file.names) if (cell := f"c{place}") in cells
    }  # fmt: skip


def _named(table: "Table", names: dict[str, str]) -> "Table":
    """Columns under their names in the file; `file` counts from 1 where the log came in several."""
    columns: dict[str, StringColumn] = {"line": table.line % schema.FILE_STEP, "reason": table.reason}
    last = row_of(table.aggregate(last=table.line.max()))["last"]  # none where all that goes came from elsewhere
    if last is not None and last >= schema.FILE_STEP:
        columns["file"] = table.line // schema.FILE_STEP + 1
    columns |= {name: _safe(table[cell]) for cell, name in names.items()}
    return table.order_by("line").select(**columns)


def _safe(cell: "StringColumn") -> "StringColumn":
    """A text with an apostrophe before what would run as a formula; numbers stay numbers."""
    runs = cell.re_search(FORMULA) & times.numeric(cell).isnull()
    return runs.ifelse("'" + cell, cell)


def nothing_left(log: TypedLog, reasons: dict[str, int], read: int, settings: ImportSettings) -> str:
    """One line that says why no row could be kept, and what to do."""
    name = log.raw.file.source.name
    if not read:
        return say("errors.no_rows", file=name)
    most = max(reasons, key=lambda reason: reasons[reason])
    if most in (NO_TIME, IMPOSSIBLE):
        return _no_times(log, hidden=settings.pseudonyms)
    if most == few_user_events(settings):
        good = log.rows.filter(log.rows.reason.isnull())
        counts = good.group_by(schema.USER).aggregate(n=good.count())
        users, longest = row_of(counts.aggregate(users=counts.count(), longest=counts.n.max())).values()
        if longest == 1 < users:
            column = log.raw.guess.columns[schema.USER]
            return say("errors.one_each", users=users, file=name, column=column)
        return say("errors.few_events", least=settings.min_events, users=users, file=name, longest=longest)
    return say("errors.none_usable", read=read, file=name, reason=read_reason(most) or most, rows=reasons[most])


def _no_times(log: TypedLog, *, hidden: bool) -> str:
    column = log.raw.guess.columns[schema.TIME]
    texts = log.raw.file.table.select("line", text=log.raw.text(schema.TIME))
    found = row_of(texts.filter(texts.text.notnull()).order_by("line").limit(1))["text"]
    found = shape(str(found)) if hidden else str(found)
    return say("errors.no_times", column=column, found=found[:40], expected=times.EXPECTED)
