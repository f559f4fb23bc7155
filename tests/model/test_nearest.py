"""A large catalogue is searched through an index, and the lists are those of scoring everything."""

import numpy as np
import pytest
import torch

from core.lists import ranked, server
from core.model import blend_choice
from core.model.blend import parts_line
from core.model.interest_model import InterestModel
from core.model.nearest import NearestItems
from core.model.storage import build
from core.settings import RecommendSettings
from tests.model.logs import cycles, small


def test_index_finds_most_of_the_exact_neighbours():
    """Of the ten exact neighbours of a state, nine in ten are found."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(50, 16))
    vectors = (centres[random.integers(0, 50, 6000)] + 0.5 * random.normal(size=(6000, 16))).astype(np.float32)
    states = vectors[:40] + 0.1 * random.normal(size=(40, 16)).astype(np.float32)
    found, scores = NearestItems(vectors).search(states, 10)
    exact = np.argsort(-(states @ vectors.T), axis=1)[:, :10]
    assert np.mean([np.isin(row, truth).mean() for row, truth in zip(found, exact, strict=True)]) > 0.9
    assert (np.diff(scores, axis=1) <= 0).all()


@pytest.mark.parametrize("hide", [True, False])
def test_lists_through_the_index(monkeypatch, hide):
    """Lists of a catalogue said to be large equal the exact ones, what was seen hidden, also without any history."""
    torch.manual_seed(0)
    log = cycles(users=30, items=400)
    model = InterestModel(build(log, small("model.id_dropout=0.1")), np.bincount(log.item, minlength=400), small())
    histories = log.keep(log.user != 3)
    settings, users = RecommendSettings(hide_seen=hide), np.arange(30)
    exact = ranked.top_k(model, histories, users, settings)
    monkeypatch.setattr(ranked, "LARGE_CATALOGUE", 10)
    through = ranked.top_k(model, histories, users, settings)
    np.testing.assert_allclose(through["score"], exact["score"], atol=1e-4)  # items known by category alone tie
    assert (through["user_id"] == exact["user_id"]).all()
    assert list(through["item_id"][through["user_id"] == "u3"]) == list(exact["item_id"][exact["user_id"] == "u3"])


def test_a_blend_over_a_large_catalogue_is_the_model_through_its_index(monkeypatch):
    """It is chosen to be the model alone; its lists, also one at a time, are those of scoring everything."""
    torch.manual_seed(0)
    log = cycles(users=30, items=400)
    model = InterestModel(build(log, small()), np.bincount(log.item, minlength=400), small())
    settings, users = RecommendSettings(), np.arange(30)
    for module in (blend_choice, ranked, server):
        monkeypatch.setattr(module, "LARGE_CATALOGUE", 10)
    blend = blend_choice.choose(model, log)
    assert parts_line(blend.recipe.parts) == "100 % attention"
    through = ranked.top_k(blend, log, users, settings)
    one = server.Server(blend, log, settings).top("u7")
    for module in (ranked, server):
        monkeypatch.setattr(module, "LARGE_CATALOGUE", 10_000)
    exact = ranked.top_k(blend, log, users, settings)
    best = exact.groupby("user_id")["score"].transform("first")  # an index shows no seen item to measure by
    np.testing.assert_allclose(through["score"], exact["score"] / best, atol=1e-3)
    mine = through[through["user_id"] == "u7"]
    np.testing.assert_allclose([each.score for each in one], mine["score"], atol=1e-4)
