"""Users whom a stream brought events of: who is followed, the last event, and whether they turned since."""

from typing import Any

import streamlit as st

from core import pipeline
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words
from pages.explore import _table as table

say = session.say
LOOK_EVERY = 2.0
"""Seconds between two looks at a stream that is running."""


def draw(selection: session.Selection) -> None:
    """The table, looked at again while a stream is running; nothing where nothing was streamed."""
    running = pipeline.streaming(session.workspace(), str(selection.data_set))
    st.fragment(_heard, run_every=LOOK_EVERY if running else None)(selection, running)


def _heard(selection: session.Selection, running: bool) -> None:
    found = pipeline.heard_of(session.workspace(), str(selection.data_set), computed.sequences(selection.whole))
    if selection.cohort is not None:
        found = found[found["user_id"].isin(computed.drift(selection)["user_id"])].reset_index(drop=True)
    if found.empty:
        return
    st.subheader(say("heard.title"))
    st.caption(say("heard.running" if running else "heard.resting", users=len(found), events=found["new_events"].sum()))
    config = {
        "user_id": st.column_config.TextColumn(say("heard.user")),
        "drifted": st.column_config.TextColumn(say("heard.drifted"), help=say("heard.drifted_help")),
        "new_events": st.column_config.NumberColumn(say("heard.new_events"), help=say("heard.new_events_help")),
        "timestamp": st.column_config.Column(say("heard.when")),
        "title": st.column_config.TextColumn(say("heard.last")),
        "known": st.column_config.CheckboxColumn(say("heard.known"), help=say("heard.known_help")),
    }
    event = drawing.table(
        _told(found), column_order=list(config), column_config=config, key="heard", on_select="rerun",
        selection_mode="single-row", alt=say("heard.alt"),
    )  # fmt: skip
    refused = pipeline.refused(session.workspace(), str(selection.data_set))
    if refused:
        reasons = " · ".join(f"{count:,} × {words.told(reason, 200)}" for reason, count in refused.items())
        st.caption(say("heard.refused", rows=sum(refused.values()), reasons=reasons))
    rows = event["selection"]["rows"]
    if rows:
        table.open_user(str(found["user_id"].iloc[rows[0]]))


def _told(found: Any) -> Any:
    """The table with its codes in the reader's language."""
    texts = {code: say(f"heard.{code}") for code in ("new", "earlier", "no", "short")}
    return found.assign(drifted=[texts.get(code, "") for code in found["drifted"]])
