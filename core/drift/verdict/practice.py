"""The test practises on made-up histories: from which ratio of ramp to step on a change is rather gradual in this log.

Where mixes are sharp an abrupt change looks like a ramp as often as a gradual one does, elsewhere hardly ever: one
threshold is not right for both.
"""

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence import Counted, Everyone, Seen, Tables, history
from core.drift.verdict import what_happened
from core.drift.verdict.certainty import Looks
from core.drift.verdict.rehearsal import Rehearsed, rehearse
from core.drift.verdict.what_happened import GRADUAL

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SHUFFLES = 19
"""Shuffles that a noticed history stands above: one in twenty does by chance."""
FEWEST = 20
"""Single changes of either sort that teach a threshold."""
GRADUAL_SHARE = 0.3
"""Share of gradual changes among single ones that is believed beforehand: ramps say too little to learn it."""


def learn(everyone: Everyone, tables: Tables, lean: float, seed: int) -> float:
    """Log likelihood ratio from which a ramp is believed, `GRADUAL` where little is noticed; `lean` as in `mixes`."""
    made = rehearse(everyone, lean, seed)
    if made is None:
        return GRADUAL
    noticed, ramps = _noticed(made, tables), []
    for user in noticed.tolist():
        past = history(made.units, user, int(made.events[user]), tables)
        ramps.append(what_happened.ramp_of(past, what_happened.segment(past, tables), everyone.background.prior))
    return threshold(np.array(ramps), made.kind[noticed] == "gradual")


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


def threshold(ramps: Floats, gradual: NDArray[np.bool_]) -> float:
    """Ratio from which a change is rather gradual, by logistic regression; ratios of several changes are NaN, (n,)."""
    from sklearn.linear_model import LogisticRegression

    single = np.isfinite(ramps)
    told, truth = np.arcsinh(ramps[single]), gradual[single]
    if min(truth.sum(), (~truth).sum()) < FEWEST:
        return GRADUAL
    weight = np.where(truth, GRADUAL_SHARE / truth.mean(), (1 - GRADUAL_SHARE) / (1 - truth.mean()))
    fit = LogisticRegression(max_iter=500).fit(told[:, None], truth, sample_weight=weight)
    slope = float(fit.coef_[0, 0])
    return float(np.sinh(min(-float(fit.intercept_[0]) / slope, 20.0))) if slope > 0 else float("inf")
