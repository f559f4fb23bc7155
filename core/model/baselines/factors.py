"""Matrix factorisation: alternating least squares for implicit feedback."""

from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.model.baselines.matrices import history_matrix, item_counts, popularity_below
from core.model.ranking import Scores
from core.progress import Progress, silent


class Als:
    """Factors of users and items by alternating least squares (Hu et al., ICDM 2008; implicit)."""

    name = "als"

    def __init__(self, factors: int = 64, regularisation: float = 0.05, alpha: float = 4.0) -> None:
        self._settings = {"factors": factors, "regularization": regularisation, "alpha": alpha}

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:  # noqa: ARG002
        """Item factors; those of users are solved from their history when they are asked for."""
        from implicit.cpu.als import AlternatingLeastSquares
        from threadpoolctl import threadpool_limits

        self._counts = item_counts(train)
        matrix = history_matrix(train, np.arange(train.n_users))
        with threadpool_limits(1, "blas"):
            self._library = AlternatingLeastSquares(**self._settings, num_threads=1, random_state=seed)
            self._library.fit(matrix, show_progress=False)
        return self

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Inner products with the factors that fit each history; popularity for an empty one."""
        return popularity_below(self.raw(histories, users), self._counts)

    def raw(self, histories: Sequences, users: NDArray[np.int64]) -> Scores:
        """Inner products alone, 0 for an empty history."""
        factors = self._library.recalculate_user(users, history_matrix(histories, users))
        found: Scores = factors @ self._library.item_factors.T
        return found
