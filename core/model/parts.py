"""A log in parts: what is learned from, and what choices are made by; who tests keeps the rest."""

from collections.abc import Callable
from dataclasses import dataclass

from core.data import Sequences
from core.model.evaluation import Split, held_out


@dataclass(frozen=True, eq=False)
class Parts:
    """What training, calibration and the choice of a blend may see."""

    train: Sequences
    """What is learned from."""
    validation: Callable[[int | None, int], Split]
    """Events that decide, found after those before them: at most so many, drawn by a seed."""


def leave_last(log: Sequences, holdout: int) -> Parts:
    """Each user's history less the last `holdout` events, of which the first decides; nothing decides without any."""

    def validation(limit: int | None, seed: int) -> Split:
        found = held_out(log, holdout, limit=limit, seed=seed) if holdout else None
        return found or Split(log, log.offsets[:0], log.offsets[:0])

    return Parts(log.without_last(holdout), validation)


def parted(log: Sequences | Parts, holdout: int) -> Parts:
    """The parts themselves, or a whole log by its last events."""
    return log if isinstance(log, Parts) else leave_last(log, holdout)
