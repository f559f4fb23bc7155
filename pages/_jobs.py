"""The queue as every page shows it: what runs, how far it is, how to stop it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from core import jobs, pipeline
from core.errors import MeanderError
from core.settings import EDITOR
from pages import _session as session
from pages import _words as words

REFRESH_SECONDS = 2
STRIP = "strip"
SOONEST, LEAST_SHARE = 3.0, 0.05
"""Seconds and share of a job before which nothing is said of the time left."""


def active() -> list[jobs.Job]:
    """Jobs that wait or run, oldest first."""
    return jobs.active(session.workspace())


def latest(step: str, data_set: str) -> jobs.Job | None:
    """The newest job of this step for a data set."""
    found = (job for job in jobs.all(session.workspace()) if (job.step, job.data_set) == (step, data_set))
    return next(found, None)


def latest_for(result: pipeline.Result[Any]) -> jobs.Job | None:
    """The newest job that was to make this very result, whatever became of it."""
    step, arguments = result.job
    found = (job for job in jobs.all(session.workspace()) if (job.step, job.arguments) == (step, arguments))
    return next((job for job in found if job.created >= result.owner.created), None)


def making(result: pipeline.Result[Any]) -> jobs.Job | None:
    """The job that waits or runs to make this result."""
    job = latest_for(result)
    return job if job and job.active else None


def make(result: pipeline.Result[Any]) -> None:
    """Queue the job that makes a result, and say so."""
    step, arguments = result.job
    start(step, **arguments)


def get(job_id: str) -> jobs.Job | None:
    """A job by id; None if it went with its data set."""
    try:
        return jobs.get(session.workspace(), job_id)
    except MeanderError:
        return None


def start(step: str, **arguments: Any) -> str:
    """Queue a step of the pipeline and say so; returns the job's id."""
    job_id = jobs.submit(session.workspace(), step, arguments)
    st.toast(session.say("jobs.queued", what=session.say(f"jobs.{step}"), name=arguments.get("name", "")))
    return job_id


def strip() -> None:
    """A line and a bar per job under way, for the sidebar; redraws the page when a job starts or ends."""

    def bars(found: list[jobs.Job]) -> None:
        for job in found:
            bar(job, STRIP)

    follow(active, bars)


def follow(
    read: Callable[[], list[jobs.Job]],
    draw: Callable[[list[jobs.Job]], Any],
    lively: Callable[[list[jobs.Job]], bool] = bool,
) -> None:
    """Draw some jobs every two seconds for as long as there are any (that are `lively`); redraw the page if others."""
    first = read()
    shown = _state(first)

    def body() -> None:
        found = read()
        if _state(found) != shown:
            st.rerun()
        draw(found)

    st.fragment(body, run_every=REFRESH_SECONDS if lively(first) else None)()


def bar(job: jobs.Job, place: str) -> None:
    """How far a job is, with a button to stop it; `place` tells two bars of one job apart."""
    with st.container(key=f"{place}_{job.id}", gap="xsmall"):
        st.progress(min(1.0, max(0.0, job.share)), text=f"{title(job)}: {_line(job)}")
        st.button(
            session.say("jobs.cancel"),
            key=f"cancel_{place}_{job.id}",
            type="tertiary" if place == STRIP else "secondary",
            **({"disabled": True} if job.cancelling else session.only(EDITOR, session.say("jobs.cancel_help"))),
            on_click=jobs.cancel,
            args=(session.workspace(), job.id),
        )


def title(job: jobs.Job) -> str:
    """What the job does, to which data set."""
    return f"{session.say(f'jobs.{job.step}')} {words.plain(job.data_set)}"


def outcome(job: jobs.Job) -> None:
    """Say that a job failed or was cancelled, and why; nothing for the others."""
    if job.status == jobs.FAILED:
        st.error(session.say("jobs.failed", what=title(job), why=words.told(job.error, 600)))
    elif job.status == jobs.CANCELLED:
        st.info(session.say("jobs.cancelled", what=title(job)))


def _line(job: jobs.Job) -> str:
    if job.status == jobs.QUEUED:
        return session.say("jobs.waits")
    line = words.told(job.message, 120) or session.say("jobs.under_way")
    left = _left(job)
    return line if left is None else f"{line} · {session.say('jobs.left', time=words.span(left))}"


def _left(job: jobs.Job) -> float | None:
    """Seconds until a job that runs will have ended, if it goes on as it did; None while that cannot be told."""
    gone = words.between(job.started, datetime.now(UTC).isoformat())
    if gone is None or gone < SOONEST or job.share < LEAST_SHARE:
        return None
    return gone * (1 - job.share) / job.share


def _state(found: list[jobs.Job]) -> list[tuple[str, bool]]:
    return [(job.id, job.active) for job in found]
