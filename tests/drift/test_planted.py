"""Changes planted in a log's own histories: what the log learns from them, and what the test finds of them."""

import numpy as np
import pandas as pd
import pytest

from core.drift.evidence import lessons
from core.drift.evidence.background import Everyone
from core.drift.evidence.looking import Counted, fill, gathered
from core.drift.evidence.planting import KINDS, TAUGHT, People, plant, plant_in_disorder
from core.drift.evidence.views import session_times
from core.drift.verdict import proof
from core.drift.verdict.trial import tried
from core.errors import EventsError
from core.settings import DriftSettings, NamingSettings


@pytest.fixture(scope="module")
def people(everyone, sequences):
    users = np.flatnonzero(sequences.lengths >= 20)
    units = everyone.background.units(everyone.sequences, users)
    return People(units.offsets, session_times(sequences, users), units)


def test_planted_users_keep_to_the_calendar(people):
    """Every kind occurs, changes lie inside, sessions are of those who lend them, and time never runs back."""
    planted = plant(people, 100, 3)
    assert {one.kind for one in planted} == set(KINDS)
    for one in planted:
        assert all(0 < change < len(one.sessions) for change in one.changes)
        owner = np.searchsorted(people.offsets, one.sessions, side="right") - 1
        assert set(owner) <= set(one.people)
        assert owner[0] == one.people[0]
        assert (len(one.people) == 3) == (one.kind == "onward")
        if one.kind == "onward":
            assert [owner[change] for change in one.changes] == list(one.people[1:])
        if one.kind in ("whole", "kindred"):
            assert (np.diff(people.time[one.sessions]) >= 0).all()


def test_a_twin_is_more_alike_than_others(people):
    """Views are taught by all kinds, with people whose categories hardly differ; sessions are in random order."""
    planted = plant_in_disorder(people, 140, 3)
    assert {one.kind for one in planted} == set(TAUGHT)
    alike = {kind: [] for kind in TAUGHT}
    for one in planted:
        first, second = (people.mix(who) for who in one.people[:2])
        alike[one.kind].append(sum(share * second.get(name, 0.0) for name, share in first.items()))
    mean = {kind: np.mean(values) for kind, values in alike.items()}
    assert mean["whole"] < mean["kindred"] < mean["twin"] <= 1
    assert any((np.diff(one.sessions[: one.changes[0]]) < 0).any() for one in planted)


def test_apart_nobody_lends_twice(people):
    """With `apart` no person is in two planted users."""
    planted = plant(people, 60, 3, apart=True)
    lent = [who for one in planted for who in one.people]
    assert len(planted) > 20
    assert len(lent) == len(set(lent))


@pytest.mark.usefixtures("quickly")
def test_lessons_are_the_same_for_the_same_seed(sequences):
    """Learned twice, the views and their weights agree to the last digit."""
    some = sequences.only(np.arange(150))
    one, again = (Everyone(some, 0).lessons for _ in range(2))
    assert again.names == one.names
    assert np.array_equal(again.weight, one.weight)


def test_a_view_that_is_noise_gets_no_weight():
    """Evidence that knows nothing of the change adds nothing; evidence that knows it better is taken."""
    looks = np.random.default_rng(5).normal(size=(3, 600, 13))
    looks[0, :, 0] += 0.7
    looks[2, :, 0] += 2.0
    assert lessons._weights(looks[:2]).tolist() == [1, 0]
    assert lessons._weights(looks)[1] == 0
    assert lessons._weights(looks)[2] > 0


def test_where_the_categories_carry_everything_they_stay_alone():
    """A view that finds hardly more than they do, or the same with noise of its own, gets no weight at all."""
    rng = np.random.default_rng(6)
    looks = rng.normal(size=(2, 600, 13))
    looks[0, :, 0] += 2.0
    looks[1] = 0.9 * looks[0] + 0.3 * looks[1]
    assert lessons._weights(looks).tolist() == [1, 0]


