"""The command lines that give the tables of a page without it, to copy."""

import shlex
from collections.abc import Iterable, Sequence

import streamlit as st

from core.settings import EDITOR
from pages import _session as session

PROGRAM = "python -m core"


def draw(*commands: Sequence[str]) -> None:
    """Fold in, below what they give, commands by their words."""
    fold(f"{PROGRAM} {shlex.join(words)}" for words in commands)


def fold(lines: Iterable[str]) -> None:
    """The same of whole lines; whoever only looks at a shared server has no command line there."""
    if not session.may(EDITOR):
        return
    with st.expander(session.say("commands.title"), icon=":material/terminal:"):
        st.caption(session.say("commands.lead"))
        st.code("\n".join(lines), language="bash", wrap_lines=True)
