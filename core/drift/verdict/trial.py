"""The test tried on a log's own people: changes are planted in them, and what it says is held against the truth.

A third of the people lends the beginnings, another what comes behind the changes, the last third stays as it is; so
nobody's session comes twice. Everyone's sessions come in random order on the person's own times, so that no change but
the planted ones is left.
"""

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences
from core.drift.evidence import KINDS, Everyone, People, plant, session_times, with_sessions_of
from core.drift.verdict.detection import detect
from core.errors import EventsError
from core.phrases import say
from core.progress import Progress, silent
from core.settings import DriftSettings

Ints = NDArray[np.int64]
FEWEST_EVENTS = 20
"""Events of people who take part."""
LENDERS, EACH = 20_000, 20
"""People whom planted histories are made of at most, or so many for each user who is asked for."""
FEWEST_PLANTED = 10
"""Fewer planted histories of a length tell no power."""
NEAR, NEAR_SHARE = 5.0, 0.1
"""A change is found within so many events, or that part of the history."""


@dataclass(frozen=True, eq=False)
class Trial:
    """A log with planted changes."""

    log: Sequences
    changes: list[tuple[int, ...]]
    """First events behind the changes of each user; none of those who stay."""
    kinds: list[str]
    """Kind of each user's change, "" of those who stay."""
    sizes: NDArray[np.float64]
    """Total variation of the categories before and behind the first change, NaN of those who stay."""


