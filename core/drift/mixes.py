"""The mix of interests in each state of one user: posterior draws, magnitude and direction of a change.

The posterior is a mixture of Dirichlet distributions, as the prior is. A person's mixes before and after a change
are more alike than two strangers': each state's prior leans to the other states' mean by `LEAN` events. Counts
are tempered and intervals widened by factors found on simulated logs, for they know nothing of the sessions'
own ups and downs, of a wrong place of the change, or of having been picked because the change looked large.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from core.drift.prior import Prior

Floats = NDArray[np.float64]
Names = NDArray[np.int32]
DRAWS = 200
"""Draws from the posterior behind each interval."""
COVERAGE = 0.9
TEMPER, LEAN, WIDEN = 0.7, 1.0, 1.45
WIDER = 0.7
"""Change of entropy (nats) that makes a mix broader or narrower."""


@dataclass(frozen=True, eq=False)
class Mixes:
    """What is known of the mixes of one user's states."""

    means: list[Floats]
    """Posterior mean of each state, (n_categories,)."""
    draws: list[Floats]
    """Draws from the posterior of each state, (DRAWS, n_categories)."""


def component_shares(names: Names, counts: Floats, prior: Prior) -> Floats:
    """Posterior probability of each component of the prior given a state's counts, (n_components,)."""
    alpha, mass = prior.alpha[:, names], prior.alpha.sum(axis=1)
    value = np.log(prior.weight) + gammaln(mass) - gammaln(mass + counts.sum())
    value = value + (gammaln(alpha + counts) - gammaln(alpha)).sum(axis=1)
    share = np.exp(value - value.max())
    return np.asarray(share / share.sum())


def posterior(names: Names, counts: Floats, prior: Prior, rng: np.random.Generator) -> Mixes:
    """Mixes of all states from their counts in the user's own categories, (n_states, n_own_categories)."""
    counts = counts * TEMPER
    shares = [component_shares(names, state, prior) for state in counts]
    alphas = []
    for state in counts:
        alpha = prior.alpha.copy()
        alpha[:, names] += state
        alphas.append(alpha)
    means = [share @ (alpha / alpha.sum(axis=1, keepdims=True)) for share, alpha in zip(shares, alphas, strict=True)]
    draws = []
    for state, (share, alpha) in enumerate(zip(shares, alphas, strict=True)):
        others = [mean for other, mean in enumerate(means) if other != state]
        lean = LEAN * np.mean(others, axis=0) if others else 0.0
        sample = rng.standard_gamma(alpha[rng.choice(len(share), DRAWS, p=share)] + lean) + 1e-12
        draws.append(sample / sample.sum(axis=1, keepdims=True))
    return Mixes(means, draws)


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
