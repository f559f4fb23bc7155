"""People who did not change, made of a log's own: what a trend, and what comes out, does to those who stay the same.

A person's sessions come in random order at the person's own times, and what was chosen in them is what would have been
chosen then: a choice of category c, of chance q_c by the person's mix and the trend at the time that it comes from, is
kept with chance min(1, q'_c / q_c), q' being the chances at its new time, and else gives way to one of those that are
likelier there (a maximal coupling of q and q'), as the same person made it elsewhere. A test whose shuffles are
exchangeable says nothing of such people. What it does say of them it would say of others who did not change.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.drift.evidence.trend import Trend, user_mixes
from core.drift.evidence.units import Log

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Unchanged:
    """A log of people who did not change."""

    log: Sequences
    source: Ints
    """Of each session the one that stands in its place, counted over these people, (n_sessions,)."""


def draw_unchanged(sequences: Sequences, log: Log, users: Ints, trend: Trend, seed: int) -> Unchanged:
    """Of some users, rising; `log`: what `read_log` makes of them, `trend` that of its categories."""
    rng = np.random.default_rng([seed, 21])
    rows = sequences.rows_of_all(users)
    first = np.flatnonzero(np.diff(log.session, prepend=-1))
    source = np.lexsort((rng.random(len(first)), log.user[first]))
    size = np.diff(np.append(first, len(rows)))[source]
    begin = np.cumsum(size) - size
    event = np.arange(size.sum()) - np.repeat(begin, size) + np.repeat(first[source], size)
    shift = np.repeat(log.time[first] - log.time[first[source]], size)
    chosen = rows[_chosen(log, event, log.time[event] + shift, trend, rng)]
    drawn = replace(
        sequences.only(users),
        item=sequences.item[chosen],
        kind=sequences.kind[chosen],
        weight=sequences.weight[chosen],
        time=sequences.time[rows[event]] + shift,
        session=np.repeat(np.arange(len(size)), size),
    )
    return Unchanged(drawn, source)


def _chosen(log: Log, event: Ints, time: Ints, trend: Trend, rng: np.random.Generator) -> Ints:
    """The events of the log that stand for those asked for once these come at other times, (n,)."""
    user, category = log.user[event], log.first[event]
    old, new = trend.period(log.time[event]), trend.period(time)
    amount = log.share / trend.tilt[trend.period(log.time[log.entry]), log.category]
    mixes = user_mixes(log.user[log.entry], log.category, amount, log.shape, log.everyone().mix)
    # Events of one category that follow each other in a session are one choice.
    start = (np.diff(log.session[event], prepend=-1) != 0) | (np.diff(category, prepend=-2) != 0)
    choice = np.cumsum(start) - 1
    level = [np.einsum("ec,ec->e", mixes[user[start]], trend.tilt[at[start]]) for at in (old, new)]
    tilt = [trend.tilt[at[start], category[start]] for at in (old, new)]
    kept = rng.random(len(level[0])) * tilt[0] * level[1] <= tilt[1] * level[0]
    gone = np.flatnonzero(~kept & (category[start] >= 0))
    out, here = event.copy(), np.flatnonzero(start)[gone]
    before, after = (
        mixes[user[here]] * trend.tilt[at[here]] / rate[gone, None] for at, rate in zip((old, new), level, strict=True)
    )
    running = np.cumsum(np.maximum(after - before, 0.0), axis=1)
    wanted = np.full(len(kept), -1)
    wanted[gone] = (running < rng.random((len(gone), 1)) * running[:, -1:]).sum(axis=1)
    moved = np.flatnonzero(wanted[choice] >= 0)
    found = _one_of(log, user[moved], wanted[choice[moved]], rng)
    out[moved[found >= 0]] = found[found >= 0]
    return out


def _one_of(log: Log, user: Ints, category: Ints, rng: np.random.Generator) -> Ints:
    """An event of each user in a category, -1 where there is none, (n,)."""
    key = log.user * (log.shape[1] + 1) + log.first + 1
    order = np.argsort(key, kind="stable")
    asked = user * (log.shape[1] + 1) + category + 1
    low, high = (np.searchsorted(key[order], asked, side=side) for side in ("left", "right"))
    place = np.minimum(low + (rng.random(len(asked)) * (high - low)).astype(np.int64), len(order) - 1)
    return np.where(high > low, order[place], -1)
