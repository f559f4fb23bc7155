"""The parts of the overview."""

from collections.abc import Iterable
from typing import Any

import streamlit as st

from core.charts import Look
from core.charts import calibration as calibrations
from core.charts import population as charts
from core.charts import ranking as rankings
from core.drift import Population, Summary, cohorts
from core.drift import population as populations
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words
from pages.explore import _cohort as cohort
from pages.explore import _table as tables

say = session.say
SHOWN = 12
"""Users in the ranking chart."""
MOVED = 0.01
"""Least change of a category's share that is told as the trend."""
UNSURE, HALF = 0.1, 0.5
"""A q-value from which a verdict is unsure; a share of false alarms from which a list is doubtful."""


def headline(found: Summary, table: Any) -> None:
    """How many drifted, how many of those are false alarms, how much changed, how many cannot be judged."""
    short = found.users - found.tested
    false = found.expected_false / max(found.drifted, 1)
    size = f"{found.magnitude:.0%}" if found.drifted else "–"
    columns = st.columns(4)
    _number(columns[0], "drifted", f"{found.drifted:,}", share=found.share, users=found.tested)
    _number(columns[1], "false", f"{found.expected_false:,.0f}", share=false)
    _number(columns[2], "size", size)
    _number(columns[3], "short", f"{short:,}", users=found.users)
    drifted = table["drifted"].astype(bool)
    for column, users, name in (
        (columns[0], drifted, "drifted"),
        (columns[1], drifted & (table["q_value"] > UNSURE), "unsure"),
        (columns[2], drifted & (table["magnitude"] >= found.magnitude), "largest"),
        (columns[3], table["status"] == cohorts.INSUFFICIENT, "insufficient"),
    ):
        statuses = {"statuses": [name]} if name in cohorts.STATUSES else {}
        _show(column, name, int(users.sum()), None if statuses else frozenset(table.loc[users, "user_id"]), statuses)
    if found.drifted and false > HALF:
        st.caption(say("overview.doubtful", share=false))


def doubts(found: Iterable[str]) -> None:
    """What to beware of in the sessions that the verdicts stand on."""
    for doubt in found:
        st.warning(words.told(doubt, 400))


def _show(column: Any, name: str, count: int, users: frozenset[str] | None, lists: dict[str, Any]) -> None:
    """A button that narrows the page to users that a number counts."""
    column.button(
        say(f"overview.show_{name}", users=count), key=f"show_{name}", type="tertiary", icon=":material/group:",
        on_click=cohort.only, args=(users,), kwargs=lists, disabled=not count,
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
        _mark_period("overview.share", found)

    figure = charts.share_over_time(found.shares, look)
    drawing.chart(figure, "overview.share", on_select=marked, selection_mode="box")
    return cohort.period(found)


def _mark_period(key: str, found: Population) -> None:
    """Narrow to the periods that were clicked or dragged over in a chart over time."""
    points = session.widget(key)["selection"]["points"]
    if points:
        places = sorted(str(point["x"]) for point in points)
        cohort.mark(places[0], places[-1], found.unit)


def ranking(users: Any, look: Look) -> None:
    """The first drifted users as a chart, all users as a table."""
    drifted = users[users["drifted"]]
    if len(users) == 0:
        st.info(say("overview.nobody"))
        return
    if len(drifted):
        figure = rankings.drifted_ranking(drifted.head(SHOWN), look)
        drawing.chart(figure, "overview.ranking", on_select=_choose, selection_mode="points")
        if session.keep("open_user"):
            user = session.keep("open_user")
            session.put("open_user", None)
            tables.open_user(user)
    tables.users(users, "overview_table")


def _choose() -> None:
    """A user was clicked in the ranking; the page that follows opens them, for callbacks cannot."""
    points = session.widget("overview.ranking")["selection"]["points"]
    if points:
        session.put("open_user", str(points[0]["y"]))


def calibration(table: Any, look: Look) -> None:
    """Whether the test can be believed on this log: its p-values over all users, in a word and as a chart."""
    with st.expander(say("overview.p_values")):
        st.markdown(say(f"overview.p_{calibrations.shape_of(table)}"))
        figure = calibrations.p_values(table, look)
        drawing.chart(figure, "overview.p_values", on_select=lambda: _with_p_values(table), selection_mode="points")


def _with_p_values(table: Any) -> None:
    """Narrow to the users of the bars that were clicked or dragged over."""
    places = [float(point["x"]) for point in session.widget("overview.p_values")["selection"]["points"]]
    if places:
        half = 0.5 / calibrations.BINS
        chosen = table["p_value"].between(min(places) - half, max(places) + half)
        cohort.only(frozenset(table.loc[chosen, "user_id"]))


def flows(frame: Any, look: Look) -> None:
    """Bands from category to category; a row of the table narrows the ranking to its users."""
    if len(frame) == 0:
        st.info(say("overview.no_flows"))
        return
    drawing.chart(charts.flows(frame, look), "overview.flows")
    tables.turns(frame, "overview_flows", lambda row: _narrow(row, cohort.ALWAYS))


def everyone(found: Population, look: Look) -> None:
    """What all users were after over time, and what rose and fell for everyone."""
    if not found.unit:
        st.info(say("overview.no_clock"))
        return
    figure = charts.categories_over_time(found.categories, look, 420)
    drawing.chart(
        figure, "overview.categories", on_select=lambda: _mark_period("overview.categories", found),
        selection_mode="box",
    )  # fmt: skip
    moved = populations.movers(found.categories)
    rose, fell = moved[moved >= MOVED].head(2), moved[moved <= -MOVED].tail(2)[::-1]
    if len(rose) or len(fell):
        st.markdown(say("overview.trend", rose=_moves(rose), fell=_moves(fell)), help=say("overview.trend_help"))


def _moves(moved: Any) -> str:
    """Categories with the points that their share rose or fell by."""
    return ", ".join(f"{words.plain(name)} {100 * by:+.0f}" for name, by in moved.items()) or "–"


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
        say("overview.by"),
        list(names),
        format_func=names.__getitem__,
        key="overview_by",
        persist_state="session",
        width=320,
    )
    shares = computed.share_by_group(selection, by or "")
    if shares.empty:
        st.info(say("overview.no_flows"))
        return
    figure = charts.small_multiples(shares, look)
    drawing.chart(
        figure, "overview.multiples", on_select=lambda: _of_group(shares, by or "", populations.COARSER[found.unit]),
        selection_mode="points",
    )  # fmt: skip


def _of_group(shares: Any, by: str, unit: str) -> None:
    """Narrow to the users of a group whose interests changed at the point that was clicked."""
    points = session.widget("overview.multiples")["selection"]["points"]
    if not points:
        return
    group = list(dict.fromkeys(shares["group"]))[points[0]["curve_number"]]
    cohort.reset(targets=[] if by else [group])
    if by:
        session.follow(f"cohort_attribute_{by}", group)
    cohort.mark(str(points[0]["x"]), str(points[0]["x"]), unit)
