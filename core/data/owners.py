"""Columns of a log go to whom they tell about, judged on the whole log; under pseudonyms what tells of users goes.

A name promises little: `name` may be that of a customer, `title` Mr or Ms, `department` where a learner works.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from core.data import attributes, belonging, schema
from core.data.belonging import CONSTANT, ITEM, ROW, UNKNOWN, USER
from core.data.dialects import NUMBER
from core.data.engine import Engine
from core.data.rows import TypedLog
from core.phrases import Said, say

if TYPE_CHECKING:
    from ibis.expr.types import Table

SAMPLE_ROWS = 100_000
"""Rows of some items, and of some users, that are looked at."""
LEAST_SHARED = 0.9
"""Agreement within items that a text must have to be stored under pseudonyms."""


@dataclass(frozen=True)
class _Column:
    """A column of the rows that tells about something."""

    name: str
    """In the rows."""
    file: str
    """In the file."""
    about: str
    """`ITEM` or `USER` by its name."""


def settle(log: TypedLog, engine: Engine, *, hidden: bool) -> tuple[TypedLog, list[Said]]:
    """The log with each column told to its owner, and what was decided; `hidden`: users have pseudonyms."""
    columns = _columns(log, hidden=hidden)
    if not columns:
        return log, []
    about = _verdicts(log, columns, engine, hidden=hidden)
    gone = [column for column in columns if about[column] is None]
    moved = [column for column in columns if about[column] not in (None, column.about)]
    guess = log.raw.guess
    for column in (*gone, *moved):
        guess = guess.without(column.file)
    for column in moved:
        guess = guess.with_attribute(column.file, of_user=about[column] == USER)
    settled = replace(log, raw=replace(log.raw, guess=guess), rows=_renamed(log.rows, gone, moved))
    return settled, _remarks(log, gone, moved, hidden=hidden)


def _verdicts(log: TypedLog, columns: "list[_Column]", engine: Engine, *, hidden: bool) -> "dict[_Column, str | None]":
    """Whom each column tells about; None: it goes."""
    names = [column.name for column in columns]
    good = log.rows.filter(log.rows.reason.isnull())
    by_item, by_user = (sample(good, key, names, engine) for key in (schema.ITEM, schema.USER))
    found = {}
    for column in columns:
        items, users = events_of(by_item, column.name), events_of(by_user, column.name)
        about = belonging.verdict(items, users)
        stays = not hidden or _is_harmless(column, about, items, users)
        found[column] = _owner(column, about) if stays else None
    return found


def _remarks(log: TypedLog, gone: "list[_Column]", moved: "list[_Column]", *, hidden: bool) -> list[Said]:
    if hidden:
        names = [column.file for column in gone] if log.raw.file.sample.dialect.header else [str(len(gone))]
        return [say("remarks.hidden", columns=", ".join(names))] if gone else []
    roles = [column for column in moved if column.name in schema.ITEM_COLUMNS]
    return [
        *(say("remarks.of_user", column=column.file, role=column.name) for column in roles),
        *(say("remarks.of_row", column=column.file, role=column.name) for column in gone),
    ]


def _columns(log: TypedLog, *, hidden: bool) -> list[_Column]:
    """Title, category and attributes of a log; where users are hidden, kinds of behaviour and numbers too."""
    guess = log.raw.guess
    found = [_Column(name, guess.columns[name], ITEM) for name in schema.ITEM_COLUMNS[1:] if name in guess.columns]
    for files, about in ((guess.item_attributes, ITEM), (guess.user_attributes, USER)):
        found += [_Column(new, old, about) for new, old in zip(attributes.normal_names(files), files, strict=True)]
    if hidden:
        of_rows = (schema.EVENT, schema.RATING, schema.WEIGHT)
        found += [_Column(name, guess.columns[name], ROW) for name in of_rows if name in guess.columns]
    once = {column.name: column for column in reversed(found)}
    return [column for column in once.values() if column.name in log.rows.columns]


def sample(rows: "Table", key: str, names: Sequence[str], engine: Engine) -> pd.DataFrame:
    """All rows of some items, or users: columns user, item and the others."""
    every = engine.count(rows) // SAMPLE_ROWS + 1
    some = rows.filter(rows[key].hash() % every == 0) if every > 1 else rows
    some = some.select(user=some[schema.USER], item=some[schema.ITEM], **{name: some[name] for name in names})
    frame: pd.DataFrame = some.limit(5 * SAMPLE_ROWS).execute()
    return frame


def events_of(sample: pd.DataFrame, name: str) -> pd.DataFrame:
    """One column of a sample as `belonging.verdict` takes it."""
    return sample[["user", "item", name]].set_axis(["user", "item", "value"], axis=1).dropna().astype(str)


def _owner(column: _Column, about: str) -> str | None:
    """Whom a column is told to: as it is called, unless the log says another; None: nobody, it tells about the row."""
    if column.about == ROW or about in (CONSTANT, UNKNOWN):
        return column.about
    if about == ROW:
        return None if column.name in schema.ITEM_COLUMNS else column.about
    return about


def _is_harmless(column: _Column, about: str, items: pd.DataFrame, users: pd.DataFrame) -> bool:
    """Whether a column tells nothing of who a user is: it is that of an item for sure, or many users share it."""
    numbers = all(NUMBER.match(value) for value in users["value"].unique())
    if about == ITEM and column.about != ROW:
        return belonging.agreement(items, "item") >= LEAST_SHARED
    if column.about == ROW and numbers and about in (ITEM, ROW):
        return True
    return (column.about != ITEM or (numbers and about != USER)) and not belonging.tells_who(users)


def _renamed(rows: "Table", gone: list[_Column], moved: list[_Column]) -> "Table":
    """The rows without some columns, and those that were title or category under their own names."""
    names = {column.name for column in gone}
    new = {column: attributes.normal_names((column.file,))[0] for column in moved}
    taken = set(rows.columns) - names - {column.name for column in moved}
    kept = {name: rows[name] for name in rows.columns if name not in names}
    for column, name in new.items():
        cell = kept.pop(column.name)
        if name not in taken:
            kept[name] = cell
    return rows.select(**kept)
