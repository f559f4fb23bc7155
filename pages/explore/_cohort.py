"""Controls that narrow the users down; what is chosen survives a change of page."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.drift import cohorts, population
from core.drift.cohorts import DIRECTIONS, KINDS, STATUSES, Cohort
from core.drift.population import Population
from pages import _session as session

say = session.say
WORST, ALWAYS, MARKED = "worst", "always", "marked"
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
    """Draw the filters and return the rows of the drift table that they and the span leave, drifted first."""
    with st.expander(_title(), expanded=False):
        columns = st.columns(3)
        text = columns[0].text_input(say("cohort.text"), key="cohort_text", persist_state="session")
        least = columns[0].number_input(
            say("cohort.min_events"), 0, step=10, key="cohort_least", persist_state="session"
        )
        chosen = {
            "statuses": _several(columns[0], "statuses", STATUSES),
            "kinds": _several(columns[1], "kinds", KINDS),
            "directions": _several(columns[1], "directions", DIRECTIONS),
            "sources": _several(columns[2], "sources", categories),
            "targets": _several(columns[2], "targets", categories),
        }
        attributes = tuple(_attributes(found.attributes, columns[1]))
        lasso = session.keep("lasso")
        columns[2].button(say("cohort.clear"), on_click=reset, icon=":material/filter_alt_off:")
    cohort = Cohort(
        text=text or "",
        min_events=int(least or 0),
        start=span[0],
        end=span[1],
        attributes=attributes,
        users=lasso,
        **chosen,
    )
    return cohorts.choose(table, cohort, found.changes, found.attributes)


def reset(when: str | None = None, **lists: Sequence[str]) -> None:
    """Clear all filters, then set some; for `on_click` and `on_select`."""
    for name in LISTS:
        session.follow(f"cohort_{name}", list(lists.get(name, ())))
    session.follow("cohort_text", "")
    session.follow("cohort_least", 0)
    session.forget_widgets("cohort_attribute_")
    session.put("lasso", None)
    if when:
        session.follow("cohort_period", when)


def mark(first: str, last: str, unit: str) -> None:
    """Narrow to users whose interests changed from the start of one period to the end of another."""
    start, end = population.moment(first), population.period_end(population.moment(last), unit)
    session.put("period", (start, end))
    session.follow("cohort_period", MARKED)


def _several(column: Any, name: str, options: Sequence[str]) -> tuple[str, ...]:
    words = (lambda value: say(f"cohort.{value}")) if name in {"statuses", "kinds", "directions"} else str
    values = column.multiselect(
        say(f"cohort.{name}"), options, format_func=words, key=f"cohort_{name}", persist_state="session",
        placeholder=say("cohort.any"), help=say(f"cohort.{name}_help"),
    )  # fmt: skip
    return tuple(values)


def _attributes(attributes: Any, column: Any) -> list[tuple[str, str]]:
    chosen = []
    for name in attributes.columns[1:]:
        options = sorted(attributes[name].unique())
        key = f"cohort_attribute_{name}"
        value = column.selectbox(
            name, options, index=None, key=key, persist_state="session", placeholder=say("cohort.any")
        )
        if value is not None:
            chosen.append((name, value))
    return chosen


def _title() -> str:
    """The expander says how many filters are set, so that a short list does not surprise."""
    keys = ["cohort_text", "cohort_least", *(f"cohort_{name}" for name in LISTS)]
    count = sum(bool(session.widget(key)) for key in keys) + session.count_widgets("cohort_attribute_")
    count += session.keep("lasso") is not None
    return say("cohort.title_set", count=count) if count else say("cohort.title")


def _span(start: Any, end: Any) -> str:
    if start is None:
        return ""
    last = end - population.DAY
    return f"{start:%Y-%m-%d}" if start.date() == last.date() else f"{start:%Y-%m-%d} – {last:%Y-%m-%d}"
