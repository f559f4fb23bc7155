"""A made-up log of users who each keep to some categories, and a model whose states follow what they had."""

import numpy as np
import pandas as pd

from core.atlas.space import Floats, unit
from core.data.sequences import Sequences, build_sequences

CATEGORIES, PER_CATEGORY, SIZE = 4, 15, 12
DAY = 86_400


class Following:
    """States lie between the last items of a user; they may lean by age (a history that grows) or by time (a trend)."""

    def __init__(self, n_items: int, *, age: float = 0.0, time: float = 0.0) -> None:
        random = np.random.default_rng(5)
        centres = np.eye(CATEGORIES, SIZE, dtype=np.float32)
        noise = random.normal(0, 0.08, (n_items, SIZE)).astype(np.float32)
        self.item_vectors = unit(centres[np.arange(n_items) * CATEGORIES // n_items] + noise)
        self.age, self.time = age, time

    def states(self, sequences: Sequences) -> Floats:
        """A moving average of the items."""
        states = self.item_vectors[sequences.item].copy()
        for row in np.flatnonzero(sequences.event_index > 0):
            states[row] = 0.5 * states[row - 1] + 0.5 * states[row]
        states[:, 0] -= self.age * np.log2(1 + sequences.event_index)
        lean = self.time * ((sequences.time / (DAY * 1e6) - 1000) / 200 - 0.5)
        states[:, 0] -= lean
        states[:, 1] += lean
        return states


def log(users: int = 120, seed: int = 1, turn: float = 0.0) -> Sequences:
    """Users who come over 200 days and keep to one category; a `turn` share of those of c0 go to c1 on day 100."""
    random = np.random.default_rng(seed)
    items = [f"i{number:03d}" for number in range(CATEGORIES * PER_CATEGORY)]
    rows = []
    for user in range(users):
        home, turns = user % CATEGORIES, random.random() < turn
        days = np.sort(random.uniform(0 if turn else random.uniform(0, 120), 200, 24))
        for day in days:
            to = 1 if home == 0 and turns and day >= 100 else home
            to = to if random.random() < 0.9 else int(random.integers(CATEGORIES))
            item = items[to * PER_CATEGORY + int(random.integers(PER_CATEGORY))]
            rows.append((f"u{user:03d}", item, pd.Timestamp((1000 + day) * DAY, unit="s")))
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    catalogue = pd.DataFrame({"item_id": items, "title": [f"Thing {item}" for item in items]})
    catalogue["category"] = [f"c{number // PER_CATEGORY}" for number in range(len(items))]
    catalogue["price"] = np.arange(len(items)) / 2
    catalogue["brand"] = [f"brand {number % 3}" for number in range(len(items))]
    people = pd.DataFrame({"user_id": [f"u{user:03d}" for user in range(users)]})
    people["country"] = np.where(np.arange(users) % 2, "north", "south")
    return build_sequences(events, catalogue, people)
