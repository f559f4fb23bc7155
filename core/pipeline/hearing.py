"""Whom a stream brought events of: how many, the last of them, and whether they turned since."""

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.data import schema
from core.data.growing import Growing, NewEvent
from core.data.sequences import Sequences
from core.phrases import read
from core.pipeline.detecting import watcher, watcher_ready
from core.pipeline.importing import load
from core.pipeline.streaming import streamed
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.drift.live.watcher import Watcher
    from core.stream.journal import Journal

LOOKED_AT, MOST = 2000, 100
"""Newest events among which users are found, and users at most."""
HEARD_COLUMNS = (schema.USER, "known", "new_events", schema.TIME, schema.TITLE, "drifted")


def heard_of(workspace: Workspace, name: str, sequences: Sequences | None = None) -> pd.DataFrame:
    """Users with streamed events that are in no version yet, last heard of first: `HEARD_COLUMNS`.

    `known`: the log has events of the user; `timestamp` and `title`: of the newest event; `drifted`: whether a live
    watcher noticed a change, `new` while these events came, `earlier`, `no`, or `short` for too few events to tell;
    missing where no watcher was made yet (`drift --live`).
    """
    journal = streamed(workspace, name)
    if journal is None:
        return pd.DataFrame(columns=list(HEARD_COLUMNS))
    log = load(workspace, name) if sequences is None else sequences
    ready = watcher_ready(workspace, name)
    watch = watcher(workspace, name, sequences=log) if ready else None
    gap = float(workspace.data_set(name).summary.get("session_gap_minutes", 30.0))
    with contextlib.closing(journal):
        newest = {event.user: event for event in reversed(journal.newest(LOOKED_AT))}
        users = sorted(newest, key=lambda user: newest[user].time, reverse=True)[:MOST]
        counts, place = journal.users(), log.catalogue.item_position
        rows = [
            (
                user,
                user in log.user_position,
                counts[user],
                newest[user].time,
                log.catalogue.titles[place[newest[user].item]] if newest[user].item in place else newest[user].item,
                _turned(watch, journal, Growing(log, gap), user) if watch else None,
            )
            for user in users
        ]
    table = pd.DataFrame(rows, columns=list(HEARD_COLUMNS))
    return table if log.ordinal else table.assign(timestamp=pd.to_datetime(table[schema.TIME], unit="us"))


def refused(workspace: Workspace, name: str) -> dict[str, int]:
    """Streamed rows that could not be read as events, by reason (`core.phrases`)."""
    from core.stream.engine import MALFORMED

    journal = streamed(workspace, name)
    if journal is None:
        return {}
    with contextlib.closing(journal):
        counts, start = journal.counts(), f"{MALFORMED}: "
    reasons = {key.removeprefix(start): count for key, count in counts.items() if key.startswith(start)}
    return {read(reason) or reason: count for reason, count in reasons.items()}


def _turned(watch: "Watcher", journal: "Journal", histories: Growing, user: str) -> str:
    """Whether and when a change of a user was noticed."""
    place, came = histories.log.catalogue.item_position, 0
    for event in journal.events(user):
        if event.item in place:
            histories.append(NewEvent(user, place[event.item], event.time))
            came += 1
    evidence, _ = watch.heard(histories.sequences(user), histories.length(user))
    noticed = np.flatnonzero(evidence > watch.limit)
    if not len(noticed):
        return "no" if len(evidence) >= watch.least else "short"
    return "new" if noticed[0] >= len(evidence) - came else "earlier"
