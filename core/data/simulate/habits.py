"""Which item of a category people take, and when they are after what: the habits that tell worlds apart."""

import numpy as np
from numpy.typing import NDArray

from core.data.simulate.visits import DAY
from core.data.simulate.world import World
from core.settings import SimulationSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PARTS = 4
"""Parts of a day, each with moods of its own."""


def moods(user: Ints, seconds: Floats, settings: SimulationSettings, rng: np.random.Generator) -> Floats:
    """Logarithm of what the part of the day does to each user's mix at each event, (n_events, n_categories)."""
    taste = rng.normal(0, settings.moods, (user.max() + 1, PARTS, settings.categories))
    return np.asarray(taste[user, (seconds % DAY * PARTS / DAY).astype(np.int64)])


def items(
    user: Ints, category: Ints, seconds: Floats, world: World, settings: SimulationSettings, rng: np.random.Generator
) -> Ints:
    """Item of each event: popular, new, near the user's own corner, next in its series, or had before."""
    count, per = len(user), world.launch_day.shape[1]
    gone, available = _there(category, seconds, world, settings)
    corner = rng.random((user.max() + 1, world.launch_day.shape[0]))[user, category]
    draw = np.where(rng.random(count) < 0.5, (corner + 0.2 * rng.random(count)) % 1, rng.random(count))
    low = np.where(gone > 0, world.popularity[category, gone - 1], 0.0)
    reach = low + draw * (world.popularity[category, available - 1] - low)
    place = (world.popularity[category] < reach[:, None]).sum(axis=1)
    place = np.where(rng.random(count) < 0.15, available - 1 - rng.integers(0, 4, count), place)
    if settings.episodes:
        place = _watched(user, category, np.clip(place, gone, available - 1), settings, rng) % available
    else:
        follows = np.flatnonzero((category[1:] == category[:-1]) & (user[1:] == user[:-1])) + 1
        follows = follows[rng.random(len(follows)) < 0.3]
        place[follows] = place[follows - 1] + 1
    item = category * per + np.clip(place, gone, available - 1)
    return _again(user, category, item, settings, rng) if settings.repeats else np.asarray(item)


def _there(category: Ints, seconds: Floats, world: World, settings: SimulationSettings) -> tuple[Ints, Ints]:
    """Items of the category that are gone at each event, and those that have come out, one of which is there still."""
    day = (seconds / DAY).astype(np.int64)
    out = np.array([np.searchsorted(days, np.arange(day.max() + 2), side="right") for days in world.launch_day])
    available = out[category, day]
    if not settings.life_days:
        return np.zeros_like(available), available
    gone = np.where(day >= settings.life_days, out[category, np.maximum(day - settings.life_days, 0)], 0)
    return np.minimum(gone, available - 1), available


def _watched(user: Ints, category: Ints, place: Ints, settings: SimulationSettings, rng: np.random.Generator) -> Ints:
    """Places where people go on in a series where they left it, or begin another one."""
    order, first = _by_category(user, category)
    begins = (rng.random(len(user)) >= settings.binge) | (first == np.arange(len(user)))
    start = np.maximum.accumulate(np.where(begins, np.arange(len(user)), 0))
    watched = np.empty_like(place)
    watched[order] = place[order][start] // settings.episodes * settings.episodes + np.arange(len(user)) - start
    return watched


def _again(user: Ints, category: Ints, item: Ints, settings: SimulationSettings, rng: np.random.Generator) -> Ints:
    """Items where people come back to what they had in the category: any earlier time, so the oftener the likelier."""
    order, first = _by_category(user, category)
    here = np.arange(len(user))
    back = first + (rng.random(len(user)) * (here - first)).astype(np.int64)
    source = np.where((rng.random(len(user)) < settings.repeats) & (here > first), back, here)
    while (source != source[source]).any():
        source = source[source]
    again = np.empty_like(item)
    again[order] = item[order][source]
    return again


def _by_category(user: Ints, category: Ints) -> tuple[Ints, Ints]:
    """The order of events by user and category, and for each the place of the first of its user and category."""
    order = np.lexsort((np.arange(len(user)), category, user))
    fresh = np.diff(user[order], prepend=-1) != 0
    fresh |= np.diff(category[order], prepend=-1) != 0
    return order, np.maximum.accumulate(np.where(fresh, np.arange(len(user)), 0))
