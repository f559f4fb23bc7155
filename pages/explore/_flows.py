"""Flows as a table: users, their share of those who were at the start, and how many came before and after a date."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.drift import Population, population
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _marks as marks
from pages import _session as session

say = session.say


@session.cached(32)
def _flows(selection: session.Selection, accept: float, when: str) -> Any:  # noqa: ARG001, what is accepted is in the key
    from core.drift import flowing

    moment = population.moment(when) if when else None
    return flowing.flows(computed.drift(selection), computed.interests(selection), moment)


def draw(selection: session.Selection, found: Population, act: Callable[[dict[str, Any]], None]) -> None:
    """The table; a chosen row acts on it."""
    frame = _flows(selection, session.naming().accept, _when(selection) if found.unit else "")
    if not len(frame):
        return

    def chosen() -> None:
        rows = session.widget("overview_flows")["selection"]["rows"]
        if rows:
            act(frame.iloc[rows[0]].to_dict())

    column = st.column_config
    config = {
        "from_category": column.TextColumn(say("table.from_categories")),
        "to_category": column.TextColumn(say("table.to_categories")),
        "users": column.NumberColumn(say("table.users"), format="localized"),
        "share": column.NumberColumn(say("flows.share"), format="percent", help=say("flows.share_help")),
        "low": column.NumberColumn(say("flows.low"), format="percent", help=say("flows.share_help")),
        "high": column.NumberColumn(say("flows.high"), format="percent", help=say("flows.share_help")),
        "before": column.NumberColumn(say("flows.before"), format="localized"),
        "after": column.NumberColumn(say("flows.after"), format="localized"),
    }
    drawing.table(
        frame, key="overview_flows", column_order=[name for name in config if name in frame], column_config=config,
        on_select=chosen, selection_mode="single-row", height=38 + 35 * min(len(frame), 6), alt=say("table.flows_alt"),
    )  # fmt: skip


def _when(selection: session.Selection) -> str:
    """The date that flows are parted at: typed in, or that of the first marker; empty for none."""
    markers = marks.found(selection)
    first = marks.moment(markers[0].start).date() if markers else None
    picked = st.date_input(say("flows.when"), first, key="flows_when", format="YYYY-MM-DD", width=220,
                           min_value="1900-01-01", max_value="2200-01-01", help=say("flows.when_help"))  # fmt: skip
    return str(picked) if picked else ""
