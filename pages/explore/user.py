"""One user: what they were after at each moment, whether that changed, and what the model made of it."""

import streamlit as st

from pages import _computed as computed
from pages import _exports as exports
from pages import _guards as guards
from pages import _marks as marks
from pages import _session as session
from pages.explore import _demo as demo
from pages.explore import _find as find
from pages.explore import _play as play
from pages.explore import _search as search
from pages.explore import _second as second
from pages.explore import _stranger as stranger
from pages.explore import _verdict as verdicts

say = session.say

if demo.asked():
    demo.show()
st.title(say("user.title"))
selection = guards.data_set()
table = guards.drift(selection)
log = computed.interests(selection)
look = marks.look(selection, log.catalogue.categories)

search.draw(selection)
user = find.user(selection, table, look)
if user not in log.user_position:
    stranger.draw(selection, user, look)
    st.stop()
exports.opened(selection, user)
verdict = verdicts.of(table, user, computed.live(selection))
verdicts.write(verdict, selection)
second.objection(selection, user, verdict)

if selection.run:
    play.replayed(selection, user, verdict, look)
else:
    play.before_training(selection, user, verdict, look)
    guards.run(selection, "states.no_run_for_more")
