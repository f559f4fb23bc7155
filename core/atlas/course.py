"""What users have in common in how they move: the course of every history as it grows, and the trend of the times.

A state after three events differs from one after thirty whoever the user is, and when all move alike nobody has turned
from anything. Both add the same to everybody's scores, as scores are inner products with states, and are taken out of
states before flows are counted. The course is a mean by the number of events, in
doublings, fitted together with one by the step of time to the movements within users (least squares, so that who came
when does not count); the trend is the middle movement of all users between two steps, coordinate by coordinate: what
fewer than half of them do is a flow, not the trend.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.atlas.crowd import Crowd
from core.atlas.space import Floats, Ints

FEWEST = 20
"""Users who moved in a step without whom no trend is told."""
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moves:
    """Every movement of a user from one stop to the next."""

    before: Ints
    """Stop that it starts from, (moves,)."""
    after: Ints
    step: Ints
    """Step of time in which it ends."""

    @classmethod
    def of(cls, stop: NDArray[np.int32]) -> "Moves":
        """Of stops by user and step, (users, steps)."""
        user, step = np.nonzero((stop[:, 1:] != stop[:, :-1]) & (stop[:, :-1] >= 0))
        return cls(stop[user, step].astype(np.int64), stop[user, step + 1].astype(np.int64), step + 1)


def without_common(states: Floats, crowd: Crowd) -> Floats:
    """States at the stops of a crowd, as the model gives them, less what users have in common, (stops, d)."""
    moves = Moves.of(crowd.stop)
    if not len(moves.step):
        return states
    age = np.log2(np.maximum(crowd.events, 1)).astype(np.int64)
    own = states - _course(states, crowd, moves, age)[age]
    trend = np.cumsum(_middle(own, moves, len(crowd.steps)), axis=0)
    found: Floats = (own - trend[_step_of(crowd)]).astype(np.float32)
    return found


def trend(crowd: Crowd) -> Floats:
    """The middle movement of all users on the map in each step, (steps, 2); 0 where too few moved."""
    found: Floats = _middle(crowd.places, Moves.of(crowd.stop), len(crowd.steps)).astype(np.float32)
    return found


def _course(states: Floats, crowd: Crowd, moves: Moves, age: Ints) -> Doubles:
    """What the number of events, in doublings, adds to a state, (ages, d)."""
    ages, steps = int(age.max()) + 1, len(crowd.steps)
    rows = np.arange(len(moves.step))
    design = np.zeros((len(rows), ages + steps), dtype=np.float32)
    np.add.at(design, (rows, age[moves.after]), 1.0)
    np.add.at(design, (rows, age[moves.before]), -1.0)
    step = _step_of(crowd)
    np.add.at(design, (rows, ages + step[moves.after]), 1.0)
    np.add.at(design, (rows, ages + step[moves.before]), -1.0)
    moved = states[moves.after] - states[moves.before]
    normal = (design.T @ design).astype(np.float64)
    # A little is added to what is hardly known: an age that few users reach shall not throw them far.
    fitted = np.linalg.solve(normal + np.eye(len(normal)), (design.T @ moved).astype(np.float64))
    return np.asarray(fitted[:ages])


def _step_of(crowd: Crowd) -> Ints:
    """The step of time in which each stop lies, (stops,)."""
    found = np.zeros(len(crowd.events), dtype=np.int64)
    first = np.diff(crowd.stop, axis=1, prepend=-1) != 0
    user, step = np.nonzero(first & (crowd.stop >= 0))
    found[crowd.stop[user, step]] = step
    return found


def _middle(values: NDArray[np.floating], moves: Moves, steps: int) -> Doubles:
    """Median movement of some values in each step, (steps, d); 0 where fewer than `FEWEST` moved."""
    found = np.zeros((steps, values.shape[1]))
    for step in range(steps):
        here = moves.step == step
        if here.sum() >= FEWEST:
            found[step] = np.median(values[moves.after[here]] - values[moves.before[here]], axis=0)
    return found
