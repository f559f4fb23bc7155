"""What a training tells TensorBoard is read back by TensorBoard's own reader."""

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

from core.errors import SettingsError
from core.model import board, trainer
from core.model.training import train
from tests.model.logs import cycles, small

EPOCHS = 4
TASKS = ("training.category_task=0.5", "training.kind_task=0.25")


class KilledError(Exception):
    """Stands for a kill."""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A training that was killed after three epochs and went on: its curve, and what TensorBoard reads of it."""
    place, records = tmp_path_factory.mktemp("board"), []
    settings = small(f"training.epochs={EPOCHS}", f"training.tensorboard={place / 'boards'}", *TASKS)

    def kill(record):
        records.append(record)
        if record.epoch == 3:
            raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "SAVE_EVERY", 1e-9)
        with pytest.raises(KilledError):
            train(cycles(), settings, place / "run", on_epoch=kill)
    result = train(cycles(), settings, place / "run", resume=True, on_epoch=records.append)
    return records, result, EventAccumulator(str(place / "boards" / "run")).Reload()


def scalars(events, tag):
    """Value of each step."""
    found = events.Scalars(tag)
    steps = {event.step: event.value for event in found}
    assert len(steps) == len(found)
    return steps


def test_tensorboard_reads_the_curve_with_each_epoch_once(told):
    """Validation and seconds are those of the learning curve; epochs done anew after a kill are not told twice."""
    records, _, events = told
    last = {record.epoch: record for record in records}
    assert set(scalars(events, "validation/ndcg@10")) == set(range(1, EPOCHS + 1))
    for tag, field in (("validation/ndcg@10", "validation_ndcg"), ("validation/hr@10", "validation_hr"),
                       ("loss/train", "train_loss"), ("time/seconds", "seconds")):  # fmt: skip
        found = scalars(events, tag)
        assert [found[epoch] for epoch in last] == pytest.approx([getattr(last[epoch], field) for epoch in last])


def test_losses_of_tasks_add_up_with_their_weights(told):
    """The loss of an epoch is that of the next item and the weighted ones beside it, also in the last step."""
    _, result, events = told
    whole, item, category, kind = (scalars(events, f"loss/{name}") for name in ("train", "item", "category", "kind"))
    assert set(whole) == set(item) == set(range(1, EPOCHS + result.finish_epochs + 1))
    for epoch, loss in whole.items():
        assert loss == pytest.approx(item[epoch] + 0.5 * category[epoch] + 0.25 * kind[epoch], rel=1e-4)


def test_rate_pace_and_settings_are_told(told):
    """The learning rate of the last step, targets a CPU second, and every setting as a hyperparameter."""
    _, result, events = told
    rate = scalars(events, "learning_rate")
    assert 0 < rate[1] <= result.settings.training.learning_rate * (1 + 1e-6)
    assert scalars(events, "time/targets_per_cpu_second")[EPOCHS] > 0
    begun = events.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    told_of = metadata.parse_session_start_info_plugin_data(begun).hparams
    assert told_of["model.embedding_size"].number_value == 16
    assert told_of["training.loss"].string_value == "softmax"
    assert "training.tensorboard" not in told_of


def test_only_the_rank_that_leads_writes(tmp_path):
    """Other ranks of a group leave nothing behind."""
    settings = small(f"training.tensorboard={tmp_path / 'boards'}")
    with board.opened(settings, tmp_path / "run", 1, leads=False) as silent:
        silent.tell(1, {"loss/train": 1.0})
    assert not (tmp_path / "boards").exists()


def test_what_is_missing_is_said(tmp_path, monkeypatch):
    """A folder that cannot be, and a package that is not installed, each with what to do."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"where no folder can be made \(.*\)\. Name a folder"):
        board.checked(str(tmp_path / "file"))
    monkeypatch.setattr(board.util, "find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match=r"needs the package tensorboard.*pip install -r requirements-doors.txt"):
        board.checked(str(tmp_path))