def trial_log(sequences: Sequences, users: int, settings: DriftSettings, seed: int) -> Trial:
    """A log of at most `users` users, half of them changed; raises `EventsError` where too few can be."""
    everyone = Everyone(sequences, settings.seed)
    log, some = with_sessions_of(sequences, everyone.sequences), lenders(sequences.census.lengths, users, seed)
    log = _shuffled(log if some is None else log.only(some), seed)
    known = dataclasses.replace(log, catalogue=everyone.sequences.catalogue)
    able = np.flatnonzero(log.lengths >= FEWEST_EVENTS)
    units = everyone.background.units(known, able)
    # In random order there is no time to keep to: changes come after a part of the history.
    people = People(units.offsets, np.zeros_like(session_times(log, able)), units)
    long = people.long()
    # As many stay; of those who change one kind takes a third person.
    planted = plant(people, min(users // 2, len(long) * len(KINDS) // (3 * len(KINDS) + 1)), seed, apart=True)
    if len(planted) < FEWEST_PLANTED:
        raise EventsError(say("errors.few_to_plant", found=len(long), needed=3 * FEWEST_PLANTED))
    lent = {who for one in planted for who in one.people}
    # Who stays must be as long as who changes, or length alone would tell them apart.
    rest = np.random.default_rng([seed, 9]).permutation([who for who in long.tolist() if who not in lent])
    steady = np.sort(rest[: len(planted)])
    own = [np.arange(units.offsets[who], units.offsets[who + 1]) for who in steady]
    sessions = [*(one.sessions for one in planted), *own]
    first = np.concatenate(([one.people[0] for one in planted], steady)).astype(np.int64)
    cuts = [*(one.changes for one in planted), *(() for _ in own)]
    made, changes = _put_together(log, able, (sessions, first, cuts))
    kinds = [*(one.kind for one in planted), *("" for _ in own)]
    return Trial(made, changes, kinds, _sizes(dataclasses.replace(made, catalogue=known.catalogue), changes))


def lenders(lengths: Ints, users: int, seed: int) -> Ints | None:
    """Whose sessions a trial of so many users is made of, rising; None: everyone's. `lengths`: events of each user."""
    most = max(LENDERS, EACH * users)
    if len(lengths) <= most:
        return None
    able = np.flatnonzero(lengths >= FEWEST_EVENTS)
    return np.sort(np.random.default_rng([seed, 16]).permutation(able)[:most])


def tried(
    sequences: Sequences, users: int, settings: DriftSettings, seed: int, progress: Progress = silent
) -> pd.DataFrame:
    """What the test says of a log with planted changes, a row per user.

    Columns: `n_events`, `planted` (changes, 0 of those who stay as they are), `planted_kind` (one of
    `planting.KINDS`), `size` (total variation of the categories before and behind the first, NaN without), `score`,
    `p_value`, `q_value`, `drifted`, `told` (changes), `right` (of those planted, found near), `off` (events between the
    nearest told change and the first planted, NaN without).
    """
    trial = trial_log(sequences, users, settings, seed)
    table = detect(trial.log, settings, progress)
    told = [[turn.event for turn in turns] for turns in table["changes"]]
    shown = table[["n_events", "score", "p_value", "q_value", "drifted"]].copy()
    shown["planted"] = [len(change) for change in trial.changes]
    shown["planted_kind"] = trial.kinds
    shown["size"] = trial.sizes
    shown["told"] = [len(events) for events in told]
    pairs = list(zip(told, trial.changes, table["n_events"], strict=True))
    shown["right"] = [_right(events, truth, length) for events, truth, length in pairs]
    off = [min((abs(event - truth[0]) for event in events), default=np.nan) if truth else np.nan
           for events, truth, _ in pairs]  # fmt: skip
    return shown.assign(off=np.asarray(off, dtype=np.float64)).reset_index(drop=True)


def _shuffled(log: Sequences, seed: int) -> Sequences:
    """Each user's sessions in random order; times stay where they are."""
    first = np.diff(log.session, prepend=-1) != 0
    key = np.random.default_rng([seed, 10]).random(int(first.sum()))[np.cumsum(first) - 1]
    order = np.lexsort((np.arange(len(log)), key, log.user))
    session = np.cumsum(np.diff(log.session[order], prepend=-1) != 0) - 1
    return dataclasses.replace(
        log, item=log.item[order], kind=log.kind[order], weight=log.weight[order], session=session
    )


def _put_together(
    log: Sequences, able: Ints, users: tuple[list[Ints], Ints, list[tuple[int, ...]]]
) -> tuple[Sequences, list[tuple[int, ...]]]:
    """The log of users made of given sessions, on the times of the first person of each, and their changes."""
    sessions, first, cuts = users
    rows = log.rows_of_all(able)
    start = np.flatnonzero(np.diff(log.session[rows], prepend=-1) != 0)
    size = np.diff(np.append(start, len(rows)))
    every, lengths = np.concatenate(sessions), np.array([size[own].sum() for own in sessions])
    behind = np.cumsum(size[every])
    inside = np.arange(behind[-1]) - np.repeat(behind - size[every], size[every])
    chosen = rows[np.repeat(start[every], size[every]) + inside]
    slots = [log.time[log.rows_of(int(able[who]))] for who in first]
    names = np.array([f"planted-{number}" for number in range(len(sessions))], dtype=object)
    made = dataclasses.replace(
        log,
        users=names,
        offsets=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        item=log.item[chosen],
        time=np.concatenate([own[np.arange(n) * len(own) // n] for own, n in zip(slots, lengths, strict=True)]),
        kind=log.kind[chosen],
        weight=log.weight[chosen],
        session=np.repeat(np.arange(len(every)), size[every]),
        user_attributes=pd.DataFrame(index=range(len(names))),
        people=None,
        whole=None,
    )
    changes = [tuple(int(size[own[:cut]].sum()) for cut in places) for own, places in zip(sessions, cuts, strict=True)]
    return made, changes


def _right(told: list[int], truth: tuple[int, ...], events: int) -> int:
    """How many of the true changes have a told one near, each one of its own."""
    left, reach = list(truth), max(NEAR, NEAR_SHARE * events)
    for event in told:
        near = [place for place in left if abs(place - event) <= reach]
        if near:
            left.remove(min(near, key=lambda place: abs(place - event)))
    return len(truth) - len(left)


def _sizes(log: Sequences, changes: list[tuple[int, ...]]) -> NDArray[np.float64]:
    """Total variation of the categories of each user's events before and behind the first change, (n_users,)."""
    sizes = np.full(log.n_users, np.nan)
    shares = log.catalogue.shares
    for user, change in enumerate(changes):
        if change:
            items = log.item[log.rows_of(user)]
            before, behind = (shares[part].sum(axis=0) for part in (items[: change[0]], items[change[0] :]))
            before, behind = (side / max(side.sum(), 1e-9) for side in (before, behind))
            sizes[user] = np.abs(before - behind).sum() / 2
    return sizes
