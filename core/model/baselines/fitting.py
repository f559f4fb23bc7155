"""Every baseline by name, and fitting some of them."""

from collections.abc import Callable, Iterable

from core.data import Floats, Sequences
from core.errors import SettingsError
from core.model.baselines.content import Content
from core.model.baselines.factors import Als
from core.model.baselines.neighbours import Ease, ItemKnn
from core.model.baselines.pairs import TwoItems
from core.model.baselines.popularity import Popularity, RecentPopularity
from core.model.baselines.sparse import SparseEase
from core.model.baselines.transitions import Markov, SequenceRule, TunedRule
from core.model.ranker import Ranker
from core.phrases import say
from core.progress import Progress, silent

BASELINES: dict[str, Callable[..., Ranker]] = {
    Popularity.name: Popularity,
    RecentPopularity.name: RecentPopularity,
    ItemKnn.name: ItemKnn,
    Als.name: Als,
    Ease.name: Ease,
    SparseEase.name: SparseEase,
    Content.name: Content,
    Markov.name: Markov,
    TwoItems.name: TwoItems,
    SequenceRule.name: SequenceRule,
    TunedRule.name: TunedRule,
}
"""Every baseline by the name that tables and `--model` use."""


def baseline(name: str, said: Floats | None = None) -> Ranker:
    """A baseline that is not fitted; `said` is what items mean, for those that read it, (n_items, size)."""
    return Content(said) if name == Content.name else BASELINES[name]()


def fit_baselines(
    names: Iterable[str],
    train: Sequences,
    *,
    said: Floats | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> list[Ranker]:
    """Baselines of these names, fitted; raises `SettingsError` for a name that there is not.

    `said` are unit vectors of what items mean, zero where nothing is known, (n_items, size).
    """
    names = list(names)
    unknown = [name for name in names if name not in BASELINES]
    if unknown:
        raise SettingsError(say("errors.no_baseline", found=", ".join(map(repr, unknown)), known=", ".join(BASELINES)))
    fitted = []
    for place, name in enumerate(names):
        progress(place / len(names), say("steps.fitting", model=name))
        fitted.append(baseline(name, said).fit(train, seed=seed))
    return fitted
