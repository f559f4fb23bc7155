"""What the drift test says of one user, in a sentence and as marks for charts."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from core.charts import Marks
from core.drift import INSUFFICIENT, MAYBE, NAMED, OFFERED, RECURRING, STEADY, Change, cohorts, headline, turns
from pages import _computed as computed
from pages import _session as session
from pages import _words as words

say = session.say
SHOWN, TESTED = (turns.FROM, turns.TO), (turns.TESTED_FROM, turns.TESTED_TO)
BOXES = {
    INSUFFICIENT: (st.info, "hourglass_empty"),
    STEADY: (st.success, "trending_flat"),
    MAYBE: (st.info, "question_mark"),
    NAMED: (st.warning, "alt_route"),
}
"""The box and the sign that a result is told in."""


@dataclass(frozen=True)
class Verdict:
    """One row of the drift table, read."""

    result: str
    """One of `core.drift.STATUSES`."""
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
    rows = table[table["user_id"] == user]
    if rows.empty:
        return Verdict(INSUFFICIENT, {"n_events": 0, "status": INSUFFICIENT}, Marks())
    (row,), result = rows.to_dict("records"), str(cohorts.status_of(rows).iloc[0])
    found = row["changes"] if result in (NAMED, MAYBE) else ()
    onsets = tuple((change.low, change.high) for change in found if change.low < change.high)
    return Verdict(result, row, Marks(tuple(change.event for change in found), onsets), found)


def write(verdict: Verdict, selection: session.Selection) -> None:
    """The verdict in a box: how sure it is, what changed, when and by how much; or what is missing to judge."""
    box, icon = BOXES[verdict.result]
    box(told(verdict, selection), icon=f":material/{icon}:")
    if verdict.result != INSUFFICIENT:
        st.caption(sureness(verdict), help=say("sure.help"))


def told(verdict: Verdict, selection: session.Selection) -> str:
    """The verdict in words."""
    if verdict.result == INSUFFICIENT:
        return _short(verdict.row, selection)
    if verdict.row.get(OFFERED):
        return say("verdict.offered", events=verdict.row["n_events"])
    if verdict.result == STEADY:
        return say("verdict.steady", events=verdict.row["n_events"])
    return changed(verdict)


def sureness(verdict: Verdict) -> str:
    """What q and p say of a user who can be judged."""
    return say("verdict.q", q=verdict.row["q_value"], p=verdict.row["p_value"])


def _short(row: dict[str, Any], selection: session.Selection) -> str:
    """How many visits and events there are, and how many are needed."""
    log, (visits, events) = computed.interests(selection), headline.needed()
    known = int(computed.visits(selection)[log.find_user(row["user_id"])]) if "user_id" in row else 0
    if known >= visits and row["n_events"] >= events:
        return say("verdict.uncategorised", events=row["n_events"])
    text = say("verdict.insufficient", visits=known, events=row["n_events"], needed_visits=visits, needed_events=events)
    minutes = session.data_set(selection).summary.get("session_gap_minutes")
    return f"{text} {say('verdict.insufficient_visits', minutes=minutes)}" if minutes and not log.ordinal else text


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
        return say("verdict.live_missed" if verdict.result == NAMED else "verdict.live_quiet")
    if not before:
        return say("verdict.live_flagged", event=event, time=time)
    return say("verdict.live_noticed", event=event, time=time, delay=event - before[-1])


def changed(verdict: Verdict) -> str:
    """What lost and gained most at each change, as pictures show, and where the test sees another turn."""
    row, found = verdict.row, verdict.changes
    kind = "back" if row["kind"] == RECURRING else "often" if len(found) > 1 else ""
    name = "perhaps_often" if kind and verdict.result == MAYBE else "_".join(filter(None, (verdict.result, kind)))
    told = [
        {"moment": _moment(row, number), "left": names(change.left[:1]), "found": names(change.found[:1])}
        for number, change in enumerate(found)
    ]
    how = [
        say(f"cohort.{row['kind']}") if row["kind"] else "",
        say(f"verdict.{row['direction']}") if row["direction"] else "",
    ]
    text = say(
        f"verdict.{name}",
        **(told[0] if told else {"moment": "", "left": "–", "found": "–"}),
        sure=_capital(say(f"sure.{row['sure'].replace(' ', '_')}")),
        how=" ".join(how),
        turns=" ".join(_capital(say("verdict.turn", **one)) for one in told),
        magnitude=row["magnitude"],
        count=len(found),
    )
    return " ".join(filter(None, (text, _beyond(verdict))))


def _moment(row: dict[str, Any], number: int) -> str:
    return say("verdict.moment", event=row["change_events"][number] + 1, time=row["change_times"][number][:10])


def _beyond(verdict: Verdict) -> str:
    """What the test holds the largest change for, where that is another turn than the events themselves show."""
    row = verdict.row
    shown, tested = [tuple(row[name])[:1] for name in SHOWN], [tuple(row[name])[:1] for name in TESTED]
    if shown == tested or not all(tested):
        return ""
    key = "verdict.beyond_largest" if len(verdict.changes) > 1 else "verdict.beyond"
    return say(key, left=names(tested[0]), found=names(tested[1]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def names(categories: tuple[str, ...]) -> str:
    """Categories as a sentence names them."""
    return ", ".join(words.plain(name, 40) for name in categories) or "–"
