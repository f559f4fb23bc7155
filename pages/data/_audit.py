"""What was done: newest first, narrowed down, a page at a time; whether it is as it was written; and as a file."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import streamlit as st

from core import pipeline
from core.errors import MeanderError
from core.workspace import audit
from pages import _drawing as drawing
from pages import _exports as exports
from pages import _session as session
from pages import _words as words

say = session.say
ROWS, LONGEST = 100, 254
"""Rows of a page; characters of a name."""
AFTER = "audit_after"
DONE = (
    "added", "backed up", "changed", "committed", "deleted", "exported", "forgotten", "granted", "imported", "opened",
    "purged", "restored", "trained", audit.TRIMMED, "withdrawn",
)  # fmt: skip
"""What has a name in the catalogue."""
WIDTHS = {
    "time": 155, "what": 130, "who": 150, "data_set": 90, "person": 110, "detail": 250, "door": 110, "place": 150,
    "number": 70,
}  # fmt: skip
"""Columns in their order; pixels. What does not fit is scrolled to."""
DAYS = 270
"""Pixels that a first and a last day take."""
DOORS = ("agent", "command line", "job", "page")


def draw() -> None:
    """Filters, the table, ways on and back, the file, and the check."""
    st.subheader(say("people.audit"), anchor=False)
    st.caption(say("people.audit_lead"))
    sought = _sought()
    after = session.keep(AFTER, 0)
    table, count = pipeline.audit_found(session.workspace(), sought, ROWS, after)
    if table.empty and after:
        session.put(AFTER, after := 0)
        table, count = pipeline.audit_found(session.workspace(), sought, ROWS)
    if not count:
        st.info(say("people.nothing"))
    else:
        _table(table)
        _turns(sought, after, len(table), count)
    _verify()


def _sought() -> audit.Sought:
    """What the filters leave; each of them goes back to the newest rows."""
    kinds = pipeline.audit_kinds(session.workspace())
    names = [found.name for found in session.data_sets()]
    with st.container(horizontal=True):  # two dates need their width; what does not fit goes to the next line
        what = st.selectbox(say("people.what"), kinds, index=None, key="audit_what", format_func=_done,
                            placeholder=say("people.all"), on_change=_newest)  # fmt: skip
        person = st.text_input(say("people.by_or_of"), key="audit_person", max_chars=LONGEST, on_change=_newest,
                               help=say("people.by_or_of_help"))  # fmt: skip
        name = st.selectbox(say("people.data_set"), names, index=None, key="audit_data_set", on_change=_newest,
                            placeholder=say("people.all"), accept_new_options=True,
                            help=say("people.data_set_help"))  # fmt: skip
        days = st.date_input(say("people.days"), [], key="audit_days", format="YYYY-MM-DD", on_change=_newest,
                             width=DAYS)  # fmt: skip
    since, until = _between(days)
    return audit.Sought(what or "", person.strip(), name or "", since, until)


def _between(days: tuple[date, ...]) -> tuple[str, str]:
    """The first moment of the days, and the first after them; of a single one, until its end is chosen, that day."""
    return (days[0].isoformat(), (days[-1] + timedelta(days=1)).isoformat()) if days else ("", "")


def _newest() -> None:
    session.put(AFTER, 0)


def _done(what: str) -> str:
    return say(f"people.{what.replace(' ', '_')}") if what in DONE else what


def _table(table: Any) -> None:
    shown = table.assign(
        time=[time[:19].replace("T", " ") for time in table["time"]],
        what=[_done(what) for what in table["what"]],
        door=[say(f"people.{door.replace(' ', '_')}") if door in DOORS else door for door in table["door"]],
        detail=[_detail(detail) for detail in table["detail"]],
    )
    labels = {name: say(f"people.{name}") for name in WIDTHS} | {"person": say("people.of")}
    config = {name: st.column_config.Column(labels[name], width=width) for name, width in WIDTHS.items()}
    drawing.table(
        shown, key="audit", column_order=list(WIDTHS), column_config=config, height=38 + 35 * min(len(table), 12),
        alt=say("people.audit_alt"),
    )  # fmt: skip


def _detail(text: str) -> str:
    """What else a row says, in words; as it is where somebody has written something else there."""
    try:
        said = dict(json.loads(text))
    except (ValueError, TypeError):
        return text
    return ", ".join(f"{name}: {value}" for name, value in said.items() if value not in ("", False))


def _turns(sought: audit.Sought, after: int, shown: int, count: int) -> None:
    """Which rows these are, ways to newer and older ones, and all that were found as a file."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(say("people.newer"), key="audit_newer", disabled=not after, on_click=session.put,
                  args=(AFTER, max(after - ROWS, 0)))  # fmt: skip
        st.button(say("people.older"), key="audit_older", disabled=after + shown >= count, on_click=session.put,
                  args=(AFTER, after + ROWS))  # fmt: skip
        st.markdown(say("people.rows", first=after + 1, last=after + shown, n=count), width="content")
        st.download_button(
            say("people.save", n=count), file(sought), "audit.csv", "text/csv", key="audit_save", on_click="ignore",
            help=say("people.save_help"),
        )  # fmt: skip


def file(sought: audit.Sought) -> Callable[[], Any]:
    """Makes all rows that are sought, safe to open; that somebody took them is noted."""
    workspace = session.workspace()
    return exports.told(
        "", "audit", lambda: exports.csv(pipeline.audit_file(pipeline.audit_found(workspace, sought)[0]))
    )


def _verify() -> None:
    """A button, and what it found."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        head = st.text_input(say("people.head"), key="audit_head", max_chars=64, help=say("people.head_help")).strip()
        asked = st.button(say("people.verify"), key="audit_verify", help=say("people.verify_help"))
    if not asked:
        return
    try:
        told = pipeline.verify_audit(session.workspace(), head or None)
    except MeanderError as error:
        st.error(words.told(error))
        return
    st.success(say("people.holds", **told))
