"""A preset settles the size of a model; which one, and how long it takes, is said before it begins."""

import pytest

from core.model import pace, presets
from core.model.auto import resolve
from core.model.training import train
from core.settings import Settings, override
from tests.model.logs import cycles, small


def asked(*more: str):
    return resolve(override(Settings(), ["training.device=cpu", *more]), cycles())


def test_presets_settle_the_shape_and_what_is_set_stays():
    """Large is deep and wide, small is neither; a value given by hand goes before both."""
    large, small_ = asked("training.preset=large"), asked("training.preset=small", "model.blocks=3")
    assert (large.model.blocks, large.model.embedding_size, large.model.window) == (8, 256, 200)
    assert (small_.model.blocks, small_.model.embedding_size) == (3, 32)
    assert asked("training.preset=standard").model == asked().model


@pytest.mark.parametrize(
    ("device", "users", "length", "preset"),
    [
        ("cpu", 60, 40, "standard"),
        ("cuda", 60, 40, "large"),
        ("cuda", 15, 40, "standard"),
        ("cuda", 300, 12, "standard"),
    ],
)
def test_auto_looks_at_data_and_device(device, users, length, preset, monkeypatch):
    """Large needs a GPU, long histories and much to learn from; the same log on a processor stays standard."""
    monkeypatch.setattr(presets, "MANY_TARGETS", 1000)
    log = cycles(users=users, length=length)
    assert presets.named("auto", device, log) == preset
    assert presets.named("small", device, log) == "small"


def test_a_larger_model_and_more_epochs_take_longer():
    """What is expected grows with the work."""
    times = [
        pace.expected(asked("training.holdout=0", *more), cycles(), 10**6)
        for more in (("training.epochs=1", "training.preset=small"), ("training.epochs=9", "training.preset=small"),
                     ("training.epochs=9", "training.preset=large"))
    ]  # fmt: skip
    assert times == sorted(times)
    assert times[1] > 3 * times[0]


def test_the_plan_is_told_first(tmp_path):
    """Before the first epoch a training says its preset, device, size and time."""
    said: list[str] = []
    train(
        cycles(),
        small("training.epochs=1", "training.device=cpu"),
        tmp_path,
        progress=lambda _, text: said.append(text),
    )
    assert said[0] == "Training a standard model on cpu: size 16, 1 blocks, window 12; about 1 min"
