"""What kind of drift: where, from what to what, how large, how sure.

Everything rests on the segmentation of one user (see `segments`) and on the posterior of each state's mix: a
mixture of Dirichlet distributions, as the prior is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from core.drift import segments
from core.drift.evidence import History, Tables, best_stretch
from core.drift.prior import Prior
from core.drift.units import GRAIN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
DRAWS = 200
"""Draws from the posterior behind each interval."""
COVERAGE = 0.9
NAMED = 0.05
"""Least change of a category's share that is worth a name."""
WIDER = 0.35
"""Change of entropy (nats) that makes a mix broader or narrower."""


@dataclass(frozen=True)
class Drift:
    """What happened to one user."""

    change_events: tuple[int, ...]
    """First event after each change."""
    onset: tuple[int, int]
    """90 % interval of the first change, in events."""
    kind: str
    direction: str
    magnitude: float
    magnitude_interval: tuple[float, float]
    lost: Ints
    """Categories that lost most, first the one that lost most."""
    gained: Ints


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Stretches of one user's history."""

    bounds: Ints
    labels: Ints
    places: list[tuple[Ints, Floats]]
    """For each boundary: its possible places, as events, and their probabilities."""


def segment(past: History, tables: Tables) -> Segmentation:
    """The best segmentation, and how sure each of its boundaries is."""
    stretch = best_stretch(past, tables)
    bounds, labels, _ = segments.search(past.dense, stretch, past.names, tables.arrays)
    places = []
    for r in range(1, len(labels)):
        profile = segments.boundary_profile(past.dense, bounds, labels, r, past.names, tables.arrays)
        first = bounds[r - 1] + 1
        chance = np.exp(profile - profile.max())
        places.append((past.start[first : first + len(chance)], chance / chance.sum()))
    return Segmentation(bounds, labels, places)


def best_place(place: Ints, chance: Floats, events: int) -> int:
    """The event that most probably lies within a tenth of the history (or five events) of the change."""
    reach = max(5.0, 0.1 * events)
    candidates = np.arange(place[0], place[-1] + 1)
    distance = np.abs(candidates[:, None] - place[None, :])
    gain = (chance * ((distance <= reach) + 0.3 * np.clip(1 - distance / (reach + 1), 0, 1))).sum(axis=1)
    return int(candidates[gain.argmax()])


def interval(place: Ints, chance: Floats, coverage: float = COVERAGE) -> tuple[int, int]:
    """Central interval of a change; a change may lie anywhere between a unit's first event and the one before."""
    running = np.cumsum(chance)
    low = int(np.searchsorted(running, (1 - coverage) / 2))
    high = int(np.searchsorted(running, 1 - (1 - coverage) / 2))
    last = len(place) - 1
    return int(place[max(0, low - 1)]), int(place[min(last, high + 1)])


def describe(past: History, found: Segmentation, prior: Prior, rng: np.random.Generator) -> Drift:
    """Kind, direction, magnitude and categories of a segmented history."""
    counts = state_counts(past, found)
    draws = [posterior_draws(past.names, state, prior, rng) for state in counts]
    steps = list(zip(found.labels[:-1], found.labels[1:], strict=True))
    distances = [np.abs(draws[a] - draws[b]).sum(axis=1) / 2 for a, b in steps]
    largest = int(np.argmax([distance.mean() for distance in distances]))
    a, b = steps[largest]
    low, high = np.quantile(distances[largest], [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    change = draws[b].mean(axis=0) - draws[a].mean(axis=0)
    order = np.argsort(change, kind="stable")
    return Drift(
        change_events=tuple(best_place(*place, past.events) for place in found.places),
        onset=interval(*found.places[0]),
        kind="recurring" if len(set(found.labels)) < len(found.labels) else "abrupt",
        direction=_direction(draws[a], draws[b]),
        magnitude=float(np.median(distances[largest])),
        magnitude_interval=(float(low), float(high)),
        lost=order[:3][change[order[:3]] < -NAMED],
        gained=order[::-1][:3][change[order[::-1][:3]] > NAMED],
    )


def state_counts(past: History, found: Segmentation) -> Floats:
    """Effective events of each state in each of the user's categories, (n_states, n_own_categories)."""
    counts = segments.label_counts(past.dense, found.bounds, found.labels)
    return np.asarray(counts[: found.labels.max() + 1] / GRAIN)


def component_shares(names: NDArray[np.int32], counts: Floats, prior: Prior) -> Floats:
    """Posterior probability of each component of the prior given a state's counts, (n_components,)."""
    alpha, mass = prior.alpha[:, names], prior.alpha.sum(axis=1)
    value = np.log(prior.weight) + gammaln(mass) - gammaln(mass + counts.sum())
    value = value + (gammaln(alpha + counts) - gammaln(alpha)).sum(axis=1)
    share = np.exp(value - value.max())
    return np.asarray(share / share.sum())


def posterior_draws(names: NDArray[np.int32], counts: Floats, prior: Prior, rng: np.random.Generator) -> Floats:
    """Mixes drawn from a state's posterior, (DRAWS, n_categories)."""
    component = rng.choice(len(prior.weight), DRAWS, p=component_shares(names, counts, prior))
    alpha = prior.alpha[component]
    alpha[:, names] += counts
    draws = rng.standard_gamma(alpha) + 1e-12
    return np.asarray(draws / draws.sum(axis=1, keepdims=True))


def _direction(before: Floats, after: Floats) -> str:
    def entropy(mix: Floats) -> float:
        return float(-(mix * np.log(mix)).sum(axis=1).mean())

    gain = entropy(after) - entropy(before)
    if abs(gain) < WIDER:
        return "shift"
    return "broaden" if gain > 0 else "narrow"
