"""Lists after each event of one user, and where the event that came next stood in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences, prefixes
from core.model import rank_of, shares, top_items

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LISTED = 10
"""Items in a list."""
NEAR = 5
"""Items nearest to a state that are shown on the map."""
CELLS = 8_000_000
"""Scores held at once."""


class Played(Protocol):
    """What a model must tell to be played."""

    name: str

    @property
    def item_vectors(self) -> Floats:
        """A vector of each item, (n_items, d)."""
        ...

    def states(self, sequences: Sequences) -> Floats:
        """A state after each event, (n_events, d)."""
        ...

    def score_states(self, states: Floats) -> Floats:
        """Score of every item for each state, (n, n_items); a fresh array."""
        ...

    def lookback(self, sequences: Sequences, user: int, k: int) -> tuple[Ints, Floats]:
        """Past events with the most attention at each step, and their shares, (1 + layers * heads, n, k) each.

        The first view is the mean of all heads; -1 where there are fewer events.
        """
        ...

    @property
    def attention_shape(self) -> tuple[int, int]:
        """Layers and heads."""
        ...


class Listing(Protocol):
    """What ranks the lists, where that is more than the model alone."""

    def scores(self, histories: Sequences, users: Ints, given: Mapping[str, Floats]) -> Floats:
        """Score of every item after each history; those of the model stand in `given` under its name."""
        ...


@dataclass(frozen=True, eq=False)
class Steps:
    """What the model made of each step; items by their integer ids in the catalogue, -1 where there is none."""

    near: Ints
    """Items with the highest scores of the model, seen or not, (n, NEAR)."""
    listed: Ints
    """(n, k)"""
    scores: Floats
    """(n, k)"""
    chances: Floats
    """How likely each is what comes next; NaN where that was not measured, (n, k)."""
    next_rank: Ints
    """Rank of the next event's item; 0 if it was hidden as seen, or after the last event, (n,)."""
    next_score: Floats
    """(n,)"""


def ranked_steps(
    model: Played,
    states: Floats,
    items: Ints,
    listed: Callable[[Floats, int], Floats],
    likely: Callable[[Floats, Ints, Ints], Floats] | None = None,
) -> Steps:
    """Lists and ranks after each event; a bounded number of scores is held at a time.

    `listed` gives the scores of lists from the model's scores of some steps and the first of these steps; `likely` the
    chances of listed items (n, k) from all scores, hidden ones -inf, and the events before each step.
    """
    n_items = len(model.item_vectors)
    first = np.full(n_items, len(items), dtype=np.int64)
    np.minimum.at(first, items, np.arange(len(items)))
    rows = max(1, CELLS // max(1, n_items))
    parts = []
    for at in range(0, len(states), rows):
        scores = model.score_states(states[at : at + rows])
        near, _ = top_items(scores, NEAR)
        parts.append((near, *_ranked(listed(scores, at), items, first, at, likely or _unknown)))
    return Steps(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def listed_scores(
    listing: Listing | None, model: Played, sequences: Sequences, user: int
) -> Callable[[Floats, int], Floats]:
    """From the model's scores of steps to those of the lists."""
    if listing is None:
        return lambda scores, _: scores

    def listed(scores: Floats, at: int) -> Floats:
        cut = prefixes(sequences, user, range(at + 1, at + 1 + len(scores)))
        return listing.scores(cut, np.arange(len(scores)), {model.name: scores})

    return listed


def list_chances(listing: Listing | None) -> Callable[[Floats, Ints, Ints], Floats]:
    """From all scores of steps to the chances of listed items, where the listing knows how to tell them."""
    curve = getattr(listing, "chances", None)
    if curve is None:
        return _unknown

    def likely(scores: Floats, items: Ints, events: Ints) -> Floats:
        found: Floats = curve(np.take_along_axis(shares(listing, scores), items, axis=1), events).astype(np.float32)
        return found

    return likely


def _unknown(_scores: Floats, items: Ints, _events: Ints) -> Floats:
    return np.full(items.shape, np.nan, dtype=np.float32)


def _ranked(
    scores: Floats, items: Ints, first: Ints, at: int, likely: Callable[[Floats, Ints, Ints], Floats]
) -> tuple[NDArray[Any], ...]:
    """Lists, scores, chances, rank and score of the next event for the steps from `at` on; changes scores in place.

    `first` is the event at which each item was first seen.
    """
    steps = np.arange(at, at + len(scores))
    following = items[np.minimum(steps + 1, len(items) - 1)]
    next_score = scores[np.arange(len(scores)), following]
    scores[first <= steps[:, None]] = -np.inf
    listed, values = top_items(scores, LISTED)
    hidden = np.isneginf(values)
    ranks = rank_of(scores, following)
    ranks[steps == len(items) - 1] = 0
    chances = np.where(hidden, 0, likely(scores, listed, steps + 1)).astype(np.float32)
    return np.where(hidden, -1, listed), np.where(hidden, 0, values).astype(np.float32), chances, ranks, next_score
