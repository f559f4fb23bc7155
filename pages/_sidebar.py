"""The controls that all pages share."""

import streamlit as st

from pages import _session as session


def draw() -> session.Selection:
    """Draw the data set picker; return what is looked at."""
    selection = session.select()
    with st.sidebar:
        names = [data_set.name for data_set in session.data_sets()]
        if names:
            _picker(names, selection)
        if selection.data_set:
            st.caption(_facts(selection))
    return selection


def _picker(names: list[str], selection: session.Selection) -> None:
    """The data set; a change forgets the user and step of the other one."""
    session.follow("picked_data_set", selection.data_set)
    st.selectbox("Data set", names, index=None, key="picked_data_set", on_change=_picked, placeholder="Choose")


def _picked() -> None:
    name = session.widget("picked_data_set")
    if name:
        session.choose(session.USER, None)
        session.choose(session.STEP, None)
        session.choose(session.DATASET, name)


def _facts(selection: session.Selection) -> str:
    """Size of the data set and whether there is a model, in one line."""
    summary = session.data_set(selection).summary
    counts = [(summary.get("users"), "users"), (summary.get("items"), "items"), (summary.get("rows_kept"), "events")]
    size = ", ".join(f"{count:,} {what}" for count, what in counts if count is not None)
    return f"{size}. {'Model trained.' if selection.run else 'No trained model yet.'}"
