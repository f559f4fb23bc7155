"""What a page says when what it needs is not there: each guard returns it, or tells the reader and stops the page."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from core import jobs, pipeline
from core.settings import EDITOR
from pages import _computed as computed
from pages import _jobs as queue
from pages import _session as session
from pages import _words as words

if TYPE_CHECKING:
    import pandas as pd

say = session.say
REFRESH_SECONDS = 1.0
FIRST = {"sample", "import", "world"}
"""Steps that a data set comes from."""


def data_set() -> session.Selection:
    """The selected data set."""
    selection = session.select()
    if selection.data_set is None:
        coming = [job for job in session.active_jobs() if job.step in FIRST and job.data_set == selection.asked]
        coming = coming or ([] if selection.asked else [job for job in session.active_jobs() if job.step in FIRST])
        if coming:
            st.info(say("states.first_start"))
            _wait(coming[0].id, lambda: session.select().data_set is not None)
        if selection.asked:
            _explain(st.warning, say("states.unknown_data_set", name=words.plain(selection.asked)), "data/library")
        _explain(st.info, say("states.no_data_set"), "data/upload")
    return selection


def drift(selection: session.Selection) -> "pd.DataFrame":
    """The drift table, computed in a job the first time."""
    wait_for(computed.drift_result(selection), selection, say("states.drift_under_way"))
    return computed.drift(selection)


def run(selection: session.Selection, without: str = "states.no_run") -> str:
    """The newest trained model; `without` is the text of a page that has none."""
    if selection.run is None:
        training = _at_work(selection, {"sample", "train"})
        if training:
            st.info(say("states.run_under_way"))
            _wait(training[0].id, lambda: session.select().run is not None)
        if training_due(selection):
            st.stop()
        _explain(st.info, say(without), "model/training")
    return str(selection.run)


def training_due(selection: session.Selection) -> bool:
    """Whether events have come since the last training, said with a button that goes on from it."""
    done = [run for run in session.runs(str(selection.data_set)) if run.status == "done"]
    if selection.run or not done or _at_work(selection, {"train"}):
        return False
    version = f"{done[0].version:,}"
    st.warning(say("states.training_due", version=version, now=selection.version), icon=":material/update:")
    if st.button(say("states.train_on"), key="train_on", **session.only(EDITOR, say("states.train_on_help"))):
        queue.start("train", name=selection.data_set, start=done[0].id)
        st.rerun()
    return True


def wait_for(result: pipeline.Result[Any], selection: session.Selection, text: str) -> None:
    """Go on if a result is there; else queue the job that makes it and stop the page with its progress until it is."""
    if result.ready:
        return
    last = queue.latest_for(result)
    if not session.may(EDITOR):
        _wait_for_others(last, result)
    if last and last.status in {jobs.FAILED, jobs.CANCELLED} and not session.keep(f"again_{last.id}"):
        queue.outcome(last)
        if not st.button(say("states.again"), key=f"again_{last.id}"):
            st.stop()
        session.put(f"again_{last.id}", True)
    st.info(text)
    sample = _at_work(selection, {"sample"})
    _wait(sample[0].id if sample else jobs.submit(session.workspace(), *result.job), lambda: result.ready)


def _wait_for_others(last: jobs.Job | None, result: pipeline.Result[Any]) -> None:
    """What a mere viewer sees of what is not there: how far it is, or that somebody else has to ask for it."""
    if last and last.active:
        _wait(last.id, lambda: result.ready)
    st.info(say("gate.not_made"))
    st.stop()


def _at_work(selection: session.Selection, steps: set[str]) -> list[jobs.Job]:
    return [job for job in session.active_jobs() if job.data_set == selection.data_set and job.step in steps]


def _wait(job_id: str, ready: Callable[[], bool]) -> None:
    """Progress of a job until it ends or what is waited for is there, then the page anew."""
    st.fragment(_progress, run_every=REFRESH_SECONDS)(job_id, ready)
    st.stop()


def _progress(job_id: str, ready: Callable[[], bool]) -> None:
    job = queue.get(job_id)
    if job is None or not job.active or ready():
        st.rerun()
    queue.bar(job, "page")


def _explain(box: Any, text: str, page: str) -> None:
    """A message with the page to go to, and the end of this page."""
    box(text)
    path = f"pages/{page}.py"
    if (session.ROOT / path).exists() and session.opens(page):
        st.page_link(path, label=say(f"pages.{page.rpartition('/')[2]}"), query_params=session.link(dataset=None))
    st.stop()
