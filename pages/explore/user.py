"""One user: what they were after at each moment, whether that changed, and what the model made of it."""

import streamlit as st

from pages import _commands as commands
from pages import _computed as computed
from pages import _exports as exports
from pages import _guards as guards
from pages import _session as session
from pages import _within as within
from pages.explore import _categories as categories
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
look = computed.look(selection)

search.draw(selection)
user = find.user(within.chosen(selection), look)
if user not in log.user_position:
    stranger.draw(selection, user, look)
    st.stop()
exports.opened(selection, user)
verdict = verdicts.of(table, user, computed.live(selection))
verdicts.write(verdict, selection)
categories.merged(selection)
second.objection(selection, user, verdict)

if selection.run:
    play.replayed(selection, user, verdict, look)
else:
    play.before_training(selection, user, verdict, look)
    guards.run(selection, "states.no_run_for_more")

name, of_user = str(selection.data_set), ["--user", user]
commands.draw(
    ["drift", name, "--out", "drift.csv"],
    ["notes", name, *of_user],
    *([["recommend", name, *of_user], ["explain", name, *of_user]] if selection.run else []),
    *([["states", name, "--out", "states.parquet"]] if selection.run else []),
)
