"""The mix of interests in each state of one user: posterior draws, magnitude and direction of a change.

The posterior is a mixture of Dirichlet distributions, as the prior is. A person's mixes before and after a change
are more alike than two strangers': each state's prior leans to the other states' mean, by as many events as make
the counts of all who changed likeliest (`learn_lean`), `LEAN` where nobody did. Counts are tempered and intervals
widened by factors found on simulated logs, for they know nothing of the sessions' own ups and downs, of a wrong place
of the change, or of having been picked because the change looked large.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence import Prior
from core.drift.verdict import mix_kernels

Floats = NDArray[np.float64]
Names = NDArray[np.int32]
DRAWS = 200
"""Draws from the posterior behind each interval."""
COVERAGE = 0.9
"""Chance that an interval of the magnitude holds the truth."""
TEMPER, LEAN, WIDEN = 0.7, 1.0, 1.6
"""What counts are taken for, the lean where nobody teaches one, and what intervals are widened by: chosen so that
intervals cover on simulated worlds (`bench.drift simulated`, seeds other than those of the table)."""
LEANS = np.array([0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])
"""Leans that are weighed against each other."""
LEARNERS = 2000
"""Users that are enough to learn the lean from."""
WIDER = 0.7
"""Change of entropy (nats) that makes a mix broader or narrower."""


@dataclass(frozen=True, eq=False)
class Mixes:
    """What is known of the mixes of one user's states."""

    means: list[Floats]
    """Posterior mean of each state, (n_categories,)."""
    draws: list[Floats]
    """Draws from the posterior of each state, (DRAWS, n_categories)."""


@dataclass(frozen=True, eq=False)
class States:
    """What was counted in each state of one user."""

    names: Names
    """Category of each column."""
    counts: Floats
    """Effective events, in the proportions of all events, (n_states, n_own_categories)."""


def posterior(states: States, fresh: States, prior: Prior, lean: float, rng: np.random.Generator) -> Mixes:
    """Mixes of all states: draws from `states`, each leaning to the mean of the others by `lean` events.

    Means, by which categories are named, are those of the `fresh` counts: fewer, but one long session in a category
    that is else never visited does not pass for an interest.
    """
    counts = states.counts * TEMPER
    means = _means(states, prior)
    draws = []
    for state, count in enumerate(counts):
        others = [mean for other, mean in enumerate(means) if other != state]
        toward = lean * np.mean(others, axis=0) if others else 0.0
        share = mix_kernels.component_shares(prior.weight, prior.alpha, states.names, count)
        alpha = _with_counts(prior, states.names, count)[rng.choice(len(share), DRAWS, p=share)]
        sample = rng.standard_gamma(alpha + toward) + 1e-12
        draws.append(sample / sample.sum(axis=1, keepdims=True))
    return Mixes(_means(fresh, prior), draws)


def _means(states: States, prior: Prior) -> list[Floats]:
    """Posterior mean of each state's mix by its own counts, (n_categories,) each."""
    return [mix_kernels.mean_mix(prior.weight, prior.alpha, states.names, count) for count in states.counts * TEMPER]


def _with_counts(prior: Prior, names: Names, counts: Floats) -> Floats:
    """Concentrations of each component once the counts are in, (n_components, n_categories)."""
    alpha = prior.alpha.copy()
    alpha[:, names] += counts
    return alpha


def learn_lean(evidence: Floats) -> float:
    """How alike the mixes of one person's states are: the `LEANS` under which counts of states are likeliest.

    Empirical Bayes over users who changed, from the `lean_evidence` of each, (n_users, len(LEANS)).
    """
    total = evidence.sum(axis=0)
    return float(LEANS[int(total.argmax())]) if total.any() else LEAN


def lean_evidence(states: States, prior: Prior) -> Floats:
    """Log evidence of the counts of a user's states for each lean, 0 of a single state, (len(LEANS),).

    Each state's counts are taken under a prior that leans to the other states' mean.
    """
    if len(states.counts) < 2:
        return np.zeros(len(LEANS))
    counts, means = states.counts * TEMPER, _means(states, prior)
    out = np.zeros(len(LEANS))
    for state, count in enumerate(counts):
        other = np.mean([mean for place, mean in enumerate(means) if place != state], axis=0)
        out += mix_kernels.lean_evidence(prior.weight, prior.alpha, states.names, count, other, LEANS)
    return out


def total_variation(one: Floats, other: Floats) -> Floats:
    """Half the summed absolute difference of mixes in the last axis, 0 to 1."""
    return np.asarray(np.abs(one - other).sum(axis=-1) / 2)


def magnitude(distances: Floats) -> tuple[float, float, float]:
    """Median of drawn distances and a widened 90 % interval, within 0 and 1."""
    low, middle, high = np.interp(
        np.array([(1 - COVERAGE) / 2, 0.5, (1 + COVERAGE) / 2]) * (len(distances) - 1),
        np.arange(len(distances)),
        np.sort(distances),
    )
    return (
        float(middle),
        float(max(0.0, middle - WIDEN * (middle - low))),
        float(min(1.0, middle + WIDEN * (high - middle))),
    )


def direction(before: Floats, after: Floats) -> str:
    """Whether draws of a mix tell of a broader or narrower one, by mean entropy, or of a mere shift."""
    gain = entropy(after) - entropy(before)
    if abs(gain) < WIDER:
        return "shift"
    return "broaden" if gain > 0 else "narrow"


def entropy(mixes: Floats) -> float:
    """Mean entropy of mixes in nats.

    >>> round(entropy(np.array([[0.5, 0.5]])), 4)
    0.6931
    """
    safe = np.maximum(mixes, 1e-12)
    return float(-(mixes * np.log(safe)).sum(axis=-1).mean())
