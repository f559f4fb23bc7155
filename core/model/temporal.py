"""A log cut at two dates: what came before the first is learned from, what came from the second on is foretold.

Events before `opens` are training, those from `opens` until `tests` validation, those from `tests` on test, of which
nothing is ever learned; validation events are learned from once they have decided (`core.model.finishing`), by models
and baselines alike, or never. Targets are a user's test events in the order they came, each found after all that the
user did before its moment, test events among them: histories grow, the model stays. Ranked are all items that the log
knew by then, less those that the user had before. Events of a user with one time stamp came in no known order: none of
them is in the history of another, or ranked against it. Equal scores are ranked by integer id of the item, as in
lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences, cut_after
from core.errors import InputError
from core.model.evaluation import Split
from core.model.fingerprints import fingerprint
from core.model.parts import Parts
from core.model.ranking import Scores, hide_seen, in_batches
from core.phrases import say
from core.settings import TEMPORAL, EvaluationSettings

Ints = NDArray[np.int64]
WARM, COLD_USER, COLD_ITEM, COLD_BOTH = "warm", "cold user", "cold item", "cold both"
KINDS = np.array([WARM, COLD_USER, COLD_ITEM, COLD_BOTH], dtype=object)
"""Whether those who are tested have learned of the user and the item to be found."""
MOST_CASES = 1000
"""Validation cases that choices look at, at most: each costs the reading of a history."""
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Cases:
    """Events to be found, by user, time and id of the item; rows are those of the whole log."""

    log: Sequences
    rows: Ints
    """(n,)."""
    begins: Ints
    """First row of the same user and moment: the history ends before it, (n,)."""
    ends: Ints
    """Row behind the last of the same user and moment, (n,)."""

    def __len__(self) -> int:
        """Number of events."""
        return len(self.rows)

    @property
    def users(self) -> Ints:
        """Integer user of each, (n,)."""
        return self.log.user[self.rows]

    @property
    def targets(self) -> Ints:
        """Integer item of each, (n,)."""
        return self.log.item[self.rows].astype(np.int64)

    @property
    def lengths(self) -> Ints:
        """Events of the history before each, (n,)."""
        return self.begins - self.log.offsets[self.users]

    @property
    def ages(self) -> NDArray[np.float64]:
        """Days since the user's event before, NaN without one, (n,)."""
        before = self.log.time[np.maximum(self.begins - 1, 0)]
        days: NDArray[np.float64] = (self.log.time[self.rows] - before) / 86_400e6
        return np.where(self.lengths > 0, days, np.nan)

    def take(self, chosen: NDArray[np.bool_] | Ints) -> "Cases":
        """Some of them."""
        return Cases(self.log, self.rows[chosen], self.begins[chosen], self.ends[chosen])

    def split(self) -> Split:
        """Histories stacked, one for each user and moment, with what is to be found after them: baskets share one."""
        _, first, place = np.unique(self.begins, return_index=True, return_inverse=True)
        histories = cut_after(self.log, self.users[first], self.lengths[first])
        return Split(histories, place.astype(np.int64), self.targets)

    def batches(self) -> Iterator["Cases"]:
        """In order, so many at a time as their scores take a bounded amount of memory."""
        for places in in_batches(np.arange(len(self)), self.log.n_items):
            yield self.take(places)

    def hide(self, scores: Scores, split: Split, known_since: Ints) -> Scores:
        """Scores (n, n_items), changed in place: -inf for what was had, was not known yet, or came at the same moment.

        `split` is that of these cases; `known_since` the time of the first event of each item, (n_items,).
        """
        rows, targets = np.arange(len(self)), self.targets
        own = scores[rows, targets]
        hide_seen(scores, split.histories, split.users)
        scores[known_since > self.log.time[self.rows][:, None]] = -np.inf
        beside = self.ends - self.begins
        place = np.repeat(rows, beside)
        scores[place, self.log.item[_within(self.begins, beside)]] = -np.inf
        scores[rows, targets] = own
        return scores


