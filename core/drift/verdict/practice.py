"""The test tells what happened in made-up histories, so that what it tells can be read."""

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence import Counted, Everyone, Seen, Tables, history
from core.drift.verdict import mixes, what_happened
from core.drift.verdict.certainty import Looks
from core.drift.verdict.rehearsal import Rehearsed, rehearse
from core.drift.verdict.yardstick import FEWEST, GRADUAL, UNTAUGHT, Yardstick, figures_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SHUFFLES = 19
"""Shuffles that a noticed history stands above: one in twenty does by chance."""
GRADUAL_SHARE = 0.3
"""Share of gradual changes among single ones that is believed beforehand: ramps say too little to learn it."""


def learn(everyone: Everyone, tables: Tables, lean: float, seed: int) -> Yardstick:
    """From histories made up after this log's, `UNTAUGHT` where too few are noticed; `lean` as in `mixes`."""
    made = rehearse(everyone, lean, seed)
    if made is None:
        return UNTAUGHT
    noticed = _noticed(made, tables)
    if len(noticed) < FEWEST:
        return UNTAUGHT
    figures, told, ramps = [], [], []
    prior = everyone.background.prior
    for user in noticed.tolist():
        events = int(made.events[user])
        past, plain = (history(units, user, events, tables) for units in (made.units, made.plain))
        found = what_happened.segment(past, tables)
        counted, fresh = what_happened.state_counts(plain, found, past), what_happened.state_counts(past, found)
        known = mixes.posterior(counted, fresh, prior, lean, np.random.default_rng([seed, 15, user]))
        size = what_happened.largest(found, known)[1]
        figures.append(figures_of(size, events, len(found.labels) - 1))
        told.append(size[0])
        ramps.append(what_happened.ramp_of(past, found, prior))
    gradual = _threshold(np.array(ramps), made.kind[noticed] == "gradual")
    return Yardstick(np.array(figures), np.array(told), made.magnitude[noticed], gradual)


def _noticed(made: Rehearsed, tables: Tables) -> Ints:
    """Histories that stand above their shuffles."""
    seen: list[Seen] = [Counted(made.units, tables)]
    looks = Looks.none(len(made.events), SHUFFLES, 0)
    looks.first(seen)
    looks.again(seen, _above(looks))
    return _above(looks)


def _above(looks: Looks) -> Ints:
    """Whose history stands above all shuffles so far."""
    others = np.nan_to_num(looks.statistics[:, 1:], nan=-np.inf)
    return np.flatnonzero((looks.statistics[:, :1] > others).all(axis=1))


def _threshold(ramps: Floats, gradual: NDArray[np.bool_]) -> float:
    """Ratio of ramp to step from which a change is rather gradual, by logistic regression; NaN: no single change."""
    from sklearn.linear_model import LogisticRegression

    single = np.isfinite(ramps)
    told, truth = np.arcsinh(ramps[single]), gradual[single]
    if min(truth.sum(), (~truth).sum()) < FEWEST // 3:
        return GRADUAL
    weight = np.where(truth, GRADUAL_SHARE / truth.mean(), (1 - GRADUAL_SHARE) / (1 - truth.mean()))
    fit = LogisticRegression(max_iter=500).fit(told[:, None], truth, sample_weight=weight)
    slope = float(fit.coef_[0, 0])
    return float(np.sinh(min(-float(fit.intercept_[0]) / slope, 20.0))) if slope > 0 else float("inf")
