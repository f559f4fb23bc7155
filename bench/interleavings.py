"""What is left of a data set when two change it at once: add, purge, commit, delete, import over it.

    python -m bench.interleavings [--cases 500] [--seed 0] [--killed .2]

Two processes do one change each, stop at every touch of the workspace's database and at every report of progress, and
go on in an order drawn at random. What both said and what lies in the workspace afterwards must be what one after the
other would have given, in one order or the other; of a case in which one process is killed somewhere on its way, what
the other one alone would have given counts as well; a purge that was killed is ended by the next purge before one
looks. Prints one line of JSON, and exits 1 where anything was lost.
"""

import argparse
import contextlib
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pandas as pd

from bench.one_by_one import BASE, KINDS, OVER, REFUSED, STREAMED, Outcome, State, allowed, meant
from core import pipeline
from core.data.log_files import LogFiles
from core.errors import MeanderError, UnknownDataSetError
from core.settings import ImportSettings
from core.stream.journal import Journal, Logged
from core.workspace import Workspace

NAME, DAYS = "log", 30
OLD, FRESH = datetime.now(UTC) - timedelta(days=40), datetime.now(UTC) - timedelta(days=3)
PATIENCE = 20.0
"""Seconds in which a process is to end once it was told to."""
RULES = ImportSettings(min_events=1, retention_days=DAYS)


# ---- two processes that stop at every point --------------------------------------------------------------------


def serve(pipe: Connection) -> None:
    """Do changes as they are asked for; at each point tell, and wait for leave to go on."""

    def point() -> None:
        pipe.send("point")
        pipe.recv()

    _stop_at_the_database(point)
    while asked := pipe.recv():
        point()
        pipe.send(("said", _done(Workspace(asked[0]), asked[1], asked[2], point)))


def _stop_at_the_database(point: Callable[[], None]) -> None:
    """Make every use of the database a point, before and after."""
    database, transaction = Workspace.database, Journal._transaction

    @contextlib.contextmanager
    def used(self: Workspace) -> Iterator[Any]:
        point()
        with database(self) as connection:
            yield connection
        point()

    @contextlib.contextmanager
    def written(self: Journal) -> Iterator[Any]:
        point()
        with transaction(self) as connection:
            yield connection

    Workspace.database = used  # type: ignore[method-assign]
    Journal._transaction = written  # type: ignore[method-assign]


def _done(workspace: Workspace, kind: str, who: str, point: Callable[[], None]) -> str:
    def progress(_share: float, _message: str) -> None:
        point()

    log = workspace.root.parent / f"{OVER[0] if kind == 'over' else who}.csv"
    steps: dict[str, Callable[[], Any]] = {
        "add": lambda: pipeline.import_log(workspace, NAME, LogFiles(log), RULES, progress, add=True),
        "over": lambda: pipeline.import_log(workspace, NAME, LogFiles(log), RULES, progress),
        "purge": lambda: pipeline.purge(workspace, NAME, progress),
        "commit": lambda: pipeline.commit(workspace, NAME, progress),
        "delete": lambda: pipeline.delete(workspace, NAME),
    }
    try:
        found = steps[kind]()
    except MeanderError:
        return REFUSED
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return f"removed {found}" if kind == "purge" else "done"


class Pair:
    """Two processes, started once for many cases."""

    def __init__(self, folder: Path) -> None:
        """Make a data set in `folder` that all cases begin with."""
        self.folder = folder
        self._context = multiprocessing.get_context("fork")
        self._started = [self._start(), self._start()]
        prepare(folder)

    def close(self) -> None:
        """Let both end."""
        for process, pipe in self._started:
            with contextlib.suppress(OSError):
                pipe.send(None)
            process.join(PATIENCE)
            process.kill()

    def case(self, kinds: Sequence[str], rng: random.Random, *, kill: bool = False) -> str:
        """Let the two change a fresh copy at once; empty if all is as it should be, else what is not."""
        root = self.folder / "case" / "workspace"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.folder / "first" / "workspace", root)
        for place, kind in enumerate(kinds):
            self._started[place][1].send((root, kind, f"added{place}"))
            self._started[place][1].recv()
        said, killed = self._raced(rng, rng.randrange(2) if kill else None)
        good = allowed(kinds, killed)
        if killed is not None and kinds[killed] == "purge":  # the next one, at the next start of a worker, ends it
            with contextlib.suppress(UnknownDataSetError):
                pipeline.purge(Workspace(root), NAME)
            good = [(meant(state, "purge", "")[0], told) for state, told in good]
        try:
            found: Outcome = (left(Workspace(root)), said)
        except AssertionError as error:
            return f"{kinds}: {error}"
        return "" if found in good else f"{kinds}: found {found}, expected one of {good}"

    def _raced(self, rng: random.Random, doomed: int | None) -> tuple[tuple[str | None, ...], int | None]:
        """What each said, and which was killed before it had ended."""
        said: list[str | None] = [None, None]
        at_work, steps, bias = {0, 1}, rng.randrange(60), rng.random()
        while at_work:
            place = rng.choices((0, 1), (bias, 1 - bias))[0] if len(at_work) == 2 else min(at_work)
            steps -= place == doomed
            if place == doomed and steps < 0:
                self._kill(place)
                at_work.remove(place)
            elif (told := self._step(place)) is not None:
                said[place] = told
                at_work.remove(place)
            if rng.random() < 0.1:
                bias = rng.random()  # now the one runs ahead, now the other
        return tuple(said), doomed if doomed is not None and said[doomed] is None else None

    def _step(self, place: int) -> str | None:
        """Let one go on to its next point; what it said, if that was its end."""
        pipe = self._started[place][1]
        pipe.send("go")
        told = pipe.recv()
        return None if told == "point" else str(told[1])

    def _kill(self, place: int) -> None:
        self._started[place][0].kill()
        self._started[place][0].join()
        self._started[place] = self._start()

    def _start(self) -> tuple[Any, Connection]:
        here, there = self._context.Pipe()
        process = self._context.Process(target=serve, args=(there,), daemon=True)
        process.start()
        there.close()
        return process, here


