"""The parts of the overview."""

from typing import Any

import streamlit as st

from core.charts import calibration as calibrations
from core.charts import population as charts
from core.charts import ranking as rankings
from core.charts.theme import Look
from core.drift import cohorts
from core.drift.population import Population, Summary
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages.explore import _cohort as cohort
from pages.explore import _table as tables

say = session.say
SHOWN = 12
"""Users in the ranking chart."""


def headline(found: Summary) -> None:
    """How many drifted, how many of those are false alarms, how much changed, how many cannot be judged."""
    short = found.users - found.tested
    false = found.expected_false / max(found.drifted, 1)
    size = f"{found.magnitude:.0%}" if found.drifted else "–"
    columns = st.columns(4)
    _number(columns[0], "drifted", f"{found.drifted:,}", share=found.share, users=found.tested)
    _number(columns[1], "false", f"{found.expected_false:,.0f}", share=false)
    _number(columns[2], "size", size)
    _number(columns[3], "short", f"{short:,}", users=found.users)
    for column, status in ((columns[0], cohorts.DRIFTED), (columns[3], cohorts.INSUFFICIENT)):
        column.button(
            say("overview.show"), key=f"show_{status}", type="tertiary", icon=":material/group:", on_click=cohort.reset,
            kwargs={"when": cohort.ALWAYS, "statuses": [status]},
        )  # fmt: skip


def _number(column: Any, name: str, value: str, **values: Any) -> None:
    under = say(f"overview.{name}_under", **values)
    column.metric(say(f"overview.{name}"), value, under, "off", help=say(f"overview.{name}_help"), delta_arrow="off")


def when(found: Population, look: Look) -> tuple[Any, Any]:
    """Share over time; a marked stretch, or a choice below, says which changes the rest of the page is about."""
    if not found.unit:
        st.info(say("overview.no_clock"))
        return None, None

    def marked() -> None:
        points = session.widget("overview.share")["selection"]["points"]
        if points:
            places = sorted(str(point["x"]) for point in points)
            cohort.mark(places[0], places[-1], found.unit)

    figure = charts.share_over_time(found.shares, look)
    drawing.chart(figure, "overview.share", on_select=marked, selection_mode=("points", "box"))
    return cohort.period(found)


def ranking(users: Any, look: Look) -> None:
    """The first drifted users as a chart, all users as a table."""
    drifted = users[users["drifted"]]
    if len(users) == 0:
        st.info(say("overview.nobody"))
        return
    if len(drifted):
        drawing.chart(rankings.drifted_ranking(drifted.head(SHOWN), look), "overview.ranking")
    tables.users(users, "overview_table")


def calibration(table: Any, look: Look) -> None:
    """Whether the test can be believed on this log: its p-values over all users, in a word and as a chart."""
    with st.expander(say("overview.p_values")):
        st.markdown(say(f"overview.p_{calibrations.shape_of(table)}"))
        drawing.chart(calibrations.p_values(table, look), "overview.p_values")


def flows(frame: Any, look: Look) -> None:
    """Bands from category to category; a row of the table narrows the ranking to its users."""
    if len(frame) == 0:
        st.info(say("overview.no_flows"))
        return
    drawing.chart(charts.flows(frame, look), "overview.flows")
    tables.turns(frame, "overview_flows", lambda row: _narrow(row, cohort.ALWAYS))


def together(found: Population) -> None:
    """Groups who turned the same way at the same time; a row narrows the ranking to its users."""
    if len(found.together) == 0:
        st.info(say("overview.not_together"))
        return

    def narrow(row: dict[str, Any]) -> None:
        cohort.mark(str(row["timestamp"]), str(row["timestamp"]), found.unit)
        _narrow(row, cohort.MARKED)

    tables.turns(found.together, "overview_together", narrow)
    drawing.words("overview.together")


def _narrow(row: dict[str, Any], when: str) -> None:
    cohort.reset(when, sources=[row["from_category"]], targets=[row["to_category"]])


def multiples(selection: session.Selection, found: Population, look: Look) -> None:
    """The share over time for each group of users side by side."""
    if not found.unit:
        return
    st.subheader(say("overview.multiples"))
    names = {"": say("overview.by_target")} | {name: name for name in found.attributes.columns[1:]}
    by = st.selectbox(
        say("overview.by"), list(names), format_func=names.get, key="overview_by", persist_state="session", width=320
    )
    drawing.chart(charts.small_multiples(computed.share_by_group(selection, by or ""), look), "overview.multiples")
