"""Rows in, states out: each row is judged, each event taken in once, and all that follows written at once.

A row is a repeat if its id was taken in before. Where the log has no `event_id`, the id is user, item, time and kind,
as an import knows duplicates; two true events that agree in all four cannot be told from one that was sent twice.
Where it has one, such events are told apart by it, and stand a microsecond apart. A row that the data set itself holds
already counts apart: the log that was imported may be followed on.
"""

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.data import CANCELLATION, NUMBERS, Clock, NewEvent, left_out, mask, recipe, schema
from core.lists import Server
from core.phrases import say
from core.stream.alarm import Alarm
from core.stream.journal import Flag, Journal, Logged, Named, Taken
from core.stream.layout import ENCODING, Layout, event_id
from core.stream.source import Position

ROWS, EVENTS, REPEATS, HELD = "rows", "events", "repeats", "already in the data set"
LATE, MALFORMED = "late", "malformed"
NEW_USERS, UNKNOWN_ITEMS, UNKNOWN_KINDS = "new users", "events on unknown items", "events of unknown kinds"
UNREAD = "new items whose words nobody reads"
FLAGGED, NAMED = "users flagged", "users named"
MARK = "states of"
MISSING = {schema.USER: "reasons.no_user", schema.ITEM: "reasons.no_item", schema.TIME: "reasons.empty_time"}


@dataclass(frozen=True)
class Rules:
    """How rows become events: as the import of the data set had it."""

    clock: Clock
    usual_weight: float
    """Of an event without one."""
    weighs: str | None
    """Column that weights come from."""
    key: str = ""
    """Makes pseudonyms; empty: none."""
    cancellations: bool = True
    left_out: frozenset[str] = frozenset()
    """Kinds of events that are left out."""
    unmeasured: frozenset[str] = frozenset()
    """Columns in which a value below 0 is none."""

    @classmethod
    def of(cls, summary: Mapping[str, Any], columns: Sequence[str], rating: float, key: str) -> "Rules":
        """From the summary of a data set, the columns of its events, and its median rating."""
        settings = summary.get(recipe.RECIPE, {}).get("settings", {})
        weighs = schema.WEIGHT if schema.WEIGHT in columns else schema.RATING if schema.RATING in columns else None
        return cls(
            Clock.of(dict(summary)),
            rating if weighs == schema.RATING else 1.0,
            weighs,
            key if settings.get("pseudonyms") else "",
            bool(settings.get("cancellations", True)),
            left_out(settings),
            frozenset(summary.get(recipe.RECIPE, {}).get(recipe.UNMEASURED, ())),
        )

    def event(self, row: Mapping[str, str]) -> tuple[Logged, bytes]:
        """The event of a row, and its id; raises `ValueError` with the reason of an import."""
        for column in schema.REQUIRED:
            if column not in row:
                raise ValueError(say(MISSING[column]))
        time = self.clock.read(row[schema.TIME])
        numbers = {column: self._number(column, row) for column in NUMBERS}
        kind = row.get(schema.EVENT)
        if kind in self.left_out:
            raise ValueError(say("reasons.kind"))
        if self.cancellations and (numbers[schema.WEIGHT] or 0) < 0:
            kind = CANCELLATION
        session = row.get(schema.SESSION)
        event = Logged(self.owner(row[schema.USER]), row[schema.ITEM], time, kind, numbers[schema.RATING],
                       numbers[schema.WEIGHT], session and self.owner(session))  # fmt: skip
        return event, event_id(row, time)

    def _number(self, column: str, row: Mapping[str, str]) -> float | None:
        number = _number(row.get(column))
        return None if column in self.unmeasured and (number or 0) < 0 else number

    def owner(self, user: str) -> str:
        """The id of a user or session in the data set."""
        return mask(user, self.key) if self.key else user

    def weight(self, event: Logged) -> float:
        """How much an event weighs for the model."""
        value = getattr(event, self.weighs) if self.weighs else None
        return self.usual_weight if value is None else float(value)


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None and "_" not in text else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e20 else None


