"""Regions of the space that a map is drawn of: groups of items that lie together, and the states nearest to each.

K-means on the directions of the items that people have most, so spherical (Dhillon and Modha 2001). Their number is the
data's: of 2 to 24 the smallest whose mean silhouette (Rousseeuw 1987) is within one standard error of the best
(Breiman and others 1984). Density methods were tried: HDBSCAN calls 23 % of the items and 58 % of the states of the
sample nothing, and whoever moves has to come from somewhere.
"""

import numpy as np
from numpy.typing import NDArray

from core.atlas.space import Floats, frequent
from core.data import Sequences

MOST_REGIONS = 24
"""More names cannot be read on one map."""
LEARNED_FROM, LOOKED_AT = 2500, 1000
"""Items that regions are learned from, and that silhouettes are measured on: their time grows with the square."""
STARTS = 10
"""K-means begins so often; the best is kept."""
Codes = NDArray[np.int16]


def centres_of(items: Floats, log: Sequences, seed: int) -> Floats:
    """Middle direction of each region, (regions, d); one region where items are too few to be told apart."""
    from sklearn.cluster import KMeans

    used = frequent(log, LEARNED_FROM)
    known = items[used[np.linalg.norm(items[used], axis=1) > 0]].astype(np.float64)
    distinct = len(np.unique(known, axis=0))
    if distinct < 3:
        return items[:1] if not len(known) else known[:1].astype(np.float32)
    far = _distances(known, seed)
    tried = []
    for count in range(2, min(MOST_REGIONS, distinct - 1) + 1):
        fitted = KMeans(count, n_init=STARTS, random_state=seed).fit(known)
        tried.append((fitted.cluster_centers_, *_silhouette(fitted.labels_, far)))
    best, error = max((mean, error) for _, mean, error in tried)
    centres = next(centres for centres, mean, _ in tried if mean >= best - error)
    length = np.linalg.norm(centres, axis=1, keepdims=True)
    found: Floats = (centres / np.maximum(length, 1e-12)).astype(np.float32)
    return found


def region_of(vectors: Floats, centres: Floats) -> Codes:
    """The nearest region of each direction, (n,)."""
    found: Codes = (vectors @ centres.T).argmax(axis=1).astype(np.int16)
    return found


def _distances(known: NDArray[np.float64], seed: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows that silhouettes are measured on, and the cosine distances between them."""
    some = np.random.default_rng([seed, 31]).permutation(len(known))[:LOOKED_AT]
    looked = known[some]
    return some, np.clip(1.0 - looked @ looked.T, 0.0, 2.0)


def _silhouette(labels: NDArray[np.int32], far: tuple[NDArray[np.int64], NDArray[np.float64]]) -> tuple[float, float]:
    """Mean silhouette and its standard error; -1 where all that is looked at is of one group."""
    from sklearn.metrics import silhouette_samples

    some, distances = far
    own = labels[some]
    if not 1 < len(np.unique(own)) < len(own):
        return -1.0, 0.0
    np.fill_diagonal(distances, 0.0)
    each = silhouette_samples(distances, own, metric="precomputed")
    return float(each.mean()), float(each.std() / np.sqrt(len(each)))
