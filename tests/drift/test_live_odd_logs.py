"""The live test on logs in which there is little to learn."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.drift.live.e_values import judged_live
from core.drift.live.watcher import learn
from core.errors import EventsError
from core.settings import DriftSettings

DAY = 86_400
SETTINGS = DriftSettings(permutations=20)


def log(users, choose, categories=3, apart=DAY // 4, sessions=15):
    """So many users with three events in each session; `choose` tells the item of an event: (user, event) to place."""
    rows = [
        (f"u{user}", f"i{choose(user, event)}", (event // 3 + 1) * apart * 4 + event % 3 * 60 * bool(apart))
        for user in range(users)
        for event in range(3 * sessions)
    ]
    items = pd.DataFrame({"item_id": [f"i{n}" for n in range(12)], "title": [f"item {n}" for n in range(12)]})
    items["category"] = [f"c{n % categories}" if categories else None for n in range(12)]
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    return build_sequences(events.assign(timestamp=pd.to_datetime(events["timestamp"], unit="s")), items)


def at_random(user, event):
    """An item drawn anew for each event."""
    return int(np.random.default_rng([user, event]).integers(12))


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(log(10, at_random), id="ten users"),
        pytest.param(log(1, at_random), id="one user"),
        pytest.param(log(30, lambda _, event: event % 3), id="all sessions alike"),
        pytest.param(log(30, lambda _, event: at_random(0, event)), id="everyone alike"),
        pytest.param(log(30, at_random, categories=1), id="one category"),
        pytest.param(log(30, at_random, apart=0), id="equal stamps"),
        pytest.param(log(30, at_random, categories=0), id="no categories"),
    ],
)
def test_nobody_is_named_where_there_is_nothing_to_tell(made):
    """Few are flagged, nobody is named, and no number is missing."""
    table = judged_live(learn(made, SETTINGS).table(made))
    assert len(table) == made.n_users
    assert table["flagged"].sum() <= 0.1 * made.n_users
    assert not table["named"].any()
    assert np.isfinite(table["e_value"]).all()
    assert np.isfinite(table["evidence"].dropna()).all()


def test_too_few_items_are_refused():
    """Without categories, and with one item, there is nothing that could change: the line says what is missing."""
    with pytest.raises(EventsError, match="1 items of 30 users are too few to group"):
        learn(log(30, lambda *_: 0, categories=0), SETTINGS)


def test_one_user_who_turns_is_flagged_and_one_who_stays_is_not():
    """A log of one user has nobody to compare with: the user's own shuffles, more of them, tell the limit."""
    turns, stays = log(1, lambda _, event: event % 2 if event < 21 else 2 + 3 * (event % 2)), log(1, at_random)
    assert learn(turns, SETTINGS).table(turns)["flagged"].all()
    assert not learn(stays, SETTINGS).table(stays)["flagged"].any()
