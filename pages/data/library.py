"""Which data sets there are, what each holds, and away with those not needed."""

import streamlit as st

from pages import _session as session
from pages.data import _card as card

say = session.say

st.title(say("library.title"))
st.caption(say("library.lead"))
found = session.data_sets()
if not found:
    st.info(say("library.nothing"))
    st.page_link("pages/data/upload.py", label=say("pages.upload"))
    st.stop()

for data_set in found:
    card.draw(data_set)
