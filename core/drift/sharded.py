"""The drift test over shards of users, wherever these lie: the same table as `detect` gives, to the last bit.

Whoever asks knows all users, the number of events of each, and the events of those whom everything is learned from
(`learners`); all other events are read by the shards alone. Questions and answers travel as Arrow.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from core.data import Catalogue, Sequences, pieces
from core.drift.evidence import (
    Everyone,
    groupers,
    looked_at,
    on_log,
    timeless_users,
    trend_users,
    view_users,
    with_sessions_of,
)
from core.drift.verdict import (
    LISTS,
    NUMBER,
    Columns,
    Learned,
    Shard,
    cells_of,
    entries,
    judged,
    planted_in,
    rehearsed_after,
)
from core.progress import Progress, silent
from core.settings import DriftSettings

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Read = Callable[[int, Catalogue], Sequences]
"""Reads the log of a shard by its place, its items coded as in a catalogue."""
Run = Callable[["Ask", list[tuple[int, bytes]], Progress], Iterator[bytes | pa.Buffer]]
"""Asks shards by their places, each what its bytes say, anywhere and in any order; gives what they answer."""


def learners(lengths: Ints, seed: int) -> Ints:
    """Users whose events are to be at hand where everything is learned, rising; `lengths`: events of each user."""
    some = groupers(lengths, seed)
    return np.unique(
        np.concatenate(
            [
                *trend_users(lengths, seed),
                timeless_users(lengths, seed),
                view_users(lengths, seed),
                looked_at(lengths),
                planted_in(lengths, seed),
                rehearsed_after(lengths, seed),
                np.arange(len(lengths)) if some is None else some,
            ]
        )
    )


def detect_sharded(
    everyone: Everyone, firsts: Ints, read: Read, run: Run, settings: DriftSettings, progress: Progress = silent
) -> pd.DataFrame:
    """The drift table; `everyone` needs the events of its `learners` alone, `firsts` are first users of shards, rising.

    Raises what `detect` does.
    """
    _ = everyone.doubts
    return judged(everyone, Spread(Ask(handed(everyone), firsts, read), run), settings, progress)


def handed(everyone: Everyone) -> Learned:
    """What is learned of everyone, without anyone's events and what items are called."""
    learned, log = Learned.of(everyone), everyone.sequences
    nobody = replace(
        log.only(np.zeros(0, np.int64)),
        users=log.users[:0],
        offsets=log.offsets[:1] * 0,
        user_attributes=pd.DataFrame(),
        people=None,
        ids=None,
        whole=None,
        ordinal=False,
    )
    views = tuple(on_log(view, nobody) for view in learned.views)
    return replace(learned, catalogue=learned.catalogue.bare(), views=views)


@dataclass(frozen=True, eq=False)
class Ask:
    """A stage of the test, asked of a shard: what travels to where the shard is."""

    learned: Learned
    firsts: Ints
    """Number of the first user of each shard, rising."""
    read: Read
    stage: str = ""
    told: Mapping[str, Any] | None = None

    def __call__(self, place: int, asked: bytes) -> bytes:
        """The answer."""
        log = self.read(place, self.learned.catalogue)
        log = replace(log, catalogue=self.learned.catalogue)
        sessions = with_sessions_of(log, log)
        learned = replace(self.learned, views=tuple(on_log(view, sessions) for view in self.learned.views))
        numbers = self.firsts[place] + np.arange(log.n_users)
        parts = list(Shard(log, numbers, learned).each(self.stage, unpacked(asked), self.told or {}, silent))
        return packed({name: np.concatenate([part[name] for part in parts]) for name in parts[0]})


@dataclass(frozen=True, eq=False)
class Spread:
    """Shards in many places."""

    ask: Ask
    run: Run

    def each(self, stage: str, asked: Columns, told: Mapping[str, Any], progress: Progress) -> Iterator[Columns]:
        """Ask each shard about its own users; those of whom nobody is asked are left in peace."""
        bounds = np.searchsorted(asked[NUMBER], np.append(self.ask.firsts, np.iinfo(np.int64).max))
        tasks = [
            (place, packed({name: column[first:last] for name, column in asked.items()}))
            for place, (first, last) in enumerate(itertools.pairwise(bounds))
            if last > first
        ]
        yield from map(unpacked, self.run(replace(self.ask, stage=stage, told=told), tasks, progress))


def packed(columns: Columns) -> bytes:
    """Columns as Arrow writes them."""
    return pieces.as_bytes(pa.table({name: _as_arrow(name, column) for name, column in columns.items()}))


def unpacked(data: bytes | pa.Buffer) -> Columns:
    """What `packed` wrote."""
    table = pieces.from_bytes(data)
    return {name: _from_arrow(name, table.column(name)) for name in table.column_names}


def _as_arrow(name: str, column: NDArray[Any]) -> pa.Array:
    if name in LISTS:
        return entries(name, list(column))
    if column.ndim == 2:
        return pa.FixedSizeListArray.from_arrays(pa.array(np.ascontiguousarray(column).ravel()), column.shape[1])
    return pa.array(column)


def _from_arrow(name: str, column: pa.ChunkedArray) -> NDArray[Any]:
    if name in LISTS:
        return cells_of(name, column)
    if pa.types.is_fixed_size_list(column.type):
        flat = np.concatenate([np.zeros(0), *(chunk.flatten().to_numpy() for chunk in column.chunks)])
        return np.asarray(flat.reshape(-1, column.type.list_size))
    return np.asarray(column.to_numpy())
