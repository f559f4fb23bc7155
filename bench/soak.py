"""A server under load for long: `python -m bench.load soak [--minutes 30] [--visitors 20]`.

A workspace of its own is filled with a simulated log; then visitors come and go, as the pages' own sockets do, while
logs are imported, a log that grows is followed, and models are trained. A line of JSON tells visits and those that
failed, jobs and those that failed, tracebacks in the server's log, and the server's memory after the first minutes
and at the end, each as the median of its last looks.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench import load

NAME, OTHER = "soak", "again"
PAGES = ("overview", "user", "library", "compare", "quality", "training", "atlas", "believe", "upload")
SETTLED = 5.0
"""Minutes after which memory must not grow any more; a third of a shorter run."""
LOOK = 5.0
"""Seconds between two looks at the server's memory."""
PAUSE = (1.0, 6.0)
"""Seconds for which a visitor reads a page."""
SMALL = ["training.epochs=3", "model.embedding_size=16", "model.blocks=1"]


@dataclass
class Seen:
    """What happened."""

    visits: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)
    """Seconds since the start, and bytes."""


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.load soak")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--port", type=int, default=8790)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="soak-") as name:
        folder = Path(name)
        users = _filled(folder)
        with _server(folder, options.port) as server, _stream(folder):
            seen = asyncio.run(_soak(options, folder, users, server))
        print(json.dumps(_told(options, folder, seen)))


def _filled(folder: Path) -> list[str]:
    """A data set with a model and verdicts, and logs to import and to follow; ids of its users."""
    from core import pipeline
    from core.data import LogFiles
    from core.data.simulate import simulate
    from core.settings import Settings, SimulationSettings, override
    from core.workspace import Workspace

    made = simulate(SimulationSettings(users=300, days=200))
    made.events.to_csv(folder / "log.csv", index=False)
    made.items.to_csv(folder / "items.csv", index=False)
    made.events.head(2000).to_csv(folder / "grows.csv", index=False)
    workspace = Workspace(folder / "workspace")
    for name in (NAME, "stream"):
        pipeline.import_log(workspace, name, LogFiles(folder / "log.csv", folder / "items.csv"))
    pipeline.drift(workspace, NAME).get()
    pipeline.train(workspace, NAME, pipeline.new_run(workspace, NAME, override(Settings(), SMALL)))
    return [str(user) for user in made.users["user_id"]]


@contextmanager
def _server(folder: Path, port: int) -> Iterator[psutil.Process]:
    with _running(folder, "server", "serve", "--port", str(port)) as process:
        for _ in range(600):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                break
            time.sleep(0.5)
        yield psutil.Process(process.pid)


@contextmanager
def _stream(folder: Path) -> Iterator[None]:
    source = str(folder / "grows.csv")
    with _running(folder, "stream", "stream", "stream", "--source", source, "--model", "popularity"):
        yield


@contextmanager
def _running(folder: Path, name: str, *command: str) -> "Iterator[subprocess.Popen[bytes]]":
    with (folder / f"{name}.log").open("wb") as log:
        run = [sys.executable, "-m", "core", "--workspace", str(folder / "workspace"), *command]
        process = subprocess.Popen(run, stdout=log, stderr=log, env=os.environ | {"OMP_NUM_THREADS": "1"})
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


async def _soak(options: argparse.Namespace, folder: Path, users: list[str], server: psutil.Process) -> Seen:
    seen, start = Seen(), time.monotonic()
    end = start + 60 * options.minutes
    visitors = [_visitor(options.port, random.Random(n), users, end, seen) for n in range(options.visitors)]  # noqa: S311
    await asyncio.gather(*visitors, _watch(server, start, end, seen), _work(folder, end))
    return seen


async def _visitor(port: int, rng: random.Random, users: list[str], end: float, seen: Seen) -> None:
    """Looks at a page, reads it, and goes on to another; each time as somebody new."""
    while time.monotonic() < end:
        page = rng.choice(PAGES)
        query = f"dataset={NAME}&user={rng.choice(users)}&event={rng.randint(1, 20)}"
        visit = await load.visit(argparse.Namespace(port=port, page=page, query=query, limit=180.0))
        seen.visits[page] += 1
        if visit.failed:
            seen.failed.append(page)
        await asyncio.sleep(rng.uniform(*PAUSE))


async def _watch(server: psutil.Process, start: float, end: float, seen: Seen) -> None:
    while time.monotonic() < end:
        seen.memory.append((time.monotonic() - start, server.memory_info().rss))
        await asyncio.sleep(LOOK)


async def _work(folder: Path, end: float) -> None:
    """A log is imported again and again, the growing one grows, and a model is trained."""
    from core import jobs
    from core.workspace import Workspace

    workspace, place = Workspace(folder / "workspace"), 2000
    lines = (folder / "log.csv").read_text("utf-8").splitlines(keepends=True)
    while time.monotonic() < end:
        busy = {job.step for job in jobs.active(workspace)}
        if "import" not in busy:
            log = {"events": str(folder / "log.csv"), "items": str(folder / "items.csv"), "name": OTHER}
            jobs.submit(workspace, "import", log)
        if "train" not in busy:
            changed = {"training": {"epochs": 3, "seed": place}, "model": {"embedding_size": 16, "blocks": 1}}
            jobs.submit(workspace, "train", {"name": NAME, "settings": changed})
        with (folder / "grows.csv").open("a", encoding="utf-8") as log_file:
            log_file.writelines(lines[place : place + 50])
        place += 50
        await asyncio.sleep(15)


def _told(options: argparse.Namespace, folder: Path, seen: Seen) -> dict[str, object]:
    from core import jobs
    from core.workspace import Workspace

    done = Counter(job.status for job in jobs.all(Workspace(folder / "workspace")))
    settled = 60 * min(SETTLED, options.minutes / 3)
    early = [held for at, held in seen.memory if at <= settled][-12:]
    late = [held for _, held in seen.memory][-12:]
    before, after = (round(statistics.median(part) / 2**20) for part in (early, late))
    log = (folder / "server.log").read_text("utf-8", "replace")
    failures = [
        f"{job.step}: {job.error}" for job in jobs.all(Workspace(folder / "workspace")) if job.status == "failed"
    ]
    return {"minutes": options.minutes, "visitors": options.visitors, "visits": sum(seen.visits.values()),
            "failed": Counter(seen.failed), "jobs": done, "failures": failures, "tracebacks": log.count("Traceback"),
            "settled_after_s": settled, "mb_settled": before, "mb_end": after, "growth": round(after / before - 1, 3),
            "mb": [round(held / 2**20) for _, held in seen.memory[:: max(1, len(seen.memory) // 20)]]}  # fmt: skip
