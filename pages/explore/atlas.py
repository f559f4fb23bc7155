"""The atlas: items and sampled states of users on one map, and what lies around it."""

import streamlit as st

from pages import _commands as commands
from pages import _computed as computed
from pages import _guards as guards
from pages import _session as session
from pages import _within as within
from pages.explore import _asked_point as asked_point
from pages.explore import _atlas as parts
from pages.explore import _map as maps
from pages.explore import _search as search
from pages.explore import _terrain as terrains

say = session.say

st.title(say("atlas.title"))
everyone = guards.data_set()
guards.run(everyone)
selection = within.chosen(everyone)
look = computed.look(everyone)
search.draw(selection)

with st.container(horizontal=True, vertical_alignment="bottom"):  # what does not fit goes to the next line, unclipped
    settings = maps.choose(everyone)
    color_by = parts.color_by(everyone, bool(look.categories))
    kinds = tuple(parts.kinds())

parts.quality(maps.atlas(everyone, settings))
shown = parts.Shown(everyone, settings, kinds, color_by, *parts.narrowed(selection, everyone))
touched = parts.draw(shown, look)
asked_point.draw(shown, touched.asked)
parts.table(everyone, shown.points, touched.picked)
parts.flows(everyone, settings)
with st.expander(say("compare.charts"), on_change="rerun", key="atlas_charts") as box:
    if box.open:
        parts.chart(shown.points, look, color_by)
commands.draw(
    ["atlas", str(everyone.data_set), "--out", "points.parquet", "--flows", "flows.csv"],
    ["states", str(everyone.data_set), "--out", "states.parquet"],
)
terrains.wait(everyone, settings)
maps.await_better(everyone)
