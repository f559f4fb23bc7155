"""What outlives one run of a page: caches, session state, the link. The only home of all three.

The link is the truth: `?dataset=..&user=..&step=..`. Widgets write it, pages read it through `Selection`;
what a link leaves out is filled in from what was last looked at.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from core.charts.theme import Look
from core.workspace import VARIABLE, DataSet, Run, Workspace
from pages import _texts as texts

ROOT = Path(__file__).parent.parent
ICON = ROOT / "pages" / "_assets" / "icon.svg"

DATASET, USER, STEP, LANGUAGE = "dataset", "user", "step", "lang"
"""Names in the link, and under `last_` in the session state."""


@dataclass(frozen=True)
class Selection:
    """What the reader is looking at; hashable, so that it can be an argument of cached functions."""

    data_set: str | None = None
    """Name of the data set; None before there is one, or if the link names one that is not there."""
    version: int = 0
    run: str | None = None
    """Newest finished run of this version."""
    run_created: str = ""
    """Day and minute that the run was started, UTC."""
    root: str = ""
    """Folder of the workspace."""
    asked: str | None = None
    """The data set that the link names, there or not."""


# ---- the link -------------------------------------------------------------------------------------------------


def asked(name: str) -> str | None:
    """What the link asks for, else what was last chosen in this session."""
    value = st.query_params.get(name)
    return value if value is not None else st.session_state.get(f"last_{name}")


def choose(name: str, value: object) -> None:
    """Write a choice into the link and remember it; None takes it out."""
    if value is None:
        st.query_params.pop(name, None)
        st.session_state.pop(f"last_{name}", None)
        return
    st.session_state[f"last_{name}"] = str(value)
    if st.query_params.get(name) != str(value):
        st.query_params[name] = str(value)


def keep(key: str, default: Any) -> Any:
    """A value of this session that survives a change of page; set it with `put`."""
    return st.session_state.get(f"kept_{key}", default)


def put(key: str, value: Any) -> None:
    """Keep a value for this session."""
    st.session_state[f"kept_{key}"] = value


def follow(widget_key: str, value: Any) -> None:
    """Make a widget show a value; call it before the widget is drawn."""
    st.session_state[widget_key] = value


def widget(widget_key: str) -> Any:
    """The value of a widget, for its `on_change`."""
    return st.session_state.get(widget_key)


def language() -> str:
    """The language of the reader: asked for, else English."""
    code = asked(LANGUAGE)
    return code if code in texts.LANGUAGES else "en"


def say(key: str, **values: object) -> str:
    """A text of the catalogue in the reader's language, with values filled in."""
    return texts.catalogue(language())[key].format(**values)


def look(categories: tuple[str, ...] = ()) -> Look:
    """How charts look to this reader: colours of these categories, light or dark, language."""
    return Look(categories, st.context.theme.type == "dark", texts.chart_words(language()))


# ---- the workspace --------------------------------------------------------------------------------------------


def workspace() -> Workspace:
    """The workspace of this server."""
    return _workspace(os.environ.get(VARIABLE, ""))


@st.cache_resource(show_spinner=False)
def _workspace(root: str) -> Workspace:
    return Workspace(root or None)


def data_sets() -> list[DataSet]:
    """All data sets, newest first; read anew each time, since jobs and the command line add to them."""
    return workspace().data_sets()


def runs(name: str) -> list[Run]:
    """All runs of a data set, newest first."""
    return workspace().runs(name)


def select() -> Selection:
    """What the link and this session point at; without either, the newest data set."""
    known = {data_set.name: data_set for data_set in data_sets()}
    name = asked(DATASET) or next(iter(known), None)
    if name not in known:
        return Selection(asked=name)
    choose(DATASET, name)
    found = known[name]
    done = [run for run in runs(name) if run.status == "done" and run.version == found.version]
    run, created = (done[0].id, done[0].created[:16].replace("T", " ")) if done else (None, "")
    return Selection(found.name, found.version, run, created, str(workspace().root), name)


def data_set(selection: Selection) -> DataSet:
    """The data set that is looked at; raises `UnknownDataSetError`."""
    return workspace().data_set(selection.data_set or "")
