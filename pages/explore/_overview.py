"""The parts of the overview."""

from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from core import pipeline
from core.charts import Look
from core.charts import calibration as calibrations
from core.charts import population as charts
from core.charts import ranking as rankings
from core.drift import NAMED, Population
from core.drift import population as populations
from core.report import sentences
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words
from pages.explore import _cohort as cohort
from pages.explore import _flows as flowing
from pages.explore import _table as tables

say = session.say
DAY = 86_400
SHOWN = 12
"""Users in the ranking chart."""


def doubts(found: Iterable[str]) -> None:
    """What to beware of in the sessions that the verdicts stand on."""
    for doubt in found:
        st.warning(words.told(doubt, 400))


def anew(selection: session.Selection) -> None:
    """What of the sample had to be made anew, and why; told for a day."""
    data_set = session.data_set(selection)
    age = words.between(data_set.created, datetime.now(UTC).isoformat())
    for line in pipeline.noted(data_set) if age is not None and age < DAY else ():
        st.caption(words.told(line, 300))


def when(selection: session.Selection, found: Population, look: Look) -> None:
    """Share over time; a marked stretch says which changes the list of users is about."""
    if not found.unit:
        st.info(say("overview.no_clock"))
        return

    def marked() -> None:
        _mark_period("overview.share", found)

    figure = _kept("share", selection, look, lambda: charts.share_over_time(found.shares, look))
    drawing.chart(figure, "overview.share", on_select=marked, selection_mode="box")
    cohort.offer_worst(found)


def _kept(name: str, selection: session.Selection, look: Look, make: Callable[[], Any], *of: Hashable) -> Any:
    """A chart of who is named in a data set, which is the same for everyone who accepts as much."""
    return session.figure(name, look, selection, session.naming(), *of, make=make)


def _mark_period(key: str, found: Population) -> None:
    """Narrow to the periods that were clicked or dragged over in a chart over time."""
    points = session.widget(key)["selection"]["points"]
    if points:
        places = sorted(str(point["x"]) for point in points)
        cohort.mark(places[0], places[-1], found.unit)


def ranking(selection: session.Selection, picked: cohort.Picked, look: Look) -> None:
    """The surest of those who are named as a chart, all users as a table."""
    users = picked.users
    named = users[users[NAMED]]
    if len(users) == 0:
        st.info(say("overview.nobody"))
        return
    if len(named):
        if len(named) > SHOWN:
            st.caption(say("overview.first_shown", shown=SHOWN, users=len(named), all=len(users)))
        shown = named.head(SHOWN)
        figure = _kept("ranking", selection, look, lambda: rankings.drifted_ranking(shown, look), picked.of)
        drawing.chart(figure, "overview.ranking", on_select=_choose, selection_mode="points")
        if session.keep("open_user"):
            user = session.keep("open_user")
            session.put("open_user", None)
            tables.open_user(user)
    tables.users(selection, picked, "overview_table")


def _choose() -> None:
    """A user was clicked in the ranking; the page that follows opens them, for callbacks cannot."""
    points = session.widget("overview.ranking")["selection"]["points"]
    if points:
        session.put("open_user", str(points[0]["y"]))


def calibration(selection: session.Selection, table: Any, look: Look) -> None:
    """Whether the test can be believed on this log: its p-values over all users, in a word and as a chart."""
    with st.expander(say("overview.p_values")):
        st.markdown(sentences.p_values(table, say))
        figure = _kept("p_values", selection, look, lambda: calibrations.p_values(table, look))
        drawing.chart(figure, "overview.p_values", on_select=lambda: _with_p_values(table), selection_mode="points")


def _with_p_values(table: Any) -> None:
    """Narrow to the users of the bars that were clicked or dragged over."""
    places = [float(point["x"]) for point in session.widget("overview.p_values")["selection"]["points"]]
    if places:
        half = 0.5 / calibrations.BINS
        chosen = table["p_value"].between(min(places) - half, max(places) + half)
        cohort.only(frozenset(table.loc[chosen, "user_id"]))


def flows(selection: session.Selection, found: Population, look: Look) -> None:
    """Bands from category to category; a row of the table narrows the ranking to its users."""
    frame = found.flows
    if len(frame) == 0:
        st.info(say("overview.no_flows"))
        return
    drawing.chart(_kept("flows", selection, look, lambda: charts.flows(frame, look)), "overview.flows")
    flowing.draw(selection, found, _narrow)


def everyone(selection: session.Selection, found: Population, look: Look) -> None:
    """What all users were after over time, and what rose and fell for everyone."""
    if not found.unit:
        st.info(say("overview.no_clock"))
        return
    figure = _kept(
        "categories", selection, look, lambda: charts.categories_over_time(found.categories, look, 420, legend=False)
    )
    drawing.legend(figure)
    drawing.chart(
        figure, "overview.categories", on_select=lambda: _mark_period("overview.categories", found),
        selection_mode="box",
    )  # fmt: skip
    rose, fell = populations.moved(computed.trend(selection), 2)
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
        _narrow(row)
        cohort.mark(str(row["timestamp"]), str(row["timestamp"]), found.unit)

    tables.turns(found.together, "overview_together", narrow)
    drawing.words("overview.together")


def _narrow(row: dict[str, Any]) -> None:
    cohort.only(None, sources=[row["from_category"]], targets=[row["to_category"]])


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
    figure = _kept("multiples", selection, look, lambda: charts.small_multiples(shares, look), by or "")
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
