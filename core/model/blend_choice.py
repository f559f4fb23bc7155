"""Which baselines complete the model, and by what weights: chosen on each user's validation event.

Parts join one at a time, best first, as long as the gain in NDCG@10 is larger than its standard error, so
that a small log does not choose by chance. Nothing here ever sees a test event.
"""

from dataclasses import asdict, dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.data.sequences import Sequences
from core.model.baselines import BASELINES
from core.model.baselines.transitions import TunedRule
from core.model.blend import Blend, Part, Recipe, scale
from core.model.evaluation import Split, gains, held_out
from core.model.ranker import Ranker
from core.model.ranking import Scores, batches, hide_seen, rank_of, top_items
from core.progress import Progress, silent

CANDIDATES = (TunedRule.name, "item-knn", "als", "ease", "content", "recent-popularity")
"""Baselines that may join."""
WEIGHTS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.5)
"""Weights that a part is tried with, relative to the sum of those before it."""
TEMPERATURES = (0.7, 1.0, 1.5)
"""Temperatures that the model's logits are tried with."""
MOST_PARTS = 3
USERS = 3000
"""Users whose validation events decide, at most."""
POOL = 100
"""Best items of each part among which a blend is tried: its ten best lie within."""
Scale: TypeAlias = tuple[str, float | None]
"""Name of a ranker, and the temperature of its logits."""


def choose(
    model: Ranker, sequences: Sequences, *, holdout: int = 2, seed: int = 0, progress: Progress = silent
) -> Blend:
    """The best blend of a trained model with baselines, by each user's first held-out event.

    `sequences` are all events; with `holdout` of them kept out per user the model was trained and the
    baselines are fitted, and the first of those kept out decides. The blend may be the model alone.
    """
    train = sequences.without_last(holdout)
    split = held_out(sequences, holdout, limit=USERS, seed=seed)
    rankers: dict[str, Ranker] = {model.name: model}
    for place, name in enumerate(CANDIDATES):
        progress(0.6 * place / len(CANDIDATES), f"Fitting {name}")
        rankers[name] = BASELINES[name]().fit(train, seed=seed)
    progress(0.6, "Ranking validation events")
    pool = _Pool.of(rankers, model.name, split)
    recipe = _choose_parts(pool, model.name, len(split.users), lambda share, line: progress(0.7 + 0.3 * share, line))
    shaped = tuple(_with_shape(part, rankers[part.name]) for part in recipe.parts)
    return Blend(Recipe(shaped, recipe.users, recipe.validation), rankers)


@dataclass(frozen=True, eq=False)
class _Pool:
    """Scaled scores of all rankers for the items that any of them ranks high, and the item to be found.

    Arrays are (n_users, n_pool); places without an item hold -1 in every scale and never win.
    """

    target: NDArray[np.int64]
    """Place of the item to be found, (n_users,)."""
    scaled: dict[Scale, Scores]

    @classmethod
    def of(cls, rankers: dict[str, Ranker], model: str, split: Split) -> "_Pool":
        """Score the users of a split in batches; only the pool is kept."""
        kept: list[tuple[NDArray[np.int64], dict[Scale, Scores]]] = []
        done = 0
        for users in batches(split.users, split.histories.n_items):
            kept.append(_pool_of(rankers, model, split, users, split.targets[done : done + len(users)]))
            done += len(users)
        if not kept:
            return cls(np.empty(0, dtype=np.int64), {})
        keys = kept[0][1]
        width = max(next(iter(scaled.values())).shape[1] for _, scaled in kept)
        scaled = {key: np.concatenate([_padded(part[key], width) for _, part in kept]) for key in keys}
        return cls(np.concatenate([target for target, _ in kept]), scaled)

    def worth(self, scores: Scores) -> NDArray[np.float64]:
        """NDCG@10 of each user, (n_users,)."""
        return gains(rank_of(scores, self.target))["ndcg@10"].to_numpy()


def _pool_of(
    rankers: dict[str, Ranker], model: str, split: Split, users: NDArray[np.int64], targets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], dict[Scale, Scores]]:
    """Place of the target and scaled scores within the pool of each user, items rising by id."""
    scaled: dict[Scale, Scores] = {}
    best = [targets[:, None]]
    for name, ranker in rankers.items():
        scores = ranker.scores(split.histories, users)
        for temperature in TEMPERATURES if name == model else (None,):
            scaled[name, temperature] = hide_seen(scale(scores, temperature), split.histories, users)
        best.append(top_items(hide_seen(scores, split.histories, users), POOL)[0])
    items = np.sort(np.concatenate(best, axis=1), axis=1)
    again = np.concatenate((np.zeros((len(items), 1), bool), items[:, 1:] == items[:, :-1]), axis=1)
    pooled = {key: np.where(again, -1.0, np.take_along_axis(each, items, axis=1)) for key, each in scaled.items()}
    pooled = {key: np.where(np.isneginf(each), -1.0, each).astype(np.float32) for key, each in pooled.items()}
    return (items == targets[:, None]).argmax(axis=1), pooled


def _choose_parts(pool: _Pool, model: str, users: int, progress: Progress) -> Recipe:
    """Forward selection: from the best single ranker, add the part that helps most while it helps surely."""
    alone = {key: pool.worth(scores) for key, scores in pool.scaled.items()}
    validation = {name: float(alone[name, temperature].mean()) for name, temperature in alone} if users else {}
    if not users:
        return Recipe((Part(model, 1.0, 1.0),), 0, {})
    start = max(alone, key=lambda key: (alone[key].mean(), key == (model, 1.0)))
    parts, total, quality = [(start, 1.0)], pool.scaled[start], alone[start]
    while len(parts) < MOST_PARTS:
        progress(len(parts) / MOST_PARTS, "Choosing the parts of the blend")
        whole, taken = sum(weight for _, weight in parts), {name for (name, _), _ in parts}
        found = [_tried(pool, total, whole, key) for key in alone if key[0] not in taken]
        worth, key, weight = max(found, key=lambda each: float(each[0].mean()))
        gain = worth - quality
        if gain.mean() <= max(gain.std() / np.sqrt(users), 1e-9):
            break
        parts.append((key, weight * whole))
        total, quality = total + np.float32(parts[-1][1]) * pool.scaled[key], worth
    whole = sum(weight for _, weight in parts)
    chosen = tuple(Part(name, weight / whole, temperature) for (name, temperature), weight in parts)
    return Recipe(chosen, users, validation | {Blend.name: float(quality.mean())})


def _tried(pool: _Pool, total: Scores, whole: float, key: Scale) -> tuple[NDArray[np.float64], Scale, float]:
    """What the best weight of one more part makes of the blend so far."""
    found = [(pool.worth(total + np.float32(weight * whole) * pool.scaled[key]), key, weight) for weight in WEIGHTS]
    return max(found, key=lambda each: float(each[0].mean()))


def _padded(scores: Scores, width: int) -> Scores:
    return np.pad(scores, ((0, 0), (0, width - scores.shape[1])), constant_values=-1.0)


def _with_shape(part: Part, ranker: Ranker) -> Part:
    shape = asdict(ranker.rule) if isinstance(ranker, TunedRule) else {}
    return Part(part.name, part.weight, part.temperature, shape)
