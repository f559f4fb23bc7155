"""The command lines that give the tables of a page without it, to copy."""

import shlex
from collections.abc import Sequence

import streamlit as st

from core.settings import EDITOR
from pages import _session as session

PROGRAM = "python -m core"


def draw(*commands: Sequence[str]) -> None:
    """Fold them in below what they give; whoever only looks at a shared server has no command line there."""
    if not session.may(EDITOR):
        return
    with st.expander(session.say("commands.title"), icon=":material/terminal:"):
        st.caption(session.say("commands.lead"))
        st.code("\n".join(f"{PROGRAM} {shlex.join(words)}" for words in commands), language="bash", wrap_lines=True)
