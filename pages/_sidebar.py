"""The controls that all pages share."""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core import pipeline
from core.settings import LEAST_ACCEPTED, MOST_ACCEPTED
from pages import _gate as gate
from pages import _jobs as jobs
from pages import _selection as selections
from pages import _session as session
from pages import _texts as texts
from pages import _words as words

SCRIPT = session.ICON.with_name("links.js")


def draw(pages: Mapping[str, Sequence[Any]], current: str) -> session.Selection:
    """Draw the page list and the data set picker; return what is looked at. `current`: end of the page's address."""
    selection = session.select()
    with st.sidebar:
        _list(pages, current)
        names = [data_set.name for data_set in session.data_sets()]
        if names:
            _picker(names, selection)
        if selection.data_set:
            st.caption(_facts(selection))
            _accepted()
        _alerts()
        jobs.strip()
        _language()
        gate.account(session.visitor())
    return selection


def _list(pages: Mapping[str, Sequence[Any]], current: str) -> None:
    """Links to all pages; they keep the data set and the language, which Streamlit's own list would drop."""
    link = session.link()
    with st.container(gap="xxsmall"):
        for section, listed in pages.items():
            st.caption(section)
            for page in listed:
                st.page_link(page, query_params=link, width="stretch")
        state = zlib.crc32(repr((current, link)).encode())  # a script runs again only where its text is another
        script = (
            f"<script>{{ const PAGE = {json.dumps(current)}; /* {state} */\n{SCRIPT.read_text('utf-8')} }}</script>"
        )
        st.html(script, unsafe_allow_javascript=True)
    st.divider()


def _picker(names: list[str], selection: session.Selection) -> None:
    """The data set; a change forgets the user and step of the other one."""
    key = session.led("picked_data_set", selection.data_set)
    st.selectbox(
        session.say("sidebar.data_set"),
        names,
        index=None,
        key=key,
        on_change=_picked,
        args=(key,),
        placeholder=session.say("sidebar.choose"),
        help=session.say("sidebar.data_set_help"),
    )


def _picked(key: str) -> None:
    name = session.widget(key)
    if name:
        session.choose_data_set(name)


def _facts(selection: session.Selection) -> str:
    """Size of the data set and whether there is a model, in one line."""
    summary = session.data_set(selection).summary
    size = session.say("sidebar.facts", users=summary["users"], items=words.items(summary), events=summary["rows_kept"])
    model = (
        session.say("sidebar.model", created=selection.run_created)
        if selection.run
        else session.say("sidebar.no_model")
    )
    return f"{size} {model}"


def _alerts() -> None:
    """A way to the alerts that nobody has seen, where there are any."""
    count = pipeline.unseen_alerts(session.workspace())
    if count and session.opens("data/library"):
        label, link = session.say("sidebar.alerts", count=count), session.link()
        st.page_link("pages/data/library.py", label=label, icon=":material/notifications:", query_params=link)


def _accepted() -> None:
    """The share of false alarms that the reader accepts, in steps of a hundredth."""
    accept, link = session.naming().accept, session.asked(session.ACCEPT)
    if link and not selections.accepted(link):
        st.warning(session.say("sidebar.accept_unknown", found=words.plain(link, 20), share=accept))
        session.choose(session.ACCEPT, None)
    key = session.led("picked_accept", round(100 * accept))
    st.slider(
        session.say("sidebar.accept"), round(100 * LEAST_ACCEPTED), round(100 * MOST_ACCEPTED), key=key,
        format="%d %%", help=session.say("sidebar.accept_help"), on_change=_accept_picked, args=(key,),
    )  # fmt: skip


def _accept_picked(key: str) -> None:
    session.choose(session.ACCEPT, f"{session.widget(key) / 100:g}")


def _language() -> None:
    key = session.led("picked_language", session.language())
    names = texts.LANGUAGES
    st.selectbox(
        session.say("sidebar.language"),
        names,
        format_func=names.__getitem__,
        key=key,
        on_change=_language_picked,
        args=(key,),
    )


def _language_picked(key: str) -> None:
    session.choose(session.LANGUAGE, session.widget(key))
