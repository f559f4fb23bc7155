"""The first page of a workspace that nobody has brought a log to yet: what this is, and three ways on."""

import streamlit as st

from core.pipeline import SAMPLE
from core.settings import EDITOR
from pages import _session as session

say = session.say
LOOKED = "looked_around"
"""Whether this visitor has put the greeting aside."""


def draw() -> None:
    """One sentence and three buttons, until the visitor looks around or the workspace holds another log."""
    if session.keep(LOOKED) or any(data_set.name != SAMPLE for data_set in session.data_sets()):
        return
    with st.container(border=True, key="welcome"):
        st.markdown(say("welcome.what"))
        with st.container(horizontal=True):
            play = st.button(say("welcome.play"), type="primary", key="welcome_play", icon=":material/play_arrow:")
            st.button(say("welcome.look"), key="welcome_look", on_click=session.put, args=(LOOKED, True))
            add = st.button(say("welcome.add"), key="welcome_add", icon=":material/upload:", **session.only(EDITOR))
    if play:
        st.switch_page("pages/explore/user.py", query_params=session.link(demo=1))
    if add:
        st.switch_page("pages/data/upload.py", query_params=session.link())
