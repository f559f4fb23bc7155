"""The drift test by an engine of others: its workers read pieces of the log, which this machine never holds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.data import pieces, schema, spark_session
from core.phrases import say
from core.progress import Progress, part
from core.settings import DriftSettings
from core.workspace import DataSet

if TYPE_CHECKING:
    import pyarrow as pa

    from core.data import Sequences
    from core.drift import Ask, Everyone

EVENTS = 250_000
"""Events of a piece, about: a task takes seconds, and a worker some hundred megabytes."""
PARTS = 64
"""Parts in which users and items are counted."""
SENT = 32 << 20
"""Bytes that are sent to the workers at once."""


def drift_by(
    found: DataSet, settings: DriftSettings, engine: str, check: "Callable[[Everyone], object]", progress: Progress
) -> pd.DataFrame:
    """The drift table of a version; `check` looks at what is learned of everyone before anyone is tested.

    Raises `EventsError`, also where the engine fails.
    """
    from core.drift import Everyone, detect_sharded, learners

    with spark_session.session(engine) as made:
        work = Work(made, engine, part(progress, 0.0, 0.1))
        form, known = pieces.Form.of(found), work.counted(found)
        cut = tuple(known.pieces(EVENTS))
        some = learners(known.census.lengths, settings.seed)
        everyone = Everyone(work.log_of(form, known, cut, some), settings.seed)
        check(everyone)
        firsts = np.array([piece.users[0] for piece in cut])
        return detect_sharded(everyone, firsts, pieces.Reader(form, cut), work.run, settings, progress)


def planted_by(
    found: DataSet, users: int, settings: DriftSettings, seed: int, engine: str, progress: Progress
) -> pd.DataFrame:
    """What `tried` tells of a version; only the events of those whom it learns from and plants in are brought here.

    The test of the planted histories is this machine's: they are as few as are asked for. Raises what `drift_by` does.
    """
    from core.drift import learners, lenders, tried

    with spark_session.session(engine) as made:
        work = Work(made, engine, part(progress, 0.0, 0.2))
        form, known = pieces.Form.of(found), work.counted(found)
        lengths, cut = known.census.lengths, tuple(known.pieces(EVENTS))
        lend = lenders(lengths, users, seed)
        some = np.arange(len(lengths)) if lend is None else np.union1d(learners(lengths, settings.seed), lend)
        log = work.log_of(form, known, cut, some)
    return tried(log, users, settings, seed, part(progress, 0.2, 1.0))


@dataclass(frozen=True)
class Work:
    """What the workers of an engine are asked about a version."""

    made: Any
    """The session."""
    engine: str
    progress: Progress

    def counted(self, found: DataSet) -> pieces.Counted:
        """All users and items of a version."""
        path = found.source
        groups = pieces.groups_of(path, PARTS)
        tables = self._tables(len(groups), lambda number: pieces.counted(path, groups[number]))
        return pieces.Counted.of(tables, found)

    def log_of(
        self, form: pieces.Form, known: pieces.Counted, cut: tuple[pieces.Piece, ...], some: "np.ndarray[Any, Any]"
    ) -> "Sequences":
        """A log of which the events of some users, by their numbers, are at hand."""
        wanted = [known.users[some[(some >= piece.users[0]) & (some < piece.users[1])]] for piece in cut]
        return known.log_of(
            self._tables(len(cut), lambda number: pieces.some_of(form, cut[number], wanted[number])), form
        )

    def run(self, ask: "Ask", tasks: list[tuple[int, bytes]], progress: Progress) -> "Iterator[pa.Buffer]":
        """Ask shards, as many at once as may be sent at once."""
        sent = np.cumsum([len(asked) for _, asked in tasks]) // SENT
        for turn in np.unique(sent):
            some = [tasks[place] for place in np.flatnonzero(sent == turn)]
            before = int(np.searchsorted(sent, turn)) / len(tasks)

            def answer(number: int, some: list[tuple[int, bytes]] = some) -> tuple[bytes]:
                return (ask(*some[number]),)

            yield from self._sent(len(some), answer, lambda at=before: progress(at, self.said()))  # type: ignore[misc]

    def coded(self, form: pieces.Form) -> pieces.Form:
        """The form of a version with what models must know of all of it to read a part."""
        if schema.EVENT in pieces.file_of(form.path).schema_arrow.names:
            groups = pieces.groups_of(form.path, PARTS)
            tables = self._tables(len(groups), lambda number: pieces.kinds_counted(form.path, groups[number]))
            form = replace(form, kinds=pieces.kinds_of_all(tables))
        else:
            form = replace(form, kinds=(schema.EVENT,))
        if not pieces.lacks_ratings(form.path):
            return form
        usual = self.answers(1, lambda _: (pieces.usual_rating(form.path),), self._watch, "double")
        return replace(form, rating=usual[0].as_py())

    def answers(self, count: int, work: Callable[[int], tuple[Any]], watch: Callable[[], None], kind: str) -> list[Any]:
        """What the workers answer for the numbers below `count`, a task each, as Arrow holds it."""
        frame = spark_session.each(self.made, count, work, f"answer {kind}")
        table = spark_session.asked(self.made, frame.toArrow, watch)
        answers = table.column("answer")
        return [answers[place] for place in np.argsort(table.column("number").to_numpy()).tolist()]

    def said(self) -> str:
        """What is said meanwhile."""
        return say("steps.elsewhere", engine=self.engine)

    def _watch(self) -> None:
        self.progress(0.0, self.said())

    def _sent(
        self, count: int, work: Callable[[int], tuple[bytes]], watch: Callable[[], None]
    ) -> "Iterator[pa.Buffer]":
        """Answers that were packed, where they came to lie: they are not copied."""
        yield from (answer.as_buffer() for answer in self.answers(count, work, watch, "binary"))

    def _tables(self, count: int, work: "Callable[[int], pa.Table]") -> "Iterator[pa.Table]":
        sent = self._sent(count, lambda number: (pieces.as_bytes(work(number)),), self._watch)
        return map(pieces.from_bytes, sent)
