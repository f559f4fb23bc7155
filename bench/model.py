"""The interest model on real logs: quality, cost of training and of serving, an ablation, the profile of a step.

    python -m bench.model table FOLDER...       a row per log: train with the default settings, rank the last event
                                                (published way: by the weights that never saw a validation event)
    python -m bench.model ablation FOLDER       the same with one part off at a time
    python -m bench.model warm FOLDER           a tenth of the events is new: from the run before, and all anew
    python -m bench.model profile FOLDER        where the time of a training step goes
    python -m bench.model trunk                 share of the machine's matrix peak that the trunk reaches

A FOLDER holds `interactions.csv.gz` (or `.csv`), and `items.csv` and `users.csv` if there are any. Every training is a
process of its own with one thread, so that CPU seconds and peak memory are its own. `--set section.field=value` goes to
all trainings; `--out FILE` writes the rows as JSON lines as they come.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ABLATIONS: dict[str, tuple[str, ...]] = {
    "everything on": (),
    "no time gaps, no eras": ("model.times=false",),
    "no ratings or weights": ("model.weights=false",),
    "ids only": ("model.attributes=false",),
    "no running mean of weights": ("training.averaging=0",),
    "no id dropout": ("model.id_dropout=0",),
    "no event hidden": ("model.event_dropout=0",),
    "next events alone": ("training.ahead=0",),
    "no smoothing": ("training.smoothing=0",),
    "one block": ("model.blocks=1",),
    "half the size": ("model.embedding_size=32",),
    "sampled softmax": ("training.loss=sampled",),
    "gBCE": ("training.loss=gbce",),
    "GRU": ("model.encoder=gru",),
    "average pooling": ("model.encoder=average",),
    "MLP scorer": ("model.scorer=mlp",),
    "product scorer": ("model.scorer=product",),
    "category task": ("training.category_task=0.1",),
}
SERVED = 200
"""Users that are served one at a time."""


def main() -> None:
    options = _options()
    if options.what == "trunk":
        print(json.dumps(trunk()))
    elif options.what == "one":
        print(json.dumps(measure(Path(options.folders[0]), options.set)))
    elif options.what == "warm":
        print(json.dumps(warm(Path(options.folders[0]), options.set)))
    elif options.what == "profile":
        profile(Path(options.folders[0]), options.set)
    else:
        _rows(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("table", "ablation", "warm", "profile", "trunk", "one"))
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--set", action="append", default=[], metavar="section.field=value")
    parser.add_argument("--only", action="append", default=[], metavar="LABEL", help="only these rows of an ablation")
    parser.add_argument("--out", metavar="FILE")
    return parser.parse_args()


def _rows(options: argparse.Namespace) -> None:
    variants = ABLATIONS if options.what == "ablation" else {"default": ()}
    for folder in options.folders:
        for label, changes in variants.items():
            if options.only and label not in options.only:
                continue
            row = {"log": Path(folder).name, "what": label} | _apart(folder, [*options.set, *changes])
            print(json.dumps(row), flush=True)
            if options.out:
                with Path(options.out).open("a") as file:
                    file.write(json.dumps(row) + "\n")


def _apart(folder: str, changes: list[str]) -> dict[str, Any]:
    """One measurement in a process of its own."""
    words = [word for change in changes for word in ("--set", change)]
    command = [sys.executable, "-m", "bench.model", "one", folder, *words]
    done = subprocess.run(
        command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        return {"error": done.stderr.strip().splitlines()[-1]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def read(folder: Path, workspace: Path) -> Any:
    """Import a log as the product does, every user kept, and load it."""
    from core import pipeline
    from core.data import LogFiles
    from core.settings import Settings, override
    from core.workspace import Workspace

    events = next(path for name in ("interactions.csv.gz", "interactions.csv") if (path := folder / name).exists())
    items, users = (path if (path := folder / name).exists() else None for name in ("items.csv", "users.csv"))
    settings = override(Settings(), ["data.min_events=1"]).data
    pipeline.import_log(Workspace(workspace), "log", LogFiles(events, items, users), settings)
    return pipeline.load(Workspace(workspace), "log")


def measure(folder: Path, changes: list[str]) -> dict[str, Any]:
    """Train, then rank and serve."""
    from core.model.storage import load
    from core.model.training import train
    from core.settings import Settings, override

    with tempfile.TemporaryDirectory() as place:
        sequences = read(folder, Path(place))
        at, began = {0: 0.0}, time.process_time()

        def note(record: Any) -> None:
            at[record.epoch] = time.process_time() - began

        result = train(sequences, override(Settings(), changes), Path(place) / "run", on_epoch=note)
        whole = time.process_time() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        model, chosen = (load(Path(place) / "run", sequences, chosen=each) for each in (False, True))
        return {
            "users": sequences.n_users,
            "items": sequences.n_items,
            "targets": result.targets_per_epoch,
            **_quality(model, sequences),
            "ndcg@10_published_way": _quality(chosen, sequences)["ndcg@10"],
            "validation_ndcg@10": round(result.validation["ndcg@10"], 4),
            "epochs": result.epochs,
            "best_epoch": result.best_epoch,
            "finish_epochs": result.finish_epochs,
            "cpu_minutes": round(whole / 60, 2),
            "cpu_minutes_to_choice": round(at[result.epochs] / 60, 2),
            "cpu_minutes_to_best": round(at[result.best_epoch] / 60, 2),
            "cpu_us_per_target": round(1e6 / result.targets_per_cpu_second, 1),
            "peak_mb_training": round(memory),
            **_serving(model, sequences),
        }


def warm(folder: Path, changes: list[str]) -> dict[str, float]:
    """A full training, and one from a run without the news: CPU seconds, validation and test NDCG@10."""
    import numpy as np
    import torch

    from core.model import warm
    from core.settings import Settings, override

    torch.set_num_threads(1)
    settings = override(Settings(), changes)
    with tempfile.TemporaryDirectory() as place:
        sequences = read(folder, Path(place))
        before = sequences.until(int(np.quantile(sequences.time, 0.9)))
        _course(before, settings, Path(place) / "before")
        full = _course(sequences, settings, Path(place) / "full")
        warm.prepare(Path(place) / "warm", Path(place) / "before")
        started = _course(sequences, settings, Path(place) / "warm")
    return {f"{name}_{what}": value for name, row in (("full", full), ("warm", started)) for what, value in row.items()}


def _course(sequences: Any, settings: Any, folder: Path) -> dict[str, float]:
    """One training: what it cost, and how well its model ranks."""
    from core.model.storage import load
    from core.model.training import train

    began = time.process_time()
    result = train(sequences, settings, folder)
    spent = time.process_time() - began
    return {
        "cpu_s": round(spent, 1),
        "epochs": result.epochs,
        "validation_ndcg@10": round(result.validation["ndcg@10"], 4),
        "test_ndcg@10": _quality(load(folder, sequences), sequences)["ndcg@10"],
    }


def _quality(model: Any, sequences: Any) -> dict[str, float]:
    from core.model.evaluation import summarise, user_ranks

    row = summarise(user_ranks([model], sequences)).iloc[0]
    return {name: round(float(row[name]), 4) for name in ("hr@10", "ndcg@10")}


def _serving(model: Any, sequences: Any) -> dict[str, float]:
    """Milliseconds for one user's top-10 in a loaded run, and CPU seconds for all users'."""
    import numpy as np

    from core.lists.ranked import top_k
    from core.settings import RecommendSettings

    histories, settings = sequences.without_last(1), RecommendSettings()
    users = np.random.default_rng(0).permutation(sequences.n_users)[:SERVED]
    spent = []
    for user in users:
        start = time.thread_time()
        top_k(model, histories, users=np.array([user]), settings=settings)
        spent.append(time.thread_time() - start)
    start = time.process_time()
    top_k(model, histories, users=np.arange(sequences.n_users), settings=settings)
    return {
        "one_user_ms": round(1000 * float(np.median(spent)), 2),
        "all_users_cpu_s": round(time.process_time() - start, 2),
    }


def trunk() -> dict[str, float]:
    """Share of the matrix peak reached by the trunk, forward and backward, at the default shapes.

    FLOP of a token and block, forward: 2 (3 d^2 query, key, value + d^2 out + 4 d^2 in + 2 d^2 out of SwiGLU) = 20 d^2,
    and 4 L d for scores and mixing over the L places of its window; backward twice that. Peak: 2 * 2048^3 over the
    time of the best of some products of that size, on one thread.
    """
    import torch

    from core.model.layers import AttentionEncoder
    from core.model.noise import noise_of, set_noise

    torch.set_num_threads(1)
    peak = _peak()
    shares = {}
    for size, blocks, length, rows, times in ((64, 2, 128, 25, True), (128, 1, 6, 700, False)):
        encoder = AttentionEncoder(size, 2, blocks, 0.3, times=times)
        set_noise(encoder, noise_of(0, 1, torch.device("cpu")))
        inputs, time_stamps = torch.randn(rows, length, size), torch.arange(length).expand(rows, length) * 10**9
        flop = 3 * rows * length * blocks * (20 * size**2 + 4 * length * size)
        spent = []
        for _ in range(12):
            start = time.thread_time()
            states, _ = encoder(inputs.clone().requires_grad_(), time_stamps)
            states.backward(inputs)
            spent.append(time.thread_time() - start)
        shares[f"d {size}, {blocks} block(s), {length} events"] = round(flop / sorted(spent)[6] / peak, 3)
    return {"peak_gflops": round(peak / 1e9, 1), **shares}


def _peak() -> float:
    import torch

    left, right = torch.randn(2048, 2048), torch.randn(2048, 2048)
    best = 1e9
    for _ in range(6):
        start = time.thread_time()
        torch.mm(left, right)
        best = min(best, time.thread_time() - start)
    return 2 * 2048**3 / best


def profile(folder: Path, changes: list[str]) -> None:
    """Print the operations that a training step spends its time in."""
    import torch

    from core.model.batches import grouped
    from core.model.noise import noise_of, set_noise
    from core.model.trainer import Trainer
    from core.settings import Settings, override

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        trainer = Trainer(read(folder, Path(place)), override(Settings(), changes), Path(place) / "run")
        noise = noise_of(0, 1, trainer.device)
        set_noise(trainer.network, noise)
        windows, wanted = trainer.lessons.epoch(trainer.settings.model.window or 1, noise.random)
        chosen = list(grouped(windows, trainer.settings.training.batch_tokens or 1, noise.random))[:25]
        batches = [trainer.feed.batch(windows, numbers, wanted) for numbers in chosen]
        for batch in batches[:5]:
            trainer.learn(batch, noise)
        with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as found:
            for batch in batches[5:]:
                trainer.learn(batch, noise)
    print(found.key_averages().table(sort_by="self_cpu_time_total", row_limit=20, max_name_column_width=40))


if __name__ == "__main__":
    main()
