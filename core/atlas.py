"""One stable 2-D map of items and user states.

The map is fitted on landmarks: the items (the most frequent ones of a large catalogue) and states sampled over all
histories. It is then frozen: every other vector is placed between its nearest landmarks, weighted by distance, so
that a point never moves because something else was added. What all states have in common (popularity, mostly) and what
all items have in common changes no ranking, but would tear the map into one cloud of items and one of states: so each
kind is taken relative to its own mean direction. UMAP: McInnes, Healy, Melville 2018, arXiv:1802.03426;
with a seed it is deterministic. A map is for the eye; drift is never tested on it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness as sklearn_trustworthiness
from sklearn.neighbors import NearestNeighbors

from core.data import Sequences, schema
from core.errors import EventsError
from core.phrases import say
from core.progress import Progress, silent
from core.settings import AtlasSettings

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
ITEM_SHARE = 0.5
"""Share of the landmarks that may be items; the others are states."""
NEAREST = 5
"""Landmarks that a point is placed between."""
TRUST_POINTS = 1500
"""Landmarks that trustworthiness is measured on: its time grows with the square."""
ARRAYS = ("landmarks", "places", "axes", "middle")
LEAST = 4
"""Fewer landmarks make no map."""


class Mapped(Protocol):
    """A model whose items and states lie in one space."""

    @property
    def item_vectors(self) -> Floats:
        """Vector of each item, (n_items, d)."""
        ...

    def states(self, sequences: Sequences) -> Floats:
        """State after each event, (n_events, d)."""
        ...


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


def fit(model: Mapped, sequences: Sequences, settings: AtlasSettings, progress: Progress = silent) -> Atlas:
    """Fit a map on items and sampled states, and place all items; raises `EventsError` if there is too little."""
    progress(0.0, say("steps.landmarks"))
    items = unit(model.item_vectors)
    items = unit(items - items.mean(axis=0))
    chosen = _frequent(sequences, int(settings.landmarks * ITEM_SHARE))
    rows, states = _sampled_states(model, sequences, settings.landmarks - len(chosen), settings.seed)
    middle: Floats = states.mean(axis=0) if len(states) else np.zeros(items.shape[1], np.float32)
    states = unit(states - middle)
    landmarks = np.concatenate([items[chosen], states])
    if len(landmarks) < LEAST:
        raise EventsError(say("errors.small_map", least=LEAST, found=len(landmarks)))
    progress(0.1, say("steps.fitting_map", items=len(landmarks)))
    places, axes = _METHODS[settings.method](landmarks, settings)
    progress(0.9, say("steps.placing"))
    trust = _trust(landmarks, places, settings)
    frozen = Atlas(settings.method, pd.DataFrame(), landmarks, places, axes, middle, trust)
    return replace(frozen, points=_points(frozen, items, states, sequences, rows))


def place(atlas: Atlas, states: Floats) -> Floats:
    """Where states lie on the map, (n, d) -> (n, 2); a state that is a landmark lies where the landmark lies."""
    return _placed(atlas, unit(unit(states) - atlas.middle))


def _placed(atlas: Atlas, vectors: Floats) -> Floats:
    """Where prepared vectors lie: between their nearest landmarks (umap), or projected (pca)."""
    if not len(vectors):
        return np.zeros((0, 2), dtype=np.float32)
    if len(atlas.axes):
        straight: Floats = vectors @ atlas.axes[:-1] + atlas.axes[-1]
        return straight
    near = NearestNeighbors(n_neighbors=min(NEAREST, len(atlas.landmarks))).fit(atlas.landmarks.astype(np.float64))
    distance, index = near.kneighbors(vectors.astype(np.float64))
    weight = 1.0 / np.maximum(distance, 1e-6) ** 2
    weight /= weight.sum(axis=1, keepdims=True)
    placed: Floats = np.einsum("nk,nkc->nc", weight, atlas.places[index]).astype(np.float32)
    return placed


def save(atlas: Atlas, folder: Path) -> None:
    """Write a map to a new folder."""
    folder.mkdir()
    atlas.points.to_parquet(folder / "points.parquet", index=False)
    arrays = {name: getattr(atlas, name) for name in ARRAYS}
    np.savez_compressed(folder / "landmarks.npz", **arrays)
    about = {"method": atlas.method, "trustworthiness": atlas.trustworthiness}
    (folder / "atlas.json").write_text(json.dumps(about))


def load(folder: Path) -> Atlas:
    """A map as it was saved."""
    about = json.loads((folder / "atlas.json").read_text())
    with np.load(folder / "landmarks.npz", allow_pickle=False) as arrays:
        parts = {name: arrays[name] for name in ARRAYS}
    return Atlas(points=pd.read_parquet(folder / "points.parquet"), **about, **parts)


def unit(vectors: Floats) -> Floats:
    """Vectors of length 1, so that near means the same direction; zeros stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(length, 1e-12)).astype(np.float32)
    return scaled


def _frequent(sequences: Sequences, most: int) -> Ints:
    """The items with most events, all of them if there is room, in the order of their integer ids."""
    counts = np.bincount(sequences.item, minlength=sequences.n_items)
    return np.sort(np.argsort(-counts, kind="stable")[:most])


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
    where = np.concatenate([_placed(atlas, items), _placed(atlas, states)])
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


def _trust(landmarks: Floats, places: Floats, settings: AtlasSettings) -> float:
    some = np.random.default_rng(settings.seed).permutation(len(landmarks))[:TRUST_POINTS]
    neighbours = min(settings.neighbours, (len(some) - 1) // 2)
    return float(sklearn_trustworthiness(landmarks[some], places[some], n_neighbors=neighbours))


def _umap(landmarks: Floats, settings: AtlasSettings) -> tuple[Floats, Floats]:
    neighbours = min(settings.neighbours, len(landmarks) - 1)
    mapper = _kept_umap()(n_neighbors=neighbours, init="pca", random_state=settings.seed, n_jobs=1)
    places, _, _ = _centred(np.asarray(mapper.fit_transform(landmarks), dtype=np.float32))
    return places, np.zeros((0, 2), dtype=np.float32)


def _kept_umap() -> type:
    """UMAP whose loops are kept on disk once compiled, as our own are: it would take ten seconds in each process."""
    from umap import UMAP, layouts, umap_, utils  # takes seconds to load

    steps = (utils.fast_knn_indices, umap_.smooth_knn_dist, umap_.compute_membership_strengths)
    for loop in (*steps, layouts._nb_optimize_layout_euclidean_single_epoch):
        loop.enable_caching()
    return cast("type", UMAP)


def _pca(landmarks: Floats, settings: AtlasSettings) -> tuple[Floats, Floats]:
    fitted = PCA(n_components=2, random_state=settings.seed, svd_solver="full").fit(landmarks)
    axes = fitted.components_.T
    places, shift, scale = _centred((landmarks @ axes).astype(np.float32))
    return places, np.concatenate([axes, -shift[None]]).astype(np.float32) / scale


def _centred(places: Floats) -> tuple[Floats, Floats, float]:
    """Places about 0, within -1 and 1; the shift and scale that made them so."""
    shift: Floats = (places.max(axis=0) + places.min(axis=0)) / 2
    scale = max(float(np.abs(places - shift).max()), 1e-12)
    return (places - shift) / scale, shift, scale


_METHODS: dict[str, Callable[[Floats, AtlasSettings], tuple[Floats, Floats]]] = {"umap": _umap, "pca": _pca}
