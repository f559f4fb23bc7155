"""Controls that narrow the users down; what is chosen survives a change of page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.drift import DIRECTIONS, KINDS, STATUSES, Cohort, Population, cohorts, population
from core.settings import NamingSettings
from pages import _session as session
from pages import _within as within
from pages import _words as words

say = session.say
PERIOD, PICKED, MOVED = "period", "lasso", "moved_to_list"
"""Under which names this session keeps the marked time, picked users, and whether to go to the list."""
BOX, ATTRIBUTE = "filters_box", "cohort_attribute_"
LISTS = ("statuses", "kinds", "directions", "sources", "targets")
"""Filters that hold several values, as fields of `Cohort` and under `cohort_` as widgets."""
WORDED = ("statuses", "kinds", "directions")
"""Those whose values are codes with a word in the catalogue."""
LIST = "who"
"""Anchor of the list of users."""


@dataclass(frozen=True, eq=False)
class Picked:
    """Users whom the filters leave."""

    users: Any
    """Their rows of the drift table, the surest first; never change it."""
    of: Cohort
    """What they depend on beside the selection and what is accepted."""


def offer_worst(found: Population) -> None:
    """A button that marks the time in which the share of changed users is high beyond doubt."""
    worst = population.worst_period(found.shares)
    if worst is not None:
        span = worst, population.period_end(worst, found.unit)
        st.button(
            say("cohort.worst", span=_span(*span)), key="worst_period", type="tertiary", icon=":material/event:",
            on_click=_mark, args=span, help=say("cohort.worst_help"),
        )  # fmt: skip


def pick(selection: session.Selection, table: Any, found: Population, categories: Sequence[str]) -> Picked:
    """Draw the filters and return whom they leave.

    Folded away they are not drawn, as a browser takes longer for them than for the rest of a page; they still hold.
    """
    with st.expander(_title(), expanded=False, on_change="rerun", key=BOX) as box:
        if box.open:
            _filters(categories, found.attributes)
    _chips(found.attributes)
    chosen = _chosen(found.attributes)
    picked = _picked(selection, session.naming(), chosen, table, found)
    within.offer_saving(selection, chosen, picked.users["user_id"], reset)
    return picked


@session.cached(64)
def _picked(
    selection: session.Selection,  # noqa: ARG001, what it is of is the key of the cache
    naming: NamingSettings,  # noqa: ARG001
    chosen: Cohort,
    _table: Any,
    _found: Population,
) -> Picked:
    return Picked(cohorts.choose(_table, chosen, _found.changes, _found.attributes), chosen)


def _filters(categories: Sequence[str], attributes: Any) -> None:
    columns = st.columns(3)
    columns[0].text_input(say("cohort.text"), key="cohort_text", persist_state="session")
    columns[0].number_input(say("cohort.min_events"), 0, step=10, key="cohort_least", persist_state="session")
    _several(columns[0], "statuses", STATUSES)
    _several(columns[1], "kinds", KINDS)
    _several(columns[1], "directions", DIRECTIONS)
    _several(columns[2], "sources", categories)
    _several(columns[2], "targets", categories)
    for name in attributes.columns[1:]:
        columns[1].selectbox(
            name, sorted(attributes[name].unique()), index=None, key=f"{ATTRIBUTE}{name}", persist_state="session",
            placeholder=say("cohort.any"),
        )  # fmt: skip
    columns[2].button(say("cohort.clear"), on_click=reset, icon=":material/filter_alt_off:")


def _chips(attributes: Any) -> None:
    """What is filtered by, each with a way to take it away."""
    span, users, chips = session.keep(PERIOD), session.keep(PICKED), []
    if span:
        chips.append((PERIOD, say("cohort.marked", span=_span(*span)), ""))
    if users is not None:
        chips.append((PICKED, say("cohort.picked", users=len(users)), ""))
    for name in LISTS:
        chips += [(f"cohort_{name}", _told(name, value), value) for value in session.widget(f"cohort_{name}") or ()]
    for name in attributes.columns[1:]:
        key = f"{ATTRIBUTE}{name}"
        chips += [
            (key, f"{words.plain(name, 30)}: {words.plain(value, 30)}", "") for value in (session.widget(key),) if value
        ]
    with st.container(horizontal=True):
        for key, label, value in chips:
            st.button(
                label, key=f"chip_{key}_{value}", icon=":material/close:", on_click=_take_away, args=(key, value),
                help=say("cohort.take_away"),
            )  # fmt: skip


def _told(name: str, value: str) -> str:
    return say(f"cohort.{value}") if name in WORDED else f"{say(f'cohort.{name}')}: {words.plain(value, 30)}"


def _take_away(key: str, value: str) -> None:
    if key in (PERIOD, PICKED):
        session.put(key, None)
    else:
        session.follow(key, [each for each in session.widget(key) if each != value] if value else None)


def _chosen(attributes: Any) -> Cohort:
    """What the filters hold, drawn or not."""
    values = {name: session.widget(f"{ATTRIBUTE}{name}") for name in attributes.columns[1:]}
    start, end = session.keep(PERIOD) or (None, None)
    return Cohort(
        text=session.widget("cohort_text") or "",
        min_events=int(session.widget("cohort_least") or 0),
        start=start,
        end=end,
        attributes=tuple((name, value) for name, value in values.items() if value is not None),
        users=session.keep(PICKED),
        **{name: tuple(session.widget(f"cohort_{name}") or ()) for name in LISTS},
    )


def reset(**lists: Sequence[str]) -> None:
    """Clear all filters, then set some; for `on_click` and `on_select`."""
    for name in LISTS:
        session.follow(f"cohort_{name}", list(lists.get(name, ())))
    session.follow("cohort_text", "")
    session.follow("cohort_least", 0)
    session.forget_widgets(ATTRIBUTE)
    session.put(PICKED, None)
    session.put(PERIOD, None)


def only(users: frozenset[str] | None, **lists: Sequence[str]) -> None:
    """Clear all filters, show these users or those of some lists, and go there; for `on_click` and `on_select`."""
    reset(**lists)
    session.put(PICKED, users)
    session.put(MOVED, True)


def mark(first: str, last: str, unit: str) -> None:
    """Narrow to users whose interests changed from the start of one period to the end of another, and go there."""
    _mark(population.moment(first), population.period_end(population.moment(last), unit))


def _mark(start: Any, end: Any) -> None:
    session.put(PERIOD, (start, end))
    session.put(MOVED, True)


def arrive() -> None:
    """Bring the list of users into sight where a click elsewhere on the page has changed it."""
    if session.keep(MOVED):
        session.put(MOVED, False)
        session.scroll_to(LIST)


def _several(column: Any, name: str, options: Sequence[str]) -> None:
    told = (lambda value: say(f"cohort.{value}")) if name in WORDED else str
    column.multiselect(
        say(f"cohort.{name}"), options, format_func=told, key=f"cohort_{name}", persist_state="session",
        placeholder=say("cohort.any"), help=say(f"cohort.{name}_help"),
    )  # fmt: skip


def _title() -> str:
    """The expander says how many filters are set, so that a short list does not surprise."""
    keys = ["cohort_text", "cohort_least", *(f"cohort_{name}" for name in LISTS)]
    count = sum(bool(session.widget(key)) for key in keys) + session.count_widgets(ATTRIBUTE)
    count += sum(session.keep(name) is not None for name in (PICKED, PERIOD))
    return say("cohort.title_set", count=count) if count else say("cohort.title")


def _span(start: Any, end: Any) -> str:
    if start is None:
        return ""
    last = end - population.DAY
    return f"{start:%Y-%m-%d}" if start.date() == last.date() else f"{start:%Y-%m-%d} – {last:%Y-%m-%d}"
