"""Small frames that charts are drawn from."""

import pandas as pd

CATEGORIES = ("jazz", "folk", "rock")


def events(n: int = 12, *, ordinal: bool = False) -> pd.DataFrame:
    """A user who turns from jazz to folk in the middle, three events a session; every fifth item has no category."""
    times = range(n) if ordinal else pd.date_range("2024-01-01", periods=n, freq="D")
    category = ["jazz" if at < n // 2 else "folk" for at in range(n)]
    return pd.DataFrame(
        {
            "event_index": range(n),
            "timestamp": times,
            "item_id": [f"i{at}" for at in range(n)],
            "title": [f"<b>Title {at}" for at in range(n)],
            "category": [None if at % 5 == 4 else name for at, name in enumerate(category)],
            "session": [at // 3 for at in range(n)],
            "x": [at / 10 for at in range(n)],
            "y": [at % 3 / 10 for at in range(n)],
        }
    )


def drift(n: int = 4, *, intervals: bool = True) -> pd.DataFrame:
    """Users by falling magnitude, from jazz to folk and rock."""
    table = pd.DataFrame(
        {
            "user_id": [f"u{at}" for at in range(n)],
            "n_events": [100 + at for at in range(n)],
            "status": "ok",
            "score": [9.0 - at for at in range(n)],
            "p_value": 0.001,
            "q_value": 0.01,
            "drifted": True,
            "change_events": [(40,)] * n,
            "change_times": [("2024-03-01T00:00:00",)] * n,
            "kind": "abrupt",
            "direction": "shift",
            "magnitude": [0.8 - at / 10 for at in range(n)],
            "from_categories": [("jazz",)] * n,
            "to_categories": [("folk", "rock")] * n,
        }
    )
    if intervals:
        table["magnitude_low"], table["magnitude_high"] = table["magnitude"] - 0.1, table["magnitude"] + 0.1
    return table


def points(n: int = 30) -> pd.DataFrame:
    """Items and states on a map."""
    return pd.DataFrame(
        {
            "kind": ["item"] * (n // 3) + ["state"] * (n - n // 3),
            "title": [f"t{at}" for at in range(n)],
            "category": [CATEGORIES[at % 3] if at % 7 else None for at in range(n)],
            "x": [at / n for at in range(n)],
            "y": [at % 5 for at in range(n)],
            "score": [at / 2 for at in range(n)],
        }
    )
