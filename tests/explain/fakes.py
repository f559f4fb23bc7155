"""Small logs and rankers whose reasons are known."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.sequences import Sequences, build_sequences

WEIGHT = np.array(
    [[0.0, 2.0, -1.0, 0.5, 0], [0.5, 0.0, 0.0, 0.2, 0], [0.0, 0.0, 3.0, 0.1, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]],
    dtype=np.float32,
)
"""What an event of item i adds to the score of item j; items d and e lead to nothing."""


class Additive:
    """Scores that are sums over events: the effect of each event is known exactly."""

    name = "additive"

    def scores(self, histories: Sequences, users: NDArray[np.int64]) -> NDArray[np.float32]:
        """Sum of the rows of WEIGHT over the history, and a little that makes no two equal."""
        tie = np.linspace(0.03, 0.01, histories.n_items, dtype=np.float32)
        sums = [WEIGHT[histories.item[histories.rows_of(user)]].sum(axis=0) for user in users]
        return np.asarray(np.stack(sums) + tie, np.float32)

    def attention(self, sequences: Sequences, user: int) -> NDArray[np.float32]:
        """Two layers, one head; the last event looks half at itself and half at the one before it."""
        length = min(2, int(sequences.lengths[user]))
        return np.full((2, 1, length, length), 1 / max(length, 1), dtype=np.float32)


def log(items: str, hours: int = 1) -> Sequences:
    """User u with these items, hours apart, and another that has all of a to e."""
    frame = pd.DataFrame({"user_id": ["u"] * len(items) + ["v"] * 5, "item_id": list(items) + list("abcde")})
    places = np.array([*range(len(items)), *range(5)])
    frame["timestamp"] = pd.Timestamp(0) + pd.to_timedelta(hours * places, unit="h")
    return build_sequences(frame)
