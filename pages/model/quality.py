"""How good the model is, beside its baselines and for whom."""

import streamlit as st

from core.charts import quality as charts
from pages import _commands as commands
from pages import _computed as computed
from pages import _guards as guards
from pages import _jobs as jobs
from pages import _session as session
from pages.model import _by_cohort as by_cohort
from pages.model import _closely as closely
from pages.model import _dated as dated
from pages.model import _kept as kept
from pages.model import _measured as measured
from pages.model import _runs as runs

say = session.say

st.title(say("quality.title"))
selection = guards.data_set()
name = str(selection.data_set)
after_date = dated.chosen(selection)

if not selection.run:
    st.info(say("quality.no_run"))
    if session.opens("model/training"):
        st.page_link("pages/model/training.py", label=say("quality.train"))
if after_date:
    dated.draw(selection)
    tables = ("ahead", "kinds", "age", "changes", "beside", "reliability")
    commands.draw(["evaluate", name], *(["evaluate", name, "--table", table] for table in tables))
    st.stop()
if measured.under_way(name):
    jobs.follow(lambda: measured.under_way(name), measured.live)
    st.stop()
if not computed.measured(selection, "models").ready:
    measured.offer(selection)
    st.stop()
quality = kept.quality(selection)
if quality.models.empty:
    st.info(say("quality.nobody"))
    st.stop()

metric = measured.metric()
measured.meaning(quality.models, metric)
measured.verdict(quality, metric)
st.plotly_chart(
    charts.models(quality.models, metric, measured.OURS, session.look()),
    key="models",
    theme=None,
    config=measured.PLAIN,
)
st.caption(say("quality.read_models"))
measured.groups(quality, metric)
measured.table(quality.models)
by_cohort.draw(selection, kept.ranks(selection), metric)
closely.draw(selection)
if selection.run:
    st.subheader(say("quality.curve"))
    runs.curve(name, selection.run, "curve")
last = ["evaluate", name, "--protocol", "leave-one-out"]
commands.draw(last, [*last, "--table", "ahead"], [*last, "--table", "length"], [*last, "--table", "popularity"])
