"""The parts of the page on whether the verdicts can be believed."""

from typing import Any

import streamlit as st

from core import pipeline
from core.report import sentences
from core.settings import EDITOR
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _guards as guards
from pages import _jobs as jobs
from pages import _session as session

say = session.say


def known(selection: session.Selection) -> None:
    """Where the truth of the log is known: how many changes there are, and how many of those named are real."""
    if computed.drift_result(selection).ready and (text := truth(selection)):
        st.subheader(say("believe.truth"), anchor=False)
        st.markdown(text)


def truth(selection: session.Selection) -> str:
    """The sentence on a truth that is known, empty where it is not; the drift table must be there."""
    found = computed.agreement(selection)
    if found is None:
        return ""
    return say("believe.planted_known", changed=found.changed, named=found.named, real=found.real)


def beside(selection: session.Selection) -> None:
    """Beside verdicts: the sentence on the truth where it is known, and the way to what speaks for them."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if text := truth(selection):
            st.markdown(text, width="content")
        st.page_link(
            "pages/explore/believe.py", label=say("headline.believe"), icon=":material/fact_check:",
            query_params=session.link(),
        )  # fmt: skip


def offer(selection: session.Selection, planted: "pipeline.Result[Any]") -> None:
    """The button that plants changes, or how far that is."""
    st.subheader(say("believe.own"), anchor=False)
    st.markdown(say("believe.how"))
    if jobs.latest_for(planted):
        guards.wait_for(planted, selection, say("believe.under_way"))
    if st.button(say("believe.plant"), type="primary", key="plant", **session.only(EDITOR, say("believe.plant_help"))):
        jobs.make(planted)
        st.rerun()


def draw(found: dict[str, Any]) -> None:
    """What was found of planted changes, by size and length, how exactly in time, and what was taken for one."""
    st.subheader(say("believe.own"), anchor=False)
    st.markdown(say("believe.how"))
    st.markdown("\n".join(f"- {part}" for part in sentences.planted(found, say)))
    st.markdown(f"**{say('believe.table')}**")
    drawing.table(_rows(found["cells"]), column_config=_heads(found["cells"]))
    drawing.words("believe.table")


def _rows(cells: list[dict[str, Any]]) -> list[dict[str, str]]:
    """A row for each length, a column for each size of change."""
    rows: dict[int, dict[str, str]] = {}
    for cell in cells:
        events = say("believe.events", low=cell["events_low"], high=cell["events_high"])
        row = rows.setdefault(cell["events_low"], {"events": events})
        row[_size(cell)] = say("believe.cell", power=cell["power"], planted=cell["planted"]) if cell["planted"] else ""
    return list(rows.values())


def _heads(cells: list[dict[str, Any]]) -> dict[str, str]:
    sizes = {_size(cell): say("believe.size", low=cell["size_low"], high=cell["size_high"]) for cell in cells}
    return {"events": say("believe.length"), **sizes}


def _size(cell: dict[str, Any]) -> str:
    return f"{cell['size_low']:.4f}"
