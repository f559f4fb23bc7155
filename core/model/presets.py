"""Named sizes of a model: what each of them settles, which one a log and a device ask for, and how long it will take.

Whatever a preset leaves open is chosen from the data (`core.model.auto`); whatever is set by hand stays.
"""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np

from core.data import Sequences
from core.model import pace
from core.settings import AUTO

Choices: TypeAlias = Mapping[str, int | float | str | bool]

LONG = 15
"""Mean events of a user from which histories are long."""
MANY_TARGETS = 400_000
"""From here on a wider model with less dropout still does not learn by heart.

With fewer than 100,000 the large preset ranked worse on two logs of three (`bench.devices train`); published models of
this size win on a million events (HSTU on MovieLens-1M)."""
MODELS: Mapping[str, Choices] = {
    "small": {"embedding_size": 32, "heads": 2, "blocks": 1, "window": 64},
    "standard": {},
    "large": {"embedding_size": 256, "heads": 4, "blocks": 8, "window": 200},
}
"""The shape of the network by preset; the standard one has the shape that suits the log."""
SMALL_TARGETS = 10_000_000
"""Targets that the small model goes through in two minutes on one core, at 12 microseconds each, to the last step."""
LARGE_BATCH = 25_600


def long(train: Sequences) -> bool:
    """Whether those who come back have long histories."""
    lengths = train.lengths[train.lengths > 1]
    return bool(len(lengths)) and float(lengths.mean()) >= LONG


def named(preset: str, device: str, train: Sequences) -> str:
    """The preset that is meant: `auto` is large on a GPU for long histories with much to learn from, else standard."""
    if preset != AUTO:
        return preset
    return "large" if device != "cpu" and long(train) and _targets(train) > MANY_TARGETS else "standard"


def trainings(preset: str, train: Sequences) -> Choices:
    """How a preset trains."""
    targets = _targets(train)
    if preset == "small":
        return {"negatives": 512, "epochs": int(np.clip(SMALL_TARGETS / (1 + pace.FINISH) // targets, 1, 200))}
    if preset == "large":
        return {"learning_rate": 1e-3, "batch_tokens": int(np.clip(targets // 30, 256, LARGE_BATCH))}
    return {}


def _targets(train: Sequences) -> int:
    return max(1, int(np.maximum(train.lengths - 1, 0).sum()))
