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
    known: Callable[[], Sequences] | None = None
    """What there is to learn from once they have decided: they as well, and nothing after; None where none decide."""


def leave_last(log: Sequences, holdout: int) -> Parts:
    """Each user's history less the last `holdout` events, of which the first decides; nothing decides without any."""

    def validation(limit: int | None, seed: int) -> Split:
        found = held_out(log, holdout, limit=limit, seed=seed) if holdout else None
        return found or _nobody(log)

    return Parts(log.without_last(holdout), validation, (lambda: log.without_last(holdout - 1)) if holdout else None)


def undecided(train: Sequences) -> Parts:
    """Something to learn from, of which nothing is kept to decide by."""
    return Parts(train, lambda _limit, _seed: _nobody(train))


def parted(log: Sequences | Parts, holdout: int) -> Parts:
    """The parts themselves, or a whole log by its last events."""
    return log if isinstance(log, Parts) else leave_last(log, holdout)


def _nobody(log: Sequences) -> Split:
    return Split(log, log.offsets[:0], log.offsets[:0])
