"""Two ways to lay landmarks out flat, how far each can be trusted, and the better of both.

UMAP: McInnes, Healy, Melville 2018, arXiv:1802.03426; with a seed it is deterministic. Trustworthiness: Venna and
Kaski 2001, on a sample, as its time grows with the square.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness as sklearn_trustworthiness

from core.atlas.space import Floats
from core.settings import AUTO, AtlasSettings

TRUST_POINTS = 1500
"""Landmarks that trustworthiness is measured on."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Landmarks laid out by one method."""

    method: str
    places: Floats
    """(n, 2), centred, within -1 and 1."""
    axes: Floats
    """The linear map of pca, (d + 1, 2), last row the shift; (0, 2) for umap."""
    trust: float
    """Trustworthiness, 0 to 1."""


def laid_out(landmarks: Floats, settings: AtlasSettings) -> tuple[Layout, dict[str, float]]:
    """Landmarks (n, d) by the method of the settings, or by the more trustworthy of all; and the trust of each."""
    names = _METHODS if settings.method == AUTO else (settings.method,)
    tried = [_by(name, landmarks, settings) for name in names]
    return max(tried, key=lambda each: each.trust), {each.method: each.trust for each in tried}


def _by(name: str, landmarks: Floats, settings: AtlasSettings) -> Layout:
    places, axes = _METHODS[name](landmarks, settings)
    return Layout(name, places, axes, _trust(landmarks, places, settings))


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


_METHODS: dict[str, Callable[[Floats, AtlasSettings], tuple[Floats, Floats]]] = {"pca": _pca, "umap": _umap}
