"""Quality of a cohort beside the rest: means, and a difference whose interval holds the truth."""

import numpy as np
import pandas as pd
import pytest

from core.model import by_cohort, evaluation

USERS = [f"u{number}" for number in range(400)]


def ranks(seed=1):
    """Two models; the first finds what the first hundred users did next twice as often."""
    rng = np.random.default_rng(seed)
    chance = np.where(np.arange(400) < 100, 0.6, 0.3)
    hit = rng.random(400) < chance
    one = pd.DataFrame({"model": "ours", "user_id": USERS, "rank": np.where(hit, 1, 99)})
    return pd.concat([one, one.assign(model="other", rank=99)], ignore_index=True)


def test_a_cohort_that_is_served_better_is_seen():
    """The difference of .3 lies in the interval, 0 does not; sides are means as they are told elsewhere."""
    table = ranks()
    found = by_cohort.beside_rest(table, USERS[:100]).set_index(["model", "who"])
    row = found.loc[("ours", "difference")]
    assert row["low"] < 0.3 < row["high"]
    assert row["low"] > 0.1
    assert row["value"] == pytest.approx(found.loc[("ours", "cohort"), "value"] - found.loc[("ours", "rest"), "value"])
    own = evaluation.summarise(table[table["user_id"].isin(USERS[:100])]).set_index("model").loc["ours"]
    assert found.loc[("ours", "cohort"), ["value", "low", "high"]].tolist() == pytest.approx(
        own[["ndcg@10", "ndcg@10_low", "ndcg@10_high"]].tolist()
    )


def test_halves_that_are_served_alike_are_rarely_told_apart():
    """Of 60 random halves about one in twenty leaves 0 out of its interval."""
    table = ranks()
    same = table[table["user_id"].isin(USERS[100:])]
    rng, told = np.random.default_rng(3), 0
    for _ in range(60):
        half = rng.permutation(USERS[100:])[:150]
        row = by_cohort.beside_rest(same[same["model"] == "ours"], half).iloc[2]
        told += bool(row["low"] > 0 or row["high"] < 0)
    assert told <= 8


def test_nobody_on_a_side_is_told_as_nothing():
    """Without users on one side there is no difference."""
    found = by_cohort.beside_rest(ranks(), [])
    assert found.set_index(["model", "who"]).loc[("ours", "difference")].isna()["value"]
