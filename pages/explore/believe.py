"""Can I believe it on my log? The test on changes planted in the log's own histories, and on a truth that is known."""

import streamlit as st

from pages import _commands as commands
from pages import _computed as computed
from pages import _guards as guards
from pages import _session as session
from pages.explore import _proof as proof

say = session.say

st.title(say("believe.title"))
selection = guards.data_set()
st.caption(say("believe.lead"))
proof.known(selection)

planted = computed.planted_result(selection)
if planted.ready:
    proof.draw(computed.proof(selection, session.naming()))
else:
    proof.offer(selection, planted)
commands.draw(["plant", str(selection.data_set), "--json"])
