"""Cold users know only their last events; cold items are those that training hardly saw."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import Sequences, build_sequences
from core.model.baselines import fit_baselines
from core.model.baselines.popularity import Popularity
from core.model.evaluation import cold


def log(histories: dict[str, str]) -> Sequences:
    """One letter an event, a minute apart."""
    rows = [(user, item, minute) for user, items in histories.items() for minute, item in enumerate(items)]
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    return build_sequences(frame.assign(timestamp=pd.to_datetime(frame["timestamp"] * 60, unit="s")))


class LengthSpy(Popularity):
    """Remembers how long the histories were that it was asked about."""

    name = "spy"

    def scores(self, histories, users):
        """As popularity."""
        self.seen = [*getattr(self, "seen", []), int(histories.lengths[users].max(initial=0))]
        return super().scores(histories, users)


def test_cold_users_are_asked_about_with_few_events():
    """Histories have at most 0, 1, 2, 3 events; then whole ones for cold items."""
    sequences = log({"u": "abcdefg", "v": "gfedcba"})
    spy = LengthSpy().fit(sequences)
    cold([spy], sequences)
    assert spy.seen[:4] == [0, 1, 2, 3]
    assert spy.seen[4] == 6


def test_rows_by_hand():
    """Popularity in training: a 2, b 2, c 1, d 0; the last items are d (0 events) and c (1 event)."""
    sequences = log({"u": "abcd", "v": "abac"[:2] + "dc", "w": "ab"})
    table = cold([Popularity().fit(sequences.without_last(2))], sequences)
    items = table[table["who"] == "item"].set_index("events")["users"].to_dict()
    counts = np.bincount(sequences.without_last(2).item, minlength=4).tolist()
    assert counts == [2, 2, 0, 0]
    assert items == {"0": 2, "1-2": 1}
    assert table[table["who"] == "user"]["events"].tolist() == ["0", "1", "2", "3"]


def test_a_cold_user_can_be_served_at_all():
    """With no event everyone gets popularity; with one, what follows it."""
    sequences = log({f"u{n}": "xy" + "ab" * 2 for n in range(9)} | {"z": "xyz"})
    table = cold(fit_baselines(["popularity", "markov"], sequences), sequences)
    first = table[(table["who"] == "user") & (table["events"] == "0")].set_index("model")["mrr"]
    assert first["markov"] == pytest.approx(first["popularity"])


def test_no_users_no_rows():
    """A log in which nobody has two events has no cold cases to show, and that is no error."""
    sequences = log({"u": "a", "v": "b"})
    assert cold([Popularity().fit(sequences)], sequences).empty
