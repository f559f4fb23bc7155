"""Do lists keep up with users who moved on, and how often should the model be trained anew?"""

import math
from collections.abc import Callable
from typing import Any

import streamlit as st

from core import pipeline
from core.charts import Look
from core.charts import keeping as charts
from core.report import sentences
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words
from pages.model import _closely as closely

say = session.say
OURS = (pipeline.BLEND, pipeline.ATTENTION)
LAG, AGING = "lag", "aging"


def headline(selection: session.Selection) -> None:
    """How soon lists follow, and how often to train anew: a sentence each under the numbers, where it was measured."""
    if selection.run and computed.measured(selection.whole, LAG).ready:
        st.markdown(_sentence(_summary(selection)))
    if selection.run and computed.measured(selection.whole, AGING).ready:
        st.markdown(_advice(_aging(selection)))


def draw(selection: session.Selection, look: Look) -> None:
    """How lists follow changes, and how models age: measured in a job, shown in tabs."""
    st.subheader(say("keeping.title"))
    if not selection.run:
        st.info(say("keeping.no_run"))
        return
    follow, age = st.tabs([say("keeping.follow"), say("keeping.age")])
    with follow:
        if closely.measured(selection.whole, LAG):
            _followed(selection, look)
    with age:
        if closely.measured(selection.whole, AGING):
            _aged(selection, look)


def _followed(selection: session.Selection, look: Look) -> None:
    made, accepted = _adaptation(selection), session.naming()

    def kept(name: str, make: Callable[[], Any]) -> Any:
        return session.figure(name, look, selection, accepted, make=make)

    if len(made.lags) == 0:
        st.info(say("keeping.nobody"))
        return
    st.markdown(_sentence(_summary(selection)))
    left, right = st.columns(2, gap="large")
    with left:
        drawing.chart(kept("followed", lambda: charts.followed(made.lags, OURS, look)), "keeping.followed")
    with right:
        drawing.chart(kept("old", lambda: charts.old_interest(made.pace, OURS, look)), "keeping.old")
    with st.expander(say("keeping.more")):
        drawing.chart(kept("recovery", lambda: charts.recovery(made.pace, OURS, look)), "keeping.recovery")
        numbers = {name: st.column_config.NumberColumn(format="%.2f") for name in _summary(selection).columns[2:]}
        drawing.table(_summary(selection), column_config=numbers)
        st.caption(say("keeping.columns"))


def _aged(selection: session.Selection, look: Look) -> None:
    frame = _aging(selection)
    st.markdown(_advice(frame))
    figure = session.figure("aging", look, selection, make=lambda: charts.aging(frame, OURS, look))
    drawing.chart(figure, "keeping.aging")
    if pipeline.ATTENTION not in set(frame["model"]):
        st.caption(say("keeping.too_large"))


def _aging(selection: session.Selection) -> Any:
    return session.once("aging", selection.whole, _make=computed.measured(selection.whole, AGING).get)


def _adaptation(selection: session.Selection) -> Any:
    whole, accepted = selection.whole, session.naming()
    made = session.once("adaptation", whole, _make=computed.measured(whole, LAG).get)

    def named() -> Any:
        found = made.named(accepted)
        return found if selection.cohort is None else found.of(computed.drift(selection)["user_id"])

    return session.once("adaptation named", selection, accepted, _make=named)


def _summary(selection: session.Selection) -> Any:
    from core.explain import lag

    made = _adaptation(selection)
    return session.once("adaptation summary", selection, session.naming(), _make=lambda: lag.summary(made.lags))


def _sentence(summary: Any) -> str:
    return sentences.keeping_up(summary, say, lambda name: words.plain(session.model_name(name)))


def _advice(frame: Any) -> str:
    from core.explain import LOSS, advise

    model = str(frame["model"].iloc[0])
    found = advise(frame, model)
    values = {
        "model": words.plain(session.model_name(model)),
        "days": found.days,
        "soonest": found.soonest,
        "seen": found.seen,
        "loss": LOSS,
    }
    if math.isinf(found.days) or math.isinf(found.latest):
        return say("keeping.ageless", **values)
    return say("keeping.retrain", latest=found.latest, **values)
