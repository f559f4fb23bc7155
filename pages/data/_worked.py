"""Worked logs: made up with the habits of a field and a truth that is known, loaded in a click."""

import streamlit as st

from core.settings import WORLDS
from pages import _jobs as jobs
from pages import _session as session

say = session.say


def draw() -> None:
    """A button for each world; one that is there leads to its overview."""
    st.markdown(f"**{say('worked.title')}**")
    st.caption(say("worked.lead"))
    known = {data_set.name for data_set in session.data_sets()}
    coming = {job.data_set for job in session.active_jobs() if job.step == "world"}
    for column, world in zip(st.columns(len(WORLDS)), WORLDS, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{say(f'worked.{world}')}**")
            st.caption(say(f"worked.{world}_about"))
            if world in known:
                query = session.link(dataset=world)
                st.page_link("pages/explore/overview.py", label=say("library.open"), query_params=query)
            else:
                st.button(
                    say("worked.load"), key=f"world_{world}", on_click=_load, args=(world,), disabled=world in coming
                )


def _load(world: str) -> None:
    """Make a world up, in the background, and look at it once it is there."""
    jobs.start("world", name=world, world=world)