# ---- the data set ---------------------------------------------------------------------------------------------


def prepare(folder: Path) -> None:
    """A data set of one version whose oldest event has grown too old, a streamed event, and the logs of all cases."""
    workspace = Workspace(folder / "first" / "workspace")
    for users in (BASE, OVER, ("added0",), ("added1",)):
        for place in ("first", "case"):
            (folder / place).mkdir(parents=True, exist_ok=True)
            _write(folder / place / f"{users[0]}.csv", users)
    log = LogFiles(folder / "first" / "old.csv")
    pipeline.import_log(workspace, NAME, log, replace(RULES, retention_days=2 * DAYS))
    summary = workspace.data_set(NAME).summary
    summary["recipe"]["settings"]["retention_days"] = DAYS
    with workspace.database() as database:
        database.execute("update data_sets set summary = ?", (json.dumps(summary),))
    pipeline.keep(workspace, NAME, [Logged(user, "item", int(FRESH.timestamp() * 1e6)) for user in STREAMED])


def _write(path: Path, users: Sequence[str]) -> None:
    rows = [f"{user},item,{OLD if user == 'old' else FRESH:%Y-%m-%dT%H:%M:%S}" for user in users]
    path.write_text("\n".join(["user_id,item_id,timestamp", *rows]), encoding="utf-8")


def left(workspace: Workspace) -> State:
    """What lies in a workspace, once what a killed process left is tidied away."""
    workspace.tidy()
    folder = workspace.root / "data" / NAME
    versions = sorted((int(path.name[1:]), _users(path)) for path in folder.glob("v*"))
    streamed: frozenset[str] = frozenset()
    if versions and (journal := pipeline.streamed(workspace, NAME)):
        with contextlib.closing(journal):
            streamed = frozenset(journal.users())
    current = [data_set.version for data_set in workspace.data_sets()]
    assert current == [number for number, _ in versions][-1:], "the row names another version"
    making = [path for path in (workspace.root / "staging").glob("*") if path.is_dir()]  # a lock goes a while later
    assert not making, "something was left in the making"
    return State(tuple(versions), streamed)


def _users(version: Path) -> frozenset[str]:
    return frozenset(pd.read_parquet(version / "events.parquet")["user_id"])


def main() -> int:
    """Try many cases, and print how many went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--killed", type=float, default=0.2, help="share of cases in which one process is killed")
    options = parser.parse_args()
    rng, begun = random.Random(options.seed), time.perf_counter()  # noqa: S311 - reproducible, not secret
    pairs: Counter[str] = Counter()
    wrong, kills = [], 0
    with (
        tempfile.TemporaryDirectory(prefix="meander-bench-") as scratch,
        contextlib.closing(Pair(Path(scratch))) as two,
    ):
        for _ in range(options.cases):
            kinds = [rng.choice(KINDS), rng.choice(KINDS)]
            pairs[" + ".join(sorted(kinds))] += 1
            kill = rng.random() < options.killed
            kills += kill
            if told := two.case(kinds, rng, kill=kill):
                wrong.append(told)
                sys.stderr.write(f"{told}\n")
    seconds = round(time.perf_counter() - begun, 1)
    print(json.dumps({"cases": options.cases, "kills": kills, "lost": len(wrong), "seconds": seconds, "pairs": pairs}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
