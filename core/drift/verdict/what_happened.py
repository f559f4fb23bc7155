"""What kind of drift: where, from what to what, how large, how sure. All from the segmentation of one user.

Abrupt or gradual is told by whether a ramp from one mix to the other explains the sessions better than a step.
Both mixes are taken from the outer parts of the history, where a ramp hardly reaches. Likelihoods are averaged
over all centres, and for the ramp over its widths; their ratio decides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence import GRAIN, History, Prior, Tables, best_stretch
from core.drift.verdict import joint, mix_kernels, mixes, segments

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NAMED, LEAST_NAMED = 0.1, 0.03
"""Least change of a category's share that is worth a name, and that of the one that changed most."""
WIDER_ONSET = 0.94
"""Central chance that an onset's 90 % interval is given: labels and other boundaries are not known for sure."""
GRADUAL = 2.5
"""Log likelihood ratio from which a ramp is believed where nothing teaches it: most changes are abrupt."""


RAMP_WIDTHS = np.array([0.1, 0.2, 0.3, 0.45])
"""Lengths of a ramp as shares of the history."""
RAMP_LEVELS = 10
"""Steps between the mixes for which likelihoods are kept."""
STEP = 1e-3
"""Width of a ramp that is none, in events."""
RAMP_OUTER = 0.12
"""Share of the history on each side of the change that is left out of its mix."""


@dataclass(frozen=True, eq=False)
class Turn:
    """One change of a user's mix of interests."""

    event: int
    """First event after it; the middle of a gradual one."""
    onset: tuple[int, int]
    """90 % interval of the change, in events."""
    magnitude: float
    lost: Ints
    """Categories that lost most, first the one that lost most; at most three."""
    gained: Ints


@dataclass(frozen=True, eq=False)
class Drift:
    """What happened to one user."""

    change_events: tuple[int, ...]
    """First event after each change; the middle of a gradual one."""
    onset: tuple[int, int]
    """90 % interval of the first change, in events."""
    kind: str
    direction: str
    magnitude: float
    magnitude_interval: tuple[float, float]
    lost: Ints
    """Categories that lost most at the largest change, first the one that lost most."""
    gained: Ints
    turns: tuple[Turn, ...]
    """Each change by itself."""


@dataclass(frozen=True, eq=False)
class Segmentation:
    """Stretches of one user's history."""

    bounds: Ints
    """First unit of each stretch, and the number of units."""
    labels: Ints
    """State of each stretch."""
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


def segment_by(past: History, tables: Tables, sight: joint.Sight, parts: Floats) -> Segmentation:
    """The same in the eyes of all views together, unless the first has most to say, (n_views,)."""
    if not parts.argmax():
        return segment(past, tables)
    bounds, labels = joint.divide(sight, len(past.dense))
    found = [joint.places(sight, int(a), int(b)) for a, b in zip(bounds[:-2], bounds[2:], strict=True)]
    return Segmentation(bounds, labels, [(past.start[sessions], chance) for sessions, chance in found])


def best_place(place: Ints, chance: Floats, events: int) -> int:
    """The event that most probably lies within a tenth of the history (or five events) of the change."""
    reach = max(5.0, 0.1 * events)
    candidates = np.arange(place[0], place[-1] + 1)
    distance = np.abs(candidates[:, None] - place[None, :])
    gain = (chance * ((distance <= reach) + 0.3 * np.clip(1 - distance / (reach + 1), 0, 1))).sum(axis=1)
    return int(candidates[gain.argmax()])


def interval(place: Ints, chance: Floats, coverage: float = WIDER_ONSET) -> tuple[int, int]:
    """Central interval of a change, one place wider on each side: changes fall inside sessions, too."""
    running = np.cumsum(chance)
    low = int(np.searchsorted(running, (1 - coverage) / 2))
    high = int(np.searchsorted(running, 1 - (1 - coverage) / 2))
    return int(place[max(0, low - 1)]), int(place[min(len(place) - 1, high + 1)])


def widened(onset: tuple[int, int], margin: float, told: int, events: int) -> tuple[int, int]:
    """An interval with a margin on both sides; it holds the change that is told, and lies inside the history."""
    low, high = np.floor(onset[0] - margin), np.ceil(onset[1] + margin)
    return int(max(min(low, told), min(told, 1))), int(min(max(high, told), max(told, events - 1)))


