"""Lists and states of everyone by an engine of others: its workers take a trained model to pieces of the log.

What they are to do lies as a file in the workspace's staging folder, and beside it what each makes of a piece, until it
is read here, a piece at a time. Pieces begin where a run here would begin a batch, so that every number is the same on
machines alike; on others the last digits of scores and states may differ.
"""

import contextlib
import hashlib
import pickle
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data import Catalogue, Sequences, export, meeting, pieces, schema, spark_session
from core.errors import EventsError
from core.phrases import say
from core.pipeline import spreading
from core.pipeline.gate import key, needs
from core.pipeline.mapping import SLICE, state_table
from core.pipeline.rankers import ATTENTION, kept_out, model, owner, unfitted
from core.pipeline.ranking import Query, histories_of, past_of
from core.progress import Progress, part, silent
from core.settings import EDITOR, VIEWER, RecommendSettings
from core.workspace import DataSet, Workspace

if TYPE_CHECKING:
    from core.model import InterestModel, Ranker

JOB, FITTED = "job", "fitted"
"""Files of what is to be done: as it was sent, and once baselines know the log."""
UNSEEN = -1
"""What a worker answers that does not see them."""
LISTED = pa.schema(
    [(schema.USER, pa.string()), ("rank", pa.int64()), (schema.ITEM, pa.string()), ("score", pa.float32())]
)
_ONE = threading.Lock()
"""Threads of a worker share what is to be done."""


class Making(Protocol):
    """What is made of the users of a piece."""

    def fitted(self, log: Sequences) -> "Making":
        """The same, once it knows all of the log."""

    def tables(self, log: Sequences) -> Iterator[pa.Table]:
        """Rows of these users, all tables of one form."""


@dataclass(frozen=True, eq=False)
class Lists:
    """Ranked lists."""

    ranker: "Ranker"
    query: Query
    settings: RecommendSettings
    key: str
    kept_out: int
    """Last events that the ranker's run never learned from."""

    def fitted(self, log: Sequences) -> "Lists":
        """With baselines that know what came before."""
        return replace(self, ranker=self.ranker.fit(past_of(log, self.query, self.kept_out)))

    def tables(self, log: Sequences) -> Iterator[pa.Table]:
        """As `recommend` gives them."""
        from core.lists import top_k

        frame = top_k(self.ranker, histories_of(log, self.query), np.arange(log.n_users), self.settings)
        yield pa.Table.from_pandas(export.masked(frame, self.key) if self.key else frame, LISTED, preserve_index=False)


@dataclass(frozen=True, eq=False)
class States:
    """The state after each event."""

    trained: "InterestModel"
    key: str

    def fitted(self, log: Sequences) -> "States":  # noqa: ARG002
        """A model knows what it knows."""
        return self

    def tables(self, log: Sequences) -> Iterator[pa.Table]:
        """As `export_states` writes them."""
        for start in range(0, log.n_users, SLICE):
            some = log.only(np.arange(start, min(start + SLICE, log.n_users)))
            yield state_table(some, self.trained.states(some), self.key)


@dataclass(frozen=True, eq=False)
class Job:
    """What is to be done with the pieces of a log."""

    reader: pieces.Reader
    catalogue: Catalogue
    making: Making

    def write(self, place: str, name: str) -> str:
        """Leave it for the workers, whole; returns the mark by which they know it again."""
        data = pickle.dumps(self)
        with meeting.draft(place, name) as path:
            path.write_bytes(data)
        return hashlib.sha256(data).hexdigest()


def fit(folder: str, mark: str) -> str:
    """Let what is made know all of the log, which one worker reads; the mark of what is to be done then."""
    try:
        job = _job(folder, JOB, mark)
    except FileNotFoundError:
        return ""
    making = job.making.fitted(job.reader.whole(job.catalogue))
    return replace(job, catalogue=job.catalogue.bare(), making=making).write(folder, FITTED)


def make(folder: str, place: int, mark: str) -> int:
    """Write what is made of a piece; the number of its rows."""
    try:
        with _ONE:
            job = _job(folder, FITTED, mark)
    except FileNotFoundError:
        return UNSEEN
    rows, tables = 0, job.making.tables(job.reader.people(place, job.catalogue))
    first = next(tables)
    with meeting.draft(folder, f"{place:06}.parquet") as path, pq.ParquetWriter(path, first.schema) as writer:
        for table in (first, *tables):
            writer.write_table(table)
            rows += len(table)
    return rows


