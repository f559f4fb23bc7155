"""Sentences name what gained and lost most in the mixes that pictures draw, for everyone in samples and in worlds."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.catalogue import Catalogue
from core.data.sequences import build_sequences
from core.data.simulate import simulate
from core.drift.evidence import for_charts
from core.drift.overview import cards, cohorts, judged, turns
from core.drift.verdict.changes import Change
from core.drift.verdict.detection import detect
from core.player.user import local_shares, own_categories, stretch_mixes
from core.settings import WORLDS, DriftSettings, SimulationSettings
from core.settings import world as field
from tests.few_histories import taught

SAMPLES = Path(__file__).parents[2] / "sample_data"
QUICK = DriftSettings(p_values=False)
"""Tells of everyone whose history speaks rather for a change than against it: more people than those who are named."""


@pytest.fixture(scope="module", autouse=True)
def _quickly():
    """What is held rests on none of the numbers of made-up histories."""
    with taught():
        yield


def sample(name):
    """A sample as it is."""
    read = {part: pd.read_csv(next((SAMPLES / name).glob(f"{part}.csv*")), dtype=str) for part in ("events", "items")}
    events = read["events"].assign(timestamp=moments(read["events"]["timestamp"]))
    return build_sequences(events, read["items"])


def some(log):
    """The first three hundred people of a log of many."""
    return log.keep(log.user < 300)


def moments(texts):
    """Times of a sample: seconds since 1970, or text."""
    numbers = pd.to_numeric(texts, errors="coerce")
    found = pd.to_datetime(numbers, unit="s") if numbers.notna().all() else pd.to_datetime(texts)
    return found.astype("datetime64[us]")


def world(settings=None, **habits):
    """A simulated log of 100 users, of a world or with habits of its own."""
    made = simulate(replace(settings or SimulationSettings(), users=100, seed=4, **habits))
    return build_sequences(made.events, made.items, made.users)


LOGS = {
    "sample": lambda: some(sample("simulated")),
    "groceries": lambda: some(sample("groceries")),
    "few broad categories": lambda: world(categories=6, trend=2.0),
    "many, two an item": lambda: world(categories=40, second_category=0.6, stickiness=0.8),
    **{name: partial(world, field(name)) for name in WORLDS if name != "shop"},
}


@pytest.mark.parametrize("log", LOGS)
def test_sentence_and_picture_agree(log):
    """What a sentence names first lost and gained most in the mixes drawn beside it, whole or in lanes."""
    sequences = for_charts(LOGS[log](), QUICK.seed)
    table = turns.drawn(judged(detect(sequences, QUICK)), sequences)
    told = table[table["changes"].map(len) > 0]
    assert len(told) >= 10, "the fixture must hold changes"
    for row in told.to_dict("records"):
        user, found = sequences.find_user(row["user_id"]), row["changes"]
        events = [change.event for change in found]
        drawn = turns.mixes(sequences, user, events)
        lanes, shares = lanes_of(sequences, user, found)
        for number, change in enumerate(found):
            agrees(change, sequences.catalogue.categories, drawn[number + 1] - drawn[number])
            agrees(change, lanes, shares[number + 1][: len(lanes)] - shares[number][: len(lanes)])


def lanes_of(sequences, user, changes):
    """Names of the player's lanes without the last, of all others, and the shares that it draws around changes."""
    items = sequences.item[sequences.rows_of(user)].astype(np.int64)
    told = {name for change in changes for name in (*change.left[:1], *change.found[:1])}
    names, local = own_categories(sequences.catalogue, items, told)
    shares = stretch_mixes(
        local_shares(sequences.catalogue, items, local, len(names)), [change.event for change in changes]
    )
    return [name for name in names if name], shares


def agrees(change, names, gain):
    """What is named first gained most, and lost most."""
    place = {name: at for at, name in enumerate(names)}
    for side, sign in ((change.found, 1), (change.left, -1)):
        if side:
            assert sign * gain[place[side[0]]] == pytest.approx(max(sign * gain), abs=1e-6)
        else:
            assert max(sign * gain) <= 1e-6


@pytest.mark.parametrize("log", ["few broad categories", "many, two an item"])
def test_cards_show_what_they_name(log):
    """Both bars of a card hold what its sentence names, and no share is more than the whole."""
    sequences = LOGS[log]()
    table = turns.drawn(judged(detect(sequences, QUICK)), sequences)
    found = cards(table, sequences)
    assert len(found) == int((table["changes"].map(len) > 0).sum())
    for card in found:
        names = {name: after - before for name, before, after in card.mix}
        assert {*card.turn.left[:1], *card.turn.found[:1]} <= set(names)
        if card.turn.found:
            assert names[card.turn.found[0]] == max(names.values())
        assert all(sum(cell[side] for cell in card.mix) <= 1 + 1e-6 for side in (1, 2))


def test_the_table_keeps_what_the_test_names():
    """What the test named stands beside what the picture shows; rows and their order stay, and nobody is invented."""
    sequences = world(categories=8)
    table = cohorts.surest(judged(detect(sequences, DriftSettings(permutations=10))))
    drawn = turns.drawn(table, sequences)
    assert drawn["user_id"].tolist() == table["user_id"].tolist()
    assert drawn[turns.TESTED_TO].tolist() == table["to_categories"].tolist()
    untold = table["changes"].map(len) == 0
    assert not drawn.loc[untold, "to_categories"].map(bool).any()
    assert [[change.event for change in cell] for cell in drawn["changes"]] == [
        [change.event for change in cell] for cell in table["changes"]
    ]


def test_a_rare_category_that_is_told_of_has_a_lane():
    """The player's lanes hold the most frequent categories, and those that words name."""
    names = tuple(f"c{number:02}" for number in range(12))
    items = np.array([f"i{number}" for number in range(12)], dtype=object)
    catalogue = Catalogue(items, items, names, np.arange(13), np.arange(12), pd.DataFrame(index=range(12)))
    history = np.repeat(np.arange(12), np.arange(24, 0, -2))
    lanes, local = own_categories(catalogue, history, {"c11"})
    assert lanes == [*names[:8], "c11", None]
    assert local[[0, 11, 9, -1]].tolist() == [0, 8, 9, -1]


def test_changes_without_categories_stay_as_they_are():
    """In a log whose items have no categories a change has a place, and no names."""
    events = pd.DataFrame({"user_id": "u", "item_id": ["a", "b"] * 3, "timestamp": pd.date_range("2024", periods=6)})
    sequences = build_sequences(events.astype({"timestamp": "datetime64[us]"}))
    cell = np.empty(1, dtype=object)
    cell[0] = (Change(3, 2, 4, ("x",), ("y",), 0.5),)
    table = pd.DataFrame({"user_id": ["u"], "changes": cell, "from_categories": [("x",)], "to_categories": [("y",)]})
    (change,) = turns.drawn(table, sequences)["changes"][0]
    assert (change.event, change.left, change.found) == (3, (), ())
