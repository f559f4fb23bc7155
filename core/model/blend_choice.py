"""Which baselines complete the model, and by what weights: chosen on each user's validation event.

Nothing here ever sees a test event.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.model.baselines import Content, TunedRule, fit_baselines
from core.model.blend import Blend, Part, Recipe
from core.model.evaluation import Split, ranks
from core.model.meanings import said_of
from core.model.nearest import LARGE_CATALOGUE
from core.model.parts import Parts, parted
from core.model.pool import SMOOTHING, TEMPERATURES, Pool, Weights
from core.model.raising import raised
from core.model.ranker import Discerning, Ranker
from core.model.short_histories import WITHOUT, for_short_histories
from core.model.weighing import grown, mean, shares
from core.phrases import say
from core.progress import Progress, part, silent

CANDIDATES = (TunedRule.name, "item-knn", "als", "ease", "content", "recent-popularity", "markov")
"""Baselines that may join."""
USERS = 2000
"""Users whose validation events decide, at most."""


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
    fitting = part(progress, 0.0, 0.5)
    fitted = fit_baselines(CANDIDATES, parts.train, said=said_of([model]), seed=seed, progress=fitting)
    rankers = {ranker.name: ranker for ranker in (model, *fitted)}
    progress(0.5, say("steps.validation"))
    pool = Pool.of(rankers, model.name, split)
    weights = _best_weights(pool, model.name, part(progress, 0.6, 0.8))
    progress(0.8, say("steps.blend_short"))
    rankers |= {ranker.name: ranker for ranker in fit_baselines(WITHOUT[:1], parts.train)}
    short = for_short_histories(rankers, model.name, split, weights)
    recipe = replace(_recipe(pool, weights, rankers), short=tuple(_parts(each, rankers) for each in short))
    blend = Blend(recipe, rankers)
    if not isinstance(model, Discerning) or not model.meanings:
        return blend
    return _with_newcomers(blend, model.newcomers.described, split, rankers)


def _with_newcomers(blend: Blend, newcomers: NDArray[np.int64], split: Split, rankers: Mapping[str, Ranker]) -> Blend:
    """The blend in which newcomers get their share: all parts raised, or content alone, as their events are found."""
    own = np.isin(split.targets, newcomers)
    events = Split(split.histories, split.users[own], split.targets[own])
    ways = [(), (Content.name,)] if Content.name in {part.name for part in blend.recipe.parts} else [()]
    found = []
    for names in ways:
        recipe = replace(blend.recipe, raised=names)
        recipe = replace(recipe, newcomers=raised(Blend(recipe, rankers), newcomers, split))
        found.append(Blend(recipe, rankers))
    if len(found) == 1 or not own.any():
        return found[0]
    return max(found, key=lambda each: float((1 / (ranks(each, events) + SMOOTHING)).mean()))


def _best_weights(pool: Pool, model: str, progress: Progress) -> Weights:
    """The best of several searches: from the model at each temperature, and from the best baseline."""
    baselines = [key for key in pool.scaled if key[0] != model]
    strongest = max(baselines, key=lambda key: float(pool.worth(pool.scaled[key]).mean()))
    found = []
    for place, start in enumerate([(model, temperature) for temperature in TEMPERATURES] + [strongest]):
        progress(place / (len(TEMPERATURES) + 1), say("steps.blend"))
        found.append(grown(pool, {start: 1.0}, baselines if start[0] == model else [(model, 1.0), *baselines]))
    return max(found, key=mean)[0]


def _recipe(pool: Pool, weights: Weights, rankers: Mapping[str, Ranker]) -> Recipe:
    """Shares of the parts, and NDCG@10 of all rankers that could have taken part."""
    validation = {name: pool.ndcg(pool.scaled[name, temperature]) for name, temperature in pool.scaled}
    return Recipe(
        _parts(weights, rankers), len(pool.target), validation | {Blend.name: pool.ndcg(pool.blended(weights))}
    )


def _parts(weights: Weights, rankers: Mapping[str, Ranker]) -> tuple[Part, ...]:
    return tuple(
        Part(name, weight, temperature, _shape(rankers[name]))
        for (name, temperature), weight in shares(weights).items()
    )


def _shape(ranker: Ranker) -> dict[str, float]:
    return asdict(ranker.rule) if isinstance(ranker, TunedRule) else {}
