"""The model's view of drift: what it sees that categories do not, its false alarms, and where it says no."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.drift.by_model import model_view
from core.drift.overview import judged
from core.drift.verdict.detection import detect
from core.errors import EventsError
from core.settings import DriftSettings, SimulationSettings

STYLES, OF_EACH = 8, 12


def vectors_of(group: np.ndarray, seed: int = 0) -> np.ndarray:
    """What a model might hold of items: those of a group lie near each other."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(group.max() + 1, 16))
    vectors = centres[group] + 0.25 * rng.normal(size=(len(group), 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def still(log: Sequences) -> np.ndarray:
    """States of a model that says the same after every event."""
    return np.ones((len(log), 4), np.float32)


@pytest.fixture(scope="module")
def styles() -> Sequences:
    """160 users of one category and eight styles; those with an even number turn to other styles half way."""
    rng = np.random.default_rng(3)
    rows = []
    for user in range(160):
        mixes = rng.dirichlet(np.full(STYLES, 0.4), 2)
        for event in range(72):
            style = rng.choice(STYLES, p=mixes[int(event >= 36 and user % 2 == 0)])
            moment = pd.Timestamp("2024-01-01") + pd.Timedelta(event // 3, "D") + pd.Timedelta(event % 3, "min")
            rows.append((f"u{user:03d}", f"i{style * OF_EACH + rng.integers(OF_EACH):03d}", moment))
    items = pd.DataFrame({"item_id": [f"i{item:03d}" for item in range(STYLES * OF_EACH)], "category": "all"})
    return build_sequences(pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]), items)


@pytest.fixture(scope="module")
def seen(styles) -> pd.DataFrame:
    return model_view.view(styles, vectors_of(np.arange(STYLES * OF_EACH) // OF_EACH), still, DriftSettings())


def test_a_change_inside_one_category_is_seen_by_the_model_alone(styles, seen):
    """The styles that half of the users turned from and to are told, the other half is mostly left in peace."""
    turned = np.arange(160) % 2 == 0
    assert seen.loc[turned, "drifted"].mean() > 0.6
    assert seen.loc[~turned, "drifted"].mean() < 0.12
    assert list(seen.columns) == list(model_view.VIEW_COLUMNS)
    found = seen[turned & seen["drifted"]]
    assert found["from_groups"].map(bool).mean() > 0.9
    first = found["change_events"].str[0].astype(int)
    assert (first - 36).abs().median() <= 5
    plain = detect(styles, DriftSettings())
    differing = model_view.contradictions(judged(plain), judged(seen))
    assert len(differing["model"]) > 40
    assert not differing["categories"]


def test_nobody_is_flagged_beyond_chance_where_nobody_drifted():
    """In a log without drift, trend and stickiness included, about 5 % of users are called drifted."""
    world = simulate(SimulationSettings(users=300, seed=17, drift=0.0))
    log = build_sequences(world.events, world.items)
    view = model_view.view(log, vectors_of(log.catalogue.first_category, 5), still, DriftSettings())
    assert view.loc[view["status"] == "ok", "drifted"].mean() < 0.085


def test_distances_of_states_that_stand_still_are_zero(seen):
    """A model whose states never move lies no further apart with the sessions in order than shuffled."""
    known = seen[seen["drifted"] & seen["distance"].notna()]
    assert len(known) > 40
    assert np.allclose(known[["distance", "distance_shuffled"]], 0, atol=1e-6)
    assert seen.loc[~seen["drifted"], "distance"].isna().all()


def test_what_was_launched_together_is_not_alike_for_that():
    """What vectors say of an item's time in the log is taken out, what they say of its style stays."""
    rng = np.random.default_rng(1)
    style, time = rng.integers(0, 3, 600), rng.random(600)
    taste = vectors_of(style)
    bent = taste + np.cos(np.pi * time)[:, None] * rng.normal(size=(1, 16))
    left = model_view.without_eras(bent, time, np.ones(600, dtype=np.int64))
    # What is left is the taste itself, but for its mean and what chance ties it to time.
    assert np.linalg.norm(left - (taste - taste.mean(axis=0))) < 0.25 * np.linalg.norm(taste)


def test_a_log_too_small_to_group_is_refused_in_one_line(styles):
    """A handful of items, or items that are all alike to the model, cannot be grouped."""
    few = styles.keep(styles.item < 5)
    vectors = vectors_of(np.arange(STYLES * OF_EACH) // OF_EACH)
    with pytest.raises(EventsError, match="5 items of 160 users are too few, or too alike to the model, to group"):
        model_view.in_groups(few, vectors, 0)
    with pytest.raises(EventsError, match="too alike to the model"):
        model_view.in_groups(styles, np.ones_like(vectors), 0)


def test_order_is_enough_without_a_clock(styles):
    """A log without times is viewed as well; nothing is taken out for the time of items."""
    ordinal = dataclasses.replace(styles, ordinal=True, time=styles.event_index)
    groups = model_view.in_groups(ordinal, vectors_of(np.arange(STYLES * OF_EACH) // OF_EACH), 0)
    assert 4 <= len(groups.catalogue.categories) <= 32


def test_only_sure_verdicts_contradict():
    """Who is not named, has signs in the other view as well, or cannot be judged by it, is no contradiction."""
    plain = pd.DataFrame({"user_id": list("abcde"), "status": "ok", "q_value": [0.01, 0.4, 0.9, 0.9, 0.01]})
    view = plain.assign(q_value=[0.9, 0.9, 0.05, 0.05, 0.1], status=["ok", "ok", "ok", "insufficient", "ok"])
    sides = model_view.contradictions(judged(plain), judged(view))
    assert sides == {"categories": frozenset("a"), "model": frozenset("c")}
