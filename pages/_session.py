"""What outlives one run of a page: caches, session state, the link. The only home of all three.

The link is the truth: `?dataset=..&user=..&event=..&cohort=..&lang=..&q=..`. Widgets write it with `choose`, pages read
it with `asked`; what a link leaves out is what was last looked at in this session.
"""

import os
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from core import jobs, pipeline
from core.charts import Finished, Look
from core.errors import UnknownDataSetError
from core.settings import VIEWER, NamingSettings
from core.workspace import VARIABLE, DataSet, Run, Uploads, Workspace, actors, markers
from pages import _held as held
from pages import _selection as selections
from pages import _texts as texts
from pages import _who as who
from pages import _widgets as widgets

ROOT = Path(__file__).parent.parent
ICON = ROOT / "pages" / "_assets" / "icon.svg"

DATASET, USER, EVENT, LANGUAGE, ACCEPT, COHORT = "dataset", "user", "event", "lang", "q", "cohort"
"""Names in the link, and under `last_` in the session state."""
GROUP = "group"
"""In the link: the group that somebody of several wants to be in."""
STEP = "step"
"""In older links: the event, counted from 0."""
Selection = selections.Selection
NEEDS, may, opens, visitor, visitor_again = who.NEEDS, who.may, who.opens, who.visitor, who.again
follow, led, widget = widgets.follow, widgets.led, widgets.widget
forget_widgets, count_widgets = widgets.forget_all, widgets.count
P = ParamSpec("P")
T = TypeVar("T")
DEMO, WHO = "demo", "who"
"""In the link: 1 for the first user of the demo, and so on; and who they are."""


# ---- the link and the session ---------------------------------------------------------------------------------


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


def asked_event() -> str | None:
    """The event that is asked for, counted from 1 as pages count; that of an older link is taken over."""
    older = st.query_params.pop(STEP, None)
    if older is not None and EVENT not in st.query_params:
        choose(EVENT, int(older) + 1 if older.isdecimal() else older)
    return asked(EVENT)


def in_link(name: str) -> str | None:
    """What the link says now, whatever was chosen before."""
    return st.query_params.get(name)


def put_in_link(name: str, value: object) -> None:
    """Write into the link only, to be forgotten with it; None takes it out."""
    st.query_params.pop(name, None)
    if value is not None:
        st.query_params[name] = str(value)


def link(**choices: object) -> dict[str, str]:
    """Query parameters for a link to another page: the choices, the data set and the language."""
    kept = {name: asked(name) for name in (DATASET, GROUP, LANGUAGE, ACCEPT, COHORT)}
    return {name: str(value) for name, value in (kept | choices).items() if value is not None}


def keep(key: str, default: Any = None) -> Any:
    """A value of this session that survives a change of page; set it with `put`."""
    return st.session_state.get(f"kept_{key}", default)


def put(key: str, value: Any) -> None:
    """Keep a value for this session."""
    st.session_state[f"kept_{key}"] = value


def first_time(*of: Hashable) -> bool:
    """Whether this session has not asked this before."""
    seen: set[Hashable] = st.session_state.setdefault("kept_first_times", set())
    new = of not in seen
    seen.add(of)
    return new


def scroll_to(anchor: str) -> None:
    """Bring a heading into sight, once the page is drawn."""
    # A script runs again only where its text is another.
    st.session_state["scrolled"] = count = st.session_state.get("scrolled", 0) + 1
    move = f'document.getElementById("{anchor}")?.scrollIntoView({{behavior: "smooth"}})'
    st.html(f"<script>/* {count} */ setTimeout(() => {move}, 300)</script>", unsafe_allow_javascript=True)


def language() -> str:
    """The language of the reader: asked for, else English."""
    code = asked(LANGUAGE)
    return code if code and code in texts.LANGUAGES else "en"


def naming() -> NamingSettings:
    """The share of false alarms that the reader accepts; the default where the link holds none that can be."""
    return selections.accepted(asked(ACCEPT) or "") or NamingSettings()


def say(key: str, **values: object) -> str:
    """A text of the catalogue in the reader's language, with values filled in."""
    return texts.filled(texts.catalogue(language())[key], values)


def model_name(name: str) -> str:
    """The plain name of a model; its own where the catalogue has none."""
    return texts.model_names(language()).get(name, name)


def told(said: str | BaseException) -> str:
    """What the engine said, or the message of its error, in the reader's language."""
    text = said.args[0] if isinstance(said, BaseException) and said.args else said
    return texts.told(language(), text if isinstance(text, str) else str(text))


