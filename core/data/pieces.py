"""A version of a log in pieces: users who lie behind each other in its Parquet file, read without all the others.

Events lie in the order of user and time, so a piece is a range of rows, and no user is in two.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data import schema
from core.data.catalogue import Catalogue, build_catalogue
from core.data.sequences import Census, Sequences, build_sequences
from core.errors import EventsError
from core.phrases import say
from core.workspace import DataSet

Ints = NDArray[np.int64]
CODED = [schema.USER, schema.ITEM, schema.EVENT, schema.SESSION]
"""Columns with few different texts."""


@dataclass(frozen=True)
class Form:
    """What must be known beside the events to read a piece as `load_sequences` reads all."""

    path: str
    """Of the Parquet file, as workers see it."""
    gap_minutes: float
    ordinal: bool

    @classmethod
    def of(cls, data_set: DataSet) -> "Form":
        """Of a version."""
        gap = float(data_set.summary.get("session_gap_minutes", 30.0))
        return cls(str(data_set.events.resolve()), gap, bool(data_set.summary.get("ordinal", False)))


@dataclass(frozen=True)
class Piece:
    """Users who follow each other."""

    users: tuple[int, int]
    """Numbers of the first and behind the last."""
    rows: tuple[int, int]
    """Their rows in the file."""


def groups_of(path: Path, parts: int) -> list[tuple[int, int]]:
    """First row group, and the one behind the last, of so many parts of a file at most."""
    groups = pq.ParquetFile(path).metadata.num_row_groups
    ends = np.unique(np.linspace(0, groups, min(parts, max(1, groups)) + 1).astype(int)).tolist()
    return list(itertools.pairwise(ends))


def counted(path: str, groups: tuple[int, int]) -> pa.Table:
    """How often users (in the order of the file), and items, come in some row groups: columns kind, id, n."""
    file = pq.ParquetFile(path, read_dictionary=CODED[:2])
    table = file.read_row_groups(list(range(*groups)), columns=CODED[:2]).unify_dictionaries()
    parts = []
    for kind in CODED[:2]:
        codes = pa.concat_arrays(table.column(kind).chunks)
        index = codes.indices.to_numpy(zero_copy_only=False)
        if kind == schema.USER:
            first = np.flatnonzero(np.diff(index, prepend=-1))
            ids, n = codes.dictionary.take(pa.array(index[first])), np.diff(np.append(first, len(index)))
        else:
            n = np.bincount(index, minlength=len(codes.dictionary))
            ids = codes.dictionary
        parts.append(pa.table({"kind": pa.repeat(kind, len(ids)), "id": ids.cast(pa.string()), "n": pa.array(n)}))
    return pa.concat_tables(parts)


@dataclass(frozen=True, eq=False)
class Counted:
    """All users and items of a log."""

    users: NDArray[np.object_]
    """Ids in the order of the file, (n_users,)."""
    census: Census
    catalogue: Catalogue

    @classmethod
    def of(cls, tables: Iterable[pa.Table], data_set: DataSet) -> "Counted":
        """From the counts of all parts, in the order of the file; raises `EventsError` if a user lies in two places."""
        frame = pa.concat_tables(tables).to_pandas()
        mine = frame[frame["kind"] == schema.USER]
        begins = (mine["id"] != mine["id"].shift()).to_numpy()
        users = mine["id"].to_numpy(dtype=object)[begins]
        if len(set(users)) < len(users):
            raise EventsError(say("errors.not_in_order", data_set=data_set.name))
        lengths = np.bincount(np.cumsum(begins) - 1, mine["n"], len(users)).astype(np.int64)
        count = frame[frame["kind"] == schema.ITEM].groupby("id")["n"].sum()
        items = pd.read_parquet(data_set.items)
        ids = items[schema.ITEM].drop_duplicates().to_numpy(dtype=object)
        ids = np.append(ids, np.array(sorted(set(count.index) - set(ids)), dtype=object))
        popularity = count.reindex(ids).fillna(0).to_numpy(np.int64)
        return cls(users, Census(lengths, popularity), build_catalogue(ids, popularity, items))

    def pieces(self, events: int) -> list[Piece]:
        """Pieces of about so many events."""
        ends = np.concatenate(([0], np.cumsum(self.census.lengths)))
        cuts = np.searchsorted(ends, np.arange(0, ends[-1], max(1, events)))
        cuts = np.unique(np.append(cuts, len(self.users)))
        return [Piece((int(a), int(b)), (int(ends[a]), int(ends[b]))) for a, b in itertools.pairwise(cuts)]

    def log_of(self, events: pa.Table, form: Form) -> Sequences:
        """A log of which the events of some users are at hand, all of these; the others' histories are empty."""
        part = sequences_of(events, self.catalogue, form)
        place = pd.Index(self.users).get_indexer(pd.Index(part.users))
        counts = np.zeros(len(self.users), np.int64)
        counts[place] = part.lengths
        return replace(
            part,
            users=self.users,
            offsets=np.concatenate(([0], np.cumsum(counts))),
            user_attributes=pd.DataFrame(index=range(len(self.users))),
            whole=self.census,
        )


def rows_of(form: Form, piece: Piece) -> pa.Table:
    """The events of a piece."""
    file = pq.ParquetFile(
        form.path, read_dictionary=[name for name in CODED if name in pq.read_schema(form.path).names]
    )
    ends = np.cumsum([0, *(file.metadata.row_group(place).num_rows for place in range(file.num_row_groups))])
    first, last = (int(np.searchsorted(ends, row, side="right")) - 1 for row in (piece.rows[0], piece.rows[1] - 1))
    table = file.read_row_groups(list(range(first, last + 1)))
    return table.slice(piece.rows[0] - int(ends[first]), piece.rows[1] - piece.rows[0])


def some_of(form: Form, piece: Piece, users: NDArray[Any]) -> pa.Table:
    """The events of some users of a piece, as texts."""
    table = rows_of(form, piece)
    table = table.cast(pa.schema([(f.name, pa.string() if f.name in CODED else f.type) for f in table.schema]))
    return table.filter(pc.is_in(table.column(schema.USER), pa.array(users, pa.string())))


def sequences_of(events: pa.Table, catalogue: Catalogue, form: Form) -> Sequences:
    """Sequences of some users of a log with this catalogue."""
    items = pd.DataFrame({schema.ITEM: catalogue.items})
    made = build_sequences(events.to_pandas(), items, None, session_gap_minutes=form.gap_minutes, ordinal=form.ordinal)
    return replace(made, catalogue=catalogue)


def as_bytes(table: pa.Table) -> bytes:
    """A table as Arrow writes it."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def from_bytes(data: bytes) -> pa.Table:
    """What `as_bytes` wrote."""
    return pa.ipc.open_stream(data).read_all()


@dataclass(frozen=True)
class Reader:
    """Reads the pieces of a log by their places."""

    form: Form
    pieces: tuple[Piece, ...]

    def __call__(self, place: int, catalogue: Catalogue) -> Sequences:
        """The log of the users of a piece alone, its items coded as in the catalogue."""
        return sequences_of(rows_of(self.form, self.pieces[place]), catalogue, self.form)
