"""Settings that the product chooses from the data, so that nobody has to tune a log by hand."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from core.data.sequences import Sequences
from core.settings import ModelSettings, Settings, TrainingSettings

Section = TypeVar("Section", ModelSettings, TrainingSettings)

FULL_SOFTMAX_ITEMS = 5000
"""Up to this many items the softmax runs over all: sampling would save nothing."""


def resolve(settings: Settings, train: Sequences) -> Settings:
    """Fill every setting that is `None` from what is trained on; what is set stays."""
    return dataclasses.replace(
        settings,
        model=_filled(settings.model, model_choices(train)),
        training=_filled(settings.training, training_choices(train)),
    )


def model_choices(train: Sequences) -> dict[str, int | float]:
    """Shape of the model: long histories carry depth, short ones over a large catalogue need width."""
    lengths = train.lengths[train.lengths > 1]
    typical = float(np.mean(lengths)) if len(lengths) else 2.0
    long = typical >= 15
    window = int(2 ** np.ceil(np.log2(max(8.0, np.quantile(lengths, 0.9) if len(lengths) else 8.0))))
    return {
        "embedding_size": 64 if long else 128,
        "blocks": 2 if long else 1,
        "window": min(128, window),
        "dropout": 0.3 if long else 0.4,
        "id_dropout": 0.1,
    }


def training_choices(train: Sequences) -> dict[str, int | str]:
    """How to train: the loss by the size of the catalogue, batches by the number of targets."""
    items = len(np.unique(train.item))
    targets = max(1, int(np.maximum(train.lengths - 1, 0).sum()))
    return {
        "loss": "softmax" if items <= FULL_SOFTMAX_ITEMS else "sampled",
        "batch_tokens": int(np.clip(targets // 30, 256, 6400)),
        "negatives": 1024,
    }


def _filled(section: Section, choices: Mapping[str, int | float | str]) -> Section:
    missing: dict[str, Any] = {name: value for name, value in choices.items() if getattr(section, name) is None}
    return dataclasses.replace(section, **missing)
