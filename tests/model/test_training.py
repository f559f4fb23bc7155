"""The trainer learns, says what it did, stops, goes on after a kill, and refuses what it cannot use."""

import csv
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors.torch import load_file

from core.data.schema import CURVE_COLUMNS
from core.data.sequences import build_sequences
from core.errors import EventsError, JobCancelledError, SettingsError, UnknownRunError
from core.model import trainer
from core.model.curve import EpochRecord
from core.model.storage import load
from core.model.trainer import Trainer
from core.model.training import train
from core.settings import ENCODERS, SCORERS, Settings, override
from tests.model.logs import cycles, frame, small


class StopError(Exception):
    """Stands for a kill."""


def weights(folder: Path) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in load_file(folder / "model.safetensors").items()}


def test_memorises_eight_users(tmp_path):
    """A network that cannot memorise eight users cannot learn anything."""
    random = np.random.default_rng(3)
    log = build_sequences(frame({f"u{u}": [f"i{i}" for i in random.permutation(40)[:10]] for u in range(8)}))
    train(
        log,
        small("training.holdout=0", "training.epochs=150", "model.dropout=0", "training.learning_rate=0.01"),
        tmp_path,
    )
    model = load(tmp_path, log)
    history = log.without_last(1)
    last = log.item[log.offsets[1:] - 1]
    assert (model.scores(history, np.arange(8)).argmax(1) == last).mean() >= 0.9


@pytest.mark.parametrize(("encoder", "scorer"), list(product(ENCODERS, SCORERS)))
def test_every_encoder_with_every_scorer_improves(tmp_path, encoder, scorer):
    """Each pair trains, its loss falls and it ranks far better than chance (10 of 24 items by 10: .19)."""
    records = []
    chosen = small(
        f"model.encoder={encoder}", f"model.scorer={scorer}", "training.epochs=12", "training.learning_rate=0.01"
    )
    result = train(cycles(), chosen, tmp_path, on_epoch=records.append)
    assert records[-1].train_loss < 0.8 * records[0].train_loss
    assert result.validation["ndcg@10"] > 0.4


@pytest.mark.parametrize("more", ["training.loss=gbce", "training.loss=sampled", "training.optimiser=rmsprop"])
def test_losses_and_optimisers_improve(tmp_path, more):
    """The alternatives to full softmax and Adam learn too."""
    chosen = small(more, "training.negatives=12", "training.epochs=15", "training.learning_rate=0.01")
    assert train(cycles(), chosen, tmp_path).validation["ndcg@10"] > 0.4


def test_side_tasks_train(tmp_path):
    """The next category and kind of event are learned beside the next item."""
    chosen = small("training.category_task=0.3", "training.kind_task=0.3", "training.epochs=4")
    train(cycles(), chosen, tmp_path)
    assert any(name.startswith("next_category") for name in weights(tmp_path))


def test_same_seed_same_weights(tmp_path):
    """The seed fixes a run to the bit; another seed gives another run."""
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        train(cycles(), small("training.epochs=3", f"training.seed={seed}"), tmp_path / name)
    first, again, other = (weights(tmp_path / name) for name in "abc")
    assert all((first[name] == again[name]).all() for name in first)
    assert any((first[name] != other[name]).any() for name in first)


def test_resumed_run_ends_where_an_uninterrupted_one_ends(tmp_path, monkeypatch):
    """Stopped in the midst of an epoch and resumed, a run has the weights and curve of one that never stopped."""
    monkeypatch.setattr(trainer, "SAVE_EVERY", 0.0)
    monkeypatch.setattr(trainer, "TELL_EVERY", 0.0)
    log, chosen = cycles(), small("training.epochs=7")
    train(log, chosen, tmp_path / "whole")

    def kill(_share: float, message: str) -> None:
        if message.startswith("Epoch 4"):
            raise StopError

    with pytest.raises(StopError):
        train(log, chosen, tmp_path / "cut", progress=kill)
    result = train(log, chosen, tmp_path / "cut", resume=True)
    whole, cut = weights(tmp_path / "whole"), weights(tmp_path / "cut")
    assert all((whole[name] == cut[name]).all() for name in whole)
    curves = [pd.read_csv(tmp_path / name / "curve.csv").drop(columns="seconds") for name in ("whole", "cut")]
    pd.testing.assert_frame_equal(*curves)
    assert result.epochs == 7


