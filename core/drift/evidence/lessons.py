"""What the log itself teaches about its views: which of them tell a change, and how much each is worth.

Changes are planted (`planting`) in the histories of people who taught the views nothing, each person's sessions in
random order before, so that neither real changes nor fads are left; the test is tried on them beside their shuffles.
Some go to the most alike of many people, which views of categories hardly see: changes inside them are looked for, too.
Weights are those with which planted changes stand out best. They are found one view at a time, and a view that helps
little gets none; unless all views together find clearly more than the counts of categories, these stay alone. What
they find in people who did not change (`unchanged`) counts against them: p-values are first made uniform among these.
P-values of users do not rest on any of it: they come from each user's shuffles.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.drift.evidence.looking import LEAST, Seen, fill, gathered, joined
from core.drift.evidence.planting import FEWEST, People, plant_in_disorder
from core.drift.evidence.scaling import own_scaled
from core.drift.evidence.views import View

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PLANTED = 600
"""Changes that are planted, and people by whose shuffles the sum is scaled."""
ENOUGH = 60
"""Fewest that teach something."""
SHUFFLES = 12
"""Shuffles of each planted history: enough for a mean and a spread."""
DRAWS, FEW = 3, 6
"""Draws of people who did not change, and shuffles of each: of 600 once, the power of their p-values lies .05 off."""
NEIGHBOURS, STRIDE = 60, 20
"""Planted histories nearest in length whose shuffles are a reference, and how many have the same one."""
STEPS = (0.0, 0.1, 0.2, 0.35, 0.6, 1.0, 1.7, 3.0)
"""Weights that are tried, beside 1 of the view that is best alone; evidence of each view scatters by 1."""
ROUNDS = 3
"""Rounds of weighing: further ones change nothing that shows."""
TAIL = 0.05
"""P-values of planted changes count by the logarithm of what they are above this."""
HELP = 0.01
"""Least help (mean of that logarithm) that is worth a further view."""
CLEARLY, SURELY = 1.2, 0.06
"""What all must find, over what the categories find alone, and how much more: planted people are more alike in their
change than real ones, and 600 of them tell means that lie .06 apart."""


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


def worths(
    seen: dict[str, Seen], still: Callable[[int], dict[str, Seen]], people: People, seed: int
) -> dict[str, float]:
    """What each view is worth, over the scatter of its shuffles, by name; none where little can be planted.

    `seen` are the same people's sessions in each view, the categories first; these people taught no view anything.
    `still` draws those of people who did not change, by a number, nothing where there is no clock; asked only where
    views tell more.
    """
    planted = [one.sessions for one in plant_in_disorder(people, PLANTED, seed)]
    if len(seen) < 2 or len(planted) < ENOUGH:
        return {}
    planted.sort(key=len)
    looks = np.stack([_looks(gathered(view, planted), seed) for view in seen.values()])
    weight = _weights(looks)
    drawn = [found for number in range(DRAWS) if (found := still(number))] if weight[1:].any() else []
    if drawn:
        unchanged = [_by_length(joined([one[name] for one in drawn])) for name in seen]
        weight = _weights(looks, np.stack([_looks(view, seed, FEW) for view in unchanged]))
    return dict(zip(seen, weight.tolist(), strict=True))


def _by_length(seen: Seen) -> Seen:
    """People whose histories are long enough to be judged, the shortest first."""
    count = np.diff(seen.offsets)
    order = np.argsort(count, kind="stable")
    able = order[count[order] >= 2 * FEWEST]
    return gathered(seen, [np.arange(seen.offsets[who], seen.offsets[who + 1]) for who in able])


def scaled(weight: Floats, seen: list[Seen], people: People, seed: int) -> Floats:
    """Weights of views by what these are worth over their scatter, such that the sum of shuffles scatters by 1."""
    some = np.random.default_rng([seed, 6]).permutation(people.long())[:PLANTED]
    sessions = [np.arange(people.offsets[who], people.offsets[who + 1]) for who in some]
    looks = np.stack([_looks(gathered(view, sessions), seed) for view in seen])
    weight = weight / np.array([_scatter(look) for look in looks])
    return np.asarray(weight / _scatter(np.tensordot(weight, looks, 1)))


def _scatter(statistics: Floats) -> float:
    """How far shuffles of one history lie apart, on average, 0 never."""
    return max(float(np.sqrt((statistics[:, 1:].std(axis=1) ** 2).mean())), 1e-6)


def _looks(seen: Seen, seed: int, shuffles: int = SHUFFLES) -> Floats:
    """Statistics of one view, (n_users, 1 + shuffles)."""
    users = np.arange(len(seen.offsets) - 1)
    out = np.full((len(users), 1 + shuffles), np.nan)
    seeds = np.random.default_rng([seed, 7]).integers(1, 2**63, len(users)).astype(np.uint64)
    fill(seen, out, seeds, users, (0, 1 + shuffles))
    return np.asarray(np.maximum(np.nan_to_num(out), LEAST))


def _weights(looks: Floats, still: Floats | None = None) -> Floats:
    """Worth of each view over the scatter of its shuffles, (n_views,). `looks`: (n_views, n_planted, 1 + SHUFFLES).

    `still`: the same of people who did not change.
    """
    scatter = np.array([_scatter(look) for look in looks])[:, None, None]
    looks, still = looks / scatter, None if still is None else still / scatter

    def worth(weight: Floats) -> float:
        weight = weight / np.linalg.norm(weight)
        even = 1.0 if still is None else _evenness(_beside(np.tensordot(weight, still, 1)))
        return _stand_out(_beside(np.tensordot(weight, looks, 1)) ** even)

    alone = [worth(one) for one in np.eye(len(looks))]
    least = max(CLEARLY * alone[0], alone[0] + SURELY)
    weight = np.eye(len(looks))[0 if max(alone) < least else int(np.argmax(alone))]
    first = int(weight.argmax())
    for _ in range(ROUNDS):
        for view in np.flatnonzero(np.arange(len(looks)) != first):
            tried = np.repeat(weight[None], len(STEPS), axis=0)
            tried[:, view] = STEPS
            values = np.array([worth(one) for one in tried])
            values[1:] -= HELP
            weight = tried[values.argmax()]
    return np.asarray(weight if worth(weight) >= least else np.eye(len(looks))[0])


def _beside(statistics: Floats) -> Floats:
    """P-values of histories, by rising length, among shuffles of those of like length; (n, 1 + SHUFFLES)."""
    scaled, count = own_scaled(statistics), len(statistics)
    p = np.empty(count)
    for start in range(0, count, STRIDE):
        first = max(0, min(start - (NEIGHBOURS - STRIDE) // 2, count - NEIGHBOURS))
        beside = np.sort(scaled[first : first + NEIGHBOURS, 1:].ravel())
        below = np.searchsorted(beside, scaled[start : start + STRIDE, 0] - 1e-9)
        p[start : start + STRIDE] = 1 - below / len(beside)
    return p


def _evenness(p: Floats) -> float:
    """Power of p-values under which they are uniform, 1 at most (by likelihood, were they uniform to some power)."""
    return min(1.0, 1 / max(1e-9, float(-np.log(np.maximum(p, 1 / (NEIGHBOURS * FEW))).mean())))


def _stand_out(p: Floats) -> float:
    """How small p-values of planted changes are, 0 by chance alone."""
    chance = (1 + TAIL) * np.log(1 + TAIL) - TAIL * np.log(TAIL) - 1
    return float(chance - np.log(p + TAIL).mean())
