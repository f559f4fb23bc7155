"""Markers of a data set: releases, campaigns, redesigns; typed in, or read from a CSV."""

import csv
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from core.data import CategoryNames, Sequences, export, schema
from core.errors import InputError, MarkerError
from core.phrases import say
from core.pipeline.calling import category_names
from core.pipeline.gate import ANYONE, key, meant, needs
from core.pipeline.importing import moment
from core.settings import EDITOR, VIEWER
from core.workspace import DataSet, Marker, Workspace
from core.workspace import markers as kept

if TYPE_CHECKING:
    import pandas as pd

    from core.drift import Mark
    from core.player import Happened

COLUMNS: Final = ("kind", "from", "to", "whom", "note")
"""Of the CSV; `from` alone must be there."""
CATEGORY: Final = "category:"
"""What `whom` begins with where it names a category; else it is empty, `all`, or user ids with `;` between them."""
OFFERS: Final = ("release", "campaign", "redesign")
"""Kinds after which something else may be on offer."""
LARGEST = 20_000_000
"""Bytes of a file of markers."""
DAY: Final = 86_400_000_000


@needs(VIEWER)
def markers(workspace: Workspace, name: str) -> list[Marker]:
    """Markers of a data set, the earliest first; raises `UnknownDataSetError`.

    Whoever must not see ids reads pseudonyms, and no notes on markers that concern single users.
    """
    workspace.data_set(name)
    masks = key(workspace)
    found = kept.read(workspace, name)
    return [_masked(marker, masks) if masks and marker.users else marker for marker in found]


@needs(EDITOR)
def add_marker(workspace: Workspace, name: str, cells: dict[str, str]) -> list[int]:
    """Keep a marker from texts by `COLUMNS`; returns its id, or nothing where the same one is there.

    Raises `UnknownDataSetError`, and `MarkerError` or `InputError` for cells that cannot be.
    """
    data_set = _on_a_clock(workspace, name)
    return kept.add(workspace, name, [_marker(workspace, data_set, cells)])


@needs(EDITOR)
def load_markers(workspace: Workspace, name: str, file: Path) -> int:
    """Keep the markers of a CSV with `COLUMNS`, all or none; returns how many are new.

    Raises as `add_marker`, naming the line.
    """
    data_set = _on_a_clock(workspace, name)
    found = []
    for line, cells in _rows(file):
        try:
            found.append(_marker(workspace, data_set, cells))
        except InputError as error:
            raise MarkerError(say("errors.marker_line", file=file.name, line=line, why=error.said)) from error
    return len(kept.add(workspace, name, found))


@needs(VIEWER)
def marker_table(workspace: Workspace, name: str, masks: str = "") -> "pd.DataFrame":
    """`markers` with their ids and `COLUMNS` as text; single users as pseudonyms where `masks` is given."""
    import pandas as pd

    found = [_masked(one, masks) if masks and one.users else one for one in markers(workspace, name)]
    names = category_names(workspace, name)
    rows = [(one.id, one.kind, _day(one.start), _day(one.end), whom(one, names), one.note) for one in found]
    return pd.DataFrame(rows, columns=["id", *COLUMNS])


@needs(VIEWER)
def happened(
    workspace: Workspace, name: str, log: Sequences, users: Collection[str], masks: str = ""
) -> "tuple[Happened, ...]":
    """Markers that concern any of some users, as the player's time axes draw them, under their numbers among all.

    `log` with the log's own categories; with `masks` nothing is told that was noted on single users.
    """
    from core.player import Happened

    if log.ordinal:
        return ()
    names = category_names(workspace, name)
    return tuple(
        Happened(number, one.kind, one.start / 1000, one.end / 1000, "" if masks and one.users else one.note)
        for number, one in enumerate(markers(workspace, name), 1)
        if _concerns(one, log, users, names)
    )


@needs(ANYONE)
def whom(marker: Marker, names: CategoryNames) -> str:
    """Whom a marker concerns, as a file of markers says it, its category as it is shown."""
    category = names.name(marker.category)
    return CATEGORY + category if category else schema.LIST_SEPARATOR.join(marker.users) or "all"


