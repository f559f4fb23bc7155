"""Who the simulated users are, and how the interests of each of them change."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.simulate.world import World
from core.settings import SimulationSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_STATES = 3
KINDS = ("abrupt", "gradual", "recurring", "chain")
"""`chain` is a run of abrupt changes, each to a new mix (A-B-C)."""


@dataclass(frozen=True)
class Plan:
    """How the mix of one user changes; without drift there are no changes."""

    kind: str = ""
    direction: str = ""
    changes: tuple[int, ...] = ()
    """First event after each change; the middle of a gradual one."""
    ramp: int = 0
    """Events that a gradual change takes."""
    states: tuple[int, ...] = (0,)
    """Which mix reigns before, between and after the changes."""


@dataclass(frozen=True, eq=False)
class People:
    """Some users: their size, habits, mixes and plans."""

    events: Ints
    """Events of each, (n,)."""
    stickiness: Floats
    """Chance that an event stays in the category of the one before it, (n,)."""
    weekend_category: Ints
    """Category that each seeks at weekends, -1 for none, (n,)."""
    mixes: Floats
    """Mixes of each, (n, MOST_STATES, n_categories)."""
    plans: list[Plan]


def draw_people(count: int, world: World, settings: SimulationSettings, rng: np.random.Generator) -> People:
    """Draw users with their habits, mixes and plans."""
    categories = world.tastes.shape[1]
    spread = 0.8
    events = np.exp(rng.normal(np.log(settings.mean_events) - spread**2 / 2, spread, count))
    events = np.clip(events, 16, 40 * settings.mean_events).astype(np.int64)
    cold = rng.random(count) < settings.cold
    events[cold] = rng.integers(5, 16, cold.sum())
    pull = 12.0 * max(0.0, min(settings.stickiness, 1.0))
    sticky = rng.beta(pull, 12.0 - pull, count) if 0 < pull < 12 else np.full(count, settings.stickiness)
    weekend = np.where(rng.random(count) < 0.5, rng.integers(0, categories, count), -1)
    mixes = np.repeat(_tastes_of(count, world, rng)[:, None], MOST_STATES, axis=1)
    plans = []
    for user in range(count):
        plan = Plan()
        if events[user] >= 20 and rng.random() < settings.drift:
            plan = _plan(int(events[user]), rng)
            for state in range(1, max(plan.states) + 1):
                mixes[user, state] = _changed(mixes[user, state - 1], plan.direction, world, settings, rng)
        plans.append(plan)
    return People(events, sticky, weekend, mixes, plans)


def _tastes_of(count: int, world: World, rng: np.random.Generator) -> Floats:
    """Mixes near typical ones, (count, n_categories): gamma draws, normalised, are Dirichlet."""
    typical = world.tastes[rng.choice(len(world.tastes), size=count, p=world.taste_weight)]
    draws = rng.gamma(np.maximum(12.0 * typical, 0.02)) + 1e-6
    return np.asarray(draws / draws.sum(axis=1, keepdims=True))


def _plan(events: int, rng: np.random.Generator) -> Plan:
    kind = str(rng.choice(KINDS, p=(0.5, 0.15, 0.2, 0.15)))
    direction = str(rng.choice(("shift", "broaden", "narrow"), p=(0.6, 0.2, 0.2)))
    apart = max(6, events // 7)
    changes = 1 if kind in ("abrupt", "gradual") else 2
    if kind == "recurring" and events >= 80 and rng.random() < 0.3:
        changes = 3
    if events < apart * (changes + 1) + 2:
        kind, changes = "abrupt", 1
    free = events - apart * (changes + 1)
    places = np.sort(rng.integers(0, free + 1, changes)) + apart * np.arange(1, changes + 1)
    ramp = int(min(2 * places[0], 2 * (events - places[0]), events * rng.uniform(0.1, 0.3))) if kind == "gradual" else 0
    states = tuple(s % 2 for s in range(changes + 1)) if kind == "recurring" else tuple(range(changes + 1))
    return Plan(kind, direction, tuple(int(p) for p in places), ramp, states)


def _changed(
    mix: Floats, direction: str, world: World, settings: SimulationSettings, rng: np.random.Generator
) -> Floats:
    """A mix at least `smallest_change` away in total variation, as far as the direction allows."""
    best = mix
    for _ in range(20):
        other = (1 - (share := rng.uniform(0.4, 1.0))) * mix + share * _target(mix, direction, world, rng)
        if total_variation(mix, other) > total_variation(mix, best):
            best = other
        if total_variation(mix, best) >= settings.smallest_change:
            break
    return best


def _target(mix: Floats, direction: str, world: World, rng: np.random.Generator) -> Floats:
    categories = len(mix)
    if direction == "shift":
        return np.asarray(_tastes_of(1, world, rng)[0])
    if direction == "broaden":
        new = rng.choice(categories, size=min(categories, int(rng.integers(6, 11))), replace=False)
        target = np.zeros(categories)
        target[new] = 1 / len(new)
        return target
    target = np.zeros(categories)
    target[rng.choice(np.argsort(-mix)[:3])] = 1.0
    return target


def total_variation(one: Floats, other: Floats) -> float:
    """Half the summed absolute difference of two mixes, 0 to 1.

    >>> total_variation(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    0.5
    """
    return float(np.abs(one - other).sum() / 2)
