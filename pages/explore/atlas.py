"""The atlas: items and sampled states of users on one map."""

import streamlit as st

from pages import _commands as commands
from pages import _computed as computed
from pages import _guards as guards
from pages import _session as session
from pages.explore import _atlas as parts
from pages.explore import _map as maps
from pages.explore import _search as search

say = session.say

st.title(say("atlas.title"))
selection = guards.data_set()
guards.run(selection)
look = computed.look(selection)
search.draw(selection)

left, middle, right = st.columns(3, vertical_alignment="bottom")
with left:
    settings = maps.choose(selection)
atlas = maps.atlas(selection, settings)
with middle:
    color_by = parts.color_by(selection, bool(look.categories))
with right:
    kinds = tuple(parts.kinds())

parts.quality(atlas)
points = maps.points_shown(selection, settings, kinds)
picked = parts.draw(selection, settings, kinds, color_by, look)
parts.table(points, picked)
with st.expander(say("compare.charts"), on_change="rerun", key="atlas_charts") as box:
    if box.open:
        parts.chart(points, look, color_by)
commands.draw(["states", str(selection.data_set), "--out", "states.parquet"])
