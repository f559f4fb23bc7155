"""What a list rests on, said beside it where that is not a history."""

import streamlit as st

from core.lists import Basis
from pages import _computed as computed
from pages import _session as session
from pages import _words as words


def remarks(selection: session.Selection, user: str, events: int) -> None:
    """What the list of a moment rests on, where that is not a history; that nobody knows the user is said above."""
    for remark in Basis(user, True, events, lately=not computed.sequences(selection).ordinal).remarks:
        st.caption(words.told(remark))
