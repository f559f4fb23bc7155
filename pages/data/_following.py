"""What follows an import by itself: who drifted, a model, its quality; how far each is, and a stop for each."""

import streamlit as st

from core import jobs as queue
from pages import _jobs as jobs
from pages import _session as session
from pages import _words as words

say = session.say
SHOWN = ("drift", "train", "view", "evaluate", "atlas")


def draw(name: str, since: str) -> None:
    """The jobs of a data set that were queued since a moment (ISO 8601), oldest first, as they go on."""
    st.caption(say("upload.follows"))
    jobs.follow(lambda: _queued(name, since), _list, lively=lambda found: any(job.active for job in found))


def _queued(name: str, since: str) -> list[queue.Job]:
    found = [job for job in queue.all(session.workspace()) if job.data_set == name and job.step in SHOWN]
    return [job for job in reversed(found) if job.created >= since]


def _list(found: list[queue.Job]) -> None:
    for job in found:
        if job.active:
            jobs.bar(job, "follows")
        else:
            seconds = words.between(job.started, job.ended)
            took = f" · {words.span(seconds)}" if seconds is not None else ""
            st.markdown(f"{jobs.title(job)} · {say(f'jobs.status_{job.status}')}{took}")
