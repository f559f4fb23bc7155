"""What the dashboard's live view asks for: what a stream brought, and what an event typed in by hand would move."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core import pipeline
from core.data import schema
from core.data.growing import NewEvent
from core.data.sequences import Sequences
from core.drift.live.watcher import Watcher
from core.lists.moved import Movement, movement
from core.lists.server import Server
from core.model.ranker import Ranker, Stateful
from core.stream.journal import Logged
from core.workspace import Workspace

Typed = tuple[str, str, int]
"""Item, kind and moment of an event that was typed in."""
TOLD = ("events", "repeats", "late", "malformed")


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
    """Users who were told of as drifted: user_id, timestamp (of the event that told), since; newest first."""

    @property
    def told(self) -> list[str]:
        """Counts that are worth showing."""
        return [name for name in TOLD if self.counts.get(name)]

    def of(self, user: str) -> int:
        """Events of one user."""
        return self.users[user]


def arrivals(workspace: Workspace, name: str, sequences: Sequences, newest: int) -> Arrivals | None:
    """What is in the journal of a data set; None where nothing was ever streamed."""
    journal = pipeline.streamed(workspace, name)
    if journal is None:
        return None
    try:
        events = journal.newest(newest)
        titles = sequences.catalogue.titles
        place = sequences.catalogue.item_position
        rows = [
            (_moment(each.time, sequences), each.user, titles[place[each.item]] if each.item in place else each.item,
             each.event) for each in events
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=[schema.TIME, schema.USER, schema.TITLE, schema.EVENT])
        running = pipeline.streaming(workspace, name)
        told = [(each.user, _moment(each.time, sequences), _moment(each.since, sequences)) for each in journal.flags()]
        flagged = pd.DataFrame(told, columns=[schema.USER, schema.TIME, "since"])
        return Arrivals(running, journal.counts(), journal.size(), frame, Counter(journal.users()), flagged)
    finally:
        journal.close()


def fresh(workspace: Workspace, name: str, by: tuple[Ranker, Stateful], sequences: Sequences, user: str) -> Server:
    """A server, by a ranker and a model, that knows what was streamed of a user; what is appended stays in it."""
    return pipeline.caught_up(workspace, name, Server(by[0], sequences, model=by[1]), user)


def moved(server: Server, user: str, typed: Sequence[Typed], watcher: Watcher | None = None) -> Movement:
    """What events that were typed in move; `watcher` is asked about drift."""
    log = server.sequences
    events = [
        NewEvent(user, log.find_item(item), _time(server, user, moment, place), server.kind(kind))
        for place, (item, kind, moment) in enumerate(typed)
    ]
    return movement(server, user, events, watcher)


def keep(workspace: Workspace, name: str, user: str, typed: Sequence[Typed]) -> int:
    """Put them among what was streamed."""
    return pipeline.keep(workspace, name, [Logged(user, item, moment, kind) for item, kind, moment in typed])


def _time(server: Server, user: str, moment: int, place: int) -> int:
    """The moment, or the next position where the log has no clock."""
    return server.histories.length(user) + place if server.sequences.ordinal else moment


def _moment(time: int, sequences: Sequences) -> object:
    return time if sequences.ordinal else pd.Timestamp(time, unit="us")