def look(categories: tuple[str, ...] = (), colors: tuple[tuple[str, str], ...] = ()) -> Look:
    """How charts look to this reader: colours of these categories, light or dark, language."""
    words = {**texts.chart_words(language()), **texts.model_names(language())}
    return Look(categories, st.context.theme.type == "dark", colors, words)


# ---- the workspace: read anew each time, since jobs and the command line add to it ------------------------------


def only(role: str, about: str | None = None) -> dict[str, Any]:
    """What a button that takes a role is drawn with: its help, or for whoever lacks the role why it does nothing."""
    if may(role):
        return {"help": about}
    return {"disabled": True, "help": say("gate.takes", role=say(f"gate.role_{role}"))}


who.wished = lambda: asked(GROUP) or ""


def workspace() -> Workspace:
    """The workspace of this server, or of this visitor's group."""
    return _workspace(_root())


def _root() -> str:
    return str(actors.need(VIEWER).root or os.environ.get(VARIABLE, ""))


@st.cache_resource(show_spinner=False)
def _workspace(root: str) -> Workspace:
    """Opened once; a new one gets the sample, and jobs that a dead process left are taken up again."""
    with actors.acting(actors.by_system()):
        opened = Workspace(root or None)
        opened.stay()
        jobs.ensure_sample(opened)
        if jobs.active(opened):
            jobs.ensure_worker(opened)
    return opened


def uploads() -> Uploads:
    """Files that this visitor sent: those that nobody imports go when the visitor does."""
    return _uploads(_root())


@st.cache_resource(show_spinner=False, scope="session", on_release=Uploads.close)
def _uploads(root: str) -> Uploads:
    return _workspace(root).uploads()


def data_sets() -> list[DataSet]:
    """All data sets, newest first."""
    return workspace().data_sets()


def runs(name: str) -> list[Run]:
    """All runs of a data set, newest first."""
    return workspace().runs(name)


def select() -> Selection:
    """What the link and this session point at; without either, the newest data set; a demo is of the sample."""
    known = {data_set.name: data_set for data_set in data_sets()}
    sample = pipeline.SAMPLE if in_link(DEMO) and not in_link(DATASET) else ""
    name = (sample if sample in known else asked(DATASET)) or next(iter(known), None)
    if name not in known:
        return Selection(asked=name, root=str(workspace().root))
    choose(DATASET, name)
    found = known[name]
    done = [run for run in runs(name) if run.status == "done" and run.version == found.version]
    run, created = (done[0].id, done[0].created[:16].replace("T", " ")) if done else (None, "")
    masked = actors.actor().masked
    return Selection(
        found.name,
        found.id,
        found.version,
        run,
        created,
        str(workspace().root),
        name,
        masked=masked,
        names=pipeline.category_mark(workspace(), found.name),
        marks=markers.state(workspace(), found.name),
    )


def data_set(selection: Selection) -> DataSet:
    """The data set that is looked at; raises `UnknownDataSetError`."""
    if selection.data_set is None:
        raise UnknownDataSetError(say("states.unknown_data_set", name=selection.asked))
    return workspace().data_set(selection.data_set)


# ---- jobs -----------------------------------------------------------------------------------------------------


def active_jobs() -> list[jobs.Job]:
    """Jobs that wait or run, oldest first."""
    return jobs.active(workspace())


# ---- caches ---------------------------------------------------------------------------------------------------


def cached(
    entries: int, *, copied: bool = False, keys: dict[str | type[Any], Callable[[Any], Any]] | None = None
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorator: what a function gives is made once for its arguments, and the last `entries` of it are kept.

    Readers share the value and must never change it, unless each gets a copy of its own. `keys`: what of an argument
    of such a type counts.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        cache = st.cache_data if copied else st.cache_resource
        return held.bounded(cache(max_entries=entries, show_spinner=False, hash_funcs=keys), function, entries)

    return decorate


@cached(128)
def once(*of: Hashable, _make: Callable[[], Any]) -> Any:  # noqa: ARG001, what it is of is the key of the cache
    """What `_make` gives, made once for each `of`: a name and what it depends on; never change it."""
    return _make()


@cached(256)
def _figure(*of: Hashable, _make: Callable[[], Any]) -> Finished:  # noqa: ARG001, what it is of is the key of the cache
    return Finished(_make())


def figure(name: str, look: Look, *of: Hashable, make: Callable[[], Any]) -> Finished:
    """A chart that is the same for everyone who reads one language in one theme, made once for what it is `of`."""
    return _figure(name, language(), look.dark, look.categories, *of, _make=make)


def choose_data_set(name: str | None) -> None:
    """Look at a data set, and forget the user and step of the other one."""
    for part, value in ((USER, None), (EVENT, None), (COHORT, None), (DATASET, name)):
        choose(part, value)
