"""How far the states of one user moved, beside what the same sessions in random order would have done."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import History, Sequences, history_of, schema, stack

Floats = NDArray[np.float64]
SHUFFLES, FEWEST_SHUFFLES, EVENTS = 39, 9, 100_000
"""Shuffled histories; fewer where these come to more events than this."""
LEAST = 5
"""Events on either side of a place that a mean needs."""
DISTANCE, LOW, MIDDLE, HIGH = "distance", "low", "middle", "high"


def trail(
    sequences: Sequences, user: int, encode: Callable[[Sequences], NDArray[np.float32]], seed: int
) -> pd.DataFrame:
    """A row per place of a user's history: event_index (the first event after it), distance, low, middle, high.

    `distance` is 1 less the cosine between the mean state of all events before and that of all from there on. The
    others are the 5 %, 50 % and 95 % quantiles of the same distance with the sessions shuffled and encoded anew by
    `encode`. No rows for histories under 2 `LEAST` events or with a single session.
    """
    history = history_of(sequences, user)
    length = len(history)
    if length < 2 * LEAST or history.session[0] == history.session[-1]:
        return pd.DataFrame(columns=[schema.EVENT_INDEX, DISTANCE, LOW, MIDDLE, HIGH], dtype=np.float64)
    rng = np.random.default_rng([seed, 3, user])
    shuffles = int(np.clip(EVENTS // length, FEWEST_SHUFFLES, SHUFFLES))
    orders = [history, *(shuffled(history, rng) for _ in range(shuffles))]
    states = encode(stack(sequences, user, orders)).reshape(len(orders), length, -1)
    curves = np.stack([apart(each) for each in states])
    low, middle, high = np.quantile(curves[1:], (0.05, 0.5, 0.95), axis=0)
    places = np.arange(LEAST, length - LEAST + 1)
    return pd.DataFrame({schema.EVENT_INDEX: places, DISTANCE: curves[0], LOW: low, MIDDLE: middle, HIGH: high})


def shuffled(history: History, rng: np.random.Generator) -> History:
    """The sessions in random order: each keeps its pace, and the pauses between sessions stay where they are."""
    first = np.flatnonzero(np.diff(history.session, prepend=history.session[:1] - 1))
    last = np.append(first[1:], len(history)) - 1
    order = rng.permutation(len(first))
    size, lasts = (last - first + 1)[order], (history.time[last] - history.time[first])[order]
    rows = np.concatenate([np.arange(first[k], last[k] + 1) for k in order])
    pause = history.time[first[1:]] - history.time[last[:-1]]
    start = history.time[0] + np.concatenate(([0], np.cumsum(lasts[:-1] + pause)))
    time = np.repeat(start - history.time[first[order]], size) + history.time[rows]
    return replace(history.take(rows), time=time, session=np.repeat(np.arange(len(first)), size))


def apart(states: NDArray[np.float32]) -> Floats:
    """1 less the cosine between the means before and after each place with `LEAST` events on either side.

    `states`: (n_events, d); the result has n_events - 2 LEAST + 1 entries.

    >>> ahead, aside = np.eye(2)
    >>> apart(np.stack([ahead] * 5 + [aside] * 5))
    array([1.])
    """
    sums = np.cumsum(states, axis=0, dtype=np.float64)
    before = sums[LEAST - 1 : len(states) - LEAST]
    after = sums[-1] - before
    lengths = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.asarray(1 - (before * after).sum(axis=1) / np.maximum(lengths, 1e-12))
