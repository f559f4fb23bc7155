"""Who drifted: the whole data set at a glance."""

import streamlit as st

from pages import _session as session

st.title("Overview")
selection = session.select()
st.write(selection.data_set or "No data set yet.")
