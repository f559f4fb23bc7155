"""Histories made up after the log's own: what kind of change happened in them is known.

Sessions are those of people of the log, as long and as sticky; what is chosen in them is drawn from mixes of the
learned prior, of which a person's later ones lean to the first, as those of people who changed do.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence import Background, Everyone, Log, Prior, Units, effective_shares, make_units, read_log
from core.drift.verdict import mix_kernels
from core.drift.verdict.mixes import total_variation

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
KINDS = ("abrupt", "gradual", "recurring", "abrupt", "gradual", "recurring", "chain")
"""What happens, in turn; a chain goes on to other mixes and is abrupt, too."""
MADE, ROUNDS = 1200, 3
"""Histories that are made, and how often at most after one person."""
FEWEST_EVENTS = 20
"""Events of people after whom they are made."""
MORE, CHANCE = np.array([2, 3, 4]), np.array([0.6, 0.2, 0.2])
"""Changes of histories with several, and their chances."""
LEAST = 0.15
"""Total variation of a change at least: smaller ones are hardly noticed."""
TRIES = 20
"""Draws of a mix that is so far away."""
RAMP = (0.15, 0.45)
"""Length of a gradual change as a share of the history."""
SCATTER = 0.1
"""How far people's chances of staying in a category scatter."""


@dataclass(frozen=True, eq=False)
class Rehearsed:
    """Made-up histories, a user each."""

    units: Units
    events: Ints
    """Length of each history, (n,)."""
    kind: NDArray[np.object_]
    """One of `KINDS`, (n,)."""


def rehearse(everyone: Everyone, lean: float, seed: int) -> Rehearsed | None:
    """Made-up histories, None where nobody is long enough; `lean`: events of the first mix that a later one has."""
    rng = np.random.default_rng([seed, 14])
    able = _able(everyone.sequences.census.lengths, rng)
    rounds = min(ROUNDS, -(-MADE // max(1, len(able)))) if len(able) else 0
    parts = [_once(everyone, np.sort(able[: MADE // rounds]), lean, rng) for _ in range(rounds)]
    if not parts:
        return None
    return Rehearsed(
        Units.joined([part.units for part in parts]),
        np.concatenate([part.events for part in parts]),
        np.concatenate([part.kind for part in parts]),
    )


def rehearsed_after(lengths: Ints, seed: int) -> Ints:
    """People after whom histories are made up; `lengths`: events of each user."""
    return _able(lengths, np.random.default_rng([seed, 14]))[:MADE]


def _able(lengths: Ints, rng: np.random.Generator) -> Ints:
    return rng.permutation(np.flatnonzero(lengths >= FEWEST_EVENTS))


def _once(everyone: Everyone, users: Ints, lean: float, rng: np.random.Generator) -> Rehearsed:
    """A history after each of some users, rising."""
    background, events = everyone.background, everyone.sequences.lengths[users]
    log = read_log(everyone.sequences, users, background.places, background.common)
    kinds = [KINDS[number % len(KINDS)] for number in range(len(users))]
    category = []
    for kind, length in zip(kinds, events.tolist(), strict=True):
        state, states = _states(length, kind, rng)
        mixes = _mixes(background.prior, states, lean, rng)
        running, chance = np.cumsum(mixes, axis=1), rng.random(length)
        category.append((running[state] < chance[:, None] * running[state, -1:]).sum(axis=1))
    chosen = _kept(np.concatenate(category), log, background, rng)
    entry = np.arange(len(chosen))
    made = Log(log.user, log.session, log.time, chosen, entry, chosen, np.ones(len(entry)), log.shape, log.common)
    units = make_units(made, effective_shares(made, background.stickiness))
    return Rehearsed(units, events, np.array(kinds, dtype=object))


def _states(events: int, kind: str, rng: np.random.Generator) -> tuple[Ints, int]:
    """Which mix reigns at each event, (n_events,), and how many there are."""
    place = np.arange(events)
    if kind == "gradual":
        centre = events * rng.uniform(0.25, 0.75)
        ramp = min(events * rng.uniform(*RAMP), 2 * centre, 2 * (events - centre))
        return (rng.random(events) < (place - centre) / ramp + 0.5).astype(np.int64), 2
    count = 1 if kind == "abrupt" else int(rng.choice(MORE, p=CHANCE))
    parts = 0.4 / (count + 1) + 0.6 * rng.dirichlet(np.full(count + 1, 2.0))
    state = np.searchsorted(np.cumsum(parts)[:-1] * events, place, side="right")
    return (state % 2, 2) if kind == "recurring" else (state, count + 1)


def _mixes(prior: Prior, count: int, lean: float, rng: np.random.Generator) -> Floats:
    """Mixes that follow on each other, half of them blends with the one before, (count, n_categories)."""
    out = [_mix(prior, 0.0, rng)]
    for _ in range(count - 1):
        for _ in range(TRIES):
            share = rng.uniform(0.2, 1.0) if rng.random() < 0.5 else 1.0
            other = (1 - share) * out[-1] + share * _mix(prior, lean * out[-1], rng)
            if total_variation(out[-1], other) >= LEAST:
                break
        out.append(other)
    return np.stack(out)


def _mix(prior: Prior, toward: Floats | float, rng: np.random.Generator) -> Floats:
    component = rng.choice(len(prior.weight), p=prior.weight / prior.weight.sum())
    sample = rng.standard_gamma(prior.alpha[component] + toward) + 1e-12
    return np.asarray(sample / sample.sum())


def _kept(fresh: Ints, log: Log, background: Background, rng: np.random.Generator) -> Ints:
    """Categories once events stay in that of the one before or come back to one of their session, (n_events,)."""
    habit = background.stickiness
    stay = np.clip(rng.normal(habit.next_event, SCATTER, log.shape[0]), 0.0, 0.95)[log.user]
    begins = np.diff(log.session, prepend=-1) != 0
    return np.asarray(
        mix_kernels.kept(fresh, begins, rng.random(len(fresh)) < stay, rng.random(len(fresh)), habit.later)
    )
