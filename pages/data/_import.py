"""The import itself: started, followed, and told of when it is done."""

import re
from dataclasses import replace
from pathlib import Path

import streamlit as st

from core import jobs as queue
from core.errors import MeanderError
from core.settings import ImportSettings, describe
from core.workspace import check_name
from pages import _jobs as jobs
from pages import _session as session
from pages import _words as words
from pages.data import _files as files
from pages.data import _forecast as forecast
from pages.data import _report as report

say = session.say


def suggested(file_name: str) -> str:
    """A name for a data set, after its file: `My log (2).csv.gz` gives `My-log-2`."""
    stem = Path(file_name).name.partition(".")[0]
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-_")[:40] or "my-log"


def form(columns: dict[str, str] | None, events: files.Received, others: dict[str, files.Received]) -> None:
    """Name and settings, and the button that starts."""
    left, right = st.columns(2)
    name = left.text_input(say("upload.name"), suggested(events.name), max_chars=64, help=say("upload.name_help"))
    default = ImportSettings()
    about = describe(ImportSettings)["min_events"]
    least = right.number_input(say("upload.min_events"), 1, value=default.min_events, help=about)
    known = {data_set.name: data_set.version for data_set in session.data_sets()}
    if name in known:
        st.caption(say("upload.exists", n=known[name] + 1))
    given = {"events": events, **others}
    settings = {} if least == default.min_events else {"min_events": int(least)}
    if columns is not None:
        forecast.draw(columns, given, replace(default, **settings))
    if st.button(say("upload.start"), type="primary", disabled=not _named(name) or columns is None):
        paths = {slot: str(file.path) for slot, file in given.items()}
        session.put("import", jobs.start("import", name=name, columns=columns, settings=settings, **paths))
        st.rerun()


def _named(name: str) -> bool:
    try:
        check_name(name)
    except MeanderError as error:
        st.error(words.plain(str(error), 300))
        return False
    return True


def latest() -> queue.Job | None:
    """The import that this session started last and has not put aside."""
    job_id = session.keep("import", None)
    return jobs.get(job_id) if job_id else None


def follow(job: queue.Job) -> bool:
    """How far the import is, or what came of it; returns whether that leaves room for another file."""
    if job.active:
        jobs.follow(lambda: [found for found in jobs.active() if found.id == job.id], _bar)
        return False
    jobs.outcome(job)
    if job.status != queue.DONE:
        return True
    _look_at(job)
    _done(job.data_set)
    st.button(say("upload.again"), on_click=put_aside)
    return False


def put_aside() -> None:
    """Forget the last import; what it made stays."""
    session.put("import", None)


def _bar(found: list[queue.Job]) -> None:
    for job in found:
        jobs.bar(job, "import")


def _look_at(job: queue.Job) -> None:
    """Make the new data set the one that is looked at, once, and let go of its files."""
    if session.keep("looked_at") != job.id:
        session.put("looked_at", job.id)
        for slot in files.SLOTS:
            files.release(slot)
        session.choose_data_set(job.data_set)
        st.rerun()


def _done(name: str) -> None:
    """Counts, and what can be done next."""
    try:
        data_set = session.workspace().data_set(name)
    except MeanderError as error:
        st.info(words.plain(str(error), 300))
        return
    st.success(say("upload.done", name=words.plain(name)))
    report.draw(data_set)
    st.subheader(say("upload.next"))
    query = session.link(dataset=name)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(say("upload.train"), type="primary", help=say("upload.train_help")):
            jobs.start("train", name=name)
            st.rerun()
        st.page_link("pages/model/training.py", label=say("upload.see_training"), query_params=query)
        st.page_link("pages/explore/overview.py", label=say("upload.see_drift"), query_params=query)
        st.page_link("pages/data/library.py", label=say("upload.see_library"), query_params=query)
