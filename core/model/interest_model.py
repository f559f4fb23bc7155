"""A trained model: ranks items, gives the state after each event, and what each looks back on."""

from functools import cached_property
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from core.data import Sequences
from core.model import ranking, states
from core.model.following import Follower
from core.model.meanings import Meaning, placed, side_by_side
from core.model.nearest import NearestItems
from core.model.network import InterestNetwork
from core.model.newcomers import Newcomers, likely_ids, said_by
from core.model.states import all_scores
from core.progress import Progress, silent
from core.settings import Settings

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class InterestModel:
    """A trained model: ranks items, and gives the state after each event."""

    name = "attention"

    def __init__(
        self,
        network: InterestNetwork,
        popularity: Ints,
        settings: Settings,
        meanings: tuple[Meaning, ...] = (),
        penalty: float | None = None,
    ) -> None:
        """`meanings` of the items in the order of their integer ids; `penalty` of newcomers as validation found it."""
        self.network, self.settings, self.popularity = network.eval(), settings, popularity
        self.meanings = meanings
        network.ready()
        self._raw = states.item_vectors(network, popularity > 0)
        if meanings:
            self._raw += likely_ids(network.items.table.detach(), popularity, self.said)
        self._newcomers = Newcomers.of(self._raw, popularity, penalty)
        with torch.no_grad():
            self._items = network.scorer.items(self._raw).contiguous()

    @cached_property
    def said(self) -> Floats:
        """What all sources say of each item, unit vectors or zero, (n_items, sum of sizes)."""
        return side_by_side(self.meanings, len(self.popularity))

    @property
    def raw_vectors(self) -> torch.Tensor:
        """Vector of each item as histories are encoded from, (n_items, size)."""
        return self._raw

    @property
    def newcomers(self) -> Newcomers:
        """Items that were never trained on, and what their logits are lowered by."""
        return self._newcomers

    @property
    def item_vectors(self) -> Floats:
        """Unit vector of each item, (n_items, size)."""
        vectors: Floats = self._items.numpy()
        return vectors

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """Nothing to do: the model was trained when it was loaded; here so that it can stand beside baselines."""
        return self

    @torch.no_grad()
    def scores(self, histories: Sequences, users: Ints) -> Floats:
        """Logit of every item after the whole history of each user, (len(users), n_items).

        A user without events is given the items by popularity.
        """
        prepared = states.last_states(self.network, self._raw, histories, users)
        scores = all_scores(self.network, prepared, self._items, self._newcomers)
        empty = histories.lengths[users] == 0
        if empty.any():
            scores[empty] = np.log1p(self.popularity)
        return scores

    def nearest(self, histories: Sequences, users: Ints, k: int, *, hide_seen: bool) -> tuple[Ints, Floats]:
        """The k best items of each user and their scores, (len(users), k), through an index of a large catalogue.

        Rows that the index leaves short, and users without events, are scored whole.
        """
        prepared = states.last_states(self.network, self._raw, histories, users).numpy()
        nothing = np.zeros(0, dtype=np.int64)
        seen = [_items_of(histories, int(user)) if hide_seen else nothing for user in users]
        items, scores = self._index.unseen(np.pad(prepared, ((0, 0), (0, 1)), constant_values=1), seen, k)
        for row in np.flatnonzero((items < 0).any(1) | (histories.lengths[users] == 0)):
            exact = self.scores(histories, users[row : row + 1])
            exact[:, seen[row]] = -np.inf
            best, found = ranking.top_items(exact, k)
            items[row], scores[row] = best[0], found[0]
        return items, scores

    @cached_property
    def _index(self) -> NearestItems:
        """One more place in the vectors holds what newcomers are lowered by; states have a 1 there."""
        offsets = self._newcomers.offsets(len(self.item_vectors))
        return NearestItems(np.concatenate((self.item_vectors, offsets), axis=1))

    def states(self, sequences: Sequences) -> Floats:
        """State after each event, as long as the item vectors; its inner product with them is the score."""
        return states.all_states(self.network, self._raw, sequences)

    def attention(self, sequences: Sequences, user: int) -> Floats:
        """Attention of each state on the events before it, (layers, heads, L, L), L the events of the last window."""
        return states.attention(self.network, self._raw, sequences, user)

    def lookback(self, sequences: Sequences, user: int, k: int) -> tuple[Ints, Floats]:
        """The k events that each state of a user attends to most, and how much, (1 + layers * heads, n, k) each."""
        return states.lookback(self.network, self._raw, sequences, user, k)

    @torch.no_grad()
    def beside(self, fingerprint: str, vector: Floats) -> Floats | None:
        """What an item adds to its attributes that came after training and means this, (size,); None: nothing.

        `vector` (1, d) is of the source with that fingerprint, of which the run must know items.
        """
        said = placed(self.meanings, fingerprint, vector)
        trained = np.flatnonzero((self.popularity > 0) & self.said.any(1)) if said is not None and said.any() else ()
        if said is None or not len(trained):
            return None
        items = self.network.items
        found = said_by(said, items.table.detach(), self.popularity, (self.said, np.asarray(trained)))
        if items.meaning is not None:
            found = found + items.meaning.project(torch.from_numpy(said))
        values: Floats = found[0].numpy()
        return values

    @property
    def attention_shape(self) -> tuple[int, int]:
        """Layers and heads of attention."""
        return states.attention_shape(self.network)

    @torch.no_grad()
    def score_states(self, states: Floats) -> Floats:
        """Score of every item for some states of this model, (n, n_items)."""
        return all_scores(self.network, torch.from_numpy(states), self._items, self._newcomers)

    def follower(self) -> Follower:
        """States of users whose histories grow, an event at a time."""
        return Follower(self.network, self._raw)


def _items_of(histories: Sequences, user: int) -> Ints:
    return np.unique(histories.item[histories.rows_of(user)]).astype(np.int64)
