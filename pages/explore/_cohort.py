"""Controls that narrow the users down; what is chosen survives a change of page."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.drift import DIRECTIONS, KINDS, STATUSES, Cohort, Population, cohorts, population
from pages import _session as session

say = session.say
WORST, ALWAYS, MARKED = "worst", "always", "marked"
BOX, ATTRIBUTE = "filters_box", "cohort_attribute_"
LISTS = ("statuses", "kinds", "directions", "sources", "targets")
"""Filters that hold several values, as fields of `Cohort` and under `cohort_` as widgets."""


def period(found: Population) -> tuple[Any, Any]:
    """When the interests changed: the worst period, always, or what was marked in the chart; start and end."""
    worst, marked = population.worst_period(found.shares), session.keep("period")
    spans = {WORST: (worst, worst and population.period_end(worst, found.unit)), ALWAYS: (None, None), MARKED: marked}
    options = [name for name in (WORST, ALWAYS, MARKED) if spans[name] and (name != WORST or worst is not None)]
    if len(options) < 2:
        return None, None
    chosen = st.segmented_control(
        say("cohort.period"), options, default=options[0], key="cohort_period", persist_state="session", required=True,
        format_func=lambda name: say(f"cohort.{name}", span=_span(*spans[name])), help=say("cohort.period_help"),
    )  # fmt: skip
    return spans[chosen or ALWAYS] or (None, None)


def pick(table: Any, found: Population, categories: Sequence[str], span: tuple[Any, Any] = (None, None)) -> Any:
    """Draw the filters and return the rows of the drift table that they and the span leave, drifted first.

    Folded away they are not drawn, as a browser takes longer for them than for the rest of a page; they still hold.
    """
    with st.expander(_title(), expanded=False, on_change="rerun", key=BOX) as box:
        if box.open:
            _filters(categories, found.attributes)
    return cohorts.choose(table, _chosen(found.attributes, span), found.changes, found.attributes)


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


def _chosen(attributes: Any, span: tuple[Any, Any]) -> Cohort:
    """What the filters hold, drawn or not."""
    values = {name: session.widget(f"{ATTRIBUTE}{name}") for name in attributes.columns[1:]}
    return Cohort(
        text=session.widget("cohort_text") or "",
        min_events=int(session.widget("cohort_least") or 0),
        start=span[0],
        end=span[1],
        attributes=tuple((name, value) for name, value in values.items() if value is not None),
        users=session.keep("lasso"),
        **{name: tuple(session.widget(f"cohort_{name}") or ()) for name in LISTS},
    )


def reset(when: str | None = None, **lists: Sequence[str]) -> None:
    """Clear all filters, then set some; for `on_click` and `on_select`."""
    for name in LISTS:
        session.follow(f"cohort_{name}", list(lists.get(name, ())))
    session.follow("cohort_text", "")
    session.follow("cohort_least", 0)
    session.forget_widgets(ATTRIBUTE)
    session.put("lasso", None)
    if when:
        session.follow("cohort_period", when)


def only(users: frozenset[str] | None, **lists: Sequence[str]) -> None:
    """Clear all filters and show these users at any time, or those of some lists; for `on_click` and `on_select`."""
    reset(ALWAYS, **lists)
    session.put("lasso", users)


def mark(first: str, last: str, unit: str) -> None:
    """Narrow to users whose interests changed from the start of one period to the end of another."""
    start, end = population.moment(first), population.period_end(population.moment(last), unit)
    session.put("period", (start, end))
    session.follow("cohort_period", MARKED)


def _several(column: Any, name: str, options: Sequence[str]) -> None:
    words = (lambda value: say(f"cohort.{value}")) if name in {"statuses", "kinds", "directions"} else str
    column.multiselect(
        say(f"cohort.{name}"), options, format_func=words, key=f"cohort_{name}", persist_state="session",
        placeholder=say("cohort.any"), help=say(f"cohort.{name}_help"),
    )  # fmt: skip


def _title() -> str:
    """The expander says how many filters are set, so that a short list does not surprise."""
    keys = ["cohort_text", "cohort_least", *(f"cohort_{name}" for name in LISTS)]
    count = sum(bool(session.widget(key)) for key in keys) + session.count_widgets(ATTRIBUTE)
    count += session.keep("lasso") is not None
    return say("cohort.title_set", count=count) if count else say("cohort.title")


def _span(start: Any, end: Any) -> str:
    if start is None:
        return ""
    last = end - population.DAY
    return f"{start:%Y-%m-%d}" if start.date() == last.date() else f"{start:%Y-%m-%d} – {last:%Y-%m-%d}"
