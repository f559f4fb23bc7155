"""Small logs with a pattern that a model can learn."""

import numpy as np
import pandas as pd

from core.data.sequences import Sequences, build_sequences
from core.settings import Settings, override

SMALL = (
    "model.embedding_size=16",
    "model.window=12",
    "model.blocks=1",
    "training.batch_tokens=256",
    "model.dropout=0.1",
)


def frame(histories: dict[str, list[str]], minutes: float = 60.0) -> pd.DataFrame:
    """Events from the items of each user, evenly spaced."""
    rows = [
        (user, item, pd.Timestamp("2024-01-01") + pd.Timedelta(minutes=minutes * place))
        for user, items in histories.items()
        for place, item in enumerate(items)
    ]
    return pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])


def cycles(users: int = 60, items: int = 24, length: int = 14, seed: int = 1) -> Sequences:
    """Users who go round the items in order from a random start: the next item is certain."""
    random = np.random.default_rng(seed)
    starts = random.integers(0, items, users)
    events = frame(
        {f"u{user}": [f"i{(start + step) % items}" for step in range(length)] for user, start in enumerate(starts)}
    )
    events["event"] = np.where(np.arange(len(events)) % 3 == 0, "buy", "view")
    names = [f"i{item}" for item in range(items)]
    table = pd.DataFrame({"item_id": names, "title": names, "category": [f"c{item % 4}|all" for item in range(items)]})
    table["price"] = np.linspace(1, 50, items)
    people = pd.DataFrame(
        {"user_id": [f"u{user}" for user in range(users)], "country": ["FI", "SE", "NO"] * (users // 3)}
    )
    return build_sequences(events, table, people)


def small(*more: str) -> Settings:
    """Settings of a model that trains in a second or two."""
    return override(Settings(), [*SMALL, *more])
