"""What the drift test says of one user, in a sentence and as marks for charts."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.charts import Marks
from core.drift import DRIFTED, INSUFFICIENT, STEADY, Change
from pages import _session as session
from pages import _words as words

say = session.say


@dataclass(frozen=True)
class Verdict:
    """One row of the drift table, read."""

    result: str
    """drifted, steady or insufficient."""
    row: dict[str, Any]
    marks: Marks
    changes: tuple[Change, ...] = ()
    live: dict[str, Any] | None = None
    """What a live watcher would have said, if that is known."""


def of(table: Any, user: str, live: Any = None) -> Verdict:
    """The verdict on a user; a user who is not in the table cannot be judged.

    `live` is what a live watcher would have said, a row per user, if that is known.
    """
    verdict = _judged(table, user)
    flags = [] if live is None else live[live["user_id"] == user].to_dict("records")
    if not flags:
        return verdict
    noticed = int(flags[0]["flag_event"])
    marks = replace(verdict.marks, noticed=noticed) if noticed >= 0 else verdict.marks
    return replace(verdict, marks=marks, live=flags[0])


def _judged(table: Any, user: str) -> Verdict:
    rows = table[table["user_id"] == user].to_dict("records")
    row: dict[Any, Any] = rows[0] if rows else {"n_events": 0, "status": INSUFFICIENT}
    if row["status"] == INSUFFICIENT:
        return Verdict(INSUFFICIENT, row, Marks())
    if not row["drifted"]:
        return Verdict(STEADY, row, Marks())
    found = row["changes"]
    onsets = tuple((change.low, change.high) for change in found if change.low < change.high)
    return Verdict(DRIFTED, row, Marks(tuple(change.event for change in found), onsets), found)


def write(verdict: Verdict) -> None:
    """The verdict in a box: what changed, when, by how much, and how sure that is."""
    row = verdict.row
    if verdict.result == INSUFFICIENT:
        st.info(say("verdict.insufficient", events=row["n_events"]), icon=":material/hourglass_empty:")
    elif verdict.result == STEADY:
        text = say("verdict.steady", events=row["n_events"], p=row["p_value"])
        st.success(text, icon=":material/trending_flat:")
    else:
        st.warning(_drifted(verdict), icon=":material/alt_route:")


def more(verdict: Verdict) -> None:
    """How soon it would have been noticed, and when not to trust the verdict."""
    if verdict.live and verdict.result != INSUFFICIENT:
        st.markdown(_live(verdict, verdict.live), help=say("verdict.live_help"))
    st.caption(say(f"verdict.{verdict.result}_trust"))


def _live(verdict: Verdict, live: dict[str, Any]) -> str:
    """Whether watching event by event would have noticed, and how soon."""
    event, time = live["flag_event"] + 1, live["flag_time"].replace("T", " ")[:10]
    before = [change for change in verdict.marks.changes if change < event]
    if event < 1:
        return say("verdict.live_missed" if verdict.result == DRIFTED else "verdict.live_quiet")
    if not before:
        return say("verdict.live_flagged", event=event, time=time)
    return say("verdict.live_noticed", event=event, time=time, delay=event - before[-1])


def _drifted(verdict: Verdict) -> str:
    row, count = verdict.row, len(verdict.marks.changes)
    moments = [
        say("verdict.moment", event=change + 1, time=time[:10])
        for change, time in zip(verdict.marks.changes, row["change_times"], strict=True)
    ]
    return say(
        "verdict.drifted_once" if count == 1 else "verdict.drifted_often",
        kind=say(f"cohort.{row['kind']}") if row["kind"] else "",
        direction=say(f"verdict.{row['direction']}") if row["direction"] else "",
        moments=", ".join(moments),
        left=_names(row["from_categories"]),
        found=_names(row["to_categories"]),
        magnitude=row["magnitude"],
        count=count,
        p=row["p_value"],
        q=row["q_value"],
    )


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(map(words.plain, names)) or "–"
