"""Users whose interests change while their events come: each is told of once, and once more when named among all.

What the test remembers of a user is kept from step to step, so that an event costs the same after ten events and after
ten thousand. Only who has not been heard of for long, or gets an event out of order, has the whole history read again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.data import Growing, NewEvent
from core.drift import Watch, Watcher, from_to, worth_naming
from core.settings import NamingSettings
from core.stream.rows import Flag, Named

REMEMBERED = 4000
"""Users of whom it is remembered what the test needs, those last heard of: some 20 kB each, or 30 (points)."""
DEFAULT = NamingSettings()


@dataclass
class _Heard:
    """A user up to the last event that was taken in."""

    watch: Watch
    events: int
    """Events taken in, those on unknown items among them."""
    last: int
    """Time of the last of them: an event before it comes out of order."""


@dataclass(frozen=True)
class Change:
    """A flag, and from what to what."""

    flag: Flag
    lost: tuple[str, ...]
    """Categories that lost most, first the one that lost most; at most three."""
    gained: tuple[str, ...]
    p_value: float
    """Share of histories without drift that ever show as much evidence."""


class Bets:
    """E-values of many users, the largest that each came to: who is named among them, at any moment."""

    def __init__(self, before: Mapping[str, float], named: Iterable[str], naming: NamingSettings = DEFAULT) -> None:
        """Begin with e-values of all users who can be judged; `named` are users who were told of before."""
        self._bets, self._named, self._accept = dict(before), set(named), naming.accept
        self._strong = {user for user, worth in before.items() if worth * naming.accept >= 1}
        self._times: dict[str, int] = {}

    def settled(self, user: str) -> bool:
        """Whether nothing more can be told of a user."""
        return user in self._named

    def raised(self, user: str, time: int, e_value: float) -> None:
        """A user's e-value after an event; a smaller one than before changes nothing."""
        if e_value > self._bets.get(user, -1.0):
            self._bets[user] = e_value
            if e_value * self._accept >= 1:  # nobody is named with less, however many others are
                self._strong.add(user)
                self._times[user] = time

    def newly(self) -> list[Named]:
        """Users who are named now and were not before; those who raised their e-value of late are asked about."""
        times, self._times = self._times, {}
        if not times:
            return []
        users = list(self._strong)
        chosen = worth_naming(np.array([self._bets[user] for user in users]), self._accept, len(self._bets))
        found = [users[place] for place in np.flatnonzero(chosen) if users[place] not in self._named]
        self._named.update(found)
        last = max(times.values())
        return [Named(user, times.get(user, last), self._bets[user]) for user in found]


class Alarm:
    """The live drift test on a stream."""

    def __init__(self, watcher: Watcher, known: Iterable[str], bets: Bets | None = None) -> None:
        """`known` are users who were told of before, by the log or by this stream."""
        self.watcher, self._known = watcher, set(known)
        self._bets = bets or Bets({}, ())
        self._heard: dict[str, _Heard] = {}

    def heard(self, histories: Growing, events: Sequence[NewEvent]) -> list[Flag]:
        """Flags of a step, after its events were put into the histories; a late event is judged where it lies now."""
        came: dict[str, list[int]] = {}
        for event in events:
            came.setdefault(event.user, []).append(event.time)
        found = []
        for user, times in came.items():
            told = user in self._known
            if (told and self._bets.settled(user)) or histories.length(user) < self.watcher.least:
                continue
            flag = self._flag(histories, user, times)
            if flag and not told:
                found.append(flag)
                self._known.add(user)
        return found

    def forget(self, users: Iterable[str], told: Iterable[str]) -> None:
        """Users of whom others brought events: their histories are read anew; those who were `told` of stay quiet."""
        self._known.update(told)
        for user in users:
            self._heard.pop(user, None)

    def newly_named(self) -> list[Named]:
        """Users whom the steps since the last question made stand out among all."""
        return self._bets.newly()

    def change(self, histories: Growing, flag: Flag) -> Change:
        """From what to what a flagged user's interests moved, by the events up to the flag."""
        alone = histories.sequences(flag.user)
        since, until = np.searchsorted(alone.time, flag.since), np.searchsorted(alone.time, flag.time, side="right")
        lost, gained = from_to(self.watcher.catalogue, alone.item[:until].astype(np.int64), int(since))
        return Change(flag, lost, gained, float(self.watcher.reference.p_values(np.array([flag.evidence]))[0]))

    def _flag(self, histories: Growing, user: str, times: list[int]) -> Flag | None:
        """The first flag that a user's new events bring, if they do."""
        heard = self._heard.pop(user, None)
        if heard is None or min(times) < heard.last:
            return self._read(histories, user, len(times))
        self._keep(user, heard)
        items, moments, opens = histories.newest(user, heard.events)
        heard.events, heard.last = histories.length(user), max(times)
        first, most = None, -np.inf
        for item, time, begins in zip(items.tolist(), moments.tolist(), opens.tolist(), strict=True):
            above = self.watcher.update(heard.watch, item, time, opens=begins)
            most = max(most, heard.watch.evidence if heard.watch.events >= self.watcher.least else -np.inf)
            if above and first is None:
                since = int(histories.sequences(user).time[heard.watch.since]) if user not in self._known else time
                first = Flag(user, time, since, heard.watch.evidence)
        self._bet(user, heard.last, most)
        return first

    def _bet(self, user: str, time: int, evidence: float) -> None:
        """Whoever is not flagged is not named, but is one of those among whom others are."""
        worth = self.watcher.reference.e_values(np.array(evidence)) if evidence > self.watcher.limit else 0.0
        self._bets.raised(user, time, float(worth))

    def _read(self, histories: Growing, user: str, new: int) -> Flag | None:
        """As `_flag`, from the whole history."""
        alone = histories.sequences(user)
        evidence, since, watch = self.watcher.followed(alone, new)
        last = int(histories.column("time", histories.rows(user, histories.length(user) - 1))[0])
        self._keep(user, _Heard(watch, histories.length(user), last))
        self._bet(user, last, float(evidence.max(initial=-np.inf)))
        above = np.flatnonzero(evidence > self.watcher.limit)
        if not len(above):
            return None
        first = int(above[0])
        times = alone.time[[len(alone) - len(evidence) + first, since[first]]]
        return Flag(user, int(times[0]), int(times[1]), float(evidence[first]))

    def _keep(self, user: str, heard: _Heard) -> None:
        """Remember a user as the last one heard of, and forget who was not heard of for longest."""
        self._heard[user] = heard
        if len(self._heard) > REMEMBERED:
            del self._heard[next(iter(self._heard))]
