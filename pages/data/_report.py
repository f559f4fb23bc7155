"""What an import came to: every row counted, the rejected ones for download."""

from typing import Any

import streamlit as st

from core.workspace import DataSet
from pages import _session as session
from pages import _words as words

say = session.say


def draw(data_set: DataSet) -> None:
    """Counts of an import, and why rows were left out."""
    summary: dict[str, Any] = data_set.summary
    names = ("rows_read", "rows_kept", "rows_rejected", "duplicates", "users", "items")
    for column, name in zip(st.columns(len(names)), names, strict=True):
        column.metric(say(f"report.{name}"), f"{summary.get(name, 0):,}", help=say(f"report.{name}_help"))
    for kind in ("items", "users"):
        _matches(summary, kind)
    for note in summary.get("time_notes") or []:
        st.caption(words.plain(note, 300))
    reasons = summary.get("reasons") or {}
    if reasons:
        lines = [f"- {count:,} × {words.plain(reason, 200)}" for reason, count in reasons.items()]
        st.markdown(say("report.reasons") + "\n" + "\n".join(lines))
    rejects(data_set)


def _matches(summary: dict[str, Any], kind: str) -> None:
    """How well the ids of an items or users file met those of the log."""
    without_row, without_events = summary.get(f"{kind}_without_row"), summary.get(f"{kind}_without_events")
    if without_row is None or without_events is None:
        return
    if not without_row and not without_events:
        st.caption(say(f"report.{kind}_all_match"))
        return
    text = say(f"report.{kind}_match", without_row=without_row, all=summary[kind], without_events=without_events)
    (st.warning if without_row > summary[kind] / 2 else st.caption)(text)


def rejects(data_set: DataSet) -> None:
    """A button to save the rows that were left out; none if there are none."""
    if data_set.summary.get("rows_rejected") and data_set.rejects.exists():
        st.download_button(
            say("report.rejects"),
            data_set.rejects.read_bytes,
            file_name=f"{data_set.name}-rejects.csv",
            mime="text/csv",
            key=f"rejects_{data_set.name}",
            help=say("report.rejects_help"),
            on_click="ignore",
        )
