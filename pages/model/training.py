"""Train a model of the chosen data set, watch it learn, and look back on earlier runs."""

import streamlit as st

from core.errors import MeanderError
from pages import _commands as commands
from pages import _guards as guards
from pages import _jobs as jobs
from pages import _session as session
from pages import _settings as settings
from pages import _words as words
from pages.model import _runs as runs

say = session.say
KEY = ("training.epochs", "training.learning_rate", "model.embedding_size", "model.window")
"""Settings that are always in view; all others are folded away."""


def form(name: str) -> None:
    """The settings of a new run, and the button that starts it."""
    with st.form("new_run"):
        st.subheader(say("training.new"))
        chosen = settings.draw(KEY)
        earlier = runs.to_start_from(name)
        with st.expander(say("training.more")):
            settings.draw((path for path in settings.paths("training", "model") if path not in KEY), chosen)
        if not st.form_submit_button(say("training.start"), type="primary"):
            return
    try:
        settings.check(chosen)
    except MeanderError as error:
        st.error(words.told(error))
        return
    jobs.start("train", name=name, settings=chosen, **earlier)
    st.rerun()


st.title(say("training.title"))
st.caption(say("training.lead"))
selection = guards.data_set()
name = str(selection.data_set)

if runs.under_way(name):
    jobs.follow(lambda: runs.under_way(name), runs.live)
else:
    runs.last_outcome(name)
    form(name)
runs.draw(selection)
commands.draw(["train", name, "--json"], ["train", name, "--preset", "small"], ["train", name, "--resume"])
