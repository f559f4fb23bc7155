"""Several ranks learn what one process learns, and a group that lost one of them ends where an undisturbed one does."""

import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from core.model import distributed, noise, optimisers, training
from core.model.batches import training_windows
from core.model.distributed import Group
from core.model.noise import noise_of
from core.model.training import Trainer, train
from core.pipeline.supervisor import GONE, LOST, supervised
from core.progress import silent
from tests.model.logs import cycles, small

CALM = ("model.dropout=0", "model.id_dropout=0", "model.event_dropout=0", "training.ahead=0", "training.averaging=0.5",
        "training.learning_rate=0.01", "training.epochs=3")  # fmt: skip
"""Nothing that each rank draws by itself."""
LOG = cycles()


@pytest.fixture(autouse=True)
def _small_pool(monkeypatch):
    """Four million random numbers an epoch are many for such a log."""
    monkeypatch.setattr(noise, "POOL", 1 << 17)


@pytest.fixture(scope="module")
def trainer(tmp_path_factory):
    return Trainer(LOG, small(*CALM), tmp_path_factory.mktemp("trainer"))


def gradient(trainer, ranks, windows, chosen, random):
    """What ranks one after the other have of the gradient of a batch, added up."""
    trainer.network.zero_grad(set_to_none=True)
    for rank in ranks:
        [own] = rank.slices([chosen], windows, trainer.lessons.wanted)
        batch = trainer.feed.batch(windows, own, trainer.lessons.wanted)
        rank.weighed(trainer.objective(batch, random)).backward()
    return [weight.grad.numpy().copy() for weight in trainer.network.parameters() if weight.grad is not None]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(2, 4), seed=st.integers(0, 2**31), count=st.integers(1, 9))
def test_gradients_of_ranks_add_up_to_that_of_the_whole_batch(trainer, size, seed, count):
    """However few windows there are for so many ranks: each loss counts by the targets behind it."""
    random = np.random.default_rng(seed)
    windows = training_windows(trainer.train.offsets, 12, random)
    chosen = random.choice(len(windows), count, replace=False)
    drawn = noise_of(seed, 1, trainer.device)
    whole = gradient(trainer, [distributed.Alone()], windows, chosen, drawn)
    parts = gradient(trainer, [Group(number, size) for number in range(size)], windows, chosen, drawn)
    for one, many in zip(whole, parts, strict=True):
        np.testing.assert_allclose(many, one, atol=1e-5)


def test_what_ranks_draw_by_themselves_differs_and_what_they_share_does_not():
    """Each epoch all see the same windows in the same order, under other dropout."""
    first, second = (noise_of(3, 1, distributed.torch.device("cpu"), rank) for rank in (0, 1))
    assert (first.random.random(9) == second.random.random(9)).all()
    assert first.sample(50, 10_000).tolist() != second.sample(50, 10_000).tolist()


def rank(chosen, folder, killed, start, number):
    """A rank that is killed in its second epoch, the first time."""

    def kill(_share, message):
        if killed and number and not start and message.startswith("Epoch 2"):
            os.kill(os.getpid(), signal.SIGKILL)

    with distributed.joined(number, 2, f"file://{folder}/meet{start}", number):
        train(LOG, chosen, folder, resume=True, progress=kill if number else silent)
    return 0


def grouped(chosen, folder, *, killed=False):
    """A training by two ranks; how often it had to start again."""
    folder.mkdir()
    starts, (end, hold) = [], os.pipe()
    code = supervised(2, partial(rank, chosen, folder, killed), lambda: starts.append(0) or len(starts), end)
    os.close(end), os.close(hold)
    assert code == 0
    return len(starts)


def kept(folder: Path, file: str = "model"):
    return {name: value.numpy() for name, value in load_file(folder / f"{file}.safetensors").items()}


def curve(folder: Path) -> list[list[float]]:
    """Epoch, loss, hit rate and NDCG of each epoch."""
    return [[float(text) for text in line.split(",")[:4]] for line in (folder / "curve.csv").read_text().split()[1:]]


@pytest.mark.parametrize("waits", [False, True])
def test_two_ranks_learn_what_one_process_learns(tmp_path, monkeypatch, waits):
    """Without anything drawn they have the same curve and weights, whether or not rows of the item table wait."""
    monkeypatch.setattr(optimisers, "LEAST_ROWS", 1 if waits else 100)
    chosen = small(*CALM)
    train(LOG, chosen, tmp_path / "one")
    grouped(chosen, tmp_path / "two")
    np.testing.assert_allclose(curve(tmp_path / "two"), curve(tmp_path / "one"), atol=1e-3)
    one, two = kept(tmp_path / "one"), kept(tmp_path / "two")
    for name, value in one.items():
        np.testing.assert_allclose(two[name], value, atol=1e-3, err_msg=name)


def test_a_killed_rank_leaves_no_trace(tmp_path, monkeypatch):
    """The group starts again and goes on from the checkpoint, to the weights of one that nobody disturbed."""
    monkeypatch.setattr(optimisers, "LEAST_ROWS", 1)
    monkeypatch.setattr(training, "SAVE_EVERY", 0.0)
    monkeypatch.setattr(training, "TELL_EVERY", 0.0)
    chosen = small("training.loss=sampled", "training.negatives=4", "training.epochs=3")
    assert grouped(chosen, tmp_path / "whole") == 0
    assert grouped(chosen, tmp_path / "killed", killed=True) == 1
    whole, killed = kept(tmp_path / "whole", "checkpoint"), kept(tmp_path / "killed", "checkpoint")
    for name, value in whole.items():
        np.testing.assert_allclose(killed[name], value, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(curve(tmp_path / "killed"), curve(tmp_path / "whole"), atol=1e-6)


def lost(_start, number):
    """A process that is killed each time."""
    os.kill(os.getpid(), signal.SIGKILL if number else signal.SIGSTOP)


def test_a_group_that_gets_nowhere_is_given_up():
    """It starts three times, and no more; a process that stands still does not hold it up."""
    starts, (end, hold) = [], os.pipe()
    assert supervised(2, lost, lambda: starts.append(0), end) == LOST
    assert len(starts) == 3
    os.close(end), os.close(hold)


def test_a_group_ends_with_whoever_started_it():
    """When the pipe is closed all end, also those that hang."""
    end, hold = os.pipe()
    os.close(hold)
    assert supervised(2, lambda _start, _number: signal.pause(), lambda: None, end) == GONE
    os.close(end)


def test_a_rank_with_another_beginning_is_refused(tmp_path):
    """Who sees another folder than rank 0 hears of it before it learns anything."""

    def other(_start, number):
        with distributed.joined(number, 2, f"file://{tmp_path}/meet", number):
            train(LOG, small(f"training.seed={number}"), tmp_path / str(number))
        return 0

    end, hold = os.pipe()
    assert supervised(2, partial(refused, other, tmp_path), lambda: None, end) == 2
    assert "Rank 1 of this training has another log" in (tmp_path / "said").read_text()
    os.close(end), os.close(hold)


def refused(work, folder, start, number):
    """What a process comes to that is refused."""
    try:
        return work(start, number)
    except distributed.SettingsError as error:
        (folder / "said").write_text(str(error))
        return 2
