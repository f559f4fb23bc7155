"""What comes after an import: what a stream brought and of whom, and what an event typed in by hand would move."""

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data import Growing, NewEvent, Sequences, schema
from core.phrases import read
from core.pipeline.detecting import watcher
from core.pipeline.gate import hidden, needs
from core.pipeline.importing import load
from core.pipeline.journals import journal_if_any
from core.pipeline.sending import LAG, lag_of
from core.pipeline.streaming import caught_up, keep, streaming
from core.settings import EDITOR, VIEWER
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.drift import Watcher
    from core.lists import Movement, Server
    from core.model import Ranker, Stateful
    from core.stream import Journal

Typed = tuple[str, str, int]
"""Item, kind and moment of an event that was typed in."""
TOLD = ("events", "repeats", "late", "malformed")


LOOKED_AT, MOST = 2000, 100
"""Newest events among which users are found, and users at most."""
HEARD_COLUMNS = (schema.USER, "known", "new_events", schema.TIME, schema.TITLE, "drifted")


@dataclass(frozen=True, eq=False)
class Arrivals:
    """What was streamed into a data set and is in no version yet."""

    running: bool
    counts: dict[str, int]
    waiting: int
    """Events that are in no version yet."""
    newest: pd.DataFrame
    """timestamp, user_id, title, event; newest first."""
    users: Counter[str]
    flagged: pd.DataFrame
    """Users who were told of as drifted: user_id, timestamp (of the event that told), since, named; newest first."""

    lag: int | None = None
    """Messages of a topic that were not read yet when last looked; None where no topic was followed."""

    @property
    def told(self) -> list[str]:
        """Counts that are worth showing."""
        return [name for name in TOLD if self.counts.get(name)]

    def of(self, user: str) -> int:
        """Events of one user."""
        return self.users[user]


@needs(VIEWER)
def arrivals(workspace: Workspace, name: str, sequences: Sequences, newest: int) -> Arrivals | None:
    """What is in the journal of a data set; None where nothing was ever streamed."""
    journal, hide = journal_if_any(workspace.data_set(name)), hidden(workspace)
    if journal is None:
        return None
    try:
        events = journal.newest(newest)
        titles = sequences.catalogue.titles
        place = sequences.catalogue.item_position
        rows = [
            (_moment(each.time, sequences), hide(each.user),
             titles[place[each.item]] if each.item in place else each.item, each.event) for each in events
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=[schema.TIME, schema.USER, schema.TITLE, schema.EVENT])
        running = streaming(workspace, name)
        told = [
            (hide(each.user), _moment(each.time, sequences), _moment(each.since, sequences)) for each in journal.flags()
        ]
        flagged = pd.DataFrame(told, columns=[schema.USER, schema.TIME, "since"])
        flagged["named"] = flagged[schema.USER].isin([hide(each.user) for each in journal.named()])
        users = Counter({hide(user): count for user, count in journal.users().items()})
        lag = lag_of(journal).get(LAG)
        return Arrivals(running, journal.counts(), journal.size(), frame, users, flagged, lag)
    finally:
        journal.close()


@needs(VIEWER)
def fresh(workspace: Workspace, name: str, by: "tuple[Ranker, Stateful]", sequences: Sequences, user: str) -> "Server":
    """A server, by a ranker and a model, that knows what was streamed of a user; what is appended stays in it."""
    from core.lists import Server

    return caught_up(workspace, name, Server(by[0], sequences, model=by[1]), user)


@needs(VIEWER)
def moved(server: "Server", user: str, typed: Sequence[Typed], watch: "Watcher | None" = None) -> "Movement":
    """What events that were typed in move; `watch` is asked about drift."""
    from core.lists import movement

    log = server.sequences
    events = [
        NewEvent(user, log.find_item(item), _time(server, user, moment, place), server.kind(kind))
        for place, (item, kind, moment) in enumerate(typed)
    ]
    return movement(server, user, events, watch)


@needs(EDITOR)
def keep_typed(workspace: Workspace, name: str, user: str, typed: Sequence[Typed]) -> int:
    """Put them among what was streamed."""
    from core.stream import Logged

    return keep(workspace, name, [Logged(user, item, moment, kind) for item, kind, moment in typed])


