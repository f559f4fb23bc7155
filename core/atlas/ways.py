"""Users who went the same way: whose states passed the same places of the space in the same order, at whatever pace.

Dynamic time warping of two users' stops (Sakoe and Chiba 1978, the symmetric form: a diagonal step counts twice, and
the sum is divided by the stops of both), with 1 less the cosine as distance of two states. 0: the same way; 1: as far
from it as states that have nothing in common.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.atlas.crowd import Crowd
from core.atlas.regions import Codes, region_of
from core.atlas.space import Floats, Ints
from core.atlas.terrain import Terrain
from core.data import schema

Doubles = NDArray[np.float64]


def like(terrain: Terrain, way: Floats, names: Sequence[str], most: int) -> pd.DataFrame:
    """The users of a crowd who went nearest to a way (stops, d): user_id, distance, regions (names, as they passed)."""
    far = distances(terrain.crowd, way)
    order = np.argsort(far, kind="stable")[:most]
    order = order[np.isfinite(far[order])]
    region = region_of(terrain.crowd.states, terrain.centres)
    index, lengths = _stops(terrain.crowd.stop[order])
    passed = [_passed(region[row[:length]], names) for row, length in zip(index, lengths, strict=True)]
    return pd.DataFrame(
        {schema.USER: terrain.people[schema.USER].to_numpy()[order], "distance": far[order], "regions": passed}
    )


def _passed(regions: Codes, names: Sequence[str]) -> tuple[str, ...]:
    """Names of regions in the order in which they were passed, each stay once."""
    new = np.diff(regions, prepend=-1) != 0
    return tuple(names[region] for region in regions[new])


def distances(crowd: Crowd, way: Floats) -> Doubles:
    """How far each user of a crowd went from a way (stops, d), infinite where nobody was met, (users,)."""
    index, lengths = _stops(crowd.stop)
    found = np.full(len(index), np.inf)
    there = np.flatnonzero(lengths > 0)
    if not len(way) or not len(there):
        return found
    apart = np.clip(1.0 - crowd.states @ way.T, 0.0, 2.0)  # (stops of all, stops of the way)
    found[there] = _warped(apart, index[there], lengths[there])
    return found


def _warped(apart: Floats, index: Ints, lengths: Ints) -> Doubles:
    """Warped distance of each row of stops to the way that the columns of `apart` are the stops of, (users,)."""
    users, most = index.shape
    own = np.arange(users)
    row: Doubles = np.full((users, most), np.inf)
    for step in range(apart.shape[1]):
        cost = apart[index, step].astype(np.float64)  # (users, most)
        above, row = row, np.empty((users, most))
        row[:, 0] = 2 * cost[:, 0] if step == 0 else above[:, 0] + cost[:, 0]
        for place in range(1, most):
            across = above[:, place - 1] + 2 * cost[:, place]
            straight = np.minimum(row[:, place - 1], above[:, place]) + cost[:, place]
            row[:, place] = np.minimum(across, straight)
    total: Doubles = row[own, lengths - 1] / (lengths + apart.shape[1])
    return total


def _stops(stop: NDArray[np.int32]) -> tuple[Ints, Ints]:
    """Stops of each user in their order, 0 behind the last, and how many there are, (users, most) and (users,)."""
    new = (np.diff(stop, axis=1, prepend=-1) != 0) & (stop >= 0)
    lengths = new.sum(axis=1)
    index = np.zeros((len(stop), max(1, int(lengths.max(initial=0)))), dtype=np.int64)
    user, step = np.nonzero(new)
    place = np.cumsum(new, axis=1)[user, step] - 1
    index[user, place] = stop[user, step]
    return index, lengths
