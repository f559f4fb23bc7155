"""What ran lately in the background: how it ended, its log, and a way to try again."""

from typing import Literal

import streamlit as st

from core import jobs as queue
from core.errors import MeanderError
from core.settings import EDITOR
from pages import _jobs as jobs
from pages import _session as session
from pages import _words as words

say = session.say
SHOWN = 12
"""Jobs that are listed, newest first."""
COLORS: dict[str, Literal["green", "red", "gray", "blue"]] = {
    queue.DONE: "green",
    queue.FAILED: "red",
    queue.CANCELLED: "gray",
    queue.RUNNING: "blue",
    queue.QUEUED: "gray",
}


def draw() -> None:
    """The newest jobs, folded away."""
    found = queue.all(session.workspace())[:SHOWN]
    if not found:
        return
    with st.expander(say("jobs.recent")):
        st.caption(say("jobs.recent_help"))
        for job in found:
            _row(job)


def _row(job: queue.Job) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"work_{job.id}"):
        st.badge(say(f"jobs.status_{job.status}"), color=COLORS[job.status])
        st.markdown(f"{jobs.title(job)} · {words.moment(job.started or job.created)}{_took(job)}", width="content")
        st.button(say("jobs.log"), key=f"log_{job.id}", type="tertiary", on_click=_open, args=(job.id,),
                  **session.only(EDITOR))  # fmt: skip
        if job.status in {queue.FAILED, queue.CANCELLED}:
            st.button(say("jobs.retry"), key=f"retry_{job.id}", type="tertiary", on_click=_retry, args=(job.id,),
                      **session.only(EDITOR))  # fmt: skip
    if job.error:
        st.caption(words.told(job.error, 300))
    if session.keep("open_log") == job.id:
        session.put("open_log", None)
        st.dialog(say("jobs.log"), width="large")(_log)(job)


def _open(job_id: str) -> None:
    session.put("open_log", job_id)


def _log(job: queue.Job) -> None:
    st.markdown(f"**{jobs.title(job)}** · {words.moment(job.started or job.created)}")
    st.code(queue.log(session.workspace(), job.id) or say("jobs.no_log"), language=None, wrap_lines=True)


def _retry(job_id: str) -> None:
    try:
        queue.retry(session.workspace(), job_id)
    except MeanderError as error:
        st.toast(words.told(error, 300))


def _took(job: queue.Job) -> str:
    seconds = words.between(job.started, job.ended)
    return "" if seconds is None else f" · {words.span(seconds)}"