def test_curve_has_a_row_per_epoch(tmp_path):
    """The learning curve is a CSV that any tool can read."""
    train(cycles(), small("training.epochs=3"), tmp_path)
    with (tmp_path / "curve.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == CURVE_COLUMNS
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]


def test_stops_early(tmp_path):
    """Training ends `patience` epochs after the best one, long before the last epoch allowed."""
    result = train(cycles(), small("training.patience=2", "training.learning_rate=0.02"), tmp_path)
    assert result.epochs == result.best_epoch + 2 < 100


def test_a_lucky_start_does_not_end_training(tmp_path):
    """What ranks best after two epochs by luck is waited for in vain only once there was time to learn.

    Whoever sets patience by hand is obeyed.
    """
    lucky = EpochRecord(2, 1.0, 0.9, 0.9, 1.0)
    for chosen, ends in ((small(), False), (small("training.patience=120"), True)):
        begun = Trainer(cycles(), chosen, tmp_path)
        assert begun.settings.training.patience == 120
        begun.best, begun.curve = lucky, [lucky] * 130
        assert begun.ended() is ends
    begun.least, begun.curve = 130, [lucky] * 129
    assert not begun.ended()


def test_cancel_by_progress(tmp_path):
    """An error raised in the progress function ends training at once."""

    def cancel(_share: float, _message: str) -> None:
        raise JobCancelledError("Cancelled.")

    with pytest.raises(JobCancelledError, match="Cancelled"):
        train(cycles(), small(), tmp_path, progress=cancel)
    assert not (tmp_path / "model.safetensors").exists()


def test_one_event_a_user(tmp_path):
    """Nothing to learn from is said in one line."""
    log = build_sequences(frame({f"u{user}": ["i1"] for user in range(5)}))
    with pytest.raises(
        EventsError, match=r"No user has two events or more left.*longest history 1, 2 last.*--holdout 0"
    ):
        train(log, small(), tmp_path)


def test_one_item(tmp_path):
    """A log of a single item trains without a crash, and ranks it."""
    log = build_sequences(frame({f"u{user}": ["i1"] * 6 for user in range(5)}))
    train(log, small("training.epochs=2"), tmp_path)
    assert np.isfinite(load(tmp_path, log).scores(log, np.arange(5))).all()


def test_empty_columns_and_prices_that_are_no_numbers(tmp_path):
    """A column without values and NaN or infinite prices say nothing, and do no harm."""
    items = pd.DataFrame({"item_id": [f"i{i}" for i in range(12)], "brand": [None] * 12, "category": [None] * 12})
    items["price"] = [np.nan, np.inf, 1.0, 2.0] * 3
    log = build_sequences(frame({f"u{u}": [f"i{(u + s) % 12}" for s in range(8)] for u in range(10)}), items)
    train(log, small("training.epochs=2"), tmp_path)
    assert np.isfinite(load(tmp_path, log).scores(log, np.arange(10))).all()


def test_holdout_zero_trains_on_everything(tmp_path):
    """Without a held-out event there is no validation, and the last epoch is kept."""
    result = train(cycles(), small("training.holdout=0", "training.epochs=2"), tmp_path)
    assert result.best_epoch == 2
    assert result.targets_per_epoch == 60 * 13
    assert pd.read_csv(tmp_path / "curve.csv")["validation_ndcg@10"].isna().all()


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("model.depth=3", r"No setting 'model.depth'. Choose from encoder, scorer, embedding_size"),
        ("model.encoder=rnn", r"model.encoder is 'rnn'. Choose from attention, gru, average"),
        ("training.loss=hinge", r"training.loss is 'hinge'. Choose from softmax, sampled, gbce"),
        ("model.dropout=1.5", r"model.dropout must be at least 0 and below 1, found 1.5"),
        ("training.epochs=0", r"training.epochs must be at least 1, found 0"),
        ("model.embedding_size=9", r"model.embedding_size \(9\) must be a multiple of model.heads"),
    ],
)
def test_unusable_settings(assignment, message):
    """A setting that does not exist or cannot be is refused with what there is."""
    with pytest.raises(SettingsError, match=message):
        override(Settings(), [assignment])


def test_resume_with_another_log(tmp_path):
    """A checkpoint is not continued on other data."""
    train(cycles(), small("training.epochs=1"), tmp_path)
    with pytest.raises(UnknownRunError, match="made from another data set or version"):
        train(cycles(items=25), small("training.epochs=2"), tmp_path, resume=True)
