"""The trainer: epochs over all histories, early stopping on the validation event, resume, progress and cancel."""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import Tensor

from core.data import Sequences
from core.errors import EventsError, UnknownRunError
from core.model import board, devices, distributed, pace, warm
from core.model.auto import least_epochs, resolve
from core.model.batches import Batch, grouped, targets
from core.model.checkpoints import CHECKPOINT, FORMAT, optimiser_tensors, read_tensors, restore_optimiser, write_tensors
from core.model.curve import EpochRecord, TrainingResult, write_curve
from core.model.feeding import feed_of
from core.model.lazy import LazyAdam
from core.model.meanings import kept_meanings
from core.model.noise import Noise, noise_of, set_noise
from core.model.objective import Objective
from core.model.optimisers import Average, known, make_optimiser
from core.model.parts import Parts, parted
from core.model.storage import build, check_log, log_mark, save, vocabulary
from core.model.validation import Validation
from core.model.warm import Lessons
from core.phrases import say
from core.progress import Progress
from core.settings import Settings, TrainingSettings

SAVE_EVERY = 10.0
"""Seconds between checkpoints: what a kill may cost."""
TELL_EVERY = 0.3
"""Seconds between calls of the progress function."""


class Trainer:
    """One training: everything random in it is a function of the seed, the epoch and the place in the epoch."""

    checkpoint: ClassVar[str] = CHECKPOINT
    """Where its state is kept."""

    def __init__(self, log: Sequences | Parts, settings: Settings, folder: Path) -> None:
        self.parts, self.folder = parted(log, settings.training.holdout), folder
        self.train = self.parts.train
        if not (self.train.lengths > 1).any():
            raise EventsError(_too_short(log, settings.training.holdout))
        wanted = targets(self.train, repeats=settings.training.repeats)
        earlier = self._earlier()
        self.lessons = Lessons(self.train, wanted, warm.news(self.train, earlier) if earlier else None)
        resolved = resolve(warm.shaped(settings, earlier) if earlier else settings, self.train)
        self.settings = self._paced(resolved, settings.training)
        self.least = 0 if settings.training.patience or earlier else least_epochs(self.train)
        torch.manual_seed(settings.training.seed)
        self.network = build(self.train, self.settings, kept_meanings(folder))
        if earlier:
            warm.transfer(self.network, vocabulary(self.network, self.train), earlier)
        self.device = torch.device(self.settings.training.device)
        devices.place(self.network, self.device)
        self.optimiser = make_optimiser(self.network, self.settings.training)
        self.average = Average(self.network, self.settings.training.averaging, getattr(self.optimiser, "table", None))
        self.feed = feed_of(self.train, wanted, self.device)
        self.objective = Objective(self.network, self.train, self.settings, self.feed)
        self.objective.touch = self._touch
        self.ranks = distributed.present()
        self.validation = Validation(self.parts, settings.training.seed)
        self.curve: list[EpochRecord] = []
        self.step, self.cpu, self.seen, self.before, self.saved_at = 0, 0.0, 0, 0.0, 0.0
        self.best = EpochRecord(0, float("nan"), -1.0, -1.0, 0.0)
        self.losses: dict[str, float] = {}
        """Mean loss of a target in the last epoch by task, where there are several."""

    def run(self, progress: Progress, on_epoch: Callable[[EpochRecord], None]) -> TrainingResult:
        """Train until the validation event is ranked no better, or to the last epoch."""
        self._meet()
        progress(0.0, self._plan())
        began = self.saved_at = time.monotonic()
        with board.opened(self.settings, self.folder, len(self.curve) + 1, leads=self.ranks.leads) as told:
            while not self.ended():
                loss = self._epoch(len(self.curve) + 1, progress)
                record = self._validated(loss, self.before + time.monotonic() - began)
                on_epoch(record)
                told.tell(record.epoch, board.curve(record) | self._pace())
                if time.monotonic() - self.saved_at > SAVE_EVERY or self.ended():
                    self._save()
        self.ranks.wait()  # until the first has written what it must
        return self._result(self.before + time.monotonic() - began)

    def _meet(self) -> None:
        """Begin where all ranks begin."""
        self.ranks.begin(self.network, self.average.mean, f"{log_mark(self.train)} {self.settings} {self.step}")

    def restore(self) -> None:
        """Go on from the checkpoint in the folder."""
        tensors, about = read_tensors(self.folder / self.checkpoint)
        check_log(about, self.train, self.checkpoint)
        self._check_shape(about)
        self.recall(about)
        self._restore(tensors, about)

    def recall(self, about: dict[str, Any]) -> None:
        """Know how training went so far, by what `about` says of it."""
        self.curve = [EpochRecord(**record) for record in about["curve"]]
        self.best = EpochRecord(**about["best"])
        self.cpu, self.seen = about["cpu"], about["seen"]
        self.before = self.curve[-1].seconds if self.curve else 0.0

    def _restore(self, tensors: dict[str, Tensor], about: dict[str, Any]) -> None:
        self.step = about["step"]
        self.network.load_state_dict({name[8:]: value for name, value in tensors.items() if name[:8] == "network."})
        self.average.load({name[8:]: value for name, value in tensors.items() if name[:8] == "average."})
        restore_optimiser(self.optimiser, tensors)

    def _earlier(self) -> warm.Earlier | None:
        """The weights to begin with, if not with nothing."""
        return warm.laid(self.folder)

    def _paced(self, resolved: Settings, asked: TrainingSettings) -> Settings:
        """Resolved settings with the epochs and batches of what there is to learn."""
        return self.lessons.paced(resolved, asked)

    def _check_shape(self, about: dict[str, Any]) -> None:
        """Raise `UnknownRunError` if the checkpoint, about which this is kept, holds weights of another shape."""
        before, now = about.get("model", {}), asdict(self.settings.model)
        other = [name for name in warm.SHAPE if name in before and before[name] != now[name]]
        if other:
            say_of = {
                key: ", ".join(f"{name} {values[name]}" for name in other)
                for key, values in (("before", before), ("now", now))
            }
            raise UnknownRunError(
                say("errors.other_shape", preset=about["preset"], wanted=self.settings.training.preset, **say_of)
            )

    def ended(self) -> bool:
        """Whether there is nothing more to learn: validation got no better, or all epochs are done."""
        done, training = len(self.curve), self.settings.training
        waited = done - self.best.epoch >= (training.patience or 1) and bool(len(self.validation.users))
        return done >= (training.epochs or 1) or (waited and done >= self.least)

    def _epoch(self, epoch: int, progress: Progress) -> float:
        """One pass over all targets; returns the mean loss of a target."""
        noise = noise_of(self.settings.training.seed, epoch, self.device, self.ranks.number)
        set_noise(self.network, noise)
        windows, wanted = self.lessons.epoch(self.settings.model.window or 1, noise.random)
        batches = grouped(windows, self.settings.training.batch_tokens or 1, noise.random)
        total: Tensor | float = 0.0
        tasks: dict[str, Tensor] = {}
        done, told, cpu = 0, 0.0, time.process_time()
        for chosen in self.ranks.slices(batches, windows, wanted):
            batch = self.feed.batch(windows, chosen, wanted)
            if not len(batch.real):
                continue
            counted = self.ranks.targets(batch)
            total = total + self.learn(batch, noise) * counted
            tasks = {name: loss * counted + tasks.get(name, 0.0) for name, loss in self.objective.tasks.items()}
            done += counted
            if time.monotonic() - told > TELL_EVERY:
                progress(self._share(epoch, done * self.ranks.size), self._so_far(epoch, float(total) / max(done, 1)))
                told = time.monotonic()
        set_noise(self.network, None)
        sums = (float(total), done, time.process_time() - cpu, *map(float, tasks.values()))
        every, number, spent, *each = self.ranks.summed(*sums)
        self.cpu, self.seen = self.cpu + spent, self.seen + int(number)
        self.losses = {name: loss / max(number, 1) for name, loss in zip(tasks, each, strict=True)}
        return every / max(number, 1)

    def learn(self, batch: Batch, noise: Noise) -> Tensor | float:
        """One step of the optimiser; returns the mean loss of a target, which on a GPU nobody waits for."""
        self.step += 1
        for group in self.optimiser.param_groups:
            group["lr"] = known(self.settings.training.learning_rate) * self._rate()
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.objective(batch, noise)
        self.ranks.weighed(loss).backward()  # type: ignore[no-untyped-call]
        self.ranks.add_up(self.network.parameters())
        self.optimiser.step()
        self.average.update()
        return float(loss.detach()) if devices.on_host(self.device) else loss.detach()

    def _pace(self) -> dict[str, float]:
        """What the learning curve does not hold, by tags of `core.model.board`."""
        told = {"learning_rate": self.optimiser.param_groups[0]["lr"]}
        told |= {"time/targets_per_cpu_second": self.seen / max(self.cpu, 1e-9)}
        return told | {f"loss/{task}": loss for task, loss in self.losses.items()}

    def _rate(self) -> float:
        """Share of the learning rate at a step."""
        return min(1.0, self.step / max(1, self.settings.training.warm_up))

    def _touch(self, rows: Tensor | slice) -> None:
        """Let rows of the item table, or all, catch up with the steps that they were left out of."""
        rows = self.ranks.union(rows)
        if isinstance(self.optimiser, LazyAdam):
            self.optimiser.catch_up(rows)
            self.average.catch_up(rows)

    def _plan(self) -> str:
        """What is trained where, and how long that may take."""
        model, training = self.settings.model, self.settings.training
        seconds = pace.expected(self.settings, self.train, self.lessons.targets)
        return say(
            "steps.plan",
            preset=training.preset,
            device=training.device,
            size=model.embedding_size or 0,
            blocks=model.blocks or 0,
            window=model.window or 0,
            minutes=max(1, round(seconds / 60)),
        )

    def _share(self, epoch: int, done: int) -> float:
        """Share of the epochs done, of those that there will be at most if nothing gets better."""
        training = self.settings.training
        last = training.epochs or 1
        if len(self.validation.users):
            last = min(last, max(self.best.epoch, epoch // 2) + (training.patience or 1))
        return min(0.99, (epoch - 1 + done / max(self.lessons.targets, 1)) / max(last, epoch))

    def _so_far(self, epoch: int, loss: float) -> str:
        if not self.best.epoch:
            return say("steps.epoch", epoch=epoch, loss=loss)
        return say("steps.epoch_best", epoch=epoch, loss=loss, best=self.best.validation_ndcg)

    def _validated(self, loss: float, seconds: float) -> EpochRecord:
        """The curve's next row; keeps the averaged weights where they rank better than any before."""
        self._touch(slice(None))
        with self.average.swapped():
            hit_rate, ndcg = self.validation(self.network)
            record = EpochRecord(len(self.curve) + 1, loss, hit_rate, ndcg, seconds)
            if not ndcg <= self.best.validation_ndcg:  # also where there is no validation: the last epoch counts
                self.best = record
                save(self.folder, self.network, self.train, self.settings, self.lessons.effort(record.epoch))
        self.curve.append(record)
        if self.ranks.leads:
            write_curve(self.folder, self.curve)
        return record

    def _save(self) -> None:
        tensors = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        tensors |= {f"average.{name}": value for name, value in self.average.state().items()}
        write_tensors(self.folder / self.checkpoint, tensors | optimiser_tensors(self.optimiser), self.about())
        self.saved_at = time.monotonic()

    def about(self) -> dict[str, Any]:
        """What a checkpoint says of itself, fit for JSON."""
        return {
            "format": FORMAT,
            "log": log_mark(self.train),
            "model": asdict(self.settings.model),
            "preset": self.settings.training.preset,
            "curve": [asdict(record) for record in self.curve],
            "best": asdict(self.best),
            "step": self.step,
            "cpu": self.cpu,
            "seen": self.seen,
        }

    def _result(self, seconds: float) -> TrainingResult:
        return TrainingResult(
            epochs=len(self.curve),
            seconds=seconds,
            targets_per_epoch=self.lessons.targets,
            targets_per_cpu_second=self.seen / max(self.cpu, 1e-9),
            validation={"hr@10": self.best.validation_hr, "ndcg@10": self.best.validation_ndcg},
            best_epoch=self.best.epoch,
            settings=self.settings,
        )


def _too_short(log: Sequences | Parts, holdout: int) -> str:
    if isinstance(log, Parts):
        return say("errors.short_training")
    return say("errors.short_histories", longest=int(log.lengths.max()), holdout=holdout)
