"""One data set in the library: what it holds, and what can be done with it."""

from typing import Any

import streamlit as st

from core import pipeline
from core.errors import MeanderError
from core.settings import ADMIN
from core.workspace import DataSet
from pages import _session as session
from pages import _words as words
from pages.data import _alerts as alerts
from pages.data import _details as details
from pages.data import _report as report

say = session.say


def draw(data_set: DataSet) -> None:
    """A card with counts, origin and buttons."""
    with st.container(border=True, key=f"card_{data_set.name}"):
        st.subheader(data_set.name, anchor=False)
        st.markdown(" · ".join(_counts(data_set)))
        st.caption(" · ".join(_origin(data_set)))
        with st.container(horizontal=True, vertical_alignment="center"):
            query = session.link(dataset=data_set.name)
            st.page_link("pages/explore/overview.py", label=say("library.open"), query_params=query)
            if session.opens("model/training"):
                st.page_link("pages/model/training.py", label=say("library.train"), query_params=query)
            if st.button(say("library.details"), key=f"details_{data_set.name}"):
                _details(data_set)
            report.rejects(data_set)
            if st.button(say("library.delete"), key=f"delete_{data_set.name}", **session.only(ADMIN)):
                _confirm(data_set.name)


def _details(data_set: DataSet) -> None:
    st.dialog(data_set.name, width="large")(details.draw)(data_set)


def _confirm(name: str) -> None:
    """Ask before all of a data set goes."""

    def ask() -> None:
        runs = len(session.runs(name))
        st.write(say("library.delete_text", size=words.size(session.workspace().size(name)), runs=runs))
        with st.container(horizontal=True):
            yes = st.button(say("library.delete_yes"), type="primary", key="delete_yes", on_click=_delete, args=(name,))
            no = st.button(say("library.delete_no"), key="delete_no")
        if yes or no:
            st.rerun()

    st.dialog(say("library.delete_title", name=name))(ask)()


def _delete(name: str) -> None:
    try:
        pipeline.delete(session.workspace(), name)
    except MeanderError as error:
        st.toast(words.told(error, 300))
        return
    if session.asked(session.DATASET) == name:
        session.choose_data_set(None)
    st.toast(say("library.deleted", name=name))


def _counts(data_set: DataSet) -> list[str]:
    summary: dict[str, Any] = data_set.summary
    names = {"rows_kept": "events", "users": "users", "items": "items", "categories": "categories"}
    sizes = {**summary, "items": words.items(summary)}
    counts = [say(f"library.{noun}", n=sizes[key]) for key, noun in names.items() if summary.get(key) is not None]
    first, last = (words.moment(summary.get(key))[:10] for key in ("first", "last"))
    return [*counts, f"{first} – {last}"] if first and last else counts


def _origin(data_set: DataSet) -> list[str]:
    return [
        words.size(session.workspace().size(data_set.name)),
        say("library.version", n=data_set.version, created=words.moment(data_set.created)),
        say("library.runs", n=len(session.runs(data_set.name))),
        *filter(None, [alerts.of(data_set)]),
    ]
