"""The atlas: items and sampled states of users on one map."""

import streamlit as st

from core.charts import maps as charts
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _guards as guards
from pages import _session as session
from pages.explore import _atlas as parts
from pages.explore import _map as maps

say = session.say

st.title(say("atlas.title"))
selection = guards.data_set()
guards.run(selection)
look = session.look(computed.interests(selection).catalogue.categories)

left, middle, right = st.columns(3, vertical_alignment="bottom")
with left:
    settings = maps.choose(selection)
atlas = computed.atlas(selection, settings)
with middle:
    color_by = parts.color_by(selection, bool(look.categories))
with right:
    kinds = parts.kinds()

points = computed.atlas_points(selection, settings)
points = points[points["kind"].isin(kinds)]
parts.quality(atlas)
figure = charts.atlas(points, look, color_by=color_by)
picked = drawing.chart(figure, "atlas.map", on_select="rerun", selection_mode=("box", "lasso"))
parts.table(points, picked)