def test_each_view_finds_planted_changes(everyone, sequences, people):
    """In every view the evidence of planted changes lies above that of their shuffles more often than not."""
    from core.drift.evidence.statistic import Tables
    from core.drift.evidence.views import Calm, learn_views

    users = np.flatnonzero(sequences.lengths >= 20)
    background = everyone.background
    calm = Calm(everyone.sequences, background.places, background.trend)
    views = learn_views(sequences, calm, (users[::2], users[1::2]), 0)
    planted = [one.sessions for one in plant(people, 80, 3)]
    for seen in (Counted(people.units, Tables.of(background.prior)), *(view.of(users) for view in views)):
        out = np.full((len(planted), 9), np.nan)
        seeds = np.arange(1, len(planted) + 1).astype(np.uint64) * np.uint64(7919)
        fill(gathered(seen, planted), out, seeds, np.arange(len(planted)), (0, 9))
        assert (out[:, :1] > out[:, 1:]).mean() > 0.6


def test_the_test_is_tried_on_planted_changes(sequences):
    """Planted changes are told from histories that stay, few of those are flagged, and power rises with length."""
    rows = tried(sequences, 300, DriftSettings(permutations=20), 1)
    found = proof.figures(rows)
    assert found["auc"] > 0.65
    assert found["false_alarms"] <= 0.12
    assert [row["events_low"] for row in found["found"]] == sorted(row["events_low"] for row in found["found"])
    assert found["found"][-1]["power"] >= found["found"][0]["power"]
    assert rows["size"].notna().equals(rows["planted"] > 0)
    assert rows["size"].dropna().between(0, 1).all()
    assert (rows["right"] <= rows[["told", "planted"]].min(axis=1)).all()
    large = {cell["size_high"]: 0.0 for cell in found["cells"]}
    for cell in found["cells"]:
        large[cell["size_high"]] += cell["power"] * cell["planted"]
    assert large[max(large)] > large[min(large)], "large changes are seen more often than small ones"


def test_too_few_people_to_plant_in(sequences):
    """Ten people are too few, and that is said in one line."""
    with pytest.raises(EventsError, match=r"planted in histories.*30 people"):
        tried(sequences.only(np.arange(10)), 100, DriftSettings(permutations=20), 1)


def test_figures_of_a_trial_by_hand():
    """Power, places and who is named, of eight people whose fate is known."""
    tried_ = pd.DataFrame(
        {
            "n_events": [20, 30, 40, 50, 20, 30, 40, 50],
            "planted": [1, 1, 1, 1, 0, 0, 0, 0],
            "planted_kind": ["whole", "whole", "gradual", "whole", *[""] * 4],
            "size": [0.2, 0.4, 0.6, 0.8, *[np.nan] * 4],
            "score": [1.0, 2.0, 3.0, 4.0, 0.0, 0.5, 0.6, 3.5],
            "q_value": [0.9, 0.04, 0.04, 0.01, 0.9, 0.9, 0.9, 0.04],
            "drifted": [False, True, True, True, False, False, False, True],
            "told": [0, 1, 1, 2, 0, 0, 0, 1],
            "right": [0, 1, 0, 1, 0, 0, 0, 0],
            "off": [np.nan, 2.0, 9.0, 0.0, *[np.nan] * 4],
        }
    )
    found = proof.figures(tried_, NamingSettings(0.05))
    assert (found["users"], found["planted"], found["untouched"]) == (8, 4, 4)
    assert (found["named"], found["named_wrong"]) == (4, 1)
    assert (found["near"], found["off"]) == (0.6667, 2.0)
    assert found["false_alarms"] == found["false_discoveries"] == 0.25
    assert found["f1"] == pytest.approx(2 * 2 / (5 + 4), abs=1e-4)
    assert found["auc"] == pytest.approx(13 / 16)
    assert [row["power"] for row in found["found"]] == [0, 1, 1, 1]
    assert sum(cell["planted"] for cell in found["cells"]) == 4
    assert [(row["kind"], row["power"], row["right"]) for row in found["kinds"]] == [
        ("whole", 0.6667, 0.6667),
        ("gradual", 1.0, 0.0),
    ]
    assert proof.figures(tried_, NamingSettings(0.01))["named"] == 1


def test_a_verdict_beside_the_truth():
    """Who is named counts at what is accepted; a user whom the truth does not know is no real change."""
    table = pd.DataFrame({"user_id": ["a", "b", "c", "x"], "q_value": [0.01, 0.04, 0.2, 0.03]})
    truth = pd.DataFrame({"user_id": ["a", "b", "c"], "drifted": [True, False, True]})
    assert proof.agreement(table, truth, NamingSettings()) == proof.Agreement(changed=2, named=3, real=1)
    assert proof.agreement(table, truth, NamingSettings(0.2)) == proof.Agreement(changed=2, named=4, real=2)
