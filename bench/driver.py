"""What whoever asks for a drift test by an engine has to hold: `python -m bench.driver --users 1000000`.

A hundred events a user. The machinery of the asking side runs as it is, over all users: counts come in parts, events of
all learners come as workers send them, and answers of every stage as well. Only the workers are not there: looks at
users are drawn at random, with a change in some, and what happened to these is copied from people of a small log.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bench.drift_scale import EVENTS, made
from bench.scale import write_log
from core.cli.console import write_table
from core.data import pieces, schema, spark_session
from core.drift import judged as judged_by
from core.drift import learners, table_file
from core.drift.evidence import Everyone
from core.drift.sharded import Ask, packed, unpacked
from core.drift.verdict import certainty
from core.drift.verdict.detection import judged
from core.drift.verdict.stages import NUMBER, Learned, Shard
from core.pipeline import spreading
from core.settings import DriftSettings, NamingSettings

CHANGED = 0.1
"""Users whose looks are those of a change."""
PARTS, GROUP = 64, 250
"""Parts in which users are counted, and users of a row group."""


class Recorded(Shard):
    """A shard that keeps what it was last told of those who changed."""

    def each(self, stage: str, *asked: Any) -> Any:
        """As a shard answers."""
        for found in super().each(stage, *asked):
            if stage == "explain":
                self.explained = dict(found)
            yield found


class Nowhere:
    """Workers who are not there."""

    def __init__(self, events: Path, ids: np.ndarray) -> None:
        """`events` are those of the learners, by number."""
        self.events, self.ids = pq.ParquetFile(events), ids
        self.learners = learners(np.full(len(ids), EVENTS), 0)
        small = made(600, 2)
        everyone = Everyone(small, 0)
        shard = Recorded(everyone.sequences, np.arange(600), Learned.of(everyone), keeps=True)
        judged(everyone, shard, DriftSettings())
        self.told = shard.explained
        self.rng = np.random.default_rng(0)

    def counted(self, _path: str, part: tuple[int, int]) -> pa.Table:
        """Counts of some users, and of all items."""
        users = self.ids[len(self.ids) * part[0] // PARTS : len(self.ids) * part[1] // PARTS]
        kinds = ["user_id"] * len(users) + ["item_id"] * 2000
        names = [*users, *(f"i{number}" for number in range(2000))]
        return pa.table({"kind": kinds, "id": pa.array(names, pa.string()), "n": np.full(len(names), EVENTS)})

    def some_of(self, _form: Any, _piece: Any, users: np.ndarray) -> pa.Table:
        """Events of some learners, as a worker sends them."""
        first = int(np.searchsorted(self.learners, int(users[0][4:]))) if len(users) else 0
        last = first + max(0, len(users) - 1)
        table = self.events.read_row_groups(list(range(first // GROUP, last // GROUP + 1)))
        return table.slice((first % GROUP) * EVENTS, len(users) * EVENTS)

    def answer(self, ask: Ask, _place: int, asked: bytes) -> bytes:
        """Something that a shard might say."""
        number = unpacked(asked)[NUMBER]
        if ask.stage == "first":
            return packed(self._first(number, len(ask.learned.weight)))
        if ask.stage == "again":
            shuffles = (ask.told or {})["shuffles"]
            return packed({NUMBER: number, "statistics": self._statistics(number, 1 + shuffles)})
        if ask.stage == "learn":
            return packed({NUMBER: number, "evidence": self.rng.normal(size=(len(number), 4))})
        which = self.rng.integers(0, len(self.told[NUMBER]), len(number))
        return packed({name: column[which] for name, column in self.told.items()} | {NUMBER: number})

    def _first(self, number: np.ndarray, views: int) -> dict[str, np.ndarray]:
        return {
            NUMBER: number,
            "statistics": self._statistics(number, 1 + certainty.FIRST),
            "parts": self.rng.random((len(number), views)),
            "seeds": self.rng.integers(0, 1 << 60, len(number)).astype(np.uint64),
            "sessions": np.full(len(number), 25),
            "effective": np.full(len(number), 20.0),
            "uniform": np.zeros(len(number), bool),
        }

    def _statistics(self, number: np.ndarray, looks: int) -> np.ndarray:
        found = self.rng.normal(size=(len(number), looks))
        found[number % round(1 / CHANGED) == 0, 0] += 6
        return found


def measure(folder: Path, users: int) -> None:
    """Print memory and CPU after each step."""
    ids = np.array([f"user{number:08}" for number in range(users)], dtype=object)
    workers = Nowhere(events_of(folder, ids), ids)
    told("workers that are none")
    _nobody_works(workers)
    found = SimpleNamespace(name="log", events=folder / "events.parquet", items=folder / "items.parquet", summary={})

    def check(everyone: Everyone) -> None:
        told("learners at hand")
        _ = everyone.doubts, everyone.lessons
        told("learned")

    table = spreading.drift_by(found, DriftSettings(), "sc://nowhere:1", check, lambda *_told: None)
    told(f"the table, {int(table['drifted'].sum()):,} drifted, {int((table['kind'] != '').sum()):,} told of")
    table_file.save(table, folder / "table.parquet")
    del table
    told("kept")
    named = judged_by(table_file.load(folder / "table.parquet"), NamingSettings())
    write_table(named[[*schema.DRIFT_COLUMNS]], folder / "table.csv")
    told(f"read and written, {(folder / 'table.csv').stat().st_size >> 20} MB")


def _nobody_works(workers: Nowhere) -> None:
    """Put these in the place of an engine."""

    def each(_made: None, count: int, work: Any, _kind: str) -> SimpleNamespace:
        def table() -> pa.Table:
            answers = pa.chunked_array([pa.array([work(number)[0]]) for number in range(count)])
            return pa.table({"number": range(count), "answer": answers})

        return SimpleNamespace(toArrow=table)

    def answer(ask: Ask, place: int, asked: bytes) -> bytes:
        return workers.answer(ask, place, asked)

    def asked(_made: None, ask: Any, _watch: Any) -> pa.Table:
        return ask()

    mock.patch.object(Ask, "__call__", answer).start()
    spark_session.each, spark_session.asked = each, asked
    spark_session.session = lambda _address: _Session()
    pieces.groups_of = lambda _path, _parts: [(part, part + 1) for part in range(PARTS)]
    pieces.counted, pieces.some_of = workers.counted, workers.some_of


class _Session:
    def __enter__(self) -> None:
        """Nobody is asked."""

    def __exit__(self, *_error: object) -> None:
        """Nobody was."""


def events_of(folder: Path, ids: np.ndarray) -> Path:
    """The events of all learners, named as they are among all, written by a process of its own."""
    code = f"from pathlib import Path; from bench.driver import write; write(Path({str(folder)!r}), {len(ids)})"
    subprocess.run([sys.executable, "-c", code], check=True)
    return folder / "learners.parquet"


def write(folder: Path, users: int) -> None:
    """Files of the learners' events."""
    some = learners(np.full(users, EVENTS), 0)
    print(f"\n{users:,} users, {len(some):,} learners\n\n| | MB | peak MB | CPU-s |\n|---|---|---|---|")
    write_log(folder, len(some))
    pd.read_csv(folder / "items.csv").to_parquet(folder / "items.parquet")
    table = pq.read_table(folder / "events.parquet")
    names = pa.array(np.repeat([f"user{number:08}" for number in some], EVENTS).astype(object), pa.string())
    table = table.set_column(0, "user_id", names).set_column(1, "item_id", table.column("item_id").cast(pa.string()))
    pq.write_table(table, folder / "learners.parquet", row_group_size=GROUP * EVENTS)


def told(step: str) -> None:
    """Print what was held so far at most."""
    now = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() >> 20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"| {step} | {now} | {peak} | {time.process_time():.1f} |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="driver-") as scratch:
        measure(Path(scratch), options.users)
