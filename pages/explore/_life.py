"""Who came, who stayed, who left, and what they did before; folded away until it is asked for."""

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.charts import Look
from core.charts import lifecycle as charts
from core.drift import lifecycle
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _exports as exports
from pages import _session as session

if TYPE_CHECKING:
    from core.drift import Life

say = session.say
TABLES = ("periods", "stay", "before")


def draw(selection: session.Selection, look: Look) -> None:
    """The box; of a cohort its own curve beside that of everybody."""
    with st.expander(say("life.title"), on_change="rerun", key="life_box") as box:
        if not box.open:
            return
        found = _life(selection)
        if found is None:
            st.info(say("overview.no_clock"))
            return
        st.markdown(say("life.silence", days=found.silence, known=f"{found.known:%Y-%m-%d}"))
        _drawn(selection, found, look)
        _taken(selection, found)


def _life(selection: session.Selection) -> "Life | None":
    whole = computed.interests(selection.whole)

    def made() -> Any:
        return lifecycle.life(computed.drift(selection), computed.interests(selection), whole)

    found: Life | None = session.once("life", selection, session.naming(), _make=made)
    return found


def _drawn(selection: session.Selection, found: "Life", look: Look) -> None:
    def kept(name: str, make: Any) -> Any:
        return session.figure(name, look, selection, session.naming(), make=make)

    st.markdown(f"**{say('life.by_period')}**")
    drawing.chart(kept("life", lambda: charts.periods(found.periods, look)), "life.periods")
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{say('life.stays')}**")
        if found.stay.empty:
            st.info(say("life.nobody_left"))
        else:
            drawing.chart(kept("stay", lambda: charts.stay(_curves(selection, found), look)), "life.stay")
    with right:
        st.markdown(f"**{say('life.before_leaving')}**")
        if found.before.empty:
            st.info(say("life.too_few"))
        else:
            drawing.chart(kept("before", lambda: charts.before(found.before, look)), "life.before")


def _curves(selection: session.Selection, found: "Life") -> Any:
    """The curves of a data set; of a cohort its own, and that of everybody."""
    if selection.cohort is None:
        return found.stay
    everybody = _life(selection.whole)
    return lifecycle.beside(found, selection.cohort.name, everybody)


def _taken(selection: session.Selection, found: "Life") -> None:
    with st.container(horizontal=True):
        for name in TABLES:
            made = partial(exports.csv, getattr(found, name))
            st.download_button(
                say(f"life.save_{name}"), exports.told(selection.data_set, name, made), f"{name}.csv", "text/csv",
                key=f"save_life_{name}", on_click="ignore", type="tertiary",
            )  # fmt: skip
