"""What is done with some users of a log, stage by stage: a shard knows its own users and what was learned of everyone.

Between the stages whoever asks (`detection`) takes a step over all users. A user's answers rest on that user's events,
on what was learned of everyone and on the user's number alone, so it does not matter who else is in the shard.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from core.data import Catalogue, Sequences
from core.drift.evidence import Background, Counted, Everyone, History, Seen, Tables, View, history, joined, only
from core.drift.verdict import mixes, what_happened
from core.drift.verdict.certainty import FIRST, Looks
from core.drift.verdict.changes import Change
from core.drift.verdict.joint import Sight, units_of
from core.drift.verdict.table_file import CHANGES
from core.phrases import say
from core.progress import Progress

Ints = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]
"""A row per user, in arrays of one or two dimensions; `number` is the user's among all users of the log."""
CHUNK = 4000
"""Users looked at at a time: bounds the memory and paces the progress."""
NUMBER: Final = "number"


@dataclass(frozen=True, eq=False)
class Learned:
    """What is learned of everyone, as a shard is told of it."""

    catalogue: Catalogue
    """Items with categories fit for a drift test."""
    background: Background
    views: tuple[View, ...]
    """Views beside the first, of the shard's own log."""
    weight: NDArray[np.float64]
    """What all views are worth, (1 + n_views,)."""
    seed: int

    @classmethod
    def of(cls, everyone: Everyone) -> "Learned":
        """What a log teaches."""
        lessons = everyone.lessons
        catalogue = everyone.sequences.catalogue
        return cls(catalogue, everyone.background, lessons.views, lessons.weight, everyone.seed)


class Shards(Protocol):
    """Where the users of a log are: here, all of them, or in many places."""

    def each(self, stage: str, asked: Columns, told: Mapping[str, Any], progress: Progress) -> Iterator[Columns]:
        """Ask some users (rows of `asked`, numbers rising) for a stage of `STAGES`; answers come in any order."""
        ...


@dataclass(frozen=True, eq=False)
class Told:
    """What was found in one user's history."""

    past: History
    found: what_happened.Segmentation
    counted: mixes.States


