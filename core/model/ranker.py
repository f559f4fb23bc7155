"""The one interface that every model and baseline ranks through."""

from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.progress import Progress, silent


class Ranker(Protocol):
    """Gives every item a score for the next event of a user."""

    name: str
    """What tables and `--model` call it."""

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:
        """Learn from all events of `train`."""
        ...

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """Score of every item after the whole history of each user, (len(users), n_items); higher is better."""
        ...


@runtime_checkable
class Indexed(Protocol):
    """A ranker that finds the best items of a large catalogue without scoring all of them."""

    def nearest(
        self, histories: Sequences, users: NDArray[np.int64], k: int, *, hide_seen: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The k best items of each user and their scores, (len(users), k), best first."""
        ...


@runtime_checkable
class Discerning(Protocol):
    """A ranker that tells items that were never trained on from others."""

    @property
    def newcomers(self) -> Any:
        """Which they are, a `core.model.newcomers.Newcomers`."""

    @property
    def meanings(self) -> Any:
        """What is known of items in vectors, a tuple of `core.model.meanings.Meaning`."""


@runtime_checkable
class Stateful(Protocol):
    """A ranker that has a state of each user, and can follow it event by event."""

    def follower(self) -> Any:
        """A new `core.model.following.Follower` of this model."""
        ...

    def states(self, sequences: Sequences) -> NDArray[np.float32]:
        """State after each event, (n_events, size)."""
        ...

    def score_states(self, states: NDArray[np.float32]) -> NDArray[np.float32]:
        """Score of every item for some states, (n, n_items)."""
        ...
