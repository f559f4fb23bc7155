"""Integrated gradients keep their identity, and know nothing of a shuffled model."""

import numpy as np
import pytest

from core.errors import SettingsError
from core.explain.faithfulness import measure
from core.explain.gradients import integrated_gradients, path_ends, randomised
from core.explain.methods import METHODS, effects
from core.model.blend import Blend, Part, Recipe


def fit_user(simulated) -> int:
    return int(np.flatnonzero((simulated.lengths > 15) & (simulated.lengths < 35))[0])


@pytest.fixture(scope="module")
def histories(simulated):
    """Users with short histories: what a case costs grows with the square of its events."""
    return simulated.only(np.flatnonzero((simulated.lengths >= 10) & (simulated.lengths <= 26))).without_last(1)


def test_effects_sum_to_the_difference_of_the_scores(model, simulated):
    """Completeness: average history to real one, within the error of 32 points."""
    user = fit_user(simulated)
    for item in (0, 17):
        before, after = path_ends(model, simulated, user, item)
        total = integrated_gradients(model, simulated, user, item, steps=64).sum()
        assert total == pytest.approx(after - before, abs=0.02 * max(1, abs(after - before)))


def test_real_end_of_the_path_is_the_score(model, simulated):
    """What is explained is the score that ranks."""
    user = fit_user(simulated)
    scores = model.scores(simulated, np.array([user]))[0]
    assert path_ends(model, simulated, user, 5)[1] == pytest.approx(scores[5], abs=1e-4)


def test_events_before_the_window_have_no_effect(model, simulated):
    """The model cannot have read them."""
    user = int(simulated.lengths.argmax())
    window = model.network.settings.window
    found = integrated_gradients(model, simulated, user, 3)
    assert len(found) == simulated.lengths[user] > window
    assert not found[:-window].any()


@pytest.mark.parametrize("method", [*METHODS, "recency"])
def test_every_method_gives_a_number_an_event(method, model, simulated):
    """Finite, as many as there are events, the same when asked again."""
    user = fit_user(simulated)
    found = effects(method, model, simulated, user, 3)
    assert found.shape == (simulated.lengths[user],)
    assert np.isfinite(found).all()
    assert np.array_equal(found, effects(method, model, simulated, user, 3))


def test_unknown_methods_are_refused(model, simulated):
    """The line names what there is."""
    with pytest.raises(SettingsError, match=r"No method 'magic'\. Choose from shapley, integrated-gradients"):
        effects("magic", model, simulated, 0, 0)


def test_a_shuffled_model_ranks_otherwise_and_leaves_the_real_one_alone(model, simulated):
    """The copy has the same numbers in other places."""
    users = np.arange(5)
    before = model.scores(simulated, users)
    other = randomised(model, seed=1)
    assert not np.allclose(other.scores(simulated, users), before, atol=0.1)
    assert np.array_equal(model.scores(simulated, users), before)
    assert np.array_equal(other.scores(simulated, users), randomised(model, seed=1).scores(simulated, users))


def test_faithfulness_orders_what_must_be_ordered(model, histories):
    """No order beats the oracle; what looks at the model beats chance too; curves lie over all shares."""
    found = measure(model, histories, cases=12)
    area = found.summary.set_index("order")["comprehensiveness"]
    assert area["oracle"] == area.max()
    assert found.summary.set_index("order")["sufficiency"]["oracle"] == found.summary["sufficiency"].min()
    assert area["integrated-gradients"] > area["random"]
    assert area["leave-one-out"] > area["random"]
    assert set(found.curves["order"]) == {*METHODS, "attention alone", "random", "recency", "oracle"}
    assert found.summary.set_index("order")["sign_errors"]["leave-one-out"] == 0
    assert not found.believable("random")


def test_faithfulness_is_reproducible(model, histories):
    """The same seed gives the same figures."""
    one, two = (measure(model, histories, cases=3, seed=5).summary for _ in range(2))
    assert one.equals(two)


def test_faithfulness_of_a_blend(model, histories):
    """Lists of a blend are tested as they are shown; shuffled weights are the model's alone."""
    recipe = Recipe((Part("attention", 0.6, 1.0), Part("markov", 0.4)), 0, {})
    found = measure(Blend(recipe, {"attention": model}).fit(histories), histories, cases=4).summary.set_index("order")
    alone = measure(model, histories, cases=4).summary.set_index("order")
    assert not found["comprehensiveness"].equals(alone["comprehensiveness"])
    assert found.loc[list(METHODS), "randomised"].notna().all()
