"""What training costs on each device that is here, whether they agree, and what it comes to.

    python -m bench.devices prepare FOLDER... --into DIR   import logs as the product does, for a machine without DuckDB
    python -m bench.devices agreement                      one step on each device against the processor's, in float32
    python -m bench.devices steps                          time, targets a second, share of the matrix peak, memory
    python -m bench.devices train DIR... --preset P...     train on the device and rank each user's last event
    python -m bench.devices all DIR...                     the last three, one after the other

`--devices cpu,cuda` chooses (all that are here), `--set section.field=value` goes to all trainings, `--seconds S` cuts
a training that takes longer (its best weights so far are ranked), `--out FILE` writes the rows as JSON lines,
`--profile` tells what a step spends its time in, and `--quick` takes tiny shapes, to see that all of it runs.
"""

import argparse
import hashlib
import json
import resource
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bench.device_logs import QUICK, SHAPES, Shape, made, prepare
from bench.device_trainings import trainings
from core.data import Sequences
from core.model import devices, pace
from core.model.batches import grouped
from core.model.noise import noise_of, set_noise
from core.model.storage import load
from core.model.trainer import Trainer
from core.model.training import train
from core.settings import Settings, override

WARM, TIMED = 8, 24
"""Steps before the clock runs, and on it."""


def main() -> None:
    options = _options()
    report = Report(options.out)
    if options.what == "prepare":
        for folder in options.folders:
            report.add(prepare(Path(folder), Path(options.into)))
        return
    here = options.devices.split(",") if options.devices else list(devices.there())
    report.add({"torch": torch.__version__, "devices": [_called(name) for name in here]})
    for part, rows in {"agreement": agreement, "steps": steps, "train": trainings}.items():
        if options.what in (part, "all"):
            report.all(part, rows(here, options))


class Report:
    """Rows, printed and kept as they come."""

    def __init__(self, path: str | None) -> None:
        self.path = path

    def add(self, row: dict[str, Any]) -> None:
        """One more row."""
        print(json.dumps(row), flush=True)
        if self.path:
            with Path(self.path).open("a") as file:
                file.write(json.dumps(row) + "\n")

    def all(self, part: str, rows: Iterator[Callable[[], dict[str, Any]]]) -> None:
        """The rows of a part; one that fails is told, and does not cost the others: time on a device may be short."""
        for row in rows:
            try:
                self.add({"part": part, **_with_repeats(row)})
            except Exception:
                self.add({"part": part, "error": traceback.format_exc()[-1500:]})


