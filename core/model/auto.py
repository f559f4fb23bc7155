"""Settings that the product chooses from the data, so that nobody has to tune a log by hand."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from core.data import Sequences
from core.model import devices, pace, presets
from core.settings import HEADS, LEARNING_RATE, ModelSettings, Settings, TrainingSettings

Section = TypeVar("Section", ModelSettings, TrainingSettings)

FEW_TARGETS = 60_000
"""Up to here a narrower model ranks better: a wide one soon knows the log by heart."""
PATIENT_STEPS = 240
"""Steps of the optimiser without a better validation score before training stops: validation is noisy, and a small
log has few steps in an epoch."""
FEWEST_PATIENT = 5
"""Epochs to wait at least: on a log of a million events one lucky epoch would end the training too soon."""
LEAST_STEPS = pace.ENOUGH_STEPS // 2
"""Steps before which training does not stop by itself: in the first ones a model that knows no more than what is
popular, by luck, can rank better than what learns does until it has overtaken that."""
FULL_SOFTMAX_ITEMS = 5000
"""Up to this many items the softmax runs over all: sampling would save nothing."""
MOST_EPOCHS = 200
LARGE_CATALOGUE, HUGE_CATALOGUE = 50_000, 300_000
"""More negatives, and narrower vectors so that the tables fit into memory."""


def resolve(settings: Settings, train: Sequences) -> Settings:
    """Fill every open setting from the preset, the device and what is trained on; what is set stays."""
    asked = settings.training
    device = devices.chosen(asked.device)
    preset = presets.named(asked.preset, device, train)
    model = _filled(_filled(settings.model, presets.MODELS[preset]), model_choices(train))
    training = dataclasses.replace(
        asked, preset=preset, device=device, precision=devices.width(asked.precision, device)
    )
    training = _filled(_filled(training, presets.trainings(preset, train)), training_choices(train, asked.holdout))
    return dataclasses.replace(settings, model=model, training=training)


def model_choices(train: Sequences) -> dict[str, int | float | str | bool]:
    """Shape of the model: long histories carry depth, short ones over a large catalogue need width."""
    lengths = train.lengths[train.lengths > 1]
    targets, items = int(lengths.sum()), len(np.unique(train.item))
    long = presets.long(train)
    longest = np.quantile(lengths, 0.9) if len(lengths) else 2.0
    size = 64 if long else 128
    if long and (targets > presets.MANY_TARGETS or targets < FEW_TARGETS):
        size = 96 if targets > presets.MANY_TARGETS else 32
    return {
        "embedding_size": 64 if items > HUGE_CATALOGUE else size,
        "heads": HEADS,
        "blocks": 2 if long else 1,
        "window": int(2 ** np.ceil(np.log2(np.clip(longest, 8, 128)))),
        "dropout": (0.2 if targets > presets.MANY_TARGETS else 0.3) if long else 0.4,
        "id_dropout": 0.1,
        "event_dropout": 0.15,
    }


def training_choices(train: Sequences, holdout: int) -> dict[str, int | float | str | bool]:
    """How to train: the loss by the size of the catalogue, batches and patience by the number of targets."""
    items = len(np.unique(train.item))
    batch, steps_an_epoch = _steps(train)
    return {
        "epochs": MOST_EPOCHS if holdout else max(5, -(-pace.ENOUGH_STEPS // steps_an_epoch)),
        "learning_rate": LEARNING_RATE,
        "loss": "softmax" if items <= FULL_SOFTMAX_ITEMS else "sampled",
        "batch_tokens": batch,
        "negatives": 1024 if items <= LARGE_CATALOGUE else 2048,
        "ahead": 0.2,
        "smoothing": 0.1,
        "patience": max(FEWEST_PATIENT, -(-PATIENT_STEPS // steps_an_epoch)),
    }


def least_epochs(train: Sequences) -> int:
    """Epochs before which training does not stop by itself, where patience is chosen from the data."""
    return -(-LEAST_STEPS // _steps(train)[1])


def _steps(train: Sequences) -> tuple[int, int]:
    """Events in a batch, and steps in an epoch."""
    targets = max(1, int(np.maximum(train.lengths - 1, 0).sum()))
    batch = int(np.clip(targets // 30, 256, 6400))
    return batch, max(1, targets // batch)


def _filled(section: Section, choices: Mapping[str, int | float | str | bool]) -> Section:
    missing: dict[str, Any] = {name: value for name, value in choices.items() if getattr(section, name) is None}
    return dataclasses.replace(section, **missing)
