"""Net flows of users between regions: in each step of time and over all of it, with intervals, and which are sure.

Who moves in a step had events in it and stood somewhere before. Between two regions `net` is (moved one way - moved
the other way) / users who stood in either before the step and had events in it. Intervals: 95 % by a
bootstrap over users, each taken whole with all movements (Efron 1979). A flow is sure by an exact test of the two
directions against even odds (McNemar 1947), at 5 % over all pairs and steps together, where pairs with too few moves
to ever be sure do not count (Tarone 1990). Before that, the common course and the trend are taken out (`course`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.atlas.regions import Codes

RESAMPLES, AT_ONCE = 400, 50
"""Draws of the bootstrap, and how many are held in memory together."""
ALPHA = 0.05
COLUMNS = ("step", "from", "to", "net", "low", "high", "movers", "stood", "sure")
Ints = NDArray[np.int64]
Doubles = NDArray[np.float64]


def flows(stop: NDArray[np.int32], region: Codes, regions: int, seed: int) -> pd.DataFrame:
    """Net flows, `COLUMNS`, a row per pair that anybody moved between; `step` -1 is all time, sure ones first.

    `stop` as in a crowd; `region` of each stop. `from` and `to` are regions by number, `net` is never below 0, `movers`
    moved either way, `stood` stood in either.
    """
    user, step, begin, end = _moves(stop, region)
    steps = stop.shape[1] + 1 if stop.size else 1
    moves = _table(user, (step * regions + begin) * regions + end, (len(stop), steps * regions**2))
    shape = (steps, regions, regions)
    counts = np.asarray(moves.sum(axis=0)).reshape(shape)
    at, one, other = np.nonzero(np.triu(np.ones((regions, regions)), 1)[None] * (counts + counts.transpose(0, 2, 1)))
    net, stood = _net(counts[None], (at, one, other))
    low, high = _interval(moves, shape, (at, one, other), seed)
    there, back = counts[at, one, other], counts[at, other, one]
    turned = back > there
    found = {
        "step": at - 1,
        "from": np.where(turned, other, one),
        "to": np.where(turned, one, other),
        "net": np.abs(net[0]),
        "low": np.where(turned, -high, low) + 0.0,
        "high": np.where(turned, -low, high) + 0.0,
        "movers": (there + back).astype(np.int64),
        "stood": stood[0].astype(np.int64),
        "sure": sure(there, back),
    }
    table = pd.DataFrame(found, columns=list(COLUMNS))
    return table.sort_values(["sure", "low", "net"], ascending=False, kind="stable").reset_index(drop=True)


def sure(there: Doubles, back: Doubles) -> NDArray[np.bool_]:
    """Which pairs moved one way beyond chance, at `ALPHA` for all of them together.

    >>> sure(np.array([20.0, 6.0, 1.0]), np.array([1.0, 5.0, 0.0])).tolist()
    [True, False, False]
    """
    from scipy.stats import binom

    moved = there + back
    p = np.minimum(1.0, 2 * binom.cdf(np.minimum(there, back), moved, 0.5))
    least = np.minimum(1.0, 2.0 * 0.5**moved)
    tests = next((count for count in range(1, len(p) + 1) if (least <= ALPHA / count).sum() <= count), 1)
    certain: NDArray[np.bool_] = (p <= ALPHA / tests) & (moved > 0)
    return certain


def _moves(stop: NDArray[np.int32], region: Codes) -> tuple[Ints, Ints, Ints, Ints]:
    """User, step (1 and up; 0 over all time), region before and after, of each movement, also within a region."""
    heard = np.diff(stop, axis=1, prepend=-1) != 0
    user, step = np.nonzero(heard[:, 1:] & (stop[:, :-1] >= 0))
    before, after = stop[user, step], stop[user, step + 1]
    rows = np.arange(len(stop))
    first = stop[rows, heard.argmax(axis=1)] if stop.size else np.zeros(0, np.int32)
    last = stop[:, -1] if stop.size else first
    whole = np.flatnonzero((first >= 0) & (last != first))
    return (
        np.concatenate([user, whole]),
        np.concatenate([step + 2, np.zeros(len(whole), np.int64)]),
        region[np.concatenate([before, first[whole]])].astype(np.int64),
        region[np.concatenate([after, last[whole]])].astype(np.int64),
    )


def _table(user: Ints, cell: Ints, shape: tuple[int, int]) -> Any:
    from scipy import sparse

    return sparse.csr_array((np.ones(len(user)), (user, cell)), shape)


def _net(counts: Doubles, pairs: tuple[Ints, Ints, Ints]) -> tuple[Doubles, Doubles]:
    """Net share and users who stood in either of some pairs, (resamples, pairs); `counts`: (resamples, steps, r, r)."""
    at, one, other = pairs
    start = counts.sum(axis=3)
    stood = start[:, at, one] + start[:, at, other]
    moved = counts[:, at, one, other] - counts[:, at, other, one]
    return moved / np.maximum(stood, 1.0), stood


def _interval(
    moves: Any, shape: tuple[int, int, int], pairs: tuple[Ints, Ints, Ints], seed: int
) -> tuple[Doubles, Doubles]:
    """Lower and upper end of each pair's net share, 95 %, by drawing users again."""
    if not len(pairs[0]):
        return np.zeros(0), np.zeros(0)
    random, users = np.random.default_rng([seed, 41]), moves.shape[0]
    drawn = []
    for _ in range(0, RESAMPLES, AT_ONCE):
        weights = random.multinomial(users, np.full(users, 1 / users), size=AT_ONCE).astype(np.float64)
        drawn.append(_net(np.asarray(weights @ moves).reshape(-1, *shape), pairs)[0])
    low, high = np.quantile(np.concatenate(drawn), (0.025, 0.975), axis=0)
    return low, high


def readable(table: pd.DataFrame, steps: Ints, names: Sequence[str]) -> pd.DataFrame:
    """Flows for the eye: from_time and to_time of the step (NaT over all time), regions by name, and the figures."""
    step = table["step"].to_numpy()
    edges = np.concatenate([steps, np.full((1, 2), np.iinfo(np.int64).min)]).astype("datetime64[us]")[step]
    ends = {name: pd.Series(names, dtype=object).reindex(table[name]).to_numpy() for name in ("from", "to")}
    rest = table.drop(columns=["step", "from", "to"])
    front = {"from_time": edges[:, 0], "to_time": edges[:, 1], "from_region": ends["from"], "to_region": ends["to"]}
    return pd.concat([pd.DataFrame(front), rest.reset_index(drop=True)], axis=1)
