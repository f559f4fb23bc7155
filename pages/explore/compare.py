"""Two users, or a user and those who turned the same way, side by side: one time axis, one map."""

import streamlit as st

from core.drift import comparison
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _guards as guards
from pages import _session as session
from pages.explore import _compare as parts

say = session.say

st.title(say("compare.title"))
selection = guards.data_set()
table = guards.drift(selection)
log = computed.sequences(selection)
look = session.look(log.catalogue.categories)

pair = parts.pick(selection, table)
if not look.categories:
    st.info(say("overview.no_categories"))
elif computed.population(selection).unit:
    mixes = [
        session.once("mix", selection, side.users, _make=lambda side=side: comparison.mix(log, side.users))
        for side in pair
    ]
    parts.mixes(pair, mixes, look)
    st.subheader(say("compare.likeness"))
    parts.likeness(comparison.likeness(*mixes), look)
else:
    st.info(say("overview.no_clock"))

guards.run(selection)
st.subheader(say("compare.map"))
drawing.chart(parts.map_of(selection, pair, look), "compare.map")
