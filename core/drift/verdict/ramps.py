"""Abrupt or gradual: does a ramp from one mix to the other explain the sessions better than a step?

Both mixes are taken from the outer parts of the history, where a ramp hardly reaches. Likelihoods are averaged
over all centres, and for the ramp over its widths; their ratio decides.
"""

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence.prior import Prior
from core.drift.evidence.statistic import History
from core.drift.evidence.units import GRAIN
from core.drift.verdict.mixes import component_shares

Floats = NDArray[np.float64]
WIDTHS = np.array([0.1, 0.2, 0.3, 0.45])
"""Lengths of a ramp as shares of the history."""
LEVELS = 10
"""Steps between the mixes for which likelihoods are kept."""
OUTER = 0.12
"""Share of the history on each side of the change that is left out of its mix."""


def log_ratio(past: History, boundary: int, prior: Prior) -> float:
    """Log likelihood ratio of ramp over step, for a history with one change before unit `boundary`."""
    place = past.start + np.diff(past.start, append=past.events) / 2
    reach = OUTER * past.events
    change = past.start[boundary]
    before, after = place <= change - reach, place >= change + reach
    counts = past.dense / GRAIN
    old = counts[before].sum(axis=0) if before.any() else counts[:boundary].sum(axis=0)
    new = counts[after].sum(axis=0) if after.any() else counts[boundary:].sum(axis=0)
    level = np.linspace(0, 1, LEVELS + 1)[:, None]
    likelihood = counts @ np.log((1 - level) * _mean(past, old, prior) + level * _mean(past, new, prior)).T
    step = _totals(likelihood, place, past.start[1:], 1e-3)
    ramps = np.stack([_totals(likelihood, place, past.start[1:], width * past.events) for width in WIDTHS])
    return _log_sum(ramps) - float(np.log(len(WIDTHS))) - _log_sum(step)


def _log_sum(values: Floats) -> float:
    """Logarithm of the sum of exponentials; scipy's takes ten times as long for so few."""
    top = values.max()
    return float(top + np.log(np.exp(values - top).sum()))


def _mean(past: History, counts: Floats, prior: Prior) -> Floats:
    """Posterior mean of a mix in the user's own categories."""
    alpha = prior.alpha[:, past.names] + counts
    mass = prior.alpha.sum(axis=1) + counts.sum()
    return np.asarray(component_shares(past.names, counts, prior) @ (alpha / mass[:, None]))


def _totals(likelihood: Floats, place: Floats, centres: NDArray[np.int64], width: float) -> Floats:
    """Log likelihood of the history for each centre of a ramp, (n_centres,)."""
    share = np.clip((place[None, :] - centres[:, None]) / width + 0.5, 0, 1)
    level = np.rint(share * LEVELS).astype(np.int64)
    return np.asarray(likelihood[np.arange(len(place))[None, :], level].sum(axis=1))
