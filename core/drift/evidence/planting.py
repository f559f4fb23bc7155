"""Changes planted in a log's own histories: drift whose truth is known, as large and as long as this log's people are.

A planted user begins as one person and goes on as another. `whole` is all of the other, `partial` every other session,
`kindred` the most alike of some, `twin` of many, `back` returns, `onward` goes on to a third person, `gradual` takes
ever more sessions of the other.
"""

import dataclasses
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence.units import Units

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KINDS = ("whole", "partial", "kindred", "back", "onward", "gradual")
TAUGHT = (*KINDS, "twin")
"""Kinds that teach the views: changes that categories hardly show are told by others alone."""
TWICE = ("back", "onward")
"""Kinds with two changes."""
OTHERS = {"kindred": 10, "twin": 100}
"""People among whom the most alike is sought; without it anyone goes."""
FEWEST = 3
"""Sessions on each side of a change, at least."""
TRIES = 12
"""Draws of a partner or an interest after which a history is left as it is."""


@dataclass(frozen=True, eq=False)
class People:
    """Sessions of everyone in whom changes can be planted."""

    offsets: Ints
    """First session of each person, (n_people + 1,)."""
    time: Ints
    """First moment of each session; all 0 without a clock."""
    units: Units
    """Counts of the same sessions, by which people are alike."""
    _mixes: dict[int, dict[int, float]] = field(default_factory=dict)
    """Mixes that were asked for: the same people are compared again and again."""

    def long(self) -> Ints:
        """People in whom a change leaves enough sessions on both sides."""
        return np.flatnonzero(np.diff(self.offsets) >= 2 * FEWEST)

    def mix(self, person: int) -> dict[int, float]:
        """Square roots of the shares of a person's categories."""
        if person not in self._mixes:
            self._mixes[person] = self._mix(person)
        return self._mixes[person]

    def _mix(self, person: int) -> dict[int, float]:
        entries = slice(self.units.entries[self.offsets[person]], self.units.entries[self.offsets[person + 1]])
        names, place = np.unique(self.units.category[entries], return_inverse=True)
        counts = np.bincount(place, self.units.amount[entries])
        return dict(zip(names.tolist(), np.sqrt(counts / max(1, counts.sum())).tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Planted:
    """One user: which sessions, in which order."""

    people: tuple[int, ...]
    """Who lends sessions, first the person whom the user begins as."""
    sessions: Ints
    changes: tuple[int, ...]
    """Places among the sessions before which something changes."""
    kind: str


def plant(people: People, count: int, seed: int, apart: bool = False, kinds: tuple[str, ...] = KINDS) -> list[Planted]:
    """Up to `count` users with a change, in the order of time: what everyone sought at a time stays where it was.

    With `apart` nobody lends sessions to two of them, so that none is known from another.
    """
    rng = np.random.default_rng([seed, 5])
    able = people.long()
    found: list[Planted] = []
    if len(able) < 2:
        return found
    for number in range(count):
        for _ in range(TRIES):
            one = _planted(people, able, kinds[number % len(kinds)], rng)
            if one is not None:
                found.append(one)
                able = able[~np.isin(able, one.people)] if apart else able
                break
        if len(able) < 2:
            break
    return found


def plant_in_disorder(people: People, count: int, seed: int) -> list[Planted]:
    """Of the kinds that teach, each person's sessions in random order before: no real changes nor fads are left."""
    owner = np.repeat(np.arange(len(people.offsets) - 1), np.diff(people.offsets))
    order = np.lexsort((np.random.default_rng([seed, 11]).random(len(owner)), owner))
    # In random order there is no time to keep to: changes come after a part of the history.
    timeless = dataclasses.replace(people, time=np.zeros_like(people.time))
    return [
        dataclasses.replace(one, sessions=order[one.sessions]) for one in plant(timeless, count, seed, kinds=TAUGHT)
    ]


def _planted(people: People, able: Ints, kind: str, rng: np.random.Generator) -> Planted | None:
    """One user; None where those who go on have too few sessions at that time."""
    who = _lenders(people, able, kind, rng)
    own = np.arange(people.offsets[who[0]], people.offsets[who[0] + 1])
    cuts = (rng.uniform(0.2, 0.45), rng.uniform(0.55, 0.8)) if kind in TWICE else (rng.uniform(0.25, 0.75),)
    places = [int(np.clip(round(cut * len(own)), FEWEST, len(own) - FEWEST)) for cut in cuts]
    late = [
        _behind(people, own, other, *at) for other, at in zip(who[1:], zip(places, cuts, strict=True), strict=False)
    ]
    parts = [own[: places[0]], late[0][: max(FEWEST, len(own) - places[0])]]
    if kind in TWICE:
        end = late[1][: max(FEWEST, len(own) - places[1])] if len(late) > 1 else own[places[1] :]
        parts[1:] = [late[0][: max(FEWEST, places[1] - places[0])], end]
    elif kind in ("partial", "gradual"):
        parts[1] = _mingled(own[places[0] :], late[0], kind, rng)
    if min(map(len, (*parts, *late))) < FEWEST:
        return None
    return Planted(who, np.concatenate(parts), tuple(np.cumsum([len(part) for part in parts[:-1]]).tolist()), kind)


def _lenders(people: People, able: Ints, kind: str, rng: np.random.Generator) -> tuple[int, ...]:
    """Two people, or three where there are so many and the kind takes a third."""
    first = int(rng.choice(able))
    second = _other(people, able, first, kind, rng)
    rest = able[(able != first) & (able != second)] if kind == "onward" else able[:0]
    return (first, second, int(rng.choice(rest))) if len(rest) else (first, second)


def _behind(people: People, own: Ints, person: int, place: int, cut: float) -> Ints:
    """Sessions of another person that lie behind a change."""
    other = np.arange(people.offsets[person], people.offsets[person + 1])
    if people.time.any():
        return np.asarray(other[people.time[other] >= people.time[own[place]]])
    return other[np.arange(len(other)) >= cut * len(other)]


def _mingled(own: Ints, late: Ints, kind: str, rng: np.random.Generator) -> Ints:
    """Sessions of both people behind a change, half of each, or ever more of the second."""
    count = min(len(own), len(late))
    share = np.full(count, 0.5) if kind == "partial" else (np.arange(count) + 0.5) / count * 1.6
    return np.where(rng.random(count) < share, late[:count], own[:count])


def _other(people: People, able: Ints, first: int, kind: str, rng: np.random.Generator) -> int:
    """Someone else; of some the most alike where the kind asks for one."""
    others = able[able != first]
    others = rng.choice(others, min(len(others), OTHERS.get(kind, 1)), replace=False)
    if len(others) == 1:
        return int(others[0])
    mix = people.mix(first)
    likeness = [sum(mix.get(name, 0.0) * share for name, share in people.mix(int(who)).items()) for who in others]
    return int(others[int(np.argmax(likeness))])
