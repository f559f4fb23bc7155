"""A blend is chosen on validation events, never on test events, and is no worse there than its parts."""

import json
from typing import Self

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.model import evaluation
from core.model.baselines.popularity import Popularity, RecentPopularity
from core.model.baselines.transitions import Markov, TunedRule
from core.model.blend import Blend, Part, Recipe, parts_line, scale
from core.model.blend_choice import choose
from core.model.short_histories import trusted
from core.settings import SimulationSettings


class Model:
    """Stands for a trained model: logits that know what an item's category is, and nothing else."""

    name = "attention"

    def __init__(self, quality: float = 3.0) -> None:
        self.quality = quality

    def fit(self, train, *, seed=0, progress=None) -> Self:  # noqa: ARG002
        """Not fitted again by a blend."""
        raise AssertionError("a trained model must not be fitted")

    def scores(self, histories: Sequences, users):
        """Likeness of an item's categories to those of the last events."""
        shares = histories.catalogue.shares.toarray()
        taste = np.stack([shares[histories.item[histories.rows_of(user)][-20:]].sum(axis=0) for user in users])
        return (self.quality * taste @ shares.T).astype(np.float32)


@pytest.fixture(scope="module")
def simulated() -> Sequences:
    """Users with tastes."""
    simulation = simulate(SimulationSettings(users=300, seed=11))
    events = simulation.events.sort_values(["user_id", "timestamp"], kind="stable", ignore_index=True)
    return build_sequences(events, simulation.items)


@pytest.fixture(scope="module")
def blend(simulated) -> Blend:
    """Chosen once for all tests here."""
    return choose(Model(), simulated)


def ndcg(ranker, sequences, behind: int) -> float:
    return evaluation.metrics(evaluation.ranks(ranker, evaluation.held_out(sequences, behind)))["ndcg@10"]


def test_no_worse_than_any_part_on_validation(blend):
    """Selection starts from the best single ranker and only adds what helps."""
    found = blend.recipe.validation
    assert found["blend"] >= max(quality for name, quality in found.items() if name != "blend")


def test_weights_are_shares(blend):
    """They sum to 1, and only the model has a temperature."""
    assert sum(part.weight for part in blend.recipe.parts) == pytest.approx(1)
    assert all((part.temperature is not None) == (part.name == "attention") for part in blend.recipe.parts)


def test_quality_in_the_recipe_is_that_of_the_blend(blend, simulated):
    """The pool of candidates finds the same NDCG as ranking all items."""
    assert blend.recipe.validation["blend"] == pytest.approx(ndcg(blend, simulated, 2), abs=1e-6)


def test_test_events_are_not_read(blend, simulated):
    """With the last event of every user replaced by another item the choice is the same."""
    changed = simulated.item.copy()
    changed[simulated.offsets[1:] - 1] = 0
    from dataclasses import replace

    assert choose(Model(), replace(simulated, item=changed)).recipe == blend.recipe


def test_recipe_survives_json_and_makes_the_same_blend(blend, simulated):
    """What is written beside a run ranks as what was chosen."""
    recipe = Recipe.from_dict(json.loads(json.dumps(blend.recipe.as_dict())))
    assert recipe == blend.recipe
    again = Blend(recipe, {"attention": Model()}).fit(simulated.without_last(2))
    users = np.arange(20)
    assert np.allclose(again.scores(simulated, users), blend.scores(simulated, users), atol=1e-6)


def test_a_useless_model_is_left_out(simulated):
    """A model that ranks by nothing does not get into the blend by habit."""
    recipe = choose(Model(quality=0.0), simulated).recipe
    assert "attention" not in {part.name for part in recipe.parts}


def test_without_validation_events_the_model_stands_alone():
    """Where nothing was held out there is nothing to choose by."""
    simulation = simulate(SimulationSettings(users=5, seed=1))
    sequences = build_sequences(simulation.events, simulation.items)
    few = sequences.keep(sequences.event_index < 2)
    assert [part.name for part in choose(Model(), few).recipe.parts] == ["attention"]


def test_scale_of_logits_and_of_baselines():
    """Logits: exp of the distance to the best over the temperature. Baselines: share of the best, 0 below 0."""
    scores = np.array([[0.0, 2.0, -2.0], [-1.0, -1.0, -0.5]], dtype=np.float32)
    assert scale(scores, 2.0)[0] == pytest.approx(np.exp([-1.0, 0.0, -2.0]), rel=1e-6)
    assert scale(scores, None).tolist() == [[0, 1, 0], [0, 0, 0]]


