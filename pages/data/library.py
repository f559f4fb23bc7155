"""Which data sets there are, what each holds, and away with those not needed."""

import streamlit as st

from core.settings import EDITOR
from pages import _exports as exports
from pages import _guards as guards
from pages import _session as session
from pages.data import _alerts as alerts
from pages.data import _card as card
from pages.data import _work as work
from pages.data import _worked as worked

say = session.say

st.title(say("library.title"))
st.caption(say("library.lead"))
alerts.draw()
found = session.data_sets()
if not found:
    coming = [job for job in session.active_jobs() if job.step in guards.FIRST]
    st.info(say("states.first_start" if coming else "library.nothing"))
    if session.opens("data/upload"):
        st.page_link("pages/data/upload.py", label=say("pages.upload"))

if found and session.may(EDITOR):
    exports.choice()
for data_set in found:
    card.draw(data_set)
if session.may(EDITOR):
    worked.draw()
work.draw()
