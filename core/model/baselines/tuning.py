"""Baselines in the setting that ranks validation events best: none is kept at a default while the model is tuned."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from core.data import Floats
from core.model.baselines.fitting import BASELINES, baseline
from core.model.baselines.transitions import TUNING_USERS, TunedRule
from core.model.evaluation import metrics, ranks
from core.model.parts import Parts
from core.model.ranker import Ranker
from core.phrases import say
from core.progress import Progress, silent

GRIDS: Mapping[str, tuple[Mapping[str, Any], ...]] = MappingProxyType({
    "recent-popularity": tuple({"share": share} for share in (0.003, 0.01, 0.03, 0.1)),
    "item-knn": tuple({"neighbours": count} for count in (20, 50, 100, 300)),
    "als": tuple(
        {"factors": factors, "regularisation": regularisation}
        for factors in (32, 64, 128)
        for regularisation in (0.05, 5.0)
    ),
    "ease": tuple({"regularisation": value} for value in (30.0, 100.0, 300.0, 1000.0)),
    "sparse-ease": tuple(
        {"regularisation": value, "neighbours": count} for value in (3.0, 30.0, 300.0) for count in (30, 100)
    ),
    "two-items": tuple({"back_off": value} for value in (0.1, 0.4, 0.8)),
})  # fmt: skip
"""What is tried of each; the others have nothing to choose, and the tuned rule chooses its shape itself."""


def fit_tuned(
    names: Iterable[str], parts: Parts, *, said: Floats | None = None, seed: int = 0, progress: Progress = silent
) -> list[Ranker]:
    """Baselines each in the setting with the best NDCG@10 on validation events, which are then learned from as well.

    The first setting of equals stays; where there is no validation event, what a baseline does by itself. Validation
    events are learned from where models may learn from them. `said`: see `fit_baselines`.
    """
    names, fitted = list(names), []
    split, known = parts.validation(TUNING_USERS, seed), parts.known() if parts.known else parts.train
    for place, name in enumerate(names):
        progress(place / len(names), say("steps.tuning", model=name))
        if not len(split.users) or (name not in GRIDS and name != TunedRule.name):
            fitted.append(baseline(name, said).fit(known, seed=seed))
        elif name == TunedRule.name:
            fitted.append(TunedRule().tuned(parts, known, seed))
        else:
            tried = [BASELINES[name](**setting).fit(parts.train, seed=seed) for setting in GRIDS[name]]
            worth = [metrics(ranks(ranker, split))["ndcg@10"] for ranker in tried]
            best = worth.index(max(worth))
            fitted.append(BASELINES[name](**GRIDS[name][best]).fit(known, seed=seed) if parts.known else tried[best])
    return fitted
