"""A version of a log in pieces: users who lie behind each other in its Parquet file, read without all the others.

Events lie in the order of user and time, so a piece is a range of rows, and no user is in two.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data import schema
from core.data.catalogue import Catalogue, build_catalogue
from core.data.sequences import Census, Sequences, attributes_of, build_sequences
from core.errors import EventsError
from core.phrases import say
from core.workspace import DataSet, far

Ints = NDArray[np.int64]
AT_ONCE = 500_000
"""Events that are made into arrays at a time, at least."""
CODED = [schema.USER, schema.ITEM, schema.EVENT, schema.SESSION]
"""Columns with few different texts."""


@dataclass(frozen=True)
class Form:
    """What must be known beside the events to read a piece as `load_sequences` reads all."""

    path: str
    """Of the Parquet file, as workers see it; or an address (`DataSet.source`)."""
    gap_minutes: float
    ordinal: bool
    kinds: tuple[str, ...] = ()
    """Names of the kinds of behaviour in the whole log, where their numbers matter."""
    rating: float | None = None
    """What stands for a rating that is missing, where some are."""

    @classmethod
    def of(cls, data_set: DataSet) -> "Form":
        """Of a version."""
        gap = float(data_set.summary.get("session_gap_minutes", 30.0))
        return cls(data_set.source, gap, bool(data_set.summary.get("ordinal", False)))


@dataclass(frozen=True)
class Piece:
    """Users who follow each other."""

    users: tuple[int, int]
    """Numbers of the first and behind the last."""
    rows: tuple[int, int]
    """Their rows in the file."""


def file_of(path: str, coded: Sequence[str] = ()) -> pq.ParquetFile:
    """The events of a version where they lie; texts of some columns are taken as codes."""
    return pq.ParquetFile(far.opened(path), read_dictionary=list(coded))


def groups_of(path: str, parts: int) -> list[tuple[int, int]]:
    """First row group, and the one behind the last, of so many parts of a file at most."""
    groups = file_of(path).metadata.num_row_groups
    ends = np.unique(np.linspace(0, groups, min(parts, max(1, groups)) + 1).astype(int)).tolist()
    return list(itertools.pairwise(ends))


def counted(path: str, groups: tuple[int, int]) -> pa.Table:
    """How often users (in the order of the file), and items, come in some row groups: columns kind, id, n."""
    file = file_of(path, CODED[:2])
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


def kinds_counted(path: str, groups: tuple[int, int]) -> pa.Table:
    """How often kinds of behaviour come in some row groups, in the order of the file: columns id (null: none), n."""
    table = file_of(path).read_row_groups(list(range(*groups)), columns=[schema.EVENT])
    counts = pc.value_counts(table.column(0).cast(pa.string()))
    return pa.table({"id": counts.field("values"), "n": counts.field("counts")})


def kinds_of_all(tables: Iterable[pa.Table]) -> tuple[str, ...]:
    """Names of the kinds of a log from the counts of all parts, as `coding.kinds_of` orders them."""
    count = Counter[str | None]()
    for table in tables:
        for kind, n in zip(*(table.column(name).to_pylist() for name in ("id", "n")), strict=True):
            count[kind] += n
    named = {kind: n for kind, n in count.items() if kind is not None}
    if count[None]:  # rows without a kind come last among equals
        named[schema.EVENT] = named.get(schema.EVENT, 0) + count[None]
    return tuple(sorted(named, key=lambda kind: -named[kind]))


def usual_rating(path: str) -> float:
    """The median of the ratings of a log."""
    return float(file_of(path).read([schema.RATING]).to_pandas()[schema.RATING].median())


def lacks_ratings(path: str) -> bool:
    """Whether some events weigh what usual ratings do, for they have none: as the file tells of itself."""
    about = file_of(path).metadata
    names = about.schema.names
    if schema.WEIGHT in names or schema.RATING not in names:
        return False
    places = range(about.num_row_groups)
    columns = [about.row_group(place).column(names.index(schema.RATING)) for place in places]
    missing = [column.statistics.null_count if column.statistics else 1 for column in columns]
    return 0 < sum(map(int, missing)) < int(about.num_rows)


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

    def pieces(self, events: int, users: int = 1) -> list[Piece]:
        """Pieces of about so many events, which begin with every so many users at most."""
        ends = np.concatenate(([0], np.cumsum(self.census.lengths)))
        cuts = np.searchsorted(ends, np.arange(0, ends[-1], max(1, events))) // users * users
        cuts = np.unique(np.append(cuts, len(self.users)))
        return [Piece((int(a), int(b)), (int(ends[a]), int(ends[b]))) for a, b in itertools.pairwise(cuts)]

    def unread(self, form: Form, users: pd.DataFrame) -> Sequences:
        """A log without events at hand, as models that were trained on it know it; `users` is its users file."""
        log = self.log_of([file_of(form.path).schema_arrow.empty_table()], form)
        return replace(log, kinds=form.kinds, user_attributes=attributes_of(self.users, users))

    def log_of(self, tables: Iterable[pa.Table], form: Form) -> Sequences:
        """A log of which the events of some users are at hand, all of these; the others' histories are empty.

        `tables` hold them in the order of the users. Kinds of behaviour are not told apart.
        """
        place, counts, sessions = pd.Index(self.users), np.zeros(len(self.users), np.int64), 0
        columns: dict[str, list[NDArray[Any]]] = {name: [] for name in ("item", "time", "weight", "session", "kind")}
        for table in _larger(tables):
            part = sequences_of(table, self.catalogue, form)
            counts[place.get_indexer(pd.Index(part.users))] = part.lengths
            part = replace(part, session=part.session + sessions, kind=np.zeros_like(part.kind), kinds=(schema.EVENT,))
            sessions = int(part.session[-1]) + 1 if len(part) else sessions
            for name, values in columns.items():
                values.append(getattr(part, name))
        together: dict[str, Any] = {name: np.concatenate(columns.pop(name)) for name in list(columns)}
        return replace(
            part,
            **together,
            users=self.users,
            offsets=np.concatenate(([0], np.cumsum(counts))),
            user_attributes=pd.DataFrame(index=range(len(self.users))),
            whole=self.census,
        )


def _larger(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Tables together until they are worth the pains that one costs; one at least."""
    waiting: list[pa.Table] = []
    for table in tables:
        if sum(map(len, waiting)) > AT_ONCE:
            yield pa.concat_tables(waiting).unify_dictionaries()
            waiting = []
        waiting.append(table)
    yield pa.concat_tables(waiting).unify_dictionaries()


