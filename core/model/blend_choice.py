"""Which baselines complete the model, and by what weights: chosen on each user's validation event.

Parts join one at a time, best first, and all weights are looked at again after each. One more part must
gain more than half the standard error of its gain, so that a small log does not choose by chance.
Nothing here ever sees a test event.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.model.baselines import TunedRule, fit_baselines
from core.model.blend import Blend, Part, Recipe
from core.model.calibration import raised
from core.model.nearest import LARGE_CATALOGUE
from core.model.parts import Parts, parted
from core.model.pool import TEMPERATURES, Pool, Scale, Weights
from core.model.ranker import Discerning, Ranker
from core.phrases import say
from core.progress import Progress, part, silent

CANDIDATES = (TunedRule.name, "item-knn", "als", "ease", "content", "recent-popularity", "markov")
"""Baselines that may join."""
WEIGHTS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5)
"""Weights that a part is tried with, relative to the sum of those before it."""
STEPS = (0.5, 0.7, 1.4, 2.0)
"""Factors that a weight is tried with again once another part has joined."""
MOST_PARTS = 4
ERRORS = 0.5
"""Standard errors that one more part must gain."""
USERS = 2000
"""Users whose validation events decide, at most."""
Chosen: TypeAlias = tuple[Weights, NDArray[np.float64]]
"""Weights of a blend and what it is worth to each user."""


def choose(
    model: Ranker, log: Sequences | Parts, *, holdout: int = 2, seed: int = 0, progress: Progress = silent
) -> Blend:
    """The best blend of a trained model with baselines, by validation events.

    `log` are the parts that the model was trained with, or all events: with `holdout` of them kept out per user the
    model was trained then and the baselines are fitted, and the first of those kept out decides. The blend may be the
    model alone, or leave the model out. Over a large catalogue it is the model alone, which an index serves.
    """
    parts = parted(log, holdout)
    split = parts.validation(USERS, seed)
    if not len(split.users) or parts.train.n_items > LARGE_CATALOGUE:
        return Blend(Recipe((Part(model.name, 1.0, 1.0),), 0, {}), {model.name: model})
    fitted = fit_baselines(CANDIDATES, parts.train, seed=seed, progress=part(progress, 0.0, 0.5))
    rankers = {ranker.name: ranker for ranker in (model, *fitted)}
    progress(0.5, say("steps.validation"))
    pool = Pool.of(rankers, model.name, split)
    weights = _best_weights(pool, model.name, part(progress, 0.6, 1.0))
    blend = Blend(_recipe(pool, weights, rankers), rankers)
    if not isinstance(model, Discerning) or not model.meanings:
        return blend
    factor = raised(blend, model.newcomers.described, split)
    return Blend(replace(blend.recipe, newcomers=factor), rankers)


def _best_weights(pool: Pool, model: str, progress: Progress) -> Weights:
    """The best of several searches: from the model at each temperature, and from the best baseline."""
    baselines = [key for key in pool.scaled if key[0] != model]
    strongest = max(baselines, key=lambda key: float(pool.worth(pool.scaled[key]).mean()))
    found = []
    for place, start in enumerate([(model, temperature) for temperature in TEMPERATURES] + [strongest]):
        progress(place / (len(TEMPERATURES) + 1), say("steps.blend"))
        found.append(_grown(pool, start, baselines if start[0] == model else [(model, 1.0), *baselines]))
    return max(found, key=lambda each: float(each[1].mean()))[0]


def _grown(pool: Pool, start: Scale, others: list[Scale]) -> Chosen:
    """Add the part that helps most, then look at all weights again, as long as it helps surely."""
    best: Chosen = ({start: 1.0}, pool.worth(pool.scaled[start]))
    while len(best[0]) < MOST_PARTS:
        weights, quality = best
        total, whole = pool.blended(weights), sum(weights.values())
        tried = [
            (weights | {key: weight * whole}, pool.worth(total + np.float32(weight * whole) * pool.scaled[key]))
            for key in others
            if key not in weights
            for weight in WEIGHTS
        ]
        more = max(tried, key=_mean, default=best)
        gain = more[1] - quality
        if gain.mean() <= max(ERRORS * gain.std() / np.sqrt(len(gain)), 1e-9):
            break
        best = _refined(pool, more)
    return best


def _refined(pool: Pool, chosen: Chosen) -> Chosen:
    """Each weight in turn moved to where the blend is worth most."""
    for key in list(chosen[0]):
        moved = [chosen[0] | {key: chosen[0][key] * step} for step in STEPS]
        chosen = max([chosen, *((weights, pool.worth(pool.blended(weights))) for weights in moved)], key=_mean)
    return chosen


def _mean(chosen: Chosen) -> float:
    return float(chosen[1].mean())


def _recipe(pool: Pool, weights: Weights, rankers: Mapping[str, Ranker]) -> Recipe:
    """Shares of the parts, and NDCG@10 of all rankers that could have taken part."""
    whole = sum(weights.values())
    parts = tuple(
        Part(name, weight / whole, temperature, _shape(rankers[name]))
        for (name, temperature), weight in weights.items()
    )
    validation = {name: pool.ndcg(pool.scaled[name, temperature]) for name, temperature in pool.scaled}
    return Recipe(parts, len(pool.target), validation | {Blend.name: pool.ndcg(pool.blended(weights))})


def _shape(ranker: Ranker) -> dict[str, float]:
    return asdict(ranker.rule) if isinstance(ranker, TunedRule) else {}
