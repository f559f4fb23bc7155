"""The overview as a file to hand on: what it shows of all users, or of those whom the filters leave."""

import streamlit as st

from core import pipeline
from core.report import Asked, gather, html, of_tables, paper
from core.report import words as told
from pages import _commands as commands
from pages import _computed as computed
from pages import _exports as exports
from pages import _session as session
from pages import _words as words
from pages.explore import _cohort as cohort

say = session.say


def button(selection: session.Selection, picked: cohort.Picked) -> None:
    """Takes a report along; it is written when it is asked for, of the tables that this page shows."""
    name, workspace, language = str(selection.data_set), session.workspace(), session.language()
    cohort = selection.cohort.name if selection.cohort else ""
    within = pipeline.cohort(workspace, name, cohort) if cohort else None
    asked = Asked(session.naming(), picked.of, within, cohort, run=selection.run, key=exports.key())
    known = computed.drift(selection.whole), computed.interests(selection.whole)

    def written() -> str:
        return html(paper(gather(workspace, name, asked, known), told.Words(language)))

    st.download_button(
        say("overview.take"), exports.told(name, "report", written), f"{words.file_name(name)}.html", "text/html",
        key="take_report", help=say("overview.take_help"), on_click="ignore", icon=":material/description:",
        disabled=len(picked.users) == 0,
    )  # fmt: skip
    commands.fold(of_tables(name, asked))