class Shard:
    """Some users of a log."""

    def __init__(self, log: Sequences, numbers: Ints, learned: Learned, *, keeps: bool = False) -> None:
        """`log` holds their events, with the categories of `learned`; `numbers` are theirs among all users, rising.

        With `keeps` what the first stage reads of users is there for those that follow.
        """
        self.log, self.numbers, self.learned, self.keeps = log, numbers, learned, keeps
        self.tables = Tables.of(learned.background.prior)
        self._kept: list[tuple[Ints, list[Seen]]] = []
        self._told: dict[int, Told] = {}

    def each(self, stage: str, asked: Columns, told: Mapping[str, Any], progress: Progress) -> Iterator[Columns]:
        """Answers of this shard's users."""
        for start in range(0, len(asked[NUMBER]), CHUNK):
            progress(start / len(asked[NUMBER]), _message(stage, start, len(asked[NUMBER])))
            yield STAGES[stage](self, {name: column[start : start + CHUNK] for name, column in asked.items()}, told)

    def first(self, asked: Columns, told: Mapping[str, Any]) -> Columns:
        """A first look at users by their `place` among those that may be judged; of those who have enough sessions."""
        seen = self._look(asked[NUMBER])
        looks = Looks.none(len(asked[NUMBER]), told["shuffles"], self.learned.seed, asked["place"], self.learned.weight)
        looks.first(seen)
        keep = (np.diff(seen[0].offsets) >= told["min_sessions"]) & np.isfinite(looks.statistics[:, 0])
        seen, looks, number = [only(view, keep) for view in seen], looks.only(keep), asked[NUMBER][keep]
        units = units_of(seen)
        if self.keeps:
            self._kept.append((number, seen))
        return {
            NUMBER: number,
            "statistics": looks.statistics[:, : 1 + FIRST],
            "parts": looks.parts,
            "seeds": looks.seeds,
            "sessions": np.diff(units.offsets),
            "effective": units.effective(),
            "uniform": units.uniform(),
        }

    def again(self, asked: Columns, told: Mapping[str, Any]) -> Columns:
        """The other shuffles of users whose first look (`statistics`, `seeds`) is known."""
        statistics = np.full((len(asked[NUMBER]), 1 + told["shuffles"]), np.nan)
        statistics[:, : asked["statistics"].shape[1]] = asked["statistics"]
        blank = np.zeros((len(statistics), len(self.learned.weight)))
        looks = Looks(statistics, blank, asked["seeds"].copy(), self.learned.weight)
        looks.again(self._seen(asked[NUMBER]), np.arange(len(statistics)))
        return {NUMBER: asked[NUMBER], "statistics": looks.statistics}

    def learn(self, asked: Columns, _told: Mapping[str, Any]) -> Columns:
        """How likely each lean of `mixes.LEANS` makes what was counted in a user's states."""
        prior = self.learned.background.prior
        evidence = [mixes.lean_evidence(found.counted, prior) for found in self._found(asked)]
        return {NUMBER: asked[NUMBER], "evidence": np.array(evidence).reshape(-1, len(mixes.LEANS))}

    def explain(self, asked: Columns, told: Mapping[str, Any]) -> Columns:
        """What happened to each user, as cells of the drift table."""
        prior, rows = self.learned.background.prior, []
        numbers, margins = asked[NUMBER].tolist(), told["margins"]
        for number, user, one in zip(numbers, self._places(asked[NUMBER]).tolist(), self._found(asked), strict=True):
            rng = np.random.default_rng([self.learned.seed, 2, number])
            fresh = what_happened.state_counts(one.past, one.found)
            known = mixes.posterior(one.counted, fresh, prior, told["lean"], rng)
            margin = margins.of(one.past.events)
            drift = what_happened.describe(one.past, one.found, known, prior, margin, told["gradual"])
            rows.append(_cells(drift, self.log, user))
        return {NUMBER: asked[NUMBER], **{name: _column([row[name] for row in rows]) for name in (rows or [{}])[0]}}

    def _places(self, numbers: Ints) -> Ints:
        """Users of this log by their numbers."""
        return np.searchsorted(self.numbers, numbers)

    def _look(self, numbers: Ints) -> list[Seen]:
        """Sessions of some users in all views."""
        users = self._places(numbers)
        first = Counted(self.learned.background.units(self.log, users), self.tables)
        return [first, *(view.of(users) for view in self.learned.views)]

    def _seen(self, numbers: Ints) -> list[Seen]:
        """The same, as it was kept where it was."""
        if not self._kept:
            return self._look(numbers)
        if len(self._kept) > 1:
            known, seen = zip(*self._kept, strict=True)
            self._kept = [(np.concatenate(known), [joined(list(of)) for of in zip(*seen, strict=True)])]
        keep = np.isin(self._kept[0][0], numbers, assume_unique=True)
        return [only(view, keep) for view in self._kept[0][1]]

    def _found(self, asked: Columns) -> list[Told]:
        """What happened to users whose views' `parts` are known: kept, for two stages ask for it."""
        numbers = asked[NUMBER]
        new = ~np.isin(numbers, list(self._told))
        if new.any():
            self._told |= dict(
                zip(numbers[new].tolist(), self._segmented(numbers[new], asked["parts"][new]), strict=True)
            )
        return [self._told[number] for number in numbers.tolist()]

    def _segmented(self, numbers: Ints, parts: NDArray[np.float64]) -> Iterator[Told]:
        users, seen = self._places(numbers), self._seen(numbers)
        units, plain = units_of(seen), self.learned.background.plain_units(self.log, users)
        for place, events in enumerate(self.log.lengths[users].tolist()):
            past = history(units, place, events, self.tables)
            sight = Sight(seen, self.learned.weight, place)
            found = what_happened.segment_by(past, self.tables, sight, parts[place])
            counted = what_happened.state_counts(history(plain, place, events, self.tables), found, past)
            yield Told(past, found, counted)


STAGES: Final[Mapping[str, Callable[[Shard, Columns, Mapping[str, Any]], Columns]]] = {
    "first": Shard.first,
    "again": Shard.again,
    "learn": Shard.learn,
    "explain": Shard.explain,
}


def _message(stage: str, start: int, users: int) -> str:
    if stage in ("learn", "explain"):
        return say("steps.telling")
    code = "steps.looking" if stage == "first" else "steps.testing"
    return say(code, first=start, last=start + CHUNK, users=users)


def _column(cells: list[Any]) -> NDArray[Any]:
    """Cells of a column; tuples stay what they are."""
    if cells and not isinstance(cells[0], tuple):
        return np.array(cells, dtype=object if isinstance(cells[0], str) else None)
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def _cells(drift: what_happened.Drift, sequences: Sequences, user: int) -> dict[str, object]:
    names, first = sequences.catalogue.categories, sequences.offsets[user]
    times = sequences.time[first + np.array(drift.change_events)]
    texts = times.astype(str) if sequences.ordinal else np.datetime_as_string(times.astype("datetime64[us]"), unit="s")
    return {
        "change_events": drift.change_events,
        "change_times": tuple(texts.tolist()),
        "kind": drift.kind,
        "direction": drift.direction,
        "magnitude": drift.magnitude,
        "from_categories": tuple(names[category] for category in drift.lost),
        "to_categories": tuple(names[category] for category in drift.gained),
        "onset_low": float(drift.onset[0]),
        "onset_high": float(drift.onset[1]),
        "magnitude_low": drift.magnitude_interval[0],
        "magnitude_high": drift.magnitude_interval[1],
        CHANGES: tuple(_change(turn, names) for turn in drift.turns),
    }


def _change(turn: what_happened.Turn, names: tuple[str, ...]) -> Change:
    left, found = (tuple(names[category] for category in side) for side in (turn.lost, turn.gained))
    return Change(turn.event, *turn.onset, left, found, round(float(turn.magnitude), 4))
