"""Weights that validation chose learn from its events too, and from nothing after them."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file

from core.model import trainer
from core.model.checkpoints import CHOSEN, MODEL
from core.model.storage import load
from core.model.training import train
from core.model.warm import START, prepare
from tests.model.logs import cycles, small

CHOSEN_SO_FAR = small("training.epochs=4", "training.learning_rate=0.01")
STEP = "Learning from validation events too"


class StopError(Exception):
    """Stands for a kill."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder with a run whose weights learned from validation events."""
    folder = tmp_path_factory.mktemp("run")
    return folder, train(cycles(), CHOSEN_SO_FAR, folder)


def weights(path: Path) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in load_file(path).items()}


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all((one[name] == other[name]).all() for name in one)


def test_chosen_weights_are_those_of_a_run_without(run, tmp_path):
    """What choices are made by has seen no validation event: it is, to the bit, what a run without the step keeps."""
    folder, result = run
    plain = train(
        cycles(), small("training.epochs=4", "training.learning_rate=0.01", "training.finish=false"), tmp_path
    )
    assert same(weights(folder / CHOSEN), weights(tmp_path / MODEL))
    assert not (tmp_path / CHOSEN).exists()
    assert (result.validation, result.best_epoch) == (plain.validation, plain.best_epoch)
    assert (plain.finish_epochs, result.finish_epochs > 0) == (0, True)


def test_never_from_the_test_event(run):
    """What is served knows each user's events but the last, and how often each item is in these."""
    folder, _ = run
    served = weights(folder / MODEL)
    assert (served["popularity"] == np.bincount(cycles().without_last(1).item, minlength=24)).all()
    assert (served["seen.events"] == 13).all()
    assert (weights(folder / CHOSEN)["seen.events"] == 12).all()


def test_other_test_events_give_the_same_weights(run, tmp_path):
    """Weights do not depend on what the last events are."""
    folder, _ = run
    log = cycles()
    log.item[log.offsets[1:] - 1] = np.roll(log.item[log.offsets[1:] - 1], 7)
    train(log, CHOSEN_SO_FAR, tmp_path)
    assert same(weights(folder / MODEL), weights(tmp_path / MODEL))


def test_ranks_validation_events_better(run):
    """The step has learned: the loss of what it learned from falls, so these events are ranked better."""
    folder, _ = run
    log = cycles()
    history, target = log.without_last(2), log.item[log.offsets[1:] - 2]
    found = {}
    for chosen in (True, False):
        scores = load(folder, log, chosen=chosen).scores(history, np.arange(log.n_users))
        found[chosen] = (scores > scores[np.arange(log.n_users), target][:, None]).sum(1).mean()
    assert found[False] < found[True]


@pytest.mark.parametrize("at", [1, 3])
def test_a_kill_in_the_step(run, tmp_path, monkeypatch, at):
    """Stopped within the step, at its start or after a checkpoint of it, a run ends with the weights of a whole one."""
    monkeypatch.setattr(trainer, "SAVE_EVERY", 0.0)
    monkeypatch.setattr(trainer, "TELL_EVERY", 0.0)

    def kill(_share: float, message: str) -> None:
        if message.startswith(f"{STEP}, {at} "):
            raise StopError

    with pytest.raises(StopError):
        train(cycles(), CHOSEN_SO_FAR, tmp_path, progress=kill)
    result = train(cycles(), CHOSEN_SO_FAR, tmp_path, resume=True)
    folder, whole = run
    assert same(weights(folder / MODEL), weights(tmp_path / MODEL))
    assert same(weights(folder / CHOSEN), weights(tmp_path / CHOSEN))
    assert (result.epochs, result.finish_epochs) == (whole.epochs, whole.finish_epochs)


def test_progress_rises_to_the_end_of_the_step(tmp_path, monkeypatch):
    """The step has its part of the bar, behind that of training."""
    monkeypatch.setattr(trainer, "TELL_EVERY", 0.0)
    told: list[tuple[float, str]] = []
    train(cycles(), CHOSEN_SO_FAR, tmp_path, progress=lambda share, message: told.append((share, message)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert told[-1][1].startswith(STEP)


def test_a_later_run_begins_with_the_chosen_weights(run, tmp_path):
    """A warm start must not know the events that its own validation may consist of."""
    folder, _ = run
    prepare(tmp_path, folder)
    assert same(weights(tmp_path / START), weights(folder / CHOSEN))


def test_without_validation_there_is_no_step(tmp_path):
    """Where nothing is held out nothing is left to learn."""
    result = train(cycles(), small("training.holdout=0", "training.epochs=1"), tmp_path)
    assert result.finish_epochs == 0
    assert not (tmp_path / CHOSEN).exists()
