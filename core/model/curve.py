"""What a training says of itself: a row for each epoch, as it goes, and how it ended."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data import schema
from core.settings import Settings

CURVE = "curve.csv"


@dataclass(frozen=True)
class EpochRecord:
    """One row of the learning curve."""

    epoch: int
    train_loss: float
    validation_hr: float
    validation_ndcg: float
    seconds: float
    """Seconds since training began."""


@dataclass(frozen=True)
class TrainingResult:
    """What a finished training says of itself."""

    epochs: int
    seconds: float
    targets_per_epoch: int
    targets_per_cpu_second: float
    validation: dict[str, float]
    """hr@10 and ndcg@10 of the weights that validation chose, before they learned from its events."""
    best_epoch: int
    settings: Settings
    """Settings with everything filled that was chosen from the data."""
    finish_epochs: int = 0
    """Epochs in which the best weights learned from the validation events too; 0: they never did."""


def write_curve(folder: Path, curve: Sequence[EpochRecord]) -> None:
    """Write the learning curve so far, a row per epoch."""
    with (folder / CURVE).open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(schema.CURVE_COLUMNS)
        writer.writerows(_row(record) for record in curve)


def _row(record: EpochRecord) -> tuple[int, str, str, str, str]:
    numbers = (record.validation_hr, record.validation_ndcg)
    hit_rate, ndcg = ("" if np.isnan(number) else f"{number:.6f}" for number in numbers)
    return record.epoch, f"{record.train_loss:.6f}", hit_rate, ndcg, f"{record.seconds:.2f}"
