"""Two users, or a user and those who turned the same way, side by side: one time axis, one map, one playhead."""

import streamlit as st

from pages import _computed as computed
from pages import _exports as exports
from pages import _guards as guards
from pages import _session as session
from pages import _within as within
from pages.explore import _besides as besides
from pages.explore import _compare as parts

say = session.say

st.title(say("compare.title"))
selection = guards.data_set()
table = guards.drift(selection)
look = computed.look(selection)
shown = within.chosen(selection)
if shown.cohort is not None:
    besides.draw(shown, table, look)
    st.stop()
pair = parts.pick(selection, table)
exports.opened(selection, *(user for side in pair if len(side.users) == 1 for user in side.users))

if selection.run:
    parts.together(selection, pair, table, look)
    with st.expander(say("compare.charts"), on_change="rerun", key="compare_charts") as box:
        if box.open:
            parts.charts(selection, pair, table, look)
            parts.ways(selection, pair, look)
else:
    parts.charts(selection, pair, table, look)
    guards.run(selection)
