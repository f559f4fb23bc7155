"""One person of a data set: all that is held of them as a file, and the way out, asked twice."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core import pipeline
from core.settings import ADMIN
from core.workspace import DataSet, actors
from pages import _jobs as queue
from pages import _session as session
from pages import _words as words

say = session.say


def draw(data_set: DataSet) -> None:
    """A field for the id; then what is held, and a button that asks before it does anything."""
    if not session.may(ADMIN):
        return
    with st.expander(say("someone.title")):
        st.caption(say("someone.lead"))
        user = st.text_input(say("someone.user"), key=f"someone_{data_set.name}").strip()
        if not user:
            return
        if not pipeline.is_held(session.workspace(), data_set.name, user):
            st.warning(say("someone.nothing", user=words.plain(user)))
            return
        st.download_button(
            say("someone.take"), _held(data_set, user), f"{data_set.name}-person.zip", "application/zip",
            key="take", on_click="ignore",
        )  # fmt: skip
        _out(data_set, user)


def _held(data_set: DataSet, user: str) -> Callable[[], bytes]:
    again = session.visitor_again()

    def written() -> bytes:
        with actors.acting(again().actor), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "person.zip"
            pipeline.export_person(session.workspace(), data_set.name, user, path)
            return path.read_bytes()

    return written


def _out(data_set: DataSet, user: str) -> None:
    """What becomes of runs, and a box that must be ticked first."""
    runs = st.selectbox(
        say("someone.runs"), pipeline.RUNS, index=1, format_func=lambda each: say(f"someone.{each}"), key="someone_runs"
    )
    sure = st.checkbox(say("someone.sure", name=data_set.name), key="someone_sure")
    if st.button(say("someone.forget"), type="primary", disabled=not sure, key="someone_forget"):
        queue.start("forget", name=data_set.name, user=user, runs=runs)
        st.rerun()
