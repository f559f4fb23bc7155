"""Who changed: the whole data set at a glance, every number down to the users behind it."""

import streamlit as st

from pages import _computed as computed
from pages import _guards as guards
from pages import _session as session
from pages import _within as within
from pages.explore import _categories as categories
from pages.explore import _cohort as cohort
from pages.explore import _headline as headline
from pages.explore import _heard as heard
from pages.explore import _keepingup as keepingup
from pages.explore import _life as life
from pages.explore import _overview as overview
from pages.explore import _search as search
from pages.explore import _second as second
from pages.explore import _taken as taken
from pages.explore import _welcome as welcome
from pages.explore import _whythen as whythen

say = session.say

st.title(say("overview.title"))
welcome.draw()
everyone = guards.data_set()
guards.drift(everyone)
selection = within.chosen(everyone)
table = computed.drift(selection)
within.count(selection, len(table), len(computed.drift(everyone)))
found = computed.population(selection)
look = computed.look(selection)

headline.draw(selection, found.summary, table, look)
overview.anew(everyone)
overview.doubts(computed.drift_doubts(everyone))
categories.merged(everyone)
second.disagreements(selection)
keepingup.headline(selection)
guards.training_due(everyone)
heard.draw(selection)
search.draw(selection)

st.subheader(say("overview.when"))
overview.when(selection, found, look)
whythen.draw(selection, found)

st.subheader(say("overview.who"), anchor=cohort.LIST)
picked = cohort.pick(selection, table, found, look.categories)
overview.ranking(selection, picked, look)
cohort.arrive()
taken.button(selection, picked)

overview.calibration(everyone, computed.drift(everyone), look)

life.draw(selection, look)

if not look.categories:
    st.info(say("overview.no_categories"))
    st.stop()
keepingup.draw(selection, look)
left, right = st.columns(2, gap="large")
with left:
    st.subheader(say("overview.flows"))
    overview.flows(selection, found, look)
with right:
    st.subheader(say("overview.categories" if selection.cohort is None else "besides.categories"))
    overview.everyone(selection, found, look)
    if found.unit:
        st.subheader(say("overview.together"))
        overview.together(found)
overview.multiples(selection, found, look)
categories.draw(everyone, look)
