"""One stable 2-D map of items and user states.

The map is fitted on landmarks: the items (the most frequent ones of a large catalogue) and states sampled over all
histories. It is then frozen: every other vector is placed between its nearest landmarks, weighted by distance, so
that a point never moves because something else was added. A map is for the eye; drift is never tested on it.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.atlas.methods import laid_out
from core.atlas.space import Floats, Ints, Mapped, frequent, item_directions, placed_between, state_directions, unit
from core.data import Sequences, schema
from core.errors import EventsError
from core.phrases import say
from core.progress import Progress, silent
from core.settings import AtlasSettings

ITEM_SHARE = 0.5
"""Share of the landmarks that may be items; the others are states."""
NEAREST = 5
"""Landmarks that a point is placed between."""
ARRAYS = ("landmarks", "places", "axes", "middle")
LEAST = 4
"""Fewer landmarks make no map."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """A frozen map."""

    method: str
    """umap or pca."""
    points: pd.DataFrame = field(repr=False)
    """A row per item and sampled state: kind (item, state), item_id, title, user_id, event_index, x, y, category.

    A state has the item of its event and that item's category; an item has no user_id, and event_index -1.
    """
    landmarks: Floats = field(repr=False)
    """Unit vectors relative to their kind's mean, which the map was fitted on, (n, d)."""
    places: Floats = field(repr=False)
    """Where they lie, (n, 2), centred, within -1 and 1."""
    axes: Floats = field(repr=False)
    """The linear map of pca, (d + 1, 2), last row the shift; (0, 2) for umap."""
    middle: Floats = field(repr=False)
    """Mean direction of the sampled states, (d,)."""
    trustworthiness: float
    """Share of map neighbours that are neighbours in truth, 0 to 1 (Venna and Kaski 2001)."""
    tried: dict[str, float] = field(default_factory=dict)
    """The same of each method that was tried, by its name."""


def fit(model: Mapped, sequences: Sequences, settings: AtlasSettings, progress: Progress = silent) -> Atlas:
    """Fit a map on items and sampled states, and place all items; raises `EventsError` if there is too little."""
    progress(0.0, say("steps.landmarks"))
    items = item_directions(model)
    chosen = frequent(sequences, int(settings.landmarks * ITEM_SHARE))
    rows, states = _sampled_states(model, sequences, settings.landmarks - len(chosen), settings.seed)
    middle: Floats = states.mean(axis=0) if len(states) else np.zeros(items.shape[1], np.float32)
    states = unit(states - middle)
    landmarks = np.concatenate([items[chosen], states])
    if len(landmarks) < LEAST:
        raise EventsError(say("errors.small_map", least=LEAST, found=len(landmarks)))
    progress(0.1, say("steps.fitting_map", items=len(landmarks)))
    found, tried = laid_out(landmarks, settings)
    progress(0.9, say("steps.placing"))
    frozen = Atlas(found.method, pd.DataFrame(), landmarks, found.places, found.axes, middle, found.trust, tried)
    return replace(frozen, points=_points(frozen, items, states, sequences, rows))


def place(atlas: Atlas, states: Floats) -> Floats:
    """Where states lie on the map, (n, d) -> (n, 2); a state that is a landmark lies where the landmark lies."""
    return placed(atlas, state_directions(states, atlas.middle))


def placed(atlas: Atlas, vectors: Floats) -> Floats:
    """Where prepared vectors lie: between their nearest landmarks (umap), or projected (pca)."""
    if not len(vectors):
        return np.zeros((0, 2), dtype=np.float32)
    if len(atlas.axes):
        straight: Floats = vectors @ atlas.axes[:-1] + atlas.axes[-1]
        return straight
    return placed_between(vectors, atlas.landmarks, atlas.places, NEAREST)


def directions(atlas: Atlas, items: Floats) -> Floats:
    """The direction of each point of a map; `items` as `item_directions` gives them, (n_items, d) -> (n_points, d)."""
    states = len(atlas.points) - len(items)
    return np.concatenate([items, atlas.landmarks[len(atlas.landmarks) - states :]])


def save(atlas: Atlas, folder: Path) -> None:
    """Write a map to a new folder."""
    folder.mkdir()
    atlas.points.to_parquet(folder / "points.parquet", index=False)
    arrays = {name: getattr(atlas, name) for name in ARRAYS}
    np.savez_compressed(folder / "landmarks.npz", **arrays)
    about = {"method": atlas.method, "trustworthiness": atlas.trustworthiness, "tried": atlas.tried}
    (folder / "atlas.json").write_text(json.dumps(about))


def load(folder: Path) -> Atlas:
    """A map as it was saved."""
    about = json.loads((folder / "atlas.json").read_text())
    with np.load(folder / "landmarks.npz", allow_pickle=False) as arrays:
        parts = {name: arrays[name] for name in ARRAYS}
    return Atlas(points=pd.read_parquet(folder / "points.parquet"), **about, **parts)


def _sampled_states(model: Mapped, sequences: Sequences, most: int, seed: int) -> tuple[Ints, Floats]:
    """States after events drawn from all histories: their rows in `sequences` and unit vectors, in order."""
    random = np.random.default_rng(seed)
    count = min(most, len(sequences))
    rows = np.sort(random.choice(len(sequences), count, replace=False))
    users = np.unique(sequences.user[rows])
    some = sequences.only(users)
    return rows, unit(model.states(some))[np.searchsorted(sequences.rows_of_all(users), rows)]


def _points(atlas: Atlas, items: Floats, states: Floats, sequences: Sequences, rows: Ints) -> pd.DataFrame:
    catalogue = sequences.catalogue
    all_items = np.arange(len(items))
    item = np.concatenate([all_items, sequences.item[rows]])
    where = np.concatenate([placed(atlas, items), placed(atlas, states)])
    names = np.array([*catalogue.categories, None], dtype=object)
    return pd.DataFrame(
        {
            "kind": np.repeat(["item", "state"], [len(items), len(rows)]),
            schema.ITEM: catalogue.items[item],
            schema.TITLE: catalogue.titles[item],
            schema.USER: np.concatenate([np.full(len(items), None), sequences.users[sequences.user[rows]]]),
            schema.EVENT_INDEX: np.concatenate([np.full(len(items), -1), sequences.event_index[rows]]),
            "x": where[:, 0],
            "y": where[:, 1],
            schema.CATEGORY: names[catalogue.first_category[item]],
        }
    )