@lru_cache(maxsize=1)
def _job(place: str, name: str, mark: str) -> Job:
    """What is to be done, read once by each worker; nothing is opened that was not sent."""
    data = meeting.read(place, name)
    if hashlib.sha256(data).hexdigest() != mark:
        raise FileNotFoundError(name)
    found: Job = pickle.loads(data)  # noqa: S301 - its mark came with the task itself
    return found


@dataclass(frozen=True, eq=False)
class Far:
    """A version of a log whose events are elsewhere, and a place for what comes of them."""

    work: spreading.Work
    meeting: meeting.Meeting
    form: pieces.Form
    known: pieces.Counted
    log: Sequences
    """All users and items, and no events."""

    @classmethod
    @contextlib.contextmanager
    def opened(cls, workspace: Workspace, found: DataSet, engine: str, progress: Progress) -> Iterator["Far"]:
        """Ask the engine at an address, for as long; raises `EventsError`."""
        with workspace.staging() as folder, spark_session.session(engine) as made:
            work = spreading.Work(made, engine, progress)
            form, known = work.coded(pieces.Form.of(found)), work.counted(found)
            place = meeting.Meeting(folder.resolve(), workspace.meeting(folder))
            try:
                yield cls(work, place, form, known, known.unread(form, pd.read_parquet(found.users)))
            finally:
                place.close()

    def made(self, making: Making, users: int, progress: Progress, *, knows: bool) -> Iterator[pa.Table]:
        """What workers make, in the order of users, as parts of tables; pieces begin with every so many users at most.

        `knows`: whether what is made needs no more than it knows.
        """
        cut = tuple(self.known.pieces(spreading.EVENTS, users))
        job, folder = Job(pieces.Reader(self.form, cut), self.log.catalogue, making), self.meeting.there()
        files = [f"{place:06}.parquet" for place in range(len(cut))]

        def watch() -> None:
            progress(len(self.meeting.names()) / len(files), self.work.said())

        mark = sent = job.write(folder, FITTED if knows else JOB)
        if not knows:
            mark = self.work.answers(1, lambda _: (fit(folder, sent),), watch, "string")[0].as_py()
        answers = self.work.answers(len(cut), lambda place: (make(folder, place, mark),), watch, "long")
        if UNSEEN in [answer.as_py() for answer in answers] or not {*files} <= {*self.meeting.names()}:
            raise EventsError(say("errors.engine_blind", engine=self.work.engine, folder=folder))
        for file in files:
            with pq.ParquetFile(self.meeting.brought(file)) as opened:
                yield from map(opened.read_row_group, range(opened.num_row_groups))


@needs(VIEWER)
@contextlib.contextmanager
def recommend_by(
    workspace: Workspace, name: str, query: Query, settings: RecommendSettings, engine: str, progress: Progress = silent
) -> Iterator[Iterator[pd.DataFrame]]:
    """The lists of everyone that `recommend` gives, in parts; raises what it does, and where the engine fails."""
    from core.model import in_batches

    found = workspace.data_set(name)
    with Far.opened(workspace, found, engine, part(progress, 0.0, 0.1)) as far:
        behind = owner(workspace, name, [query.model], query.run)
        ranker = unfitted(workspace, behind, query.model, far.log)
        making = Lists(ranker, query, settings, key(workspace), kept_out(behind))
        batch = len(in_batches(np.arange(far.log.n_users), far.log.n_items)[0])
        made = far.made(making, batch, part(progress, 0.1, 1.0), knows=query.model == ATTENTION)
        yield (table.to_pandas() for table in made)


@needs(EDITOR)
def export_states_by(
    workspace: Workspace, name: str, out: Path, engine: str, progress: Progress = silent, *, mask: bool = False
) -> int:
    """Write the file that `export_states` writes; returns the number of its rows. Raises where the engine fails."""
    masks, rows = workspace.secret() if mask else key(workspace), 0
    with Far.opened(workspace, workspace.data_set(name), engine, part(progress, 0.0, 0.1)) as far:
        making = States(model(workspace, name, None, far.log), masks)
        tables = far.made(making, SLICE, part(progress, 0.1, 1.0), knows=True)
        first = next(tables)
        with pq.ParquetWriter(out, first.schema) as writer:
            for table in (first, *tables):
                writer.write_table(table)
                rows += len(table)
    return rows