@needs(EDITOR)
def remove_marker(workspace: Workspace, name: str, marker: int) -> None:
    """Delete a marker; raises `MarkerError`."""
    kept.remove(workspace, name, marker)


@needs(VIEWER)
def of_the_offer(workspace: Workspace, name: str) -> tuple[Marker, ...]:
    """Markers of what may have changed what is on offer, as they are kept."""
    return tuple(marker for marker in kept.read(workspace, name) if marker.kind in OFFERS)


@needs(VIEWER)
def marks(workspace: Workspace, name: str, found: Iterable[Marker], log: Sequences) -> "list[Mark]":
    """Markers as methods take them: whom each concerns by their ids in the log, which has its own categories."""
    from core.drift import Mark

    names = category_names(workspace, name)
    return [Mark(marker.start, marker.end, _concerned(marker, log, names)) for marker in found]


def _concerns(marker: Marker, log: Sequences, users: Collection[str], names: CategoryNames) -> bool:
    """Whether a marker concerns any of some users."""
    if marker.users:
        return not set(users).isdisjoint(marker.users)
    if not marker.category:
        return True
    rows = log.rows_of_all(np.array([log.find_user(user) for user in users], dtype=np.int64))
    return bool(_held(marker, log, names)[log.item[rows]].any())


def _held(marker: Marker, log: Sequences, names: CategoryNames) -> NDArray[np.bool_]:
    """Items of the category that a marker is of, (n_items,)."""
    every, own = log.catalogue.categories, names.own([marker.category])
    places = [every.index(category) for category in own if category in every]
    return np.asarray(log.catalogue.shares[:, places].sum(axis=1)).ravel() > 0


def _concerned(marker: Marker, log: Sequences, names: CategoryNames) -> frozenset[str] | None:
    """Users whom a marker concerns; None for everybody. Of a category: whoever has events of it."""
    if marker.users:
        return frozenset(marker.users)
    if not marker.category:
        return None
    return frozenset(log.users[log.user[_held(marker, log, names)[log.item]]])


def _day(moment: int) -> str:
    """A moment as a file of markers may have it: the day, or the second."""
    text = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)).isoformat(timespec="seconds")[:19]
    return text.removesuffix("T00:00:00")


def _masked(marker: Marker, masks: str) -> Marker:
    return replace(marker, users=tuple(export.mask(user, masks) for user in marker.users), note="")


def _on_a_clock(workspace: Workspace, name: str) -> DataSet:
    data_set = workspace.data_set(name)
    if data_set.summary.get("ordinal"):
        raise MarkerError(say("errors.marker_clock", data_set=name))
    return data_set


def _marker(workspace: Workspace, data_set: DataSet, cells: dict[str, str]) -> Marker:
    text = {name: str(cells.get(name) or "").strip() for name in COLUMNS}
    if not text["from"]:
        raise MarkerError(say("errors.marker_start"))
    start = moment(data_set, text["from"])
    end = moment(data_set, text["to"]) if text["to"] else start
    if len(text["to"]) == len("2024-05-01"):  # a day ends with its last moment
        end += DAY - 1
    whom = text["whom"]
    category = whom.removeprefix(CATEGORY).strip() if whom.startswith(CATEGORY) else ""
    listed = "" if category or whom == "all" else whom
    users = tuple(meant(workspace, data_set.name, one.strip()) for one in listed.split(schema.LIST_SEPARATOR) if one)
    return kept.checked(Marker(text["kind"].lower() or "other", start, end, text["note"], category, users))


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows of a CSV by column, with their lines; raises `MarkerError` where it is none of markers."""
    if not file.is_file():
        raise MarkerError(say("errors.no_file", path=str(file)))
    if file.stat().st_size > LARGEST:
        raise MarkerError(say("errors.markers_file", file=file.name, columns=", ".join(COLUMNS)))
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            if "from" not in (reader.fieldnames or ()):
                raise MarkerError(say("errors.markers_file", file=file.name, columns=", ".join(COLUMNS)))
            return [(reader.line_num, {str(name): str(cell or "") for name, cell in row.items()}) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise MarkerError(say("errors.markers_file", file=file.name, columns=", ".join(COLUMNS))) from error
