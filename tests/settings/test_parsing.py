"""Settings come through JSON and text as they were, and what does not fit is refused by name."""

import json
from dataclasses import asdict, fields, replace
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError
from core.settings import DriftSettings, ModelSettings, Settings, TrainingSettings, as_dict, from_dict, override


def texts(settings: Settings) -> list[str]:
    """Every field as an assignment of the command line."""
    return [
        f"{section}.{name}={value}" for section, values in asdict(settings).items() for name, value in values.items()
    ]


numbers = st.floats(0.001, 0.999, allow_nan=False)
wished = st.builds(
    Settings,
    model=st.builds(
        ModelSettings, embedding_size=st.none() | st.just(64), heads=st.sampled_from([1, 2, 4]), times=st.booleans(),
        dropout=st.none() | numbers,
    ),
    training=st.builds(
        TrainingSettings, epochs=st.none() | st.integers(1, 10**6), learning_rate=numbers | st.just(1),
        loss=st.sampled_from([None, "softmax", "gbce"]), averaging=numbers,
    ),
    drift=st.builds(DriftSettings, alpha=numbers, p_values=st.booleans()),
)  # fmt: skip


@given(wished)
def test_settings_come_back_from_json_and_from_text(settings):
    """Whatever they are, each value with its own type; a whole number stands for any other number."""
    assert from_dict(json.loads(json.dumps(as_dict(settings)))) == settings
    again = override(Settings(), texts(settings))
    assert again == settings
    for section in ("model", "training", "drift"):
        hints = get_type_hints(type(getattr(again, section)))
        assert all(isinstance(getattr(getattr(again, section), field.name), hints[field.name]) for field in
                   fields(getattr(again, section)))  # fmt: skip


def test_what_is_not_told_stays():
    """Of the default, or of the settings that were given."""
    settings = replace(Settings(), training=TrainingSettings(epochs=7, seed=3))
    assert from_dict({"training": {"epochs": 9}}, settings).training == TrainingSettings(epochs=9, seed=3)
    assert from_dict({}, settings) == settings
    assert from_dict({"training": {"epochs": 9}}) == replace(Settings(), training=TrainingSettings(epochs=9))


@pytest.mark.parametrize(
    ("section", "field", "value", "text"),
    [
        ("training", "epochs", "3", "training.epochs must be of type int, found '3'"),
        ("training", "epochs", 1.5, "training.epochs must be of type int, found 1.5"),
        ("training", "seed", True, "training.seed must be of type int, found True"),
        ("training", "seed", None, "training.seed must be of type int, found None"),
        ("training", "learning_rate", "fast", "training.learning_rate must be of type float, found 'fast'"),
        ("training", "repeats", 1, "training.repeats must be of type bool, found 1"),
        ("model", "encoder", 5, "model.encoder must be of type str, found 5"),
        ("model", "encoder", "tree", "model.encoder"),
        ("model", "wings", 2, "model.wings"),
        ("sky", "wings", 2, "sky"),
    ],
)
def test_what_does_not_fit_is_refused(section, field, value, text):
    """The line names the setting, what it must be, and what was found."""
    with pytest.raises(SettingsError, match=text):
        from_dict({section: {field: value}})


def test_fields_that_belong_together_are_set_together():
    """Values that fit one another are taken, whatever the order in which they stand."""
    assert from_dict({"model": {"embedding_size": 48, "heads": 3}}).model.heads == 3
    assert from_dict({"model": {"heads": 3, "embedding_size": 48}}).model.embedding_size == 48
    with pytest.raises(SettingsError):
        from_dict({"model": {"heads": 3, "embedding_size": 50}})


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("0", False), ("TRUE", True)])
def test_truth_in_words(text, value):
    """As people write it; anything else is refused."""
    assert override(Settings(), [f"drift.p_values={text}"]).drift.p_values is value
    with pytest.raises(SettingsError, match="must be of type bool, found 'perhaps'"):
        override(Settings(), ["drift.p_values=perhaps"])