@dataclass(frozen=True, eq=False)
class Dated:
    """A log cut at two dates."""

    log: Sequences
    opens: int
    """First moment of validation, microseconds since 1970 UTC."""
    tests: int
    """First moment of the test."""
    targets: str
    """all, first or last: which events of a user's test are to be found."""
    finish: bool = True
    """Whether validation events are learned from too, once they have decided."""

    @cached_property
    def train(self) -> Sequences:
        """What is learned from."""
        return self.log.keep(self.log.time < self.opens)

    @cached_property
    def parts(self) -> Parts:
        """What training and choices may see."""
        return Parts(self.train, self._validation, (lambda: self.learned) if self.finish else None)

    @property
    def since(self) -> int:
        """The first moment of which those who are tested have learned nothing."""
        return self.tests if self.finish else self.opens

    @cached_property
    def learned(self) -> Sequences:
        """All that those who are tested have learned from."""
        return self.log.keep(self.log.time < self.since)

    @cached_property
    def test(self) -> Cases:
        """What is to be found from the second date on."""
        return _chosen(cases(self.log, self.log.time >= self.tests), self.targets)

    @cached_property
    def validation(self) -> Cases:
        """What decides, users without a history among it."""
        return cases(self.log, (self.log.time >= self.opens) & (self.log.time < self.tests))

    def ages(self, some: Cases, since: int) -> NDArray[np.float64]:
        """Time from a moment, at which learning ended, to each case, in lengths of validation, (n,)."""
        ages: NDArray[np.float64] = (self.log.time[some.rows] - since) / (self.tests - self.opens)
        return ages

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the cut: the same for the same log and dates, whatever the order of its rows."""
        part = np.where(self.log.time < self.opens, 0, np.where(self.log.time < self.tests, 1, 2))
        return fingerprint(self.log, part, (TEMPORAL, self.targets))

    @cached_property
    def known_since(self) -> Ints:
        """Time of the first event of each item, (n_items,); `NEVER` for one that has none."""
        first = np.full(self.log.n_items, NEVER)
        np.minimum.at(first, self.log.item, self.log.time)
        return first

    @cached_property
    def kinds(self) -> NDArray[np.object_]:
        """One of `KINDS` for each test case, (n,)."""
        items = np.bincount(self.learned.item, minlength=self.log.n_items)
        new_user, new_item = self.learned.lengths[self.test.users] == 0, items[self.test.targets] == 0
        kinds: NDArray[np.object_] = KINDS[new_user + 2 * new_item]
        return kinds

    def counts(self) -> dict[str, int]:
        """Events of each part; of the test those had before, and those that repeat another of their moment."""
        train, before = len(self.train), int((self.log.time < self.tests).sum())
        inside = self.log.time >= self.tests
        every = cases(self.log, inside, again=True)
        found = cases(self.log, inside)
        had = int(_had(every).sum())
        return {
            "training": train,
            "validation": before - train,
            "test": len(every),
            "had": had,
            "twins": len(every) - had - len(found),
            "found": len(self.test),
        }

    def _validation(self, limit: int | None, seed: int) -> Split:
        every = self.validation.take(self.validation.lengths > 0)
        return (every if limit is None else every.take(_in_turn(every.users, min(limit, MOST_CASES), seed))).split()


def cut(log: Sequences, settings: EvaluationSettings, *, finish: bool = True) -> Dated:
    """Cut a log by shares of its events, or at a given date; raises `InputError` where that leaves no test.

    `finish` as in `core.settings.TrainingSettings`.
    """
    if log.ordinal or not len(log):
        raise InputError(say("errors.no_date"))
    times = np.sort(log.time)
    tests = settings.split_date
    if tests is None:
        tests = int(times[len(times) - max(1, round(settings.test_share * len(times)))])
    elif not times[0] < tests <= times[-1]:
        raise InputError(say("errors.date_outside", found=_day(tests), first=_day(times[0]), last=_day(times[-1])))
    opens = _opens(times[: np.searchsorted(times, tests)], round(settings.validation_share * len(times)))
    if opens is None:
        raise InputError(say("errors.one_moment", date=_day(tests)))
    found = Dated(log, opens, int(tests), settings.targets, finish)
    if not len(found.test):
        counts = found.counts()
        raise InputError(say("errors.no_test_user", events=counts["test"], date=_day(tests), had=counts["had"]))
    return found


def _opens(before: Ints, events: int) -> int | None:
    """Where validation begins: about so many of the sorted times lie in it, and one moment at least before it."""
    moments = np.unique(before)
    if len(moments) < 2:
        return None
    return int(max(moments[1], before[max(0, len(before) - max(1, events))]))


def cases(log: Sequences, inside: NDArray[np.bool_], *, again: bool = False) -> Cases:
    """Events of a mask (n_events,) as cases: each item of a user once a moment, none that the user had before.

    With `again` all events of the mask, whatever came before.
    """
    moment = np.flatnonzero(np.append(True, (np.diff(log.time) != 0) | (np.diff(log.user) != 0)))
    number = np.repeat(np.arange(len(moment)), np.diff(moment, append=len(log)))
    names = np.argsort(np.argsort(log.catalogue.items.astype(str), kind="stable"), kind="stable")
    rows = np.flatnonzero(inside)
    rows = rows[np.lexsort((names[log.item[rows]], number[rows]))]
    found = Cases(log, rows, moment[number[rows]], np.append(moment, len(log))[number[rows] + 1])
    if again:
        return found
    pair = number[rows] * log.n_items + log.item[rows]
    first = np.zeros(len(rows), dtype=bool)
    first[np.unique(pair, return_index=True)[1]] = True
    return found.take(first & ~_had(found))


def _in_turn(users: Ints, limit: int, seed: int) -> Ints:
    """Places of some cases, rising: one of each user, then another of each, and so on, drawn by the seed."""
    drawn = np.random.default_rng(seed).permutation(len(users))
    by_user = drawn[np.argsort(users[drawn], kind="stable")]
    begins = np.flatnonzero(np.diff(users[by_user], prepend=-1))
    turn = np.arange(len(users)) - np.repeat(begins, np.diff(begins, append=len(users)))
    place = np.empty(len(users), dtype=np.int64)
    place[by_user] = turn
    return np.sort(drawn[np.argsort(place[drawn], kind="stable")][:limit])


def _had(found: Cases) -> NDArray[np.bool_]:
    """Whether the user had the item at an earlier moment, (n,)."""
    log = found.log
    pair = log.user * log.n_items + log.item
    order = np.argsort(pair, kind="stable")
    earliest = order[np.searchsorted(pair[order], pair[found.rows])]
    had: NDArray[np.bool_] = earliest < found.begins
    return had


def _chosen(found: Cases, targets: str) -> Cases:
    """All cases, or each user's first or last."""
    if targets == "all":
        return found
    other = np.diff(found.users) != 0
    return found.take(np.append(True, other) if targets == "first" else np.append(other, True))


def _within(starts: Ints, lengths: Ints) -> Ints:
    """Rows from each start on, (sum of lengths,)."""
    before = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    return np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)


def _day(time: int) -> str:
    return str(np.datetime64(int(time), "us").astype("datetime64[s]"))