class Engine:
    """Takes rows in; not safe to use from several threads at once."""

    def __init__(self, server: Server, journal: Journal, rules: Rules, mark: str, alarm: Alarm | None = None) -> None:
        """Go on from what the journal holds; `mark` names the version and run that states belong to.

        `alarm` is asked about drift after each step.
        """
        self.server, self.journal, self.rules, self.alarm = server, journal, rules, alarm
        self.touched: list[str] = []
        """Users with new events in the last step."""
        self.flags: list[Flag] = []
        """Users who were found to have drifted in the last step."""
        self.named: list[Named] = []
        """Users who came to stand out among all in the last step."""
        users, self.held = caught_up(server, journal, rules)
        self._met = set(users)
        if journal.fact(MARK) == mark:
            server.restore({user: state for user, (_, state) in journal.states().items()})
        else:
            journal.replace_states(self._states(users))
            journal.keep_fact(MARK, mark)

    def take(
        self, records: Sequence[str | None], layout: Layout, source: tuple[str, Position, str], happened: Counter[str]
    ) -> Counter[str]:
        """Take records in and write what they come to; returns the counts of this step, with what `happened` else."""
        counts = happened + Counter({ROWS: len(records)})
        found = self._judged(records, layout, counts)
        known = self.journal.known([each for _, each, _ in found])
        news, unread = _News({}, {}, [], []), self._unread
        for logged, each, row in found:
            if each in known:
                counts[REPEATS] += 1
            elif self._admitted(logged, row, news, counts):
                news.ids.append(each)
            known.add(each)
        counts[LATE] += self.server.extend(news.fresh)
        self.touched = list(dict.fromkeys(event.user for event in news.fresh))
        counts[EVENTS], counts[UNREAD] = len(news.fresh), self._unread - unread
        states = self._states(self.touched)
        self.flags = self.alarm.heard(self.server.histories, news.fresh) if self.alarm else []
        self.named = self.alarm.newly_named() if self.alarm else []
        counts[FLAGGED], counts[NAMED] = len(self.flags), len(self.named)
        taken = Taken(list(news.events.values()), news.ids, states, news.items, +counts, source, self.flags, self.named)
        self.journal.write(taken)
        return counts

    @property
    def _unread(self) -> int:
        return self.server.reads.unread if self.server.reads else 0

    def _admitted(self, logged: Logged, row: Mapping[str, str], news: "_News", counts: Counter[str]) -> bool:
        """Note an event that is new to the data set; False if the data set holds it."""
        event = self._numbered(logged, row, news)
        if self.server.histories.in_log(event):
            counts[HELD] += 1
            return False
        while (event.user, event.item, event.time, event.kind) in news.events or self.server.histories.in_new(event):
            event = replace(event, time=event.time + 1)  # its id says that it is another event
        news.fresh.append(event)
        news.events[event.user, event.item, event.time, event.kind] = replace(logged, time=event.time)
        counts[UNKNOWN_ITEMS] += event.item >= self.server.sequences.n_items
        counts[UNKNOWN_KINDS] += logged.event is not None and logged.event not in self.server.sequences.kinds
        counts[NEW_USERS] += not self.server.histories.length(event.user) and event.user not in self._met
        self._met.add(event.user)
        return True

    def _numbered(self, logged: Logged, row: Mapping[str, str], news: "_News") -> NewEvent:
        """An event with integer ids; an item that is new is noted with what its row says of it."""
        item = self.server.sequences.catalogue.item_position.get(logged.item)
        if item is None:
            known = {column: text for column, text in row.items() if column not in schema.EVENT_COLUMNS}
            if logged.item not in self.server.newcomers:
                news.items[logged.item] = known
            item = self.server.item(logged.item, known)
        kind = self.server.kind(logged.event)
        return NewEvent(logged.user, item, logged.time, kind, self.rules.weight(logged))

    def _states(self, users: Sequence[str]) -> dict[str, tuple[int, Any]]:
        return {
            user: (self.server.histories.length(user), state)
            for user in users
            if (state := self.server.state(user)) is not None
        }

    def _judged(
        self, records: Sequence[str | None], layout: Layout, counts: Counter[str]
    ) -> list[tuple[Logged, bytes, dict[str, str]]]:
        found, rows = [], []
        for record in records:
            with _counted(counts):
                if record is None:
                    raise ValueError(ENCODING)
                rows.append(layout.read(record))
        self.rules.clock.prepare(row[schema.TIME] for row in rows if schema.TIME in row)
        for row in rows:
            with _counted(counts):
                found.append((*self.rules.event(row), row))
        return found


@contextlib.contextmanager
def _counted(counts: Counter[str]) -> Iterator[None]:
    """Count what cannot be read, by its reason."""
    try:
        yield
    except ValueError as reason:
        counts[MALFORMED] += 1
        counts[f"{MALFORMED}: {reason}"] += 1


def caught_up(
    server: Server, journal: Journal, rules: Rules, user: str | None = None, called: str | None = None
) -> tuple[list[str], int]:
    """Give a server the events of a journal, of all users or one; returns users, and events that the log has by now.

    `called` is the name that the server knows the one by, where it is another. States are left to whoever asks.
    """
    for item, known in journal.items().items():
        server.item(item, known)
    changed: dict[str, None] = {}
    held = 0
    for logged in journal.events(user):
        event = NewEvent(
            called or logged.user,
            server.item(logged.item),
            logged.time,
            server.kind(logged.event),
            rules.weight(logged),
        )
        if server.histories.in_log(event):
            held += 1
            continue
        server.histories.append(event)
        changed[event.user] = None
    return list(changed), held


@dataclass
class _News:
    """What one step found to be new."""

    events: dict[tuple[str, int, int, int], Logged]
    items: dict[str, Mapping[str, str]]
    ids: list[bytes]
    fresh: list[NewEvent]