def test_blend_is_the_weighted_sum_of_scaled_parts(simulated):
    """By the formula."""
    train = simulated.without_last(2)
    recipe = Recipe((Part("attention", 0.25, 1.0), Part("markov", 0.75)), 0, {})
    blend, users = Blend(recipe, {"attention": Model()}).fit(train), np.array([3, 1])
    markov = scale(Markov().fit(train).scores(train, users), None)
    expected = 0.25 * scale(Model().scores(train, users), 1.0) + 0.75 * markov
    assert np.allclose(blend.scores(train, users), expected, atol=1e-6)


def test_a_given_shape_is_kept():
    """A tuned rule that is given a shape does not choose again."""
    simulation = simulate(SimulationSettings(users=30, seed=1))
    sequences = build_sequences(simulation.events, simulation.items)
    chosen = TunedRule().fit(sequences).rule
    assert TunedRule(chosen).fit(sequences.without_last(5)).rule == chosen


def test_parts_in_words():
    """Shares in whole per cent."""
    assert parts_line([Part("attention", 0.625, 1.0), Part("als", 0.375)]) == "62 % attention, 38 % als"


class Early(Model):
    """Logits that are right after one event alone: later they point away from the taste."""

    def scores(self, histories: Sequences, users):
        """As the model after one event; turned round after more."""
        sign = np.where(histories.lengths[users] == 1, 1, -1)[:, None]
        return (sign * super().scores(histories, users)).astype(np.float32)


def test_users_with_few_events_have_weights_of_their_own(simulated):
    """A model that is right after one event alone ranks those who have had one, and nobody else."""
    recipe = choose(Early(), simulated).recipe
    assert len(recipe.short) == 4
    assert "attention" not in {part.name for part in recipe.parts}
    assert max(recipe.short[1], key=lambda part: part.weight).name == "attention"
    assert {part.name for part in recipe.short[0]} <= {"popularity", "recent-popularity"}
    assert all(sum(part.weight for part in parts) == pytest.approx(1) for parts in recipe.short)


def test_users_of_all_lengths_are_ranked_by_their_own_weights(simulated):
    """By the formula for each length, also where users of several lengths are asked for at once."""
    recipe = Recipe((Part("markov", 1.0),), 0, {}, short=((Part("popularity", 1.0),), (Part("attention", 1.0, 1.0),)))
    blend = Blend(recipe, {"attention": Model()}).fit(simulated)
    cut = simulated.keep(simulated.event_index < np.arange(simulated.n_users)[simulated.user] % 4)
    users = np.arange(8)
    scores = blend.scores(cut, users)
    markov, popular = Markov().fit(simulated).scores(cut, users), Popularity().fit(simulated).scores(cut, users)
    assert np.allclose(scores[[0, 4]], scale(popular, None)[[0, 4]])
    assert np.allclose(scores[[1, 5]], scale(Model().scores(cut, users), 1.0)[[1, 5]])
    assert np.allclose(scores[[2, 3, 6, 7]], scale(markov, None)[[2, 3, 6, 7]])
    each = [blend.scores(cut, users[place : place + 1])[0] for place in range(8)]
    assert np.allclose(scores, each)
    own = {"attention": np.ones((8, simulated.n_items), dtype=np.float32)}
    assert np.allclose(blend.scores(cut, users, given=own)[[1, 5]], 1)


def test_a_recipe_of_before_ranks_as_before(simulated):
    """Without weights for few events, whoever has none gets what was popular lately, all others the usual parts."""
    values = Recipe((Part("markov", 1.0),), 0, {}).as_dict()
    del values["short"], values["newcomers"]
    blend = Blend(Recipe.from_dict(values), {}).fit(simulated)
    cut = simulated.keep(simulated.event_index < np.arange(simulated.n_users)[simulated.user] % 2)
    lately = RecentPopularity().fit(simulated).scores(cut, np.arange(2))
    assert np.allclose(blend.scores(cut, np.arange(2))[0], scale(lately, None)[0], atol=1e-6)
    assert np.allclose(
        blend.scores(cut, np.arange(2))[1], scale(Markov().fit(simulated).scores(cut, np.arange(2)), None)[1]
    )


@given(st.integers(0, 10_000), st.integers(1, 30), st.floats(-0.5, 0.5))
def test_no_more_of_a_gain_is_trusted_than_there_is(seed: int, users: int, shift: float):
    """Between nothing and all of it; nothing of a loss, and the more the surer."""
    values = np.random.default_rng(seed).uniform(-1, 1, users) + shift
    share = trusted(values)
    assert 0 <= share <= 1
    assert share == 0 or values.mean() > 0
    assert trusted(np.concatenate([values, values])) >= share - 1e-9
