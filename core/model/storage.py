"""A trained model on disk and back: `model.safetensors` (weights) and `model.json` (what it was built on)."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data import Sequences, usual
from core.errors import UnknownRunError
from core.model.checkpoints import (
    CHOSEN,
    DESCRIPTION,
    FORMAT,
    MODEL,
    read_json,
    read_tensors,
    write_json,
    write_tensors,
)
from core.model.features import item_features, user_features
from core.model.interest_model import InterestModel
from core.model.meanings import Meaning, kept_meanings, side_by_side
from core.model.network import InterestNetwork, Shape
from core.phrases import say
from core.settings import Settings, as_dict, from_dict

Bools = NDArray[np.bool_]
NEWCOMERS = "newcomers.json"
MOST_ERAS = 64
EVENTS_AN_ERA = 1000
LEVELS = 8
"""Levels of event weights that the behaviour encoder tells apart."""


def build(train: Sequences, settings: Settings, meanings: tuple[Meaning, ...] = ()) -> InterestNetwork:
    """A fresh network for a log, and what its items mean; settings must be resolved."""
    shape = _shape(train, (_weight_edges(train), _eras(train)), settings, meanings)
    return InterestNetwork(shape, settings.model)


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
    tensors = {name: value.cpu().clone() for name, value in network.state_dict().items()}
    write_tensors(folder / MODEL, tensors | {"popularity": torch.from_numpy(popularity)} | seen(train), about)
    if not (folder / DESCRIPTION).exists():
        write_json(folder / DESCRIPTION, vocabulary(network, train))


def load(folder: Path, sequences: Sequences, *, chosen: bool = False) -> InterestModel:
    """The model of a run; raises `UnknownRunError` where it was made from another data set or version.

    With `chosen` as it was when validation chose it, and had not seen its events: by that one choices are made.
    """
    file = CHOSEN if chosen and finished(folder) else MODEL
    tensors, about = read_tensors(folder / file)
    check_log(about, sequences, file)
    settings = from_dict(about["settings"])
    meanings, learned = kept_meanings(folder), (tuple(about["weight_edges"]), tuple(about["eras"]))
    network = InterestNetwork(_shape(sequences, learned, settings, meanings), settings.model)
    tensors = {name: value for name, value in tensors.items() if not name.startswith("seen.")}
    popularity = tensors.pop("popularity").numpy()
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise UnknownRunError(say("errors.old_weights", run=folder.name)) from error
    return InterestModel(network, popularity, settings, meanings, penalty_of(folder))


def finished(folder: Path) -> bool:
    """Whether the model of a run, once it was chosen, has learned from the validation events too."""
    return (folder / CHOSEN).exists()


def penalty_of(folder: Path) -> float | None:
    """What validation said that logits of newcomers are lowered by; None where it said nothing."""
    return float(read_json(folder / NEWCOMERS)["penalty"]) if (folder / NEWCOMERS).exists() else None


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
    users = sequences.users if sequences.ids is None else sequences.ids
    for names in (catalogue.items, users, catalogue.categories, sequences.kinds, columns):
        digest.update("\0".join(map(str, names)).encode())
        digest.update(b"\1")
    return digest.hexdigest()[:16]


def check_log(about: dict[str, Any], sequences: Sequences, file: str) -> None:
    """Raise `UnknownRunError` unless the file was made from a log with the same users, items and columns."""
    if about.get("log") != log_mark(sequences):
        raise UnknownRunError(say("errors.other_weights", file=str(file)))


def _shape(
    sequences: Sequences,
    learned: tuple[tuple[float, ...], tuple[int, ...]],
    settings: Settings,
    meanings: tuple[Meaning, ...],
) -> Shape:
    """The shape of a network for a log; `learned` of training events: cuts between weights, and moments of eras."""
    catalogue = sequences.catalogue
    known = settings.model.attributes
    empty = sequences.user_attributes.iloc[:, :0]
    said = side_by_side(meanings, sequences.n_items) if meanings and settings.model.words else None
    return Shape(
        items=replace(item_features(catalogue, use=known), said=said),
        users=user_features(sequences.user_attributes if known else empty, sequences.n_users),
        kinds=len(sequences.kinds),
        categories=len(catalogue.categories),
        weight_edges=learned[0],
        clock=not sequences.ordinal,
        eras=learned[1],
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


def seen(train: Sequences) -> dict[str, Tensor]:
    """How many events of which user a run has learned from, as tensors to be kept with its weights."""
    people = _people(train)[train.lengths > 0].view(np.int64)
    lengths = train.lengths[train.lengths > 0].astype(np.int32)
    return {"seen.people": torch.from_numpy(people), "seen.events": torch.from_numpy(lengths)}


def unseen(train: Sequences, tensors: dict[str, Tensor]) -> Bools | None:
    """Events that came after what is kept in the tensors of `seen`, (n_events,); None where nothing is kept."""
    if "seen.people" not in tensors:
        return None
    counts = pd.Series(tensors["seen.events"].numpy(), index=tensors["seen.people"].numpy().view(np.uint64))
    known = counts.reindex(_people(train), fill_value=0).to_numpy()
    new: Bools = train.event_index >= known[train.user]
    return new


def _people(train: Sequences) -> NDArray[np.uint64]:
    """A number for each user id, the same in every log."""
    numbers: NDArray[np.uint64] = pd.util.hash_array(np.asarray(train.users, dtype=object), categorize=False)
    return numbers
