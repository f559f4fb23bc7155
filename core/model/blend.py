"""The model and the baselines that complete it, mixed by weights that validation events chose.

Each part's scores are brought to a common scale, 1 for the user's best item and 0 for what says nothing:
a model's logits x become exp((x - max) / temperature), a baseline's scores are cut at 0 and divided by
their maximum. The blend is their weighted sum. `core.model.blend_choice` finds parts and weights.
A user without events gets what was popular lately: no part knows more of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.data import Sequences
from core.model import ranking
from core.model.baselines import BASELINES, RecentPopularity, Rule, TunedRule
from core.model.ranker import Discerning, Indexed, Ranker
from core.model.ranking import Scores, top_items
from core.phrases import say
from core.progress import Progress, silent


@dataclass(frozen=True)
class Part:
    """One ranker of a blend."""

    name: str
    weight: float
    """Share of the blend; all sum to 1."""
    temperature: float | None = None
    """Divides logits before the exponential; None for baselines."""
    shape: dict[str, float] = field(default_factory=dict)
    """The shape that the tuned rule chose, so that it need not choose again."""


@dataclass(frozen=True)
class Recipe:
    """What a blend is made of, and how good it was when it was chosen; fit for JSON."""

    parts: tuple[Part, ...]
    users: int
    """Users whose validation events decided."""
    validation: dict[str, float]
    """NDCG@10 on validation events by name of ranker, the blend among them."""
    newcomers: float = 1.0
    """What scores of items that were never trained on are multiplied by, so that they get their share of places."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The recipe of plain values."""
        parts = tuple(Part(**part) for part in values["parts"])
        return cls(parts, int(values["users"]), dict(values["validation"]), float(values.get("newcomers", 1.0)))


Curve: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From the share that an item has of all scores to how likely it comes next; see `core.model.chances`."""
NOTHING: Mapping[str, Scores] = MappingProxyType({})


class Blend:
    """A weighted sum of rankers on a common scale."""

    name = "blend"

    def __init__(self, recipe: Recipe, fitted: Mapping[str, Ranker]) -> None:
        """Parts named in `fitted`, such as the model, stand as they are; the others wait for `fit`."""
        self.recipe = recipe
        self._fitted = fitted
        self.parts: list[tuple[Part, Ranker]] = [
            (part, fitted.get(part.name) or _baseline(part)) for part in recipe.parts
        ]
        self.chances: Curve | None = None
        self._lately = fitted.get(RecentPopularity.name)
        known = next((each for each in fitted.values() if isinstance(each, Discerning)), None)
        self._newcomers = known.newcomers.described if known and recipe.newcomers != 1.0 else None

    def fit(self, train: Sequences, *, seed: int = 0, progress: Progress = silent) -> Self:
        """Fit the baselines that are not fitted yet."""
        for place, (part, ranker) in enumerate(self.parts):
            if part.name not in self._fitted:
                progress(place / len(self.parts), say("steps.fitting", model=part.name))
                ranker.fit(train, seed=seed)
        self._lately = self._lately or RecentPopularity(moments=1).fit(train)
        return self

    def scores(self, histories: Sequences, users: NDArray[np.int64], given: Mapping[str, Scores] = NOTHING) -> Scores:
        """Weighted sum of all parts, between 0 and 1; scores that are known already are `given` by name of part."""
        total = np.zeros((len(users), histories.n_items), dtype=np.float32)
        for part, ranker in self.parts:
            # baselines rank what they know nothing of by popularity below 0, which the scale cuts off anyway
            own = given[part.name] if part.name in given else getattr(ranker, "raw", ranker.scores)(histories, users)
            total += scale(own, part.temperature, part.weight)
        if self._newcomers is not None:
            total[:, self._newcomers] *= np.float32(self.recipe.newcomers)
        unknown = histories.lengths[users] == 0
        if self._lately and unknown.any():
            total[unknown] = scale(self._lately.scores(histories, users[unknown]), None)
        return total

    def nearest(
        self, histories: Sequences, users: NDArray[np.int64], k: int, *, hide_seen: bool
    ) -> tuple[NDArray[np.int64], Scores]:
        """The k best items of each user and their scores, (len(users), k): by an index where one part is all.

        Scores through an index are relative to the best item that is shown, not to the best of all.
        """
        part, ranker = self.parts[0]
        if len(self.parts) == 1 and isinstance(ranker, Indexed) and part.temperature is not None:
            items, logits = ranker.nearest(histories, users, k, hide_seen=hide_seen)
            scores = np.where(np.isneginf(logits), logits, scale(logits, part.temperature, part.weight))
            unknown = histories.lengths[users] == 0
            if unknown.any():
                items[unknown], scores[unknown] = top_items(self.scores(histories, users[unknown]), k)
            return items, scores
        every = self.scores(histories, users)
        return top_items(ranking.hide_seen(every, histories, users) if hide_seen else every, k)


def scale(scores: Scores, temperature: float | None, top: float = 1.0) -> Scores:
    """Scores between 0 and `top`, where the best of each user is (all 0 if a baseline has nothing to say)."""
    best = scores.max(axis=1, keepdims=True)
    if temperature is not None:
        scaled: Scores = scores - best
        scaled *= np.float32(1 / temperature)
        if top != 1.0:
            scaled += np.float32(np.log(top))
        return np.exp(scaled, out=scaled)
    scaled = np.maximum(scores, 0.0)
    scaled *= np.float32(top) / np.where(best > 0, best, np.float32(1.0))
    return scaled


def _baseline(part: Part) -> Ranker:
    if part.name == TunedRule.name and part.shape:
        return TunedRule(_rule(part.shape))
    return BASELINES[part.name]()


def _rule(shape: dict[str, float]) -> Rule:
    kinds: dict[str, Callable[[float], float]] = {"gaps": int, "last": int}
    return Rule(**{name: kinds.get(name, float)(value) for name, value in shape.items()})  # type: ignore[arg-type]


def parts_line(parts: Sequence[Part]) -> str:
    """The parts in words.

    >>> parts_line([Part("attention", 0.7, 1.0), Part("tuned-rule", 0.3)])
    '70 % attention, 30 % tuned-rule'
    """
    return ", ".join(f"{part.weight:.0%}".replace("%", " %") + f" {part.name}" for part in parts)
