"""What a button does to the workspace: done, or why not, kept to be told above the button."""

from typing import Any

import streamlit as st

from core.errors import MeanderError
from pages import _session as session
from pages import _words as words


def done(problem: str, step: Any, selection: session.Selection, *arguments: Any) -> bool:
    """Do a step to the selected data set, or keep what went wrong under a name; whether it was done."""
    session.put(problem, None)
    try:
        step(session.workspace(), str(selection.data_set), *arguments)
    except MeanderError as error:
        session.put(problem, session.told(error))
        return False
    return True


def failed(problem: str) -> None:
    """Tell what went wrong last, if anything did."""
    if why := session.keep(problem):
        st.error(words.plain(why, 300))
