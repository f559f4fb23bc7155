"""What several processes that train one model gain and cost: `python -m bench.ranks logs|kills|table|sums`."""

import argparse
import json
import os
import resource
import signal
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn

from bench.model import read
from core.data import Sequences
from core.data.sequences import build_sequences
from core.model import distributed
from core.model.evaluation import summarise, user_ranks
from core.model.storage import load
from core.model.training import TrainingResult, train
from core.pipeline.supervisor import supervised
from core.settings import Settings, override

ROWS, TOUCHED, STEPS = 12_101, 3000, 50
"""Of the table and of a batch in `sums`, and how often they are added up."""


def grouped(size: int, work: Callable[[int, int, str], None]) -> int:
    """Run `work(start, number, meet)` in forks; how often they had to start again."""
    again: list[int] = []
    with tempfile.TemporaryDirectory() as folder:

        def rank(start: int, number: int) -> int:
            work(start, number, f"file://{folder}/{start}")
            return 0

        end, hold = os.pipe()
        code = supervised(size, rank, lambda: again.append(0) or len(again), end)
        os.close(end), os.close(hold)
    assert code == 0, f"a rank ended with {code}"
    return len(again)


def trained(
    log: Sequences, chosen: Settings, size: int, folder: Path, kill: tuple[int, float] = (0, 0.0)
) -> dict[str, Any]:
    """A training by some ranks: CPU of learning a rank, and what validation says; `kill`: which rank dies, and when."""

    def work(start: int, number: int, meet: str) -> None:
        began = time.monotonic()

        def progress(_share: float, _text: str) -> None:
            if kill[1] and number == kill[0] and not start and time.monotonic() - began > kill[1]:
                os.kill(os.getpid(), signal.SIGKILL)

        if size == 1:
            result = train(log, chosen, folder)
        else:
            with distributed.joined(number, size, meet, number):
                result = train(log, chosen, folder, resume=True, progress=progress)
        if not number:
            (folder / "told.json").write_text(json.dumps(told(result, size)))

    folder.mkdir(exist_ok=True)
    again = grouped(size, work)
    return {"ranks": size, **json.loads((folder / "told.json").read_text()), "started again": again}


def told(result: TrainingResult, size: int) -> dict[str, Any]:
    """Figures of a training."""
    cpu = result.targets_per_epoch * result.epochs / result.targets_per_cpu_second
    validation = {f"validation {name}": round(value, 5) for name, value in result.validation.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"epochs": result.epochs, "cpu a rank": round(cpu / size, 2), "peak MB": peak, **validation}


def imported(folder: str) -> Sequences:
    """A log with every user kept."""
    with tempfile.TemporaryDirectory() as place:
        return read(Path(folder), Path(place))


def logs(options: argparse.Namespace) -> None:
    """Each log by some numbers of ranks and seeds, and how well each user's last event is ranked then."""
    log = imported(options.folder)
    for seed in range(options.seeds):
        for size in options.ranks:
            with tempfile.TemporaryDirectory() as folder:
                chosen = override(Settings(), [*options.set, f"training.seed={seed}"])
                row = trained(log, chosen, size, Path(folder) / "run")
                if options.test:
                    row["ndcg@10"] = summarise(user_ranks([load(Path(folder) / "run", log)], log)).iloc[0]["ndcg@10"]
                print(json.dumps({"log": Path(options.folder).name, "seed": seed} | row), flush=True)


def kills(options: argparse.Namespace) -> None:
    """A training that nobody disturbs, then some of which one rank or the other is killed at different moments."""
    log, chosen = imported(options.folder), override(Settings(), options.set)
    for number in range(1 + options.times):
        with tempfile.TemporaryDirectory() as folder:
            kill = (number % 2, options.every * number)
            row = trained(log, chosen, 2, Path(folder) / "run", kill)
            told = {"killed rank": kill[0], "after": kill[1]} if number else {}
            print(json.dumps(told | row), flush=True)


def table(options: argparse.Namespace) -> None:
    """Steps with a small and a large table, CPU a rank and step."""
    for items in options.items:
        random = np.random.default_rng(1)
        users = np.repeat(np.arange(1600), 41)  # ten batches of 6,400 targets
        rows = {"user_id": users.astype(str), "item_id": random.integers(0, items, len(users)).astype(str)}
        events = pd.DataFrame(rows | {"timestamp": pd.to_datetime(np.arange(len(users)), unit="s")})
        log = build_sequences(events, pd.DataFrame({"item_id": np.arange(items).astype(str)}))
        fixed = ["training.holdout=0", "training.epochs=3", "training.loss=sampled", "training.negatives=2048",
                 "training.batch_tokens=6400", "model.embedding_size=64", "model.window=64",
                 "model.blocks=1"]  # fmt: skip
        for size in options.ranks:
            with tempfile.TemporaryDirectory() as folder:
                row = trained(log, override(Settings(), fixed), size, Path(folder) / "run")
                step = round(row["cpu a rank"] / 30 * 1e3, 1)
                spent = {"items": items, "ranks": size, "ms a step": step, "peak MB": row["peak MB"]}
                print(json.dumps(spent), flush=True)


def sums(_options: argparse.Namespace) -> None:
    """DistributedDataParallel against the sums of `core.model.distributed`, CPU a rank and step."""
    for kind in ("nothing added", "DistributedDataParallel", "all rows", "rows that were read"):
        grouped(2, partial(_summed, kind))


def _summed(kind: str, _start: int, number: int, meet: str) -> None:
    with distributed.joined(number, 2, meet, number) as group:
        torch.manual_seed(0)
        table = nn.Embedding(ROWS, 64)
        network = nn.Sequential(table, *[nn.Linear(64, 64) for _ in range(12)])
        learns = nn.parallel.DistributedDataParallel(network) if kind == "DistributedDataParallel" else network
        group.table = table.weight  # type: ignore[attr-defined]
        random, begin = torch.Generator().manual_seed(number), 0.0
        for step in range(STEPS + 5):
            begin = time.process_time() if step == 5 else begin
            rows = torch.randperm(ROWS, generator=random)[:TOUCHED]
            network.zero_grad(set_to_none=True)
            if kind == "rows that were read":
                group.union(rows)
            learns(rows).square().mean().backward()
            if "rows" in kind:
                group.add_up(network.parameters())
        if not number:
            print(json.dumps({kind: f"{(time.process_time() - begin) / STEPS * 1e3:.1f} ms"}), flush=True)


def main() -> None:
    """Run one of them."""
    parser = argparse.ArgumentParser(prog="python -m bench.ranks", description=__doc__)
    parts = parser.add_subparsers(required=True)
    for part in (logs, kills, table, sums):
        one = parts.add_parser(part.__name__, help=part.__doc__)
        one.set_defaults(run=part)
        one.add_argument("--ranks", type=int, nargs="+", default=[1, 2])
        one.add_argument("--set", action="append", default=[], metavar="section.field=value")
        if part in (logs, kills):
            one.add_argument("folder", help="a log: events.csv, items.csv")
        one.add_argument("--seeds", type=int, default=1)
        one.add_argument("--test", action="store_true", help="also rank the last event of each user")
        one.add_argument("--times", type=int, default=10)
        one.add_argument("--every", type=float, default=1.0, help="seconds between two moments of a kill")
        one.add_argument("--items", type=int, nargs="+", default=[10_000, 1_000_000])
    options = parser.parse_args()
    torch.set_num_threads(1)
    distributed.ready()
    options.run(options)


if __name__ == "__main__":
    main()
