"""Rows in, states out: each row is judged, each event taken in once, and all that follows written at once.

A row is a repeat if its id was taken in before. Where the log has no `event_id`, the id is user, item, time and kind,
as an import knows duplicates; two true events that agree in all four cannot be told from one that was sent twice.
Where it has one, such events are told apart by it, and stand a microsecond apart. A row that the data set itself holds
already counts apart: the log that was imported may be followed on.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from core.data import NewEvent, schema
from core.lists import Server
from core.stream.journal import Journal
from core.stream.layout import ENCODING, Layout
from core.stream.rows import Flag, Logged, Named, Taken
from core.stream.rules import Rules
from core.stream.sharing import Others, Overtaken
from core.stream.source import Dead

if TYPE_CHECKING:
    from core.stream.alarm import Alarm, Change

ROWS, EVENTS, REPEATS, HELD = "rows", "events", "repeats", "already in the data set"
LATE, MALFORMED = "late", "malformed"
NEW_USERS, UNKNOWN_ITEMS, UNKNOWN_KINDS = "new users", "events on unknown items", "events of unknown kinds"
UNREAD = "new items whose words nobody reads"
FLAGGED, NAMED = "users flagged", "users named"
MARK = "states of"


@dataclass(frozen=True)
class Step:
    """Records that are taken in at once."""

    records: Sequence[str | None]
    """None: not UTF-8."""
    layout: Layout | None
    """None where there is no record yet."""
    read: Mapping[str, Any]
    """How far their log was read, for `Taken`."""
    happened: Counter[str] = field(default_factory=Counter)
    """What else is to be counted."""
    where: Sequence[str] = ()
    """Where each record lies, where those that hold no event are to be kept."""
    dead: Sequence[Dead] = ()
    """What came with them and was no record at all."""


@dataclass(frozen=True)
class Beside:
    """Who is asked and told while events are taken in."""

    alarm: "Alarm | None" = None
    """Asked about drift after each step."""
    tells: "Callable[[Change], str] | None" = None
    """Writes changes down, where they are published."""
    others: Others | None = None
    """Other processes that stream into the same data set."""


class Engine:
    """Takes rows in; not safe to use from several threads at once."""

    def __init__(self, server: Server, journal: Journal, rules: Rules, mark: str, beside: Beside | None = None) -> None:
        """Go on from what the journal holds; `mark` names the version and run that states belong to."""
        self.server, self.journal, self.rules, self._mark = server, journal, rules, mark
        beside = beside or Beside()
        self.alarm, self._tells, self.others = beside.alarm, beside.tells, beside.others
        self.touched: list[str] = []
        """Users with new events in the last step."""
        self.flags: list[Flag] = []
        """Users who were found to have drifted in the last step."""
        self.named: list[Named] = []
        """Users who came to stand out among all in the last step."""
        with journal.turn() if self.others else contextlib.nullcontext():
            users, self.held = caught_up(server, journal, rules)
            self._met = set(users)
            if journal.fact(MARK) == mark:
                server.restore({user: state for user, (_, state) in journal.states().items()})
            else:
                journal.replace_states(self._states(users))
                journal.keep_fact(MARK, mark)
            if self.others:
                self.others.until = journal.last()

    def take(self, step: Step) -> Counter[str]:
        """Take records in and write what they come to; returns the counts of this step.

        Raises `Overtaken` where another process has events of the same users: nothing was written then, and this
        engine must not be used again.
        """
        if self.others and self.others.turns:
            with self.journal.turn():
                self._hear_others(self.others.brought(self.journal))
                return self._taken(step)
        return self._taken(step)

    def _taken(self, step: Step) -> Counter[str]:
        counts = step.happened + Counter({ROWS: len(step.records) + len(step.dead)})
        dead = [*step.dead]
        for letter in dead:
            _refused(counts, letter.reason)
        found = self._judged(step, counts, dead)
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
        changes = self._changes(news.fresh)
        counts[FLAGGED], counts[NAMED] = len(self.flags), len(self.named)
        if self.rules.key:  # who is called by a pseudonym must not stand here by name
            dead = [replace(letter, value=b"") for letter in dead]
        layout = step.layout.text() if step.layout else ""
        self._write(
            Taken(list(news.events.values()), news.ids, states, news.items, +counts, step.read, layout, self.flags,
                  self.named, dead, changes)
        )  # fmt: skip
        return counts

    def _write(self, taken: Taken) -> None:
        with self.journal.turn():
            if self.others:
                if self.journal.fact(MARK) != self._mark:  # another process went on to a newer version
                    raise Overtaken
                self.others.check(self.journal, self.touched, taken.ids)
            self.journal.write(taken)
            if self.others:
                self.others.until = self.journal.last()

    def _hear_others(self, brought: Sequence[Logged]) -> None:
        """Take in what other processes wrote, who told of drift in it themselves."""
        if not brought:
            return
        if any(logged.item not in self.server.newcomers for logged in brought):
            for item, known in self.journal.items().items():
                self.server.item(item, known)
        self.server.extend([_event(self.server, self.rules, logged) for logged in brought])
        if self.alarm:
            self.alarm.forget({logged.user for logged in brought}, {flag.user for flag in self.journal.flags()})

    def _changes(self, fresh: Sequence[NewEvent]) -> list[tuple[str, str]]:
        """Ask the alarm about new events; user and text of changes, where these are published."""
        if self.alarm is None:
            return []
        histories = self.server.histories
        self.flags, self.named = self.alarm.heard(histories, fresh), self.alarm.newly_named()
        if self._tells is None:
            return []
        return [(flag.user, self._tells(self.alarm.change(histories, flag))) for flag in self.flags]

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
        news.events[event.user, event.item, event.time, event.kind] = logged._replace(time=event.time)
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

    def _judged(self, step: Step, counts: Counter[str], dead: list[Dead]) -> list[tuple[Logged, bytes, dict[str, str]]]:
        found, rows, layout = [], [], step.layout

        def refused(place: int, reason: str) -> None:
            _refused(counts, reason)
            if step.where:
                dead.append(Dead(step.where[place], reason, (step.records[place] or "").encode()))

        for place, record in enumerate(step.records):
            try:
                if record is None:
                    raise ValueError(ENCODING)
                assert layout is not None
                rows.append((place, layout.read(record)))
            except ValueError as reason:
                refused(place, str(reason))
        self.rules.clock.prepare(row[schema.TIME] for _, row in rows if schema.TIME in row)
        for place, row in rows:
            try:
                found.append((*self.rules.event(row), row))
            except ValueError as reason:
                refused(place, str(reason))
        return found


def _refused(counts: Counter[str], reason: str) -> None:
    """Count what cannot be read, by its reason."""
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
        event = _event(server, rules, logged, called)
        if server.histories.in_log(event):
            held += 1
            continue
        server.histories.append(event)
        changed[event.user] = None
    return list(changed), held


def _event(server: Server, rules: Rules, logged: Logged, called: str | None = None) -> NewEvent:
    """An event of a journal with the integer ids of a server."""
    user, item = called or logged.user, server.item(logged.item)
    return NewEvent(user, item, logged.time, server.kind(logged.event), rules.weight(logged))


@dataclass
class _News:
    """What one step found to be new."""

    events: dict[tuple[str, int, int, int], Logged]
    items: dict[str, Mapping[str, str]]
    ids: list[bytes]
    fresh: list[NewEvent]