def _time(server: "Server", user: str, moment: int, place: int) -> int:
    """The moment, or the next position where the log has no clock."""
    return server.histories.length(user) + place if server.sequences.ordinal else moment


def _moment(time: int, sequences: Sequences) -> object:
    return time if sequences.ordinal else pd.Timestamp(time, unit="us")


@needs(VIEWER)
def heard_of(workspace: Workspace, name: str, sequences: Sequences | None = None) -> pd.DataFrame:
    """Users with streamed events that are in no version yet, last heard of first: `HEARD_COLUMNS`.

    `known`: the log has events of the user; `timestamp` and `title`: of the newest event; `drifted`: whether a live
    watcher noticed a change, `new` while these events came, `earlier`, `no`, or `short` for too few events to tell;
    missing where no watcher was made yet (`drift --live`).
    """
    journal, hide = journal_if_any(workspace.data_set(name)), hidden(workspace)
    if journal is None:
        return pd.DataFrame(columns=list(HEARD_COLUMNS))
    log = load(workspace, name) if sequences is None else sequences
    learned = watcher(workspace, name, sequences=log)
    watch = learned.get() if learned.ready else None
    gap = float(workspace.data_set(name).summary.get("session_gap_minutes", 30.0))
    with contextlib.closing(journal):
        newest = {event.user: event for event in reversed(journal.newest(LOOKED_AT))}
        users = sorted(newest, key=lambda user: newest[user].time, reverse=True)[:MOST]
        counts, place = journal.users(), log.catalogue.item_position
        rows = [
            (
                hide(user),
                hide(user) in log.user_position,
                counts[user],
                newest[user].time,
                log.catalogue.titles[place[newest[user].item]] if newest[user].item in place else newest[user].item,
                _turned(watch, journal, (Growing(log, gap), hide), user) if watch else None,
            )
            for user in users
        ]
    table = pd.DataFrame(rows, columns=list(HEARD_COLUMNS))
    return table if log.ordinal else table.assign(timestamp=pd.to_datetime(table[schema.TIME], unit="us"))


@needs(VIEWER)
def refused(workspace: Workspace, name: str) -> dict[str, int]:
    """Streamed rows that could not be read as events, by reason (`core.phrases`)."""
    from core.stream import MALFORMED

    journal = journal_if_any(workspace.data_set(name))
    if journal is None:
        return {}
    with contextlib.closing(journal):
        counts, start = journal.counts(), f"{MALFORMED}: "
    reasons = {key.removeprefix(start): count for key, count in counts.items() if key.startswith(start)}
    return {read(reason) or reason: count for reason, count in reasons.items()}


@needs(EDITOR)
def dead_letters(workspace: Workspace, name: str) -> pd.DataFrame:
    """Messages of a topic that held no event, oldest first: source, place (partition:number), reason, value.

    Of those that came longest ago only the counts are left, and where ids are pseudonyms no value is kept.
    """
    journal, columns = journal_if_any(workspace.data_set(name)), ["source", "place", "reason", "value"]
    if journal is None:
        return pd.DataFrame(columns=columns)
    with contextlib.closing(journal):
        rows = [(*told, value.decode("utf-8", "backslashreplace")) for *told, value in journal.dead()]
    return pd.DataFrame(rows, columns=columns)


@needs(EDITOR)
def streamed_so_far(workspace: Workspace, name: str) -> dict[str, int]:
    """All counts of a data set's stream, and how far it is behind a topic; nothing where nothing was streamed."""
    journal = journal_if_any(workspace.data_set(name))
    if journal is None:
        return {}
    with contextlib.closing(journal):
        return journal.counts() | lag_of(journal)


def _turned(watch: "Watcher", journal: "Journal", of: tuple[Growing, Callable[[str], str]], user: str) -> str:
    """Whether and when a change of a user was noticed, who may go by another name in the histories."""
    histories, called = of[0], of[1](user)
    place, came = histories.log.catalogue.item_position, 0
    for event in journal.events(user):
        if event.item in place:
            histories.append(NewEvent(called, place[event.item], event.time))
            came += 1
    evidence, _ = watch.heard(histories.sequences(called), histories.length(called))
    noticed = np.flatnonzero(evidence > watch.limit)
    if not len(noticed):
        return "no" if len(evidence) >= watch.least else "short"
    return "new" if noticed[0] >= len(evidence) - came else "earlier"
