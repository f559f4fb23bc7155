"""The import itself: started, followed, and told of when it is done."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core import jobs as queue
from core.errors import MeanderError
from core.workspace import DataSet, check_name
from pages import _jobs as jobs
from pages import _session as session
from pages import _settings as settings
from pages import _words as words
from pages.data import _files as files
from pages.data import _following as following
from pages.data import _forecast as forecast
from pages.data import _report as report

say = session.say


def suggested(file_name: str) -> str:
    """A name for a data set, after its file: `My log (2).csv.gz` gives `My-log-2`."""
    stem = Path(file_name).name.partition(".")[0]
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-_")[:40] or "my-log"


def form(
    columns: dict[str, str] | None, given: dict[str, tuple[files.Received, ...]], left_out: Sequence[str] = ()
) -> dict[str, Any] | None:
    """Name and cleaning rules, what would come of them, and the button that starts; returns what would come of them.

    `given` are the files by slot, `left_out` the columns that are not to be taken in.
    """
    name = st.text_input(
        say("upload.name"), suggested(given["events"][0].name), max_chars=64, help=say("upload.name_help")
    )
    known = {data_set.name: data_set for data_set in session.data_sets()}
    add = name in known and _adds(known[name])
    chosen = _recipe(known[name]) if add else _rules(left_out)
    valid = _valid(name, chosen)
    summary = None
    if valid and columns is not None:
        summary = forecast.draw(columns, given, settings.check(chosen).data)
    if st.button(say("upload.start"), type="primary", disabled=not valid or columns is None):
        paths: dict[str, Any] = {slot: str(received[0].path) for slot, received in given.items()}
        paths["more"] = [str(file.path) for file in given["events"][1:]]
        rules = chosen.get("data", {})
        job = jobs.start("import", name=name, columns=columns, settings=rules, add=add, follow=True, **paths)
        files.keep_only(given)
        session.put("import", job)
        st.rerun()
    return summary


def _adds(data_set: DataSet) -> bool:
    """Whether the log is added to a data set of this name, or takes its place."""
    words_of = {True: say("upload.add"), False: say("upload.replace")}
    add = st.segmented_control(
        say("upload.exists", name=data_set.name, n=data_set.version + 1), list(words_of), required=True,
        default=False, format_func=words_of.__getitem__, help=say("upload.exists_help"), key=f"add_{data_set.name}",
    )  # fmt: skip
    return bool(add)


def _recipe(data_set: DataSet) -> settings.Chosen:
    """The rules that the data set was made with: what is added is treated alike."""
    st.caption(say("upload.alike"))
    return {"data": dict(data_set.summary.get("recipe", {}).get("settings", {}))}


def _rules(left_out: Sequence[str]) -> settings.Chosen:
    with st.expander(say("upload.rules")):
        st.caption(say("upload.rules_help"))
        chosen = settings.draw(path for path in settings.paths("data") if path != "data.leave_out")
    if left_out:
        chosen.setdefault("data", {})["leave_out"] = ",".join(left_out)
    return chosen


def _valid(name: str, chosen: settings.Chosen) -> bool:
    """Whether the name may be a folder and the rules can be followed; says why not."""
    try:
        check_name(name)
        settings.check(chosen)
    except MeanderError as error:
        st.error(words.told(error, 300))
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
    _done(job.data_set, job.created)
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
        files.release()
        session.choose_data_set(job.data_set)
        st.rerun()


def _done(name: str, since: str) -> None:
    """Counts, and what can be done next."""
    try:
        data_set = session.workspace().data_set(name)
    except MeanderError as error:
        st.info(words.told(error, 300))
        return
    st.success(say("upload.done", name=words.plain(name)))
    report.draw(data_set)
    st.subheader(say("upload.next"))
    following.draw(name, since)
    query = session.link(dataset=name)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link("pages/model/training.py", label=say("upload.see_training"), query_params=query)
        st.page_link("pages/explore/overview.py", label=say("upload.see_drift"), query_params=query)
        st.page_link("pages/data/library.py", label=say("upload.see_library"), query_params=query)
