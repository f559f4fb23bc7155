"""Who may do what on this server, and what was done on it: for admins alone."""

import streamlit as st

from pages import _session as session
from pages.data import _audit as audit
from pages.data import _roles as roles

say = session.say

st.title(say("pages.people"))
if session.visitor().actor.login:
    st.caption(say("people.lead"))
    roles.draw()
else:
    st.caption(say("people.alone"))
audit.draw()
