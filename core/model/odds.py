"""How likely a list is to hold what comes next: a line in log-odds, of few numbers, each as sure as users agree.

    log-odds = level + slope x log(sum of its items' chances) + few / (1 + events) - fall x log(1 + age / early)

Lists after few events are made otherwise than after many, and what scores say of them means something else. The age of
a model is the time since it was trained, in lengths of the validation that followed: items and tastes move on, so that
lists of an older model hold less of what comes. How fast shows within validation already, and goes on after it, but
slower: a trend that is damped foretells better than one that goes on as it was (Gardner and McKenzie 1985). Users count
the same, however many cases they have; the error of the fall is that of a drawing of users, not of cases (Huber 1967),
and the share of it that is no chance is kept.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Ints = NDArray[np.int64]
STEPS, CLOSE = 50, 1e-8
"""Steps of Newton's method at most, and the step that is the last."""
LEAST = 1e-12
EARLY = 0.25
"""The age up to which a model loses most."""
TOWARDS = np.array([0.0, 1.0, 0.0, 0.0])
"""What level, slope, few and fall are drawn to where cases leave them open: the sum is believed as odds."""


@dataclass(frozen=True)
class Line:
    """Log-odds of a list from the sum of its items' chances, the events before it, and the age of the model."""

    level: float = 0.0
    slope: float = 1.0
    few: float = 0.0
    """What is added after no event, and half of it after one."""
    fall: float = 0.0
    """What is lost while the model's age beyond `EARLY` grows e-fold."""

    @classmethod
    def fit(cls, sums: Doubles, came: NDArray[np.bool_], users: Ints, events: Ints, ages: Doubles) -> Self:
        """From sums, whether the list held what came, whose it is, events before it, and ages of the model, (n,)."""
        _, person, counts = np.unique(users, return_inverse=True, return_counts=True)
        weight, hit = 1.0 / counts[person], came.astype(np.float64)
        every = _columns(sums, events, ages)
        found = _fitted(every, hit, weight, np.zeros(len(hit)))
        fall = found[3] * _trusted(every, hit, weight, person, found)
        level, slope, few = _fitted(every[:, :3], hit, weight, every[:, 3] * fall)
        return cls(level, slope, few, fall)

    def __call__(self, sums: Doubles, events: Ints, ages: Doubles) -> Doubles:
        """Chances of lists, (n,)."""
        return _chance(_columns(sums, events, ages) @ np.array([self.level, self.slope, self.few, self.fall]))


def _columns(sums: Doubles, events: Ints, ages: Doubles) -> Doubles:
    """What the numbers of a line are multiplied by, (n, 4)."""
    odds, few, older = np.log(np.maximum(sums, LEAST)), 1 / (1 + events), -np.log1p(ages / EARLY)
    return np.stack([np.ones(len(sums)), odds, few, older], axis=1)


def _chance(odds: Doubles) -> Doubles:
    found: Doubles = 1 / (1 + np.exp(-odds))
    return found


def _fitted(columns: Doubles, hit: Doubles, weight: Doubles, known: Doubles) -> tuple[float, ...]:
    """Coefficients of a logistic regression beside a `known` part of the log-odds, drawn to `TOWARDS`.

    What draws them is worth no more than a few users.
    """
    towards = TOWARDS[: columns.shape[1]]
    found = towards.copy()
    for _ in range(STEPS):
        likely = _chance(columns @ found + known)
        pull = columns.T @ (weight * (hit - likely)) - (found - towards)
        step = np.clip(np.linalg.solve(_curvature(columns, weight, likely), pull), -1.0, 1.0)
        found = found + step
        if np.abs(step).max() < CLOSE:
            break
    return tuple(float(each) for each in found)


def _curvature(columns: Doubles, weight: Doubles, likely: Doubles) -> Doubles:
    found: Doubles = (columns * (weight * likely * (1 - likely))[:, None]).T @ columns + np.eye(columns.shape[1])
    return found


def _trusted(columns: Doubles, hit: Doubles, weight: Doubles, person: Ints, found: tuple[float, ...]) -> float:
    """Which share of the last coefficient is no chance of who took part, between 0 and 1."""
    likely = _chance(columns @ np.array(found))
    inverse = np.linalg.inv(_curvature(columns, weight, likely))
    pulls = np.zeros((int(person.max()) + 1, columns.shape[1]))
    np.add.at(pulls, person, columns * (weight * (hit - likely))[:, None])
    variance = float((inverse @ (pulls.T @ pulls) @ inverse)[-1, -1])
    return max(0.0, 1 - variance / found[-1] ** 2) if found[-1] else 0.0
