"""A trained model on disk and back: `model.safetensors` (weights) and `model.json` (what it was built on)."""

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from core.data.sequences import Sequences
from core.data.spans import usual
from core.errors import UnknownRunError
from core.model import lookback, ranking, states
from core.model.checkpoints import DESCRIPTION, FORMAT, MODEL, read_tensors, write_json, write_tensors
from core.model.features import item_features, user_features
from core.model.following import Follower
from core.model.lessons import seen
from core.model.nearest import NearestItems
from core.model.network import InterestNetwork, Shape
from core.model.newcomers import Newcomers
from core.model.states import all_scores
from core.phrases import say
from core.progress import Progress, silent
from core.settings import Settings, as_dict, from_dict

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
MOST_ERAS = 64
EVENTS_AN_ERA = 1000
LEVELS = 8
"""Levels of event weights that the behaviour encoder tells apart."""


class InterestModel:
    """A trained model: ranks items, and gives the state after each event."""

    name = "attention"

    def __init__(self, network: InterestNetwork, popularity: Ints, settings: Settings) -> None:
        self.network, self.settings, self.popularity = network.eval(), settings, popularity
        network.behaviour.keep_user_vectors(network.shape.users.rows)
        self._raw = states.item_vectors(network, popularity > 0)
        self._newcomers = Newcomers.of(self._raw, popularity)
        with torch.no_grad():
            self._items = network.scorer.items(self._raw).contiguous()

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
        return lookback.lookback(self.network, self._raw, sequences, user, k)

    @property
    def attention_shape(self) -> tuple[int, int]:
        """Layers and heads of attention."""
        return lookback.attention_shape(self.network)

    @torch.no_grad()
    def score_states(self, states: Floats) -> Floats:
        """Score of every item for some states of this model, (n, n_items)."""
        return all_scores(self.network, torch.from_numpy(states), self._items, self._newcomers)

    def follower(self) -> Follower:
        """States of users whose histories grow, an event at a time."""
        return Follower(self.network, self._raw)

    def step_scores(self, sequences: Sequences, user: int) -> Floats:
        """Score of every item after each event of a user, (L, n_items)."""
        return self.score_states(self.states(sequences.only(np.array([user]))))


def _items_of(histories: Sequences, user: int) -> Ints:
    return np.unique(histories.item[histories.rows_of(user)]).astype(np.int64)


def build(train: Sequences, settings: Settings) -> InterestNetwork:
    """A fresh network for a log; settings must be resolved."""
    return InterestNetwork(_shape(train, _weight_edges(train), _eras(train), settings), settings.model)


def save(folder: Path, network: InterestNetwork, train: Sequences, settings: Settings, effort: int = 0) -> None:
    """Write a model; `train` are the events that it has learned from, `effort` the epochs that it took."""
    popularity = np.bincount(train.item, minlength=train.n_items)
    about = {
        "format": FORMAT,
        "log": log_mark(train),
        "settings": as_dict(settings),
        "weight_edges": list(network.shape.weight_edges),
        "eras": list(network.shape.eras),
        "effort": effort,
    }
    tensors = {name: value.clone() for name, value in network.state_dict().items()}
    write_tensors(folder / MODEL, tensors | {"popularity": torch.from_numpy(popularity)} | seen(train), about)
    if not (folder / DESCRIPTION).exists():
        write_json(folder / DESCRIPTION, vocabulary(network, train))


def load(folder: Path, sequences: Sequences) -> InterestModel:
    """The model of a run; raises `UnknownRunError` where it was made from another data set or version."""
    tensors, about = read_tensors(folder / MODEL)
    check_log(about, sequences, MODEL)
    settings = from_dict(about["settings"])
    network = InterestNetwork(
        _shape(sequences, tuple(about["weight_edges"]), tuple(about["eras"]), settings), settings.model
    )
    tensors = {name: value for name, value in tensors.items() if not name.startswith("seen.")}
    popularity = tensors.pop("popularity").numpy()
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise UnknownRunError(say("errors.old_weights", run=folder.name)) from error
    return InterestModel(network, popularity, settings)


def vocabulary(network: InterestNetwork, train: Sequences) -> dict[str, Any]:
    """Names behind the rows of every table, so that a later log can be matched."""
    shape = network.shape
    return {
        "items": [str(item) for item in train.catalogue.items],
        "kinds": list(train.kinds),
        "categories": list(train.catalogue.categories),
        "item_bags": {bag.name: list(bag.tokens) for bag in shape.items.bags},
        "user_bags": {bag.name: list(bag.tokens) for bag in shape.users.bags},
    }


def log_mark(sequences: Sequences) -> str:
    """A mark of everything that integer ids and feature tables depend on: items, users, categories, columns."""
    digest = hashlib.sha256()
    catalogue = sequences.catalogue
    columns = [*catalogue.attributes.columns, "", *sequences.user_attributes.columns]
    for names in (catalogue.items, sequences.users, catalogue.categories, sequences.kinds, columns):
        digest.update("\0".join(map(str, names)).encode())
        digest.update(b"\1")
    return digest.hexdigest()[:16]


def check_log(about: dict[str, Any], sequences: Sequences, file: str) -> None:
    """Raise `UnknownRunError` unless the file was made from a log with the same users, items and columns."""
    if about.get("log") != log_mark(sequences):
        raise UnknownRunError(say("errors.other_weights", file=str(file)))


def _shape(sequences: Sequences, weight_edges: tuple[float, ...], eras: tuple[int, ...], settings: Settings) -> Shape:
    catalogue = sequences.catalogue
    known = settings.model.attributes
    empty = sequences.user_attributes.iloc[:, :0]
    return Shape(
        items=item_features(catalogue, use=known),
        users=user_features(sequences.user_attributes if known else empty, sequences.n_users),
        kinds=len(sequences.kinds),
        categories=len(catalogue.categories),
        weight_edges=weight_edges,
        clock=not sequences.ordinal,
        eras=eras,
    )


def _eras(train: Sequences) -> tuple[int, ...]:
    """Quantiles of the time of events, at most `MOST_ERAS` of them, each span with enough events to learn from."""
    spans = min(MOST_ERAS, len(train) // EVENTS_AN_ERA)
    if train.ordinal or spans < 2:
        return ()
    times = np.clip(train.time, *usual(train.time))
    moments = np.unique(np.quantile(times, np.linspace(0, 1, spans + 1), method="nearest"))
    return tuple(int(moment) for moment in moments) if len(moments) > 1 else ()


def _weight_edges(train: Sequences) -> tuple[float, ...]:
    """Cuts between the levels of event weights: none where they are all the same."""
    finite = train.weight[np.isfinite(train.weight)]
    if not len(finite) or finite.min() == finite.max():
        return ()
    levels = np.unique(np.quantile(finite, np.linspace(0, 1, LEVELS + 1)[1:-1], method="nearest"))
    return tuple(float(level) for level in levels)
