"""Markers on the overview: whether more changed around each than elsewhere, what may be one, and how to keep them."""

from datetime import date
from typing import Any

import streamlit as st

from core import pipeline
from core.drift import Population
from core.errors import MeanderError
from core.report import sentences
from core.settings import EDITOR
from core.workspace import Marker
from core.workspace import markers as kept
from pages import _computed as computed
from pages import _marks as marks
from pages import _session as session
from pages import _words as words
from pages.explore import _cohort as cohort

say = session.say
NEAR = 15
"""Days around a marker in which none is proposed."""


def draw(selection: session.Selection, found: Population) -> None:
    """A sentence for each marker, days that may be one, and a place to write them."""
    if not found.unit:
        return
    markers = marks.found(selection)
    if moved := sentences.moved(computed.drift(selection), say):
        st.markdown(moved)
    if markers:
        st.markdown(f"**{say('markers.title')}**", help=say("markers.read"))
        _told(selection, markers, found)
    if session.may(EDITOR):
        _proposed(selection, markers)
        _kept(selection, markers)


@session.cached(16)
def around(selection: session.Selection, accept: float) -> Any:  # noqa: ARG001, what is accepted is in the key
    """What changed at each marker; never change it."""
    from core.drift import why_then

    log, own = computed.interests(selection), computed.plain_interests(selection.whole)
    found = pipeline.marks(session.workspace(), str(selection.data_set), marks.found(selection), own)
    return why_then.around(computed.drift(selection), log, found)


@session.cached(16)
def breaks(selection: session.Selection) -> Any:
    """Days on which much that is new appeared at once; never change it."""
    from core.drift import breaks as looked

    return looked(computed.interests(selection))


def _told(selection: session.Selection, markers: list[Marker], found: Population) -> None:
    rows = {row["marker"]: row for row in around(selection, session.naming().accept).to_dict("records")}
    for place, marker in enumerate(markers):
        name = marks.name(marker)
        if place not in rows:
            st.markdown(f"{place + 1}\\. {say('markers.outside', name=name)}")
            continue
        told, way = st.columns((5, 1), vertical_alignment="center")
        told.markdown(f"{place + 1}\\. {sentences.at_marker(rows[place], name, say)}")
        start, end = (str(marks.moment(each)) for each in (marker.start, marker.end))
        way.button(
            say("marking.show"), key=f"marker_users_{marker.id}", type="tertiary", on_click=cohort.mark,
            args=(start, end, found.unit),
        )  # fmt: skip


def _proposed(selection: session.Selection, markers: list[Marker]) -> None:
    """Days on which much appeared at once that nobody has marked."""
    known = [marks.moment(marker.start) for marker in markers]
    for day in breaks(selection):
        if any(abs((day - moment).days) <= NEAR for moment in known):
            continue
        text = say("marking.proposed", day=f"{day:%Y-%m-%d}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(text, width="stretch")
            cells = {"kind": "redesign", "from": f"{day:%Y-%m-%d}"}
            st.button(
                say("marking.mark"), key=f"mark_{day:%Y%m%d}", on_click=_add, args=(selection, cells),
                help=say("marking.mark_help"),
            )  # fmt: skip


def _kept(selection: session.Selection, markers: list[Marker]) -> None:
    with st.expander(say("marking.keep"), on_change="rerun", key="markers_box", icon=":material/flag:") as box:
        if not box.open:
            return
        st.caption(say("marking.lead"))
        names = computed.category_names(selection)
        for number, marker in enumerate(markers, 1):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"{number}\\. {marks.name(marker)} · {words.plain(pipeline.whom(marker, names), 60)}",
                    width="stretch",
                )
                st.button(say("marking.delete"), key=f"marker_delete_{marker.id}", type="tertiary",
                          on_click=_remove, args=(selection, marker.id))  # fmt: skip
        _form(selection)
        _file(selection)
    if problem := session.keep("marker_problem"):
        st.error(words.plain(problem, 300))


def _form(selection: session.Selection) -> None:
    with st.form("marker_new", border=False, clear_on_submit=True):
        columns = st.columns((1, 1, 1, 2), vertical_alignment="bottom")
        columns[0].selectbox(
            say("marking.kind"), kept.KINDS, key="marker_kind", format_func=lambda kind: say(f"markers.{kind}")
        )
        columns[1].date_input(say("marking.from"), None, key="marker_from", format="YYYY-MM-DD",
                              min_value=date(1900, 1, 1), max_value=date(2200, 1, 1))  # fmt: skip
        columns[2].date_input(say("marking.to"), None, key="marker_to", format="YYYY-MM-DD",
                              min_value=date(1900, 1, 1), max_value=date(2200, 1, 1))  # fmt: skip
        columns[3].text_input(say("marking.note"), key="marker_note", max_chars=kept.LONGEST)
        left, right = st.columns((3, 1), vertical_alignment="bottom")
        left.text_input(say("marking.whom"), key="marker_whom", placeholder=say("marking.everybody"),
                        help=say("marking.whom_help"))  # fmt: skip
        right.form_submit_button(say("marking.add"), on_click=_typed, args=(selection,))


def _file(selection: session.Selection) -> None:
    file = st.file_uploader(say("marking.file"), "csv", key="marker_file", help=say("marking.file_help"))
    if file is not None and session.first_time("markers", selection.id, file.file_id):
        with session.workspace().staging() as folder:
            path = folder / "markers.csv"
            path.write_bytes(file.getvalue())
            _act(pipeline.load_markers, selection, path)
        st.rerun()


def _typed(selection: session.Selection) -> None:
    """What was typed in becomes a marker."""
    cells = {name: session.widget(f"marker_{name}") or "" for name in ("kind", "from", "to", "note", "whom")}
    _add(selection, {name: str(value) for name, value in cells.items()})


def _add(selection: session.Selection, cells: dict[str, str]) -> None:
    _act(pipeline.add_marker, selection, cells)


def _remove(selection: session.Selection, marker: int) -> None:
    _act(pipeline.remove_marker, selection, marker)


def _act(step: Any, selection: session.Selection, *arguments: Any) -> None:
    """Do it, and keep what went wrong to be told."""
    session.put("marker_problem", None)
    try:
        step(session.workspace(), str(selection.data_set), *arguments)
    except MeanderError as error:
        session.put("marker_problem", session.told(error))
