"""What an epoch learns from: all that there is, or after a warm start what is new and a part of the rest.

A run that starts from an earlier one knows most of the log already. With the events that came since in every epoch,
and a third of the others drawn anew each time so that nothing is forgotten, it gets as good as a full training in a
fraction of the time; `bench/RESULTS.md` has the figures.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data.sequences import Sequences
from core.model.batches import Windows, training_windows
from core.settings import Settings, TrainingSettings

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
REPLAYED = 0.35
"""Share of what the earlier run has learned from that an epoch repeats."""
WORK = 0.3
"""Most targets that a warm start goes through, as a share of those that learning from nothing took."""
FEWEST_EPOCHS, FEWEST_TOKENS = 4, 256


@dataclass(frozen=True, eq=False)
class Start:
    """What a run that starts from an earlier one finds."""

    new: Bools
    """Events that the earlier run has not learned from, (n_events,)."""
    effort: int
    """Epochs over a whole log that the weights took to learn, when they were last learned from nothing."""


class Lessons:
    """The windows and targets of each epoch."""

    def __init__(self, train: Sequences, wanted: Bools, start: Start | None = None) -> None:
        """`wanted`: events that can be foreseen, (n_events,)."""
        self.train, self.wanted, self.start = train, wanted, start

    def epoch(self, window: int, random: np.random.Generator) -> tuple[Windows, Bools]:
        """Windows of inputs, and which events are targets, (n_events,)."""
        windows = training_windows(self.train.offsets, window, random)
        if self.start is None:
            return windows, self.wanted
        wanted = self.wanted & (self.start.new | (random.random(len(self.wanted)) < REPLAYED))
        before = np.concatenate(([0], np.cumsum(self.start.new)))
        new = before[windows.start + windows.length + 1] > before[windows.start + 1]
        chosen = new | (random.random(len(windows)) < REPLAYED)
        return Windows(windows.start[chosen], windows.length[chosen], windows.user[chosen]), wanted

    @property
    def targets(self) -> int:
        """Targets that an epoch has on average."""
        every = int(self.wanted.sum())
        new = every if self.start is None else int((self.wanted & self.start.new).sum())
        return new + round(REPLAYED * (every - new))

    def paced(self, settings: Settings, asked: TrainingSettings) -> Settings:
        """Resolved settings, with fewer epochs and smaller batches for a warm start where none were `asked` for.

        An epoch has fewer targets then, and would have too few steps.
        """
        training = settings.training
        if self.start is None or training.epochs is None or training.batch_tokens is None:
            return settings
        share = self.targets / max(1, int(self.wanted.sum()))
        epochs, tokens = training.epochs, training.batch_tokens
        if asked.epochs is None and self.start.effort:
            epochs = min(epochs, max(FEWEST_EPOCHS, math.ceil(WORK * self.start.effort / share)))
        if asked.batch_tokens is None:
            tokens = max(FEWEST_TOKENS, tokens // 2)
        return replace(settings, training=replace(training, epochs=epochs, batch_tokens=tokens))

    def effort(self, epoch: int) -> int:
        """What to keep as the effort behind the weights after an epoch."""
        return epoch if self.start is None else self.start.effort


def seen(train: Sequences) -> dict[str, Tensor]:
    """How many events of which user a run has learned from, as tensors to be kept with its weights."""
    people = _people(train)[train.lengths > 0].view(np.int64)
    lengths = train.lengths[train.lengths > 0].astype(np.int32)
    return {"seen.people": torch.from_numpy(people), "seen.events": torch.from_numpy(lengths)}


def unseen(train: Sequences, tensors: dict[str, Tensor]) -> Bools | None:
    """Events that came after what is kept in the tensors of `seen`, (n_events,); None where nothing is kept."""
    if "seen.people" not in tensors:
        return None
    counts = pd.Series(tensors["seen.events"].numpy(), index=tensors["seen.people"].numpy().view(np.uint64))
    known = counts.reindex(_people(train), fill_value=0).to_numpy()
    new: Bools = train.event_index >= known[train.user]
    return new


def _people(train: Sequences) -> NDArray[np.uint64]:
    """A number for each user id, the same in every log."""
    numbers: NDArray[np.uint64] = pd.util.hash_array(np.asarray(train.users, dtype=object), categorize=False)
    return numbers
