"""Files that arrive together, told apart by what they hold: the log, what is known of items, what is known of users."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.data import schema
from core.data.dialects import Sample, plain
from core.data.guessing import Guess, guess_columns, guess_items, guess_users
from core.data.missing import is_missing
from core.data.names import ITEM_ATTRIBUTES, USER_ATTRIBUTES
from core.data.readers import read_sample
from core.errors import EventsError
from core.phrases import Said, say

LOG, ITEMS, USERS = "log", "items", "users"
KINDS = (LOG, ITEMS, USERS)
SAID = {ITEMS: "dropped.items", USERS: "dropped.users"}
SAID_TWICE = {ITEMS: "dropped.second_items", USERS: "dropped.second_users"}
KEYS = {ITEMS: schema.ITEM, USERS: schema.USER}
"""What a table has one row for."""
UNIQUE = 0.99
"""Share of the ids of a table of items or users that must be there once."""
RATHER = 3
"""How many times more of its ids the log must have as items than as users, or the other way, before that decides."""


@dataclass(frozen=True)
class Dropped:
    """Which of some files is what, as far as that is certain, and why."""

    log: Path | None = None
    """The log, or its first part; None: there is none, or nobody knows which it is."""
    more: tuple[Path, ...] = ()
    """Further parts of the log: they have the same columns."""
    items: Path | None = None
    users: Path | None = None
    left: tuple[Path, ...] = ()
    """Files that have no place."""
    reasons: tuple[Said, ...] = ()
    """A line for each file, in the order in which they came."""

    @property
    def sure(self) -> bool:
        """Whether there is a log, and a place for every file."""
        return self.log is not None and not self.left

    def moved(self, path: Path, kind: str) -> "Dropped":
        """The same with a file put elsewhere: log, items, users, or empty for nowhere.

        A table that was there before has no place then; a log gets one more part.
        """
        log = [part for part in (self.log, *self.more) if part is not None and part != path]
        tables = {ITEMS: self.items, USERS: self.users}
        places = {name: None if there == path else there for name, there in tables.items()}
        left = [other for other in self.left if other != path]
        if kind == LOG:
            log.append(path)
        elif kind:
            left += filter(None, [places[kind]])
            places[kind] = path
        else:
            left.append(path)
        return Dropped(
            next(iter(log), None), tuple(log[1:]), places[ITEMS], places[USERS], tuple(left), reasons=self.reasons
        )


@dataclass(frozen=True)
class _File:
    """One of the files: its first rows, and what they would be as a log."""

    path: Path
    sample: Sample
    guess: Guess

    def cells(self, name: str) -> list[str]:
        """Cells of a column that are not missing."""
        place = self.sample.dialect.names.index(name)
        cells = (row[place].strip() for row in self.sample.rows if place < len(row))
        return [cell for cell in cells if not is_missing(cell)]

    def ids(self, column: str) -> set[str]:
        """Ids of the users or items, if this is a log."""
        name = self.guess.columns.get(column, "")
        return set(self.cells(name)) if name in self.sample.dialect.names else set()


def told_apart(paths: Sequence[Path]) -> Dropped:
    """Which file is what and why; one that cannot be read, or is nothing for sure, has no place.

    A log names a user and an item in each row, and mostly a time. A table of items or users has one row for each id,
    and these are in the log too, if any of its first rows has them.
    """
    files, reasons = _read(paths)
    logs = _logs(files)
    log = logs[0] if logs else None
    places: dict[str, Path] = {}
    for file in files:
        kind, why = _place(file, logs, places)
        reasons[file.path] = why
        if kind:
            places[kind] = file.path
    taken = [*(file.path for file in logs), *places.values()]
    return Dropped(
        log=log.path if log else None,
        more=tuple(file.path for file in logs[1:]),
        items=places.get(ITEMS),
        users=places.get(USERS),
        left=tuple(path for path in paths if path not in taken),
        reasons=tuple(reasons[path] for path in paths),
    )


def _read(paths: Iterable[Path]) -> tuple[list[_File], dict[Path, Said]]:
    """The files that can be read, and what is wrong with the others."""
    files, wrong = [], {}
    for path in paths:
        try:
            sample = read_sample(path)
            guess = guess_columns(sample.dialect.names, sample.rows, named=sample.dialect.header)
        except EventsError as error:
            why = error.args[0]
            wrong[path] = say("dropped.unread", file=path.name, why=why)
            continue
        files.append(_File(path, sample, guess))
    return files, wrong


def _logs(files: Sequence[_File]) -> list[_File]:
    """The parts of the log; none where several files could be it."""
    events = [file for file in files if _has_events(file)]
    events = [file for file in events if schema.TIME in file.guess.columns] or events
    headers = {file.sample.dialect.names for file in events}
    dialects = {file.sample.dialect.header for file in events}
    return events if len(headers) == len(dialects) == 1 else []


def _has_events(file: _File) -> bool:
    """Whether rows have a user and an item, and no id is there once only, as in a table."""
    columns = file.guess.columns
    if not {schema.USER, schema.ITEM} <= set(columns):
        return False
    if file.sample.dialect.header and schema.TIME in columns:
        return True
    return not any(_is_key(file, columns[column]) for column in (schema.USER, schema.ITEM))


def _is_key(file: _File, name: str) -> bool:
    """Whether a column has one row for each of its ids."""
    ids = file.cells(name) if name in file.sample.dialect.names else []
    return len(ids) > 1 and len(set(ids)) >= UNIQUE * len(ids)


def _place(file: _File, logs: Sequence[_File], places: Mapping[str, Path]) -> tuple[str, Said]:
    """Where a file goes (empty: nowhere, or it is a log), and why."""
    name = file.path.name
    if file in logs:
        columns = file.guess.columns
        if file is not logs[0]:
            return "", say("dropped.part", file=name, log=logs[0].path.name)
        return "", say("dropped.log", file=name, user=columns[schema.USER], item=columns[schema.ITEM])
    if _has_events(file):
        return "", say("dropped.other_log", file=name)
    kind, key = _table(file, logs)
    if not kind:
        return "", say("dropped.nothing", file=name)
    if kind in places:
        return "", say(SAID_TWICE[kind], file=name, first=places[kind].name)
    return kind, say(SAID[kind], file=name, key=key)


def _table(file: _File, logs: Sequence[_File]) -> tuple[str, str]:
    """Items or users by the key of a table, and its name; empty where that is not certain."""
    found = {ITEMS: guess_items(file.sample).columns, USERS: guess_users(file.sample).columns}
    keys = {kind: columns[KEYS[kind]] for kind, columns in found.items() if KEYS[kind] in columns}
    keys = {kind: key for kind, key in keys.items() if _is_key(file, key)}
    if file.sample.dialect.header:
        other = {ITEMS: schema.USER, USERS: schema.ITEM}
        keys = {kind: key for kind, key in keys.items() if file.guess.columns.get(other[kind], key) == key}
    if len(keys) == 2:  # the key is only called id, or nothing has a name
        keys = {kind: key for kind, key in keys.items() if kind == (_in_log(file, keys, logs) or _told(file))}
    return next(iter(keys.items()), ("", ""))


def _in_log(file: _File, keys: Mapping[str, str], logs: Sequence[_File]) -> str:
    """What the ids of a table are in the log, empty where they are both or neither."""
    ids = {kind: set().union(*(log.ids(column) for log in logs)) for kind, column in KEYS.items()}
    known = {kind: len(ids[kind] & set(file.cells(keys[kind]))) for kind in keys}
    rather = [kind for kind in keys if known[kind] > RATHER * min(known.values())]
    return rather[0] if rather else ""


def _told(file: _File) -> str:
    """What a table tells about by a column that only items, or only users, have; empty if none or both do."""
    found = {plain(name) for name in file.sample.dialect.names}
    of_items = found & ITEM_ATTRIBUTES or schema.CATEGORY in guess_items(file.sample).columns or "title" in found
    of_users = found & USER_ATTRIBUTES
    if not file.sample.dialect.header or bool(of_items) == bool(of_users):
        return ""
    return ITEMS if of_items else USERS