def describe(  # a history, what was found in it, and what teaches to read it
    past: History,
    found: Segmentation,
    known: mixes.Mixes,
    prior: Prior,
    margin: float = 0.0,
    gradual: float = GRADUAL,
) -> Drift:
    """Kind, direction, magnitude and categories of a segmented history, given what is known of its states' mixes.

    `margin`: events that onsets' intervals are wider by, see `onsets`; `gradual`: log likelihood ratio from which a
    ramp is believed, see `practice`.
    """
    steps = list(zip(found.labels[:-1], found.labels[1:], strict=True))
    distances = [mixes.total_variation(known.draws[a], known.draws[b]) for a, b in steps]
    largest = int(np.argmax([distance.mean() for distance in distances]))
    a, b = steps[largest]
    middle, low, high = mixes.magnitude(distances[largest])
    turns = tuple(
        Turn(
            (told := best_place(*place, past.events)),
            widened(interval(*place), margin, told, past.events),
            mixes.magnitude(distance)[0],
            *moved(known.means[after] - known.means[before]),
        )
        for place, distance, (before, after) in zip(found.places, distances, steps, strict=True)
    )
    return Drift(
        change_events=tuple(turn.event for turn in turns),
        onset=turns[0].onset,
        kind=kind_of(past, found, prior, gradual),
        direction=mixes.direction(known.draws[a], known.draws[b]),
        magnitude=middle,
        magnitude_interval=(low, high),
        lost=turns[largest].lost,
        gained=turns[largest].gained,
        turns=turns,
    )


def moved(change: Floats) -> tuple[Ints, Ints]:
    """Categories that lost and gained most from one mix to another, (at most 3,) each."""
    return _named(-change), _named(change)


def _named(gain: Floats) -> Ints:
    """Up to three categories that gained most, the first of them even if it gained little."""
    order = np.argsort(-gain, kind="stable")[:3]
    return np.asarray(order[gain[order] > np.array([LEAST_NAMED, NAMED, NAMED])[: len(order)]])


def kind_of(past: History, found: Segmentation, prior: Prior, gradual: float = GRADUAL) -> str:
    """Recurring if a state comes back, gradual if a ramp explains a single change better, else abrupt."""
    if len(set(found.labels)) < len(found.labels):
        return "recurring"
    return "gradual" if ramp_of(past, found, prior) > gradual else "abrupt"


def ramp_of(past: History, found: Segmentation, prior: Prior) -> float:
    """Log likelihood ratio of ramp over step of a single change, NaN of several."""
    return ramp_log_ratio(past, int(found.bounds[1]), prior) if len(found.labels) == 2 else float("nan")


def state_counts(past: History, found: Segmentation, worth: History | None = None) -> mixes.States:
    """Events counted in each state; with `worth`, the same units otherwise counted, scaled to as many as there.

    An event that stays in the category of the one before it is distributed like any other: shares are read best from
    units in which all events count alike. How much they are worth is told by the effective counts.
    """
    counts = _sums(past, found)
    if worth is not None:
        counts *= (_sums(worth, found).sum(axis=1) / np.maximum(counts.sum(axis=1), 1 / GRAIN))[:, None]
    return mixes.States(past.names, counts)


def _sums(past: History, found: Segmentation) -> Floats:
    """Counts of each state in each of the user's categories, in events, (n_states, n_own_categories)."""
    counts = segments.label_counts(past.dense, found.bounds, found.labels)
    return np.asarray(counts[: found.labels.max() + 1] / GRAIN)


def ramp_log_ratio(past: History, boundary: int, prior: Prior) -> float:
    """Log likelihood ratio of ramp over step, for a history with one change before unit `boundary`."""
    place = past.start + np.diff(past.start, append=past.events) / 2
    reach = RAMP_OUTER * past.events
    change = past.start[boundary]
    before, after = place <= change - reach, place >= change + reach
    counts = past.dense / GRAIN
    old = counts[before].sum(axis=0) if before.any() else counts[:boundary].sum(axis=0)
    new = counts[after].sum(axis=0) if after.any() else counts[boundary:].sum(axis=0)
    level = np.linspace(0, 1, RAMP_LEVELS + 1)[:, None]
    old, new = (mix_kernels.mean_mix(prior.weight, prior.alpha, past.names, side)[past.names] for side in (old, new))
    likelihood = counts @ np.log((1 - level) * old + level * new).T
    widths = np.append(RAMP_WIDTHS * past.events, STEP)
    *ramps, step = (mix_kernels.ramp_evidence(likelihood, place, past.start[1:], width) for width in widths)
    return float(np.logaddexp.reduce(ramps) - np.log(len(ramps)) - step)
