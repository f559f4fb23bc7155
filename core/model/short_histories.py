"""Weights for users with few events, chosen on validation events of users cut to their last few.

What knows a user with a long history best need not do so after one event. So weights are chosen for 3, 2 and 1 events
apart, and for none among what needs no history; each is drawn towards the weights for one event more (for 0: towards
what was popular lately, for 3: towards the usual blend) as far as its gain over these may be chance:

    weights = usual + s (own - usual),   s = max(0, 1 - (standard error of the gain / gain)^2)

which is the positive part of James and Stein's estimate of how much of a gain is true.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.model.baselines import RecentPopularity
from core.model.evaluation import Split, last_events
from core.model.pool import Pool, Weights
from core.model.ranker import Ranker
from core.model.weighing import grown, mean, refined, shares

LENGTHS: Final = (3, 2, 1)
"""Events that users are cut to, from many to few."""
LEAST: Final = 0.02
"""Share of a blend below which a part is left out: it costs more than it tells."""
WITHOUT: Final = ("popularity", RecentPopularity.name)
"""Rankers that need no history."""
USERS: Final = 1000
"""Users whose validation events decide, at most."""


def for_short_histories(rankers: Mapping[str, Ranker], model: str, split: Split, usual: Weights) -> tuple[Weights, ...]:
    """Weights for users with 0, 1, 2 and 3 events; `usual` are those of all others.

    `model` names the ranker whose scores are logits; among the rankers are those that need no history.
    """
    step = -(-len(split.users) // USERS)
    some = Split(split.histories, split.users[::step], split.targets[::step])
    found, longer = [], shares(usual)
    logits = next((key for key in usual if key[0] == model), (model, 1.0))
    known = {name: ranker for name, ranker in rankers.items() if name not in WITHOUT[:1]}
    for events in LENGTHS:
        pool = Pool.of(known, model, Split(last_events(split.histories, events), some.users, some.targets))
        longer = _drawn(pool, longer, [key for key in pool.scaled if key[0] != model or key == logits])
        found.append(longer)
    without = {name: rankers[name] for name in WITHOUT}
    pool = Pool.of(without, model, Split(last_events(split.histories, 0), some.users, some.targets))
    found.append(_drawn(pool, {(RecentPopularity.name, None): 1.0}, list(pool.scaled)))
    return tuple(found[::-1])


def _drawn(pool: Pool, usual: Weights, scales: list[tuple[str, float | None]]) -> Weights:
    """The best weights of a pool, drawn towards the usual ones."""
    strongest = max(scales, key=lambda key: float(pool.worth(pool.scaled[key]).mean()))
    before = (usual, pool.worth(pool.blended(usual)))
    own = max(grown(pool, {strongest: 1.0}, scales), refined(pool, before), key=mean)
    share = trusted(own[1] - before[1])
    both = {key: (1 - share) * usual.get(key, 0.0) + share * shares(own[0]).get(key, 0.0) for key in usual | own[0]}
    return shares({key: weight for key, weight in both.items() if weight >= LEAST})


def trusted(gain: NDArray[np.float64]) -> float:
    """Which share of a gain (users,) is no chance, between 0 and 1.

    >>> trusted(np.array([1.0, 1.0])), trusted(np.array([1.0, -1.0]))
    (1.0, 0.0)
    """
    size, error = float(gain.mean()), float(gain.std() / np.sqrt(max(1, len(gain))))
    return max(0.0, 1 - (error / size) ** 2) if size > 0 else 0.0
