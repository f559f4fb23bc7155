"""Files that arrive together, told apart by what they hold: the log, what is known of items, what is known of users."""

from dataclasses import dataclass
from pathlib import Path

from core.data import schema
from core.data.dialects import Sample, plain
from core.data.guessing import guess_columns, guess_items, guess_users
from core.data.names import ITEM_ATTRIBUTES, USER_ATTRIBUTES
from core.data.readers import read_sample

LOG, ITEMS, USERS = "log", "items", "users"
UNIQUE = 0.99
"""Share of the ids of a table of items or users that must be there once."""


@dataclass(frozen=True)
class Parts:
    """Which file is what."""

    log: tuple[Path, ...]
    """Files of events with the same columns, in the order in which they came."""
    items: Path | None = None
    users: Path | None = None


def told_apart(paths: tuple[Path, ...]) -> Parts | None:
    """Which file is what, None where that is not certain; raises `EventsError` for one that cannot be read."""
    samples = {path: read_sample(path) for path in paths}
    kinds = {path: kind_of(sample) for path, sample in samples.items()}
    found = {kind: tuple(path for path in paths if kinds[path] == kind) for kind in (LOG, ITEMS, USERS)}
    headers = {samples[path].dialect.names for path in found[LOG]}
    if not all(kinds.values()) or len(headers) != 1 or len(found[ITEMS]) > 1 or len(found[USERS]) > 1:
        return None
    return Parts(found[LOG], *(next(iter(found[kind]), None) for kind in (ITEMS, USERS)))


def kind_of(sample: Sample) -> str:
    """log, items or users by the columns of a file and whether its ids return; empty where that is not certain."""
    names = sample.dialect.names
    if not sample.dialect.header:
        return ""
    columns = guess_columns(names, sample.rows).columns
    if all(column in columns for column in schema.REQUIRED):
        return LOG
    tables = {ITEMS: (guess_items(sample).columns, schema.ITEM), USERS: (guess_users(sample).columns, schema.USER)}
    fitting = [kind for kind, (found, key) in tables.items() if key in found and _is_unique(sample, found[key])]
    other = {ITEMS: schema.USER, USERS: schema.ITEM}
    fitting = [kind for kind in fitting if other[kind] not in columns]
    if len(fitting) == 2:  # the key is only called id: what else is told decides
        told = [kind for kind in fitting if _tells_of(kind, sample)]
        fitting = told
    return fitting[0] if len(fitting) == 1 else ""


def _tells_of(kind: str, sample: Sample) -> bool:
    """Whether a column is one that only items, or only users, have."""
    found = {plain(name) for name in sample.dialect.names}
    if kind == USERS:
        return bool(found & USER_ATTRIBUTES)
    return bool(found & ITEM_ATTRIBUTES) or schema.CATEGORY in guess_items(sample).columns or "title" in found


def _is_unique(sample: Sample, name: str) -> bool:
    place = sample.dialect.names.index(name)
    ids = [row[place].strip() for row in sample.rows if place < len(row) and row[place].strip()]
    return bool(ids) and len(set(ids)) >= UNIQUE * len(ids)
