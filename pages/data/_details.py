"""What one data set is like: warnings, events over time, users by length, items by popularity, categories."""

from typing import Any

import streamlit as st

from core import pipeline
from core.charts import Look
from core.charts import profile as charts
from core.settings import EDITOR
from core.workspace import DataSet
from pages import _computed as computed
from pages import _session as session
from pages import _words as words
from pages.data import _report as report
from pages.data import _someone as someone

say = session.say
PLAIN = {"displayModeBar": False}


def draw(data_set: DataSet) -> None:
    """The profile of a data set, warnings first."""
    with st.spinner(say("details.counting")):
        profile = computed.profile(data_set)
    if session.may(EDITOR):  # what was found and decided may name ids as examples
        for warning in profile.warnings:
            st.warning(words.told(warning, 400))
        report.decisions(data_set.summary)
    facts = profile.facts
    cells = [
        ("sessions", f"{facts['sessions']:,.0f}", "sessions_help"),
        ("median_events", f"{facts['median_events']:,.0f}", "median_events_help"),
        ("tied", f"{facts['tied']:.0%}", "tied_help"),
        ("days", f"{facts['days']:,.0f}", "days_help"),
    ]
    with st.container(horizontal=True, gap="large"):
        for label, value, about in cells:
            st.metric(say(f"details.{label}"), value, help=say(f"details.{about}"), width="content")
    names = pipeline.category_names(session.workspace(), data_set.name)
    categories = names.in_counts(profile.categories)
    look = session.look(tuple(categories["category"]), tuple(names.colors.items()))
    if len(profile.periods):
        st.markdown(f"**{say(f'details.by_{profile.unit}')}**")
        st.plotly_chart(charts.periods(profile.periods, look), key="periods", theme=None, config=PLAIN)
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{say('details.lengths')}**")
        st.plotly_chart(charts.sizes(profile.lengths, "users", look), key="lengths", theme=None, config=PLAIN)
    with right:
        st.markdown(f"**{say('details.popularity')}**")
        st.plotly_chart(charts.sizes(profile.popularity, "items", look), key="popularity", theme=None, config=PLAIN)
    if len(profile.gaps):
        _sessions(profile, float(data_set.summary.get("session_gap_minutes", 30.0)), look)
    if len(categories):
        st.markdown(f"**{say('details.categories')}**")
        st.plotly_chart(charts.categories(categories, look), key="categories", theme=None, config=PLAIN)
        st.caption(say("details.read_categories"))
    someone.draw(data_set)


def _sessions(profile: Any, minutes: float, look: Look) -> None:
    """Pauses between events, and what lies between the long ones."""
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{say('details.gaps')}**", help=say("details.gaps_help", minutes=minutes))
        st.plotly_chart(charts.gaps(profile.gaps, minutes, look), key="gaps", theme=None, config=PLAIN)
    with right:
        st.markdown(f"**{say('details.session_sizes')}**", help=say("details.sessions_help"))
        st.plotly_chart(charts.sizes(profile.sessions, "sessions", look), key="session_sizes", theme=None, config=PLAIN)
