"""What states look back on: the same numbers as the attention they come from."""

import numpy as np
import pytest

from core.model.interest_model import InterestModel
from core.model.storage import build
from tests.model import logs


def fresh(log, *settings):
    """An untrained model: attention is well defined before it is any good."""
    chosen = logs.small(*settings)
    return InterestModel(build(log, chosen), np.bincount(log.item), chosen)


@pytest.fixture(scope="module")
def log():
    """Histories longer than the window of the model."""
    return logs.cycles(users=3, length=40)


def test_last_steps_agree_with_attention(log):
    """Each head's strongest events are those of `attention`; the first view is the mean of all heads."""
    model = fresh(log, "model.blocks=2", "model.heads=2")
    index, share = model.lookback(log, 1, 4)
    attention = model.attention(log, 1)
    length = attention.shape[2]
    assert index.shape == share.shape == (5, 40, 4)
    views = np.concatenate([attention.mean((0, 1))[None], attention.reshape(-1, length, length)])
    expected = -np.sort(-views[:, -1], axis=1)[:, :4]
    assert np.allclose(share[:, -1], expected, atol=1e-5)
    assert np.allclose(np.take_along_axis(views[:, -1], index[:, -1] - (40 - length), axis=1), expected, atol=1e-5)


def test_no_step_looks_ahead(log):
    """Events looked back on are not later than the step, also where windows meet; shares sum to at most 1."""
    index, share = fresh(log).lookback(log, 0, 6)
    assert (index <= np.arange(40)[:, None]).all()
    assert (index[:, 0] == [0, -1, -1, -1, -1, -1]).all()
    assert (share >= 0).all()
    assert (share.sum(axis=2) <= 1 + 1e-5).all()
    assert (share[:, :, 0] > 0).all()


@pytest.mark.parametrize(("encoder", "looked", "shares"), [("gru", [30, -1, -1], [1, 0, 0]), ("average", None, None)])
def test_encoder_without_attention(log, encoder, looked, shares):
    """A recurrent encoder looks at the event itself, an average at all events of the window alike."""
    model = fresh(log, f"model.encoder={encoder}")
    index, share = model.lookback(log, 0, 3)
    assert model.attention_shape == (1, 1)
    assert index.shape == (2, 40, 3)
    assert np.array_equal(index[0], index[1])
    if looked is None:
        assert np.allclose(share[0, 30], share[0, 30, 0])
    else:
        assert index[0, 30].tolist() == looked
        assert np.allclose(share[0, 30], shares)


def test_scores_of_states(log):
    """The score of the last state of a user is that of the whole history."""
    model = fresh(log)
    states = model.states(log.only(np.array([2])))
    assert np.allclose(model.score_states(states)[-1], model.scores(log, np.array([2]))[0], atol=1e-5)