def _with_repeats(row: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A row; where a device has no repeatable form of some operation, that is said and done without."""
    try:
        return row()
    except RuntimeError as error:
        if "determinis" not in str(error) or not devices.STRICT:
            raise
        devices.STRICT = False
        return {"not repeatable": str(error)[:400], **row()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("prepare", "agreement", "steps", "train", "all"))
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--into", metavar="DIR", default=".logs")
    parser.add_argument("--devices", metavar="cpu,cuda")
    parser.add_argument("--preset", nargs="+", default=["standard", "large"])
    parser.add_argument("--set", action="append", default=[], metavar="section.field=value")
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", metavar="FILE")
    return parser.parse_args()


def agreement(here: list[str], _options: argparse.Namespace) -> Iterator[Callable[[], dict[str, Any]]]:
    """Each device against the processor in float32, and against itself: a whole training twice."""
    log = made(Shape(200, 40, 300, ()))
    plain = ("model.dropout=0", "model.id_dropout=0", "model.event_dropout=0", "training.ahead=0",
             "training.precision=float32", "training.averaging=0")  # fmt: skip
    for device in here:
        for loss in ("softmax", "sampled"):
            more = (*plain, f"training.loss={loss}", "training.negatives=300", "model.blocks=2")
            if device != "cpu":
                yield lambda more=more, device=device, loss=loss: {  # type: ignore[misc]
                    "device": device, "loss": loss, **_apart(_step(log, "cpu", more), _step(log, device, more))
                }  # fmt: skip
        yield lambda device=device: {"device": device, "same seed, same weights": _twice(log, device)}  # type: ignore[misc]


def _step(log: Sequences, device: str, more: tuple[str, ...]) -> dict[str, torch.Tensor]:
    """Loss and gradients of one batch by a fresh network, on the processor."""
    settings = override(Settings(), [*more, f"training.device={device}"])
    with tempfile.TemporaryDirectory() as place, devices.repeatable(torch.device(device), "float32"):
        trainer = Trainer(log, settings, Path(place))
        windows, wanted = trainer.lessons.epoch(trainer.settings.model.window or 1, np.random.default_rng(0))
        chosen = next(grouped(windows, 2048))
        loss = trainer.objective(trainer.feed.batch(windows, chosen, wanted), noise_of(0, 1, trainer.device))
        loss.backward()  # type: ignore[no-untyped-call]
        grads = {name: weight.grad for name, weight in trainer.network.named_parameters() if weight.grad is not None}
        return {"loss": loss.detach().cpu()} | {name: grad.to_dense().cpu() for name, grad in grads.items()}


def _apart(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> dict[str, Any]:
    """Largest difference of any tensor, relative to its largest entry."""
    gaps = {
        name: float((value - other[name]).abs().max() / value.abs().max().clamp(1e-12)) for name, value in one.items()
    }
    worst = max(gaps, key=lambda name: gaps[name])
    return {
        "loss apart": gaps["loss"],
        "worst gradient": worst,
        "apart": gaps[worst],
        "within 1e-4": gaps[worst] < 1e-4,
    }


def _twice(log: Sequences, device: str) -> bool:
    """Whether two trainings end with the same weights to the bit."""
    marks = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as place:
            train(log, override(Settings(), ["training.epochs=2", f"training.device={device}"]), Path(place))
            network = load(Path(place), log).network
            values = [weight.detach().numpy().tobytes() for weight in network.parameters()]
            marks.append(hashlib.sha256(b"".join(values)).hexdigest())
    return marks[0] == marks[1]


def steps(here: list[str], options: argparse.Namespace) -> Iterator[Callable[[], dict[str, Any]]]:
    """Each shape on each device."""
    for name, shape in (QUICK if options.quick else SHAPES).items():
        log = made(shape)
        for device in here if shape.fits_cpu else set(here) - {"cpu"}:
            changes = [*shape.settings, *options.set, f"training.device={device}"]
            yield lambda log=log, changes=changes, name=name: {"shape": name, **_timed(log, changes, options)}  # type: ignore[misc]


def _timed(log: Sequences, changes: list[str], options: argparse.Namespace) -> dict[str, Any]:
    """Median time of a step, and what follows of it."""
    settings = override(Settings(), changes)
    device = torch.device(devices.chosen(settings.training.device))
    width = devices.width(settings.training.precision, device.type)
    torch.set_num_threads(settings.training.threads)
    with tempfile.TemporaryDirectory() as place, devices.repeatable(device, width):
        trainer = Trainer(log, settings, Path(place))
        take = _steps_of(trainer)
        few = 3 if device.type == "cpu" or options.quick else 1
        for _ in range(WARM // few):
            next(take)
        if device.type == "cuda":
            torch.cuda.reset_peak_memory_stats()
        spent, done = [], 0
        for _ in range(TIMED // few):
            begin = time.perf_counter()
            done += next(take)
            _wait(device)
            spent.append(time.perf_counter() - begin)
        if options.profile:
            _profile(take, device)
        return _row(trainer, float(np.median(spent)), done / len(spent))


def _steps_of(trainer: Trainer) -> Iterator[int]:
    """Steps of the optimiser without end; yields the targets of each."""
    noise = noise_of(0, 1, trainer.device)
    set_noise(trainer.network, noise)
    while True:
        windows, wanted = trainer.lessons.epoch(trainer.settings.model.window or 1, noise.random)
        for chosen in grouped(windows, trainer.settings.training.batch_tokens or 1, noise.random):
            batch = trainer.feed.batch(windows, chosen, wanted)
            trainer.learn(batch, noise)
            yield len(batch.real)


def _row(trainer: Trainer, seconds: float, targets: float) -> dict[str, Any]:
    device = trainer.device
    share = pace.operations(trainer.settings, trainer.train) * targets / seconds / pace.peak(device)
    memory = torch.cuda.max_memory_allocated() if device.type == "cuda" else _resident()
    return {
        "device": device.type,
        "ms a step": round(1000 * seconds, 2),
        "targets a step": round(targets),
        "targets a second": round(targets / seconds),
        "share of matrix peak": round(share, 4),
        "peak TFLOP/s": round(pace.peak(device) / 1e12, 2),
        "memory MB": round(memory / 2**20),
    }


def _resident() -> int:
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _profile(take: Iterator[int], device: torch.device) -> None:
    kinds = [torch.profiler.ProfilerActivity.CPU]
    if device.type == "cuda":
        kinds.append(torch.profiler.ProfilerActivity.CUDA)
    with torch.profiler.profile(activities=kinds) as found:
        for _ in range(5):
            next(take)
        _wait(device)
    key = "self_device_time_total" if device.type == "cuda" else "self_cpu_time_total"
    print(found.key_averages().table(sort_by=key, row_limit=16, max_name_column_width=50), flush=True)


def _called(name: str) -> str:
    return torch.cuda.get_device_name() if name == "cuda" else name


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()
    elif device.type == "mps":
        torch.mps.synchronize()


if __name__ == "__main__":
    main()
