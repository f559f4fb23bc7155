"""Controls for settings, made from the settings themselves: name, default, and the line that explains them."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, get_args, get_type_hints

import streamlit as st

from core import settings as configuration
from core.settings import Settings, defaults
from pages import _session as session

COLUMNS = 4
CHOICES = {
    "model.encoder": configuration.ENCODERS,
    "model.scorer": configuration.SCORERS,
    "training.optimiser": configuration.OPTIMISERS,
    "training.loss": configuration.LOSSES,
    "training.preset": configuration.PRESETS,
    "training.device": configuration.DEVICES,
    "training.precision": configuration.PRECISIONS,
    "data.date_order": ("auto", "day", "month", "year"),
    "data.time_unit": configuration.TIME_UNITS,
    "data.sessions": configuration.SESSIONS,
}
"""Settings that are one word out of a few."""

APART = {"training.tensorboard"}
"""Settings of whoever owns the server alone: a folder of its machine is for nobody else to name."""

Chosen = dict[str, dict[str, Any]]
"""Section -> field -> value, of those that differ from their default."""


def paths(*sections: str) -> list[str]:
    """All settings of some sections that a page may set, as `section.field`."""
    every = (f"{section}.{field.name}" for section in sections for field in fields(getattr(defaults(), section)))
    return [path for path in every if path not in APART]


def draw(wanted: Iterable[str], chosen: Chosen | None = None) -> Chosen:
    """Controls for some settings, four in a row; returns what differs from the default, added to `chosen`."""
    wanted, chosen = list(wanted), {} if chosen is None else chosen
    for start in range(0, len(wanted), COLUMNS):
        for column, path in zip(st.columns(COLUMNS), wanted[start : start + COLUMNS], strict=False):
            with column:
                value = _control(path)
            section, name = path.split(".")
            if value != getattr(getattr(defaults(), section), name):
                chosen.setdefault(section, {})[name] = value
    return chosen


def check(chosen: Chosen) -> Settings:
    """The settings as chosen; raises `SettingsError` if a value cannot be used."""
    return configuration.from_dict(chosen, defaults())


def _control(path: str) -> Any:
    """One setting: a control that fits its type, explanation as a tooltip; empty means chosen from the data."""
    section, name = path.split(".")
    owner = getattr(defaults(), section)
    default = getattr(owner, name)
    kinds = set(get_args(get_type_hints(type(owner))[name])) or {get_type_hints(type(owner))[name]}
    label = name.replace("_", " ").capitalize()
    about = f"{configuration.describe(type(owner)).get(name, '')}  \n`{path}`"
    common: dict[str, Any] = {"help": about, "key": f"setting_{section}_{name}"}
    if bool in kinds:
        return st.toggle(label, value=default, **common)
    auto = session.say("training.auto")
    if path in CHOICES:
        options = list(CHOICES[path])
        index = options.index(default) if default in options else None
        return st.selectbox(label, options, index=index, placeholder=auto, **common)
    if str in kinds:
        return st.text_input(label, value=default, **common)
    if int in kinds:
        return st.number_input(label, value=default, step=1, min_value=0, placeholder=auto, **common)
    step = (default or 0.1) / 10
    return st.number_input(label, value=default, step=step, min_value=0.0, format="%g", placeholder=auto, **common)
