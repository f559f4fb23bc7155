"""Nearest items of a state in a catalogue too large to score whole: an inverted file of faiss.

faiss-cpu 1.15, IndexIVFFlat on inner products: items are grouped around 4 sqrt(n) centres, and only the groups nearest
to the state are scored. Centres are found with a fixed seed, so that the same vectors give the same lists.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

LARGE_CATALOGUE = 200_000
"""More items than this are searched through the index; below, scoring all is exact and quick enough."""
SHARE_PROBED = 0.15
"""Share of the groups that a search looks into: 98 % of the ten exact items were found among 92,000."""


class NearestItems:
    """An index of item vectors."""

    def __init__(self, vectors: Floats) -> None:
        import faiss

        size = vectors.shape[1]
        groups = max(1, min(int(4 * len(vectors) ** 0.5), len(vectors) // 40))
        self.index = faiss.IndexIVFFlat(faiss.IndexFlatIP(size), size, groups, faiss.METRIC_INNER_PRODUCT)
        vectors = np.ascontiguousarray(vectors)
        self.index.train(vectors)
        self.index.add(vectors)
        self.index.nprobe = max(16, int(SHARE_PROBED * groups))

    def search(self, states: Floats, k: int) -> tuple[Ints, Floats]:
        """The k items of the largest inner products and these, best first, (n, k); -1 where no more were found."""
        scores, items = self.index.search(np.ascontiguousarray(states), k)
        return items, scores

    def unseen(self, states: Floats, seen: list[Ints], k: int) -> tuple[Ints, Floats]:
        """The same without the items that each user has seen; -1 and -inf where the search found fewer than k."""
        wanted = k + max((len(items) for items in seen), default=0)
        found, scores = self.search(states, min(wanted, self.index.ntotal))
        scores[found < 0] = -np.inf
        for row, items in enumerate(seen):
            scores[row, np.isin(found[row], items)] = -np.inf
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        best = np.take_along_axis(scores, order, 1)
        return np.where(np.isneginf(best), -1, np.take_along_axis(found, order, 1)), best
