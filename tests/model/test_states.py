"""States look back only, do not see padding, and do not depend on how a history is encoded."""

import numpy as np
import pytest
import torch

from core.errors import UnknownRunError
from core.model.batches import Windows, collate, state_windows, training_windows
from core.model.checkpoints import write_tensors
from core.model.interest_model import InterestModel
from core.model.layers import PairBias
from core.model.storage import build, load
from core.model.training import train
from core.settings import ENCODERS
from tests.model.logs import cycles, small


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    train(cycles(length=40), small("training.epochs=3"), folder)
    return folder


@pytest.fixture(params=ENCODERS)
def model(request):
    """A fresh network of each encoder: what holds must hold whatever the weights."""
    torch.manual_seed(0)
    log = cycles(length=40)
    chosen = small(f"model.encoder={request.param}", "model.id_dropout=0.1")
    return InterestModel(build(log, chosen), np.bincount(log.item), chosen)


def test_later_events_never_change_earlier_states(model):
    """The state after an event is the same when the history goes on."""
    log = cycles(length=40)
    whole, cut = model.states(log), model.states(log.without_last(7))
    kept = log.event_index < 33
    np.testing.assert_allclose(whole[kept], cut, atol=1e-5)


def test_encoded_whole_or_event_by_event(model):
    """A state of the whole history is the last state of the history up to that event."""
    log = cycles(users=3, length=40)
    whole = model.states(log)
    row = log.rows_of(1)
    items = torch.from_numpy(model.item_vectors)
    for event in (0, 1, 5, 6, 11, 12, 13, 17, 18, 24, 39):
        scores = model.scores(log.keep(log.event_index <= event), np.array([1]))
        again = model.network.scorer(torch.from_numpy(whole[row][event : event + 1]), items).detach().numpy()
        np.testing.assert_allclose(scores, again, atol=2e-5)


def test_padding_never_changes_a_state(model):
    """A short history has the same states alone and beside a long one."""
    log = cycles(users=3, length=12)
    windows = Windows(log.offsets[:2], np.array([4, 12]), np.array([0, 1]))
    vectors = model.network.items(torch.arange(log.n_items))
    with torch.no_grad():
        alone, both = (
            model.network(vectors[batch.item], batch)[0]
            for batch in (collate(log, windows, np.array([0])), collate(log, windows, np.array([0, 1])))
        )
    np.testing.assert_allclose(alone[0].numpy(), both[0, :4].numpy(), atol=1e-5)


def test_attention_rows_sum_to_one_and_look_back(folder):
    """Attention is a share over the past, a square for each layer and head."""
    log = cycles(length=40)
    weights = load(folder, log).attention(log, 2)
    assert weights.shape == (1, 2, 10, 10)
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-5)
    assert np.abs(np.triu(weights, 1)).max() == 0


def test_step_scores_are_those_of_the_cut_histories(folder):
    """Stepping through a history shows what the model would have said at that moment."""
    log = cycles(length=40)
    model = load(folder, log)
    steps = model.score_states(model.states(log.only(np.array([4]))))
    assert steps.shape == (40, 24)
    cut = model.scores(log.keep(log.event_index <= 20), np.array([4]))
    np.testing.assert_allclose(steps[20], cut[0], atol=1e-5)


def test_no_history_is_ranked_by_popularity(folder):
    """A user without events gets the popular items."""
    log = cycles(length=40)
    model = load(folder, log)
    scores = model.scores(log.keep(np.zeros(len(log), dtype=bool)), np.array([0]))
    assert (np.argsort(-scores[0], kind="stable") == np.argsort(-model.popularity, kind="stable")).all()


def test_an_item_of_which_nothing_is_known_comes_last():
    """Without history and attributes an item has no vector, and is ranked behind all others."""
    log = cycles(length=40)
    popularity = np.bincount(log.item)
    popularity[7] = 0
    chosen = small("model.attributes=false")
    torch.manual_seed(0)
    scores = InterestModel(build(log, chosen), popularity, chosen).scores(log, np.arange(log.n_users))
    assert (scores.argmin(1) == 7).all()


def test_a_described_newcomer_is_scored_by_what_it_is_but_lower(model):
    """An item without history is ranked by its attributes, its logit lowered by log(1 + mean events of an item)."""
    log = cycles(length=40)
    new = np.bincount(log.item)
    new[7] = 0
    network, chosen = model.network, model.settings
    vector = network.scorer.items(network.items(torch.tensor([7]), torch.zeros(1, 1)))
    scores = InterestModel(network, new, chosen).scores(log, np.array([0]))
    state = InterestModel(network, new, chosen).states(log)[log.offsets[1] - 1]
    expected = float(state @ vector[0].detach().numpy()) - np.log1p(new.sum() / 23)
    assert scores[0, 7] == pytest.approx(expected, abs=1e-4)


def test_training_windows_cover_each_target_once():
    """Every event but the first of a user is a target exactly once, whatever the phase."""
    offsets = np.array([0, 1, 1, 3, 53, 66])
    for seed in range(20):
        windows = training_windows(offsets, 12, np.random.default_rng(seed))
        targets = np.concatenate([np.arange(s, s + n) + 1 for s, n in zip(windows.start, windows.length, strict=True)])
        assert sorted(targets) == [2, *range(4, 53), *range(54, 66)]
        assert windows.length.max() <= 12


def test_state_windows_cover_each_event_once():
    """Past the context of each window, every event has one state."""
    offsets = np.array([0, 1, 1, 13, 30, 31, 80])
    windows, context = state_windows(offsets, 12)
    events = np.concatenate(
        [np.arange(s + c, s + n) for s, n, c in zip(windows.start, windows.length, context, strict=True)]
    )
    assert sorted(events) == list(range(80))


def test_model_of_another_log(folder):
    """A run is not loaded for other data."""
    with pytest.raises(UnknownRunError, match=r"model\.safetensors was made from another data set or version"):
        load(folder, cycles(items=25))


def test_missing_and_foreign_files(tmp_path):
    """No file, a broken file and one of another format each get a clear line."""
    with pytest.raises(UnknownRunError, match="is missing or not a model of Meander"):
        load(tmp_path, cycles())
    (tmp_path / "model.safetensors").write_bytes(b"\x80\x04pickle")
    with pytest.raises(UnknownRunError, match="is missing or not a model of Meander"):
        load(tmp_path, cycles())
    write_tensors(tmp_path / "model.safetensors", {"x": torch.zeros(1)}, {"format": 99})
    with pytest.raises(UnknownRunError, match="has format 99, expected 1"):
        load(tmp_path, cycles())


def test_what_is_kept_to_serve_from_changes_nothing():
    """Biases of places that were looked up once are those that are looked up each time, for any length and clock."""
    torch.manual_seed(0)
    for times in (True, False):
        bias = PairBias(2, times=times)
        for table in bias.parameters():
            torch.nn.init.normal_(table)
        time = torch.randint(0, 10**12, (3, 9)).cumsum(1)
        before = [bias(time[:, :length]) for length in (1, 5, 9)]
        bias.keep(6)
        for length, expected in zip((1, 5, 9), before, strict=True):
            assert torch.equal(bias(time[:, :length]), expected)
            with torch.no_grad():
                assert torch.equal(bias(time[:, :length]), expected)
