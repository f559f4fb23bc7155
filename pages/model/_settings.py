"""Controls for the settings of a run, made from the settings themselves: name, default, and the line that explains."""

from dataclasses import fields
from typing import Any, get_args, get_type_hints

import streamlit as st

from core import settings as configuration
from core.settings import Settings
from pages import _session as session

SECTIONS = ("training", "model")
KEY = ("training.epochs", "training.learning_rate", "model.embedding_size", "model.window")
"""Settings that are always in view; all others are folded away."""
COLUMNS = 4
CHOICES = {
    "encoder": configuration.ENCODERS,
    "scorer": configuration.SCORERS,
    "optimiser": configuration.OPTIMISERS,
    "loss": configuration.LOSSES,
}
"""What a setting of words may say."""

Chosen = dict[str, dict[str, Any]]


def draw() -> Chosen:
    """All settings of a run, those at hand first; returns those that differ from their default."""
    paths = [f"{section}.{field.name}" for section in SECTIONS for field in fields(getattr(Settings(), section))]
    values = _grid([path for path in KEY if path in paths])
    with st.expander(session.say("training.more")):
        values |= _grid([path for path in paths if path not in KEY])
    chosen: Chosen = {}
    for path, value in values.items():
        section, name = path.split(".")
        if value != getattr(getattr(Settings(), section), name):
            chosen.setdefault(section, {})[name] = value
    return chosen


def check(chosen: Chosen) -> None:
    """Raise `SettingsError` if a value cannot be used."""
    configuration.from_dict(chosen)


def _grid(paths: list[str]) -> dict[str, Any]:
    values = {}
    for start in range(0, len(paths), COLUMNS):
        for column, path in zip(st.columns(COLUMNS), paths[start : start + COLUMNS], strict=False):
            with column:
                values[path] = _control(path)
    return values


def _control(path: str) -> Any:
    """One setting: a control that fits its type, explanation as a tooltip; empty means chosen from the data."""
    section, name = path.split(".")
    owner = getattr(Settings(), section)
    default = getattr(owner, name)
    kinds = set(get_args(get_type_hints(type(owner))[name])) or {get_type_hints(type(owner))[name]}
    label = name.replace("_", " ").capitalize()
    about = f"{configuration.describe(type(owner)).get(name, '')}  \n`{path}`"
    common: dict[str, Any] = {"help": about, "key": f"setting_{section}_{name}"}
    if bool in kinds:
        return st.toggle(label, value=default, **common)
    auto = session.say("training.auto")
    if str in kinds:
        options = list(CHOICES[name])
        index = options.index(default) if default in options else None
        return st.selectbox(label, options, index=index, placeholder=auto, **common)
    if int in kinds:
        return st.number_input(label, value=default, step=1, min_value=0, placeholder=auto, **common)
    step = (default or 0.1) / 10
    return st.number_input(label, value=default, step=step, min_value=0.0, format="%g", placeholder=auto, **common)
