"""What an import came to: every row counted, the rejected ones for download."""

from typing import Any

import streamlit as st

from core import phrases
from core.data import account as accounts
from core.settings import EDITOR
from core.workspace import DataSet
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _exports as exports
from pages import _session as session
from pages import _words as words

say = session.say
RULES = ("leave_out_kinds", "duplicates", "max_age_days", "retention_days", "most_per_hour", "min_events")
"""Cleaning rules that have a name in the catalogue."""


def draw(data_set: DataSet) -> None:
    """Counts of an import, and why rows were left out."""
    summary: dict[str, Any] = data_set.summary
    names = ("rows_read", "rows_kept", "rows_rejected", "duplicates", "users", "items")
    with st.container(horizontal=True, gap="large"):
        for name in names:
            value = f"{summary.get(name, 0):,}"
            st.metric(say(f"report.{name}"), value, help=say(f"report.{name}_help"), width="content")
    matches(summary)
    for caution in computed.profile(data_set).warnings:
        st.warning(words.told(caution, 400))
    decisions(summary)
    if summary.get("reasons"):
        st.markdown(say("report.reasons") + reasons(summary))
    rejects(data_set)
    _rules(summary)


def decisions(summary: dict[str, Any]) -> None:
    """How the log was read: which column is what and why, span, times, sessions."""
    lines = "".join(f"\n- {words.plain(told(line), 300)}" for line in accounts.decided(summary))
    with st.expander(say("report.decided")):
        st.markdown(lines)


def _rules(summary: dict[str, Any]) -> None:
    """Rows before and after each cleaning rule that was on."""
    rules = [rule | {"rule": _rule(rule["rule"])} for rule in summary.get("rules") or [] if rule["on"]]
    if not rules:
        return
    with st.expander(say("report.rules")):
        columns = {name: say(f"report.rule_{name}") for name in ("rule", "before", "after")}
        drawing.table(rules, column_order=list(columns), column_config=columns)


def _rule(name: str) -> str:
    return say(f"rules.{name}") if name in RULES else name


def told(text: str) -> str:
    """A reason or note of an import in the reader's language; one that only an older version gave as it is."""
    return session.told(text if isinstance(text, phrases.Said) else phrases.read(text) or text)


def reasons(summary: dict[str, Any]) -> str:
    """A line of Markdown for each reason why rows were rejected."""
    found = summary.get("reasons") or {}
    return "".join(f"\n- {count:,} × {words.plain(told(reason), 200)}" for reason, count in found.items())


def matches(summary: dict[str, Any]) -> None:
    """How well the ids of items and users files met those of the log."""
    for kind in ("items", "users"):
        _matches(summary, kind)


def _matches(summary: dict[str, Any], kind: str) -> None:
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
    if session.may(EDITOR) and data_set.summary.get("rows_rejected") and data_set.rejects.exists():
        st.download_button(
            say("report.rejects"),
            exports.told(data_set.name, "rejects", lambda: exports.rejects(data_set)),
            file_name=f"{data_set.name}-rejects.csv",
            mime="text/csv",
            key=f"rejects_{data_set.name}",
            help=say("report.rejects_help"),
            on_click="ignore",
        )
