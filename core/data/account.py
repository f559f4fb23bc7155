"""What an import decided and why, in lines: the command line prints them, and the data page shows the same."""

from typing import TYPE_CHECKING, Any

from core import phrases
from core.data import recipe, schema
from core.data.own_sessions import COLUMN, ORDER, PAUSES
from core.phrases import Said, say

if TYPE_CHECKING:
    from core.data.log_files import LogFiles
    from core.data.rows import TypedLog

COUNTED = ("rows_read", "rows_kept", "rows_rejected", "reasons", "duplicates", "lines_in_cells", "users", "items")
"""Counts of an import, as the summary has them."""
REASONS, ATTRIBUTES, EVENT_TEXTS = "columns_by", "attributes", "event_texts"
"""Keys of the summary: why a column is what it is, what tells about items and users, what was said on events."""
KEPT = (recipe.RECIPE, REASONS, ATTRIBUTES, EVENT_TEXTS, "time_notes", "notes", "ordinal")
"""Keys that still hold when events of a stream are added, which come in columns of their own."""
BY = {
    "name": "decided.by_name",
    "values": "decided.by_values",
    "told": "decided.by_told",
    "order": "decided.row_order",
}
"""How a column was found, and the text that says so."""
ABOUT = {"items": "decided.about_items", "users": "decided.about_users"}


def facts(log: "TypedLog", files: "LogFiles") -> dict[str, Any]:
    """What the summary keeps of how a log was read."""
    guess, told = log.raw.guess, files.columns or {}
    return {
        REASONS: {
            column: "order"
            if name == schema.ROW_ORDER
            else "told"
            if column in told
            else "name"
            if guess.confidence.get(column, 1.0) >= 1
            else "values"
            for column, name in guess.columns.items()
        },
        ATTRIBUTES: {"items": list(guess.item_attributes), "users": list(guess.user_attributes)},
    }


def report(summary: dict[str, Any]) -> dict[str, Any]:
    """Counts, columns, span and sessions of a data set, fit for JSON; what an older version did not note is empty."""
    return {
        **{key: summary.get(key) for key in COUNTED},
        "columns": dict(summary.get(recipe.RECIPE, {}).get("columns", {})),
        "first": summary.get("first"),
        "last": summary.get("last"),
        "ordinal": bool(summary.get("ordinal", False)),
        "sessions": sessions(summary),
        EVENT_TEXTS: list(summary.get(EVENT_TEXTS, [])),
    }


def sessions(summary: dict[str, Any]) -> str:
    """What parts the sessions of a data set: a column, pauses, or nothing where there is no clock."""
    if found := summary.get("sessions"):
        return str(found)
    if schema.SESSION in summary.get(recipe.RECIPE, {}).get("columns", {}):
        return COLUMN
    return ORDER if summary.get("ordinal") else PAUSES


def decided(summary: dict[str, Any]) -> list[str]:
    """A line for each decision of an import: columns, span, times, sessions, and cells that were changed.

    Nearly all are `Said`; what only an older or newer version could have noted stands as it is.
    """
    return [*_columns(summary), *_span(summary), *_notes(summary), *_sessions(summary), *_cells(summary)]


def _columns(summary: dict[str, Any]) -> list[Said]:
    why, columns = summary.get(REASONS, {}), summary.get(recipe.RECIPE, {}).get("columns", {})
    known = [column for column in (*schema.EVENT_COLUMNS, *schema.ITEM_COLUMNS) if column in columns]
    lines = []
    for column, name in ((column, columns[column]) for column in dict.fromkeys([*known, *columns])):
        lines.append(say(BY.get(why.get(column, ""), BY["name"]), column=column, name=name))
    about = summary.get(ATTRIBUTES, {})
    lines += [say(code, names=", ".join(about[of])) for of, code in ABOUT.items() if about.get(of)]
    texts = summary.get(EVENT_TEXTS)
    return [*lines, say("decided.event_texts", names=", ".join(texts))] if texts else lines


def _span(summary: dict[str, Any]) -> list[Said]:
    if not summary.get("first") or not summary.get("last"):
        return []
    first, last = (str(summary[end])[:19].replace("T", " ") for end in ("first", "last"))
    return [say("decided.span", first=first, last=last)]


def _notes(summary: dict[str, Any]) -> list[str]:
    return [say("decided.times", how=phrases.read(note) or note) for note in summary.get("time_notes") or []]


def _sessions(summary: dict[str, Any]) -> list[Said]:
    kind = sessions(summary)
    if kind == COLUMN:
        name = summary.get(recipe.RECIPE, {}).get("columns", {}).get(schema.SESSION, schema.SESSION)
        return [say("decided.sessions_column", name=name)]
    if kind == PAUSES:
        return [say("decided.sessions_pauses", minutes=float(summary.get("session_gap_minutes", 30.0)))]
    return [say("decided.sessions_visits")]


def _cells(summary: dict[str, Any]) -> list[str]:
    """What became of lists, of cells that are none, of kinds that are no interest, and of lines inside of quotes."""
    lines = [phrases.unpacked(note) for note in summary.get("notes", [])]
    if inside := summary.get("lines_in_cells"):
        lines.append(say("decided.quoted_lines", lines=inside))
    return lines
