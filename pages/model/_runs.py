"""Runs of a data set: the one under way, and all there were."""

from typing import Any

import streamlit as st

from core import jobs as queue
from core import phrases, pipeline
from core.charts import learning_curve
from core.workspace import FORGOTTEN, Run
from pages import _drawing as drawing
from pages import _jobs as jobs
from pages import _session as session
from pages import _words as words
from pages.model import _beside as beside

say = session.say
RUNS = "runs"
"""In the link: ids of the runs that are laid over each other, with commas between."""


def under_way(data_set: str) -> list[queue.Job]:
    """Training jobs of a data set that wait or run."""
    return [job for job in jobs.active() if (job.step, job.data_set) == ("train", data_set)]


def live(found: list[queue.Job]) -> None:
    """How far training is, and what it has learned so far."""
    for job in found:
        with st.container(border=True):
            jobs.bar(job, "training")
            if job.result.get("run") in {run.id for run in session.runs(job.data_set)}:
                curve(job.data_set, job.result["run"], f"live_{job.id}")


def last_outcome(data_set: str) -> None:
    """Why the last training stopped, if it did not end well."""
    job = jobs.latest("train", data_set)
    if job:
        jobs.outcome(job)


def to_start_from(data_set: str) -> dict[str, str]:
    """A choice among the finished runs, if there are any: argument of the job that begins with its weights."""
    finished = {run.id: words.moment(run.created) for run in session.runs(data_set) if run.status == "done"}
    if not finished:
        return {}
    chosen = st.selectbox(
        say("training.from"), list(finished), index=None, format_func=lambda run: finished.get(run, run),
        placeholder=say("training.from_nothing"), help=say("training.from_help"), key=f"from_{data_set}",
    )  # fmt: skip
    return {"start": chosen} if chosen else {}


def draw(selection: session.Selection) -> None:
    """All runs in a table, and one of them in detail."""
    found = session.runs(selection.data_set or "")
    if not found:
        return
    st.subheader(say("training.runs"))
    beside.draw(selection, _ticked(selection, found))
    labels = {run.id: f"{words.moment(run.created)} · {_status(run)}" for run in found}
    key = f"run_{selection.data_set}"
    chosen = st.selectbox(say("training.look_at"), list(labels), format_func=lambda run: labels.get(run, run), key=key)
    _detail(next(run for run in found if run.id == chosen))


def _ticked(selection: session.Selection, found: list[Run]) -> list[Run]:
    """All runs as a table with boxes to tick; the link holds what is ticked."""
    wished = (session.in_link(RUNS) or "").split(",")
    rows = [place for place, run in enumerate(found) if run.id in wished]
    event = drawing.table(
        [_row(run, selection.version) for run in found], column_config=_columns(), on_select="rerun",
        key=f"runs_{selection.data_set}", selection_mode="multi-row",
        selection_default={"selection": {"rows": rows, "columns": [], "cells": []}},
    )  # fmt: skip
    ticked = [found[row] for row in event["selection"]["rows"] if row < len(found)]
    session.put_in_link(RUNS, ",".join(run.id for run in ticked) or None)
    if len(found) > 1 and len(ticked) < 2:
        st.caption(say("runs.tick"))
    return ticked


def _detail(run: Run) -> None:
    """Learning curve and settings of a run, and a button to go on if it stopped."""
    if gone := len(run.metrics.get(FORGOTTEN, [])):
        st.caption(say("training.forgotten", n=gone))
    working = [job for job in under_way(run.data_set) if run.id in (job.result.get("run"), job.arguments.get("run"))]
    if not working:
        if run.status != "done":
            _resume(run)
        curve(run.data_set, run.id, f"curve_{run.id}")
        if more := run.metrics.get("finish_epochs"):
            st.caption(say("training.finished", n=more))
    with st.expander(say("training.settings")):
        st.json({section: run.settings[section] for section in ("model", "training") if section in run.settings})


def _resume(run: Run) -> None:
    if "error" in run.metrics:
        st.caption(words.told(phrases.unpacked(run.metrics["error"]), 400))
    if st.button(say("training.resume"), help=say("training.resume_help")):
        jobs.start("train", name=run.data_set, run=run.id)
        st.rerun()


def curve(data_set: str, run: str, key: str) -> None:
    """The learning curve of a run, and how to read it."""
    found = pipeline.curve(session.workspace(), data_set, run)
    if found.empty:
        st.caption(say("training.no_epoch"))
        return
    st.plotly_chart(learning_curve(found, session.look()), key=key, theme=None, config={"displayModeBar": False})
    st.caption(say("training.read_curve"))


def _status(run: Run) -> str:
    return say(f"training.status_{run.status}")


def _row(run: Run, version: int) -> dict[str, Any]:
    metrics, validation = run.metrics, run.metrics.get("validation") or {}
    return {
        "created": words.moment(run.created),
        "status": _status(run),
        "epochs": metrics.get("epochs"),
        "ndcg": validation.get("ndcg@10"),
        "hr": validation.get("hr@10"),
        "time": words.span(metrics["seconds"]) if "seconds" in metrics else "",
        "version": f"{run.version}" if run.version == version else f"{run.version} ({say('training.outdated')})",
        "run": run.id,
    }


def _columns() -> dict[str, Any]:
    kinds = st.column_config
    return {
        "created": kinds.TextColumn(say("training.created")),
        "status": kinds.TextColumn(say("training.status")),
        "epochs": kinds.NumberColumn(say("training.epochs")),
        "ndcg": kinds.NumberColumn("NDCG@10", help=say("training.ndcg_help"), format="%.4f"),
        "hr": kinds.NumberColumn("HR@10", help=say("training.hr_help"), format="%.4f"),
        "time": kinds.TextColumn(say("training.time")),
        "version": kinds.TextColumn(say("training.version"), help=say("training.version_help")),
        "run": kinds.TextColumn(say("training.run"), help=say("training.run_help")),
    }
