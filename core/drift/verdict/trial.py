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
from core.drift.evidence import Everyone, People, plant, session_times, with_sessions_of
from core.drift.verdict.detection import detect
from core.errors import EventsError
from core.phrases import say
from core.progress import Progress, silent
from core.settings import DriftSettings

Ints = NDArray[np.int64]
FEWEST_EVENTS = 20
"""Events of people who take part."""
FEWEST_PLANTED = 10
"""Fewer planted histories of a length tell no power."""
NEAR, NEAR_SHARE = 5.0, 0.1
"""A change is found within so many events, or that part of the history."""
BELIEVED = 0.1
"""Largest q-value of users who count for false discoveries."""
LENGTHS = 4
"""Groups of like length in which power is told."""


@dataclass(frozen=True, eq=False)
class Trial:
    """A log with planted changes."""

    log: Sequences
    changes: list[tuple[int, ...]]
    """First events behind the changes of each user; none of those who stay."""


def trial_log(sequences: Sequences, users: int, settings: DriftSettings, seed: int) -> Trial:
    """A log of at most `users` users, half of them changed; raises `EventsError` where too few can be."""
    everyone = Everyone(sequences, settings.seed)
    log = _shuffled(with_sessions_of(sequences, everyone.sequences), seed)
    known = dataclasses.replace(log, catalogue=everyone.sequences.catalogue)
    able = np.flatnonzero(log.lengths >= FEWEST_EVENTS)
    units = everyone.background.units(known, able)
    # In random order there is no time to keep to: changes come after a part of the history.
    people = People(units.offsets, np.zeros_like(session_times(log, able)), units)
    long = people.long()
    planted = plant(people, min(users // 2, len(long) // 3), seed, apart=True)
    if len(planted) < FEWEST_PLANTED:
        raise EventsError(say("errors.few_to_plant", found=len(long), needed=3 * FEWEST_PLANTED))
    lent = {who for one in planted for who in (one.first, one.second)}
    # Who stays must be as long as who changes, or length alone would tell them apart.
    rest = np.random.default_rng([seed, 9]).permutation([who for who in long.tolist() if who not in lent])
    steady = np.sort(rest[: len(planted)])
    own = [np.arange(units.offsets[who], units.offsets[who + 1]) for who in steady]
    sessions = [*(one.sessions for one in planted), *own]
    first = np.concatenate(([one.first for one in planted], steady)).astype(np.int64)
    cuts = [*(one.changes for one in planted), *(() for _ in own)]
    return _put_together(log, able, (sessions, first, cuts))


def tried(
    sequences: Sequences, users: int, settings: DriftSettings, seed: int, progress: Progress = silent
) -> dict[str, object]:
    """What the test finds of planted changes: `users`, `f1`, `auc`, `false_alarms`, `false_discoveries`, `found`.

    `found` tells by length the `share` of users and the `power`, the share of the changed who are called drifted.
    """
    trial = trial_log(sequences, users, settings, seed)
    table = detect(trial.log, settings, progress)
    changed = np.array([len(change) > 0 for change in trial.changes])
    flagged = table["drifted"].to_numpy(bool)
    believed = (table["q_value"] <= BELIEVED).to_numpy()
    figures = {
        "f1": _f1(table, trial.changes),
        "auc": _auc(table["score"], changed),
        "false_alarms": float(flagged[~changed].mean()) if (~changed).any() else 0.0,
        "false_discoveries": float((~changed)[believed].mean()) if believed.any() else 0.0,
    }
    rounded = {name: round(value, 4) for name, value in figures.items()}
    return {"users": len(table), **rounded, "found": _found(table["n_events"], changed, flagged)}


def _shuffled(log: Sequences, seed: int) -> Sequences:
    """Each user's sessions in random order; times stay where they are."""
    first = np.diff(log.session, prepend=-1) != 0
    key = np.random.default_rng([seed, 10]).random(int(first.sum()))[np.cumsum(first) - 1]
    order = np.lexsort((np.arange(len(log)), key, log.user))
    session = np.cumsum(np.diff(log.session[order], prepend=-1) != 0) - 1
    return dataclasses.replace(
        log, item=log.item[order], kind=log.kind[order], weight=log.weight[order], session=session
    )


def _put_together(log: Sequences, able: Ints, users: tuple[list[Ints], Ints, list[tuple[int, ...]]]) -> Trial:
    """The log of users made of given sessions, on the times of the first person of each."""
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
    )
    changes = [tuple(int(size[own[:cut]].sum()) for cut in places) for own, places in zip(sessions, cuts, strict=True)]
    return Trial(made, changes)


def _f1(table: pd.DataFrame, changes: list[tuple[int, ...]]) -> float:
    right = told = 0
    columns = (table[name] for name in ("drifted", "changes", "n_events"))
    for drifted, turns, events, truth in zip(*columns, changes, strict=True):
        found, left = [turn.event for turn in turns] if drifted else [], list(truth)
        reach = max(NEAR, NEAR_SHARE * events)
        for event in found:
            near = [place for place in left if abs(place - event) <= reach]
            if near:
                left.remove(min(near, key=lambda place: abs(place - event)))
        right, told = right + len(truth) - len(left), told + len(found)
    return 2 * right / max(1, told + sum(map(len, changes)))


def _auc(score: pd.Series, changed: NDArray[np.bool_]) -> float:
    """Chance that a changed user scores above another; users who cannot be judged stay out."""
    known = score.notna().to_numpy()
    rank, ones = score[known].rank().to_numpy(), changed[known]
    return float((rank[ones].sum() - ones.sum() * (ones.sum() + 1) / 2) / max(1, ones.sum() * (~ones).sum()))


def _found(events: pd.Series, changed: NDArray[np.bool_], flagged: NDArray[np.bool_]) -> list[dict[str, float]]:
    rank = pd.qcut(events.rank(method="first"), LENGTHS, labels=False).to_numpy()
    rows = []
    for group in range(LENGTHS):
        own = rank == group
        power = float(flagged[own & changed].mean()) if (own & changed).any() else 0.0
        low, high = int(events[own].min()), int(events[own].max())
        share = round(float(own.mean()), 4)
        rows.append({"events_low": low, "events_high": high, "share": share, "power": round(power, 4)})
    return rows