def rows_of(form: Form, piece: Piece) -> pa.Table:
    """The events of a piece."""
    file = file_of(form.path, [name for name in CODED if name in file_of(form.path).schema_arrow.names])
    ends = np.cumsum([0, *(file.metadata.row_group(place).num_rows for place in range(file.num_row_groups))])
    first, last = (int(np.searchsorted(ends, row, side="right")) - 1 for row in (piece.rows[0], piece.rows[1] - 1))
    table = file.read_row_groups(list(range(first, last + 1)))
    return table.slice(piece.rows[0] - int(ends[first]), piece.rows[1] - piece.rows[0])


def some_of(form: Form, piece: Piece, users: NDArray[Any]) -> pa.Table:
    """The events of some users of a piece, with those texts alone that come in them."""
    table = rows_of(form, piece)
    table = table.filter(pc.is_in(table.column(schema.USER), pa.array(users, pa.string())))
    for place, name in enumerate(table.column_names):
        if name in CODED:
            texts = table.column(name).cast(pa.string()).combine_chunks()
            table = table.set_column(place, name, texts.dictionary_encode())
    return table


def sequences_of(events: pa.Table, catalogue: Catalogue, form: Form) -> Sequences:
    """Sequences of some users of a log with this catalogue."""
    items, frame = pd.DataFrame({schema.ITEM: catalogue.items}), events.to_pandas()
    if form.rating is not None:
        frame = frame.fillna({schema.RATING: form.rating})
    made = build_sequences(frame, items, None, session_gap_minutes=form.gap_minutes, ordinal=form.ordinal)
    made = replace(made, catalogue=catalogue)
    if not form.kinds:
        return made
    place = np.array([form.kinds.index(kind) for kind in made.kinds if len(made)], np.int16)
    return replace(made, kind=place[made.kind], kinds=form.kinds)


def as_bytes(table: pa.Table) -> bytes:
    """A table as Arrow writes it."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def from_bytes(data: bytes | pa.Buffer) -> pa.Table:
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

    def people(self, place: int, catalogue: Catalogue) -> Sequences:
        """The same, whose users know which of all users they are."""
        return replace(self(place, catalogue), people=np.arange(*self.pieces[place].users))

    def whole(self, catalogue: Catalogue) -> Sequences:
        """The log of all users, for whoever can hold it."""
        ends = self.pieces[0], self.pieces[-1]
        every = Piece(*((getattr(ends[0], name)[0], getattr(ends[1], name)[1]) for name in ("users", "rows")))
        return replace(self, pieces=(every,))(0, catalogue)
