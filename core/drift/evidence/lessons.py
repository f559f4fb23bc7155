"""What the log itself teaches about its views: which of them tell a change, and how much each is worth.

Changes are planted in the log's own histories (`planting`), in the order of time, and the test is tried on them:
beside shuffled histories, which hold no change, and beside the histories as they are, which hold the same fads and the
same ups and downs as those with a change, and real changes of some. Weights are those with which planted changes stand
out best from both, and from the latter no worse than by the first view alone; they are found one view at a time, and a
view that helps little gets none. P-values do not rest on any of it:
they come from each user's shuffles.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence.looking import LEAST, Seen, fill, gathered
from core.drift.evidence.planting import FEWEST, People, plant
from core.drift.evidence.views import View

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
CENTRE, SPREAD = 0.5, 0.5
"""How much of a user's own mean and spread under shuffling is taken out of a statistic."""
PLANTED = 600
"""Changes that are planted, and histories that stand beside them."""
ENOUGH = 60
"""Fewest that teach something."""
SHUFFLES = 8
"""Shuffles of each planted history: enough for a mean and a spread."""
STEPS = (0.0, 0.1, 0.2, 0.35, 0.6, 1.0, 1.7, 3.0)
"""Weights that are tried, beside 1 of the view that is best alone; evidence of each view scatters by 1."""
ROUNDS = 3
"""Rounds of weighing: further ones change nothing that shows."""
TAIL = 0.05
"""P-values of planted changes count by the logarithm of what they are above this."""
HELP = 0.015
"""Least help (mean of that logarithm) that is worth a further view."""


@dataclass(frozen=True, eq=False)
class Lessons:
    """The views beside the first, and what all are worth."""

    views: tuple[View, ...]
    weight: Floats
    """Of the first view and of those here, (1 + n_views,)."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all views, the first included."""
        return "categories", *(view.name for view in self.views)


NO_LESSONS = Lessons((), np.ones(1))


def taught(views: tuple[View, ...], seen: list[Seen], people: People, seed: int) -> Lessons:
    """What views are worth; `seen` are the same people's sessions in the first view, and in each of `views`."""
    planted = plant(people, PLANTED, seed)
    able = np.flatnonzero(np.diff(people.offsets) >= 2 * FEWEST)
    if not views or min(len(planted), len(able)) < ENOUGH:
        return NO_LESSONS
    rng = np.random.default_rng([seed, 6])
    beside = rng.choice(able, min(len(able), len(planted)), replace=False)
    sessions = [one.sessions for one in planted]
    sessions += [np.arange(people.offsets[who], people.offsets[who + 1]) for who in beside]
    looks = np.stack([_looks(gathered(view, sessions), seed) for view in seen])
    weight = _weights(looks, np.arange(len(sessions)) < len(planted))
    kept = weight[1:] > 0
    return Lessons(tuple(view for view, keep in zip(views, kept, strict=True) if keep), weight[np.append(True, kept)])


def _looks(seen: Seen, seed: int) -> Floats:
    """Statistics of one view, (n_users, 1 + SHUFFLES)."""
    users = np.arange(len(seen.offsets) - 1)
    out = np.full((len(users), 1 + SHUFFLES), np.nan)
    seeds = np.random.default_rng([seed, 7]).integers(1, 2**63, len(users)).astype(np.uint64)
    fill(seen, out, seeds, users, (0, 1 + SHUFFLES))
    return np.asarray(np.maximum(np.nan_to_num(out), LEAST))


def _weights(looks: Floats, changed: NDArray[np.bool_]) -> Floats:
    """Worth of each view; together what makes the sum of shuffles scatter by 1. `looks`: (n_views, n_users, n)."""
    scale = np.maximum(np.sqrt((looks[:, :, 1:].std(axis=2) ** 2).mean(axis=1)), 1e-6)
    looks = looks / scale[:, None, None]

    def worth(weight: Floats) -> float:
        among_shuffles, among_all = _stand_out(np.tensordot(weight / np.linalg.norm(weight), looks, 1), changed)
        # What is gained among shuffles alone is what everyone's histories do, changed or not.
        return (among_shuffles + among_all) / 2 if among_all >= least else -np.inf

    least = _stand_out(looks[0], changed)[1]
    alone = [worth(one) for one in np.eye(len(looks))]
    # The first view needs no learning: another must be better than it, not as good.
    first = 0 if alone[0] >= max(alone) - HELP else int(np.argmax(alone))
    weight = np.eye(len(looks))[first]
    for _ in range(ROUNDS):
        for view in np.flatnonzero(np.arange(len(looks)) != first):
            tried = np.repeat(weight[None], len(STEPS), axis=0)
            tried[:, view] = STEPS
            values = np.array([worth(one) for one in tried])
            values[1:] -= HELP
            weight = tried[values.argmax()]
    weight = weight / scale
    spread = np.tensordot(weight * scale, looks, 1)[:, 1:].std(axis=1)
    return np.asarray(weight / np.sqrt((spread**2).mean()))


def _stand_out(statistics: Floats, changed: NDArray[np.bool_]) -> tuple[float, float]:
    """How small the p-values of planted changes are among shuffles, and among histories as they are."""
    mean, spread = statistics[:, 1:].mean(axis=1), statistics[:, 1:].std(axis=1)
    scaled = (statistics - CENTRE * mean[:, None]) / (1 + SPREAD * spread)[:, None]

    def small(beside: Floats) -> float:
        below = np.searchsorted(np.sort(beside), scaled[changed, 0]) / len(beside)
        return -float(np.log(1 - below + TAIL).mean())

    return small(scaled[:, 1:].ravel()), small(scaled[~changed, 0])
