"""What lies around the points of the atlas, as the browser draws it: regions, histograms, crowd, flows, neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.atlas import Terrain
from core.data import schema
from core.player.columns import Column

MILLI = 1000
"""Microseconds of a millisecond."""
FAINT = 8
"""Flows of a step that are not sure and travel nevertheless, at most; sure ones all do."""
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Around:
    """What is known around the points of a whole map, a part of which is shown."""

    terrain: Terrain
    names: Sequence[str]
    """Of the regions."""
    columns: Sequence[Column] = ()
    """Of the points that are shown."""
    markers: Sequence[Mapping[str, Any]] = ()
    """name, and from and to in milliseconds."""
    members: frozenset[str] | None = field(default=None, repr=False)
    """Users whom the crowd is narrowed to; None for all."""

    def packed(self, points: pd.DataFrame, whole: pd.DataFrame, users: list[str]) -> tuple[dict[str, Any], Arrays]:
        """Values and arrays beside those of some points of a whole map; users of the crowd are added to `users`.

        `points` have the row numbers of `whole` as their index.
        """
        rows = points.index.to_numpy(np.int64)
        near, near_arrays = self._near(rows, points)
        crowd, crowd_arrays = self._crowd(users)
        values = {
            "clusters": self._clusters(whole),
            "columns": [{**each.about, "array": f"column_{at}"} for at, each in enumerate(self.columns)],
            "flows": self._flows(),
            "markers": [dict(each) for each in self.markers],
        }
        arrays: Arrays = {f"column_{at}": each.array for at, each in enumerate(self.columns)}
        arrays |= {"cluster": self.terrain.region[rows], **near_arrays, **crowd_arrays}
        return {**values, **near, **crowd}, arrays

    def _clusters(self, whole: pd.DataFrame) -> list[dict[str, Any]]:
        """Name, size, and the place of the point nearest to the middle of each region."""
        found = []
        for number, name in enumerate(self.names):
            own = whole.loc[self.terrain.region == number, ["x", "y"]].to_numpy(np.float64)
            if not len(own):
                own = np.zeros((1, 2))
            middle = own[((own - np.median(own, axis=0)) ** 2).sum(axis=1).argmin()]
            size = int((self.terrain.region == number).sum())
            found.append({"name": name, "x": float(middle[0]), "y": float(middle[1]), "size": size})
        return found

    def _near(self, rows: NDArray[np.int64], points: pd.DataFrame) -> tuple[dict[str, Any], Arrays]:
        """Neighbours by the rows of what is shown; -1 for an item that is not."""
        near = self.terrain.near
        shown = np.full(int(max(rows.max(initial=0), near.item.max(initial=0))) + 2, -1, dtype=np.int32)
        items = points["kind"].to_numpy() == "item"
        shown[rows[items]] = np.flatnonzero(items)  # the first rows of a whole map are its items, in their order
        place = np.searchsorted(near.point, rows)
        known = (place < len(near.point)) & (near.point[np.minimum(place, len(near.point) - 1)] == rows)
        kept = place[known]
        near_row = np.full(len(rows), -1, dtype=np.int32)
        near_row[known] = np.arange(len(kept))
        arrays: Arrays = {
            "near": shown[near.item[kept]].ravel(),
            "near_distance": near.distance[kept].astype(np.float32).ravel(),
            "near_row": near_row,
        }
        return {"near_k": int(near.item.shape[1])}, arrays

    def _crowd(self, users: list[str]) -> tuple[dict[str, Any], Arrays]:
        """Steps of time, the trend, and where whom of the crowd stands."""
        crowd, people = self.terrain.crowd, self.terrain.people[schema.USER].astype(str)
        chosen = np.flatnonzero(people.isin(self.members)) if self.members is not None else np.arange(len(people))
        place = {user: number for number, user in enumerate(users)}
        for user in people.iloc[chosen]:
            if place.setdefault(user, len(users)) == len(users):
                users.append(user)
        arrays: Arrays = {
            "crowd_xy": crowd.xy()[:, chosen].astype(np.float32).ravel(),
            "crowd_user": np.array([place[user] for user in people.iloc[chosen]], dtype=np.int32),
        }
        steps = [{"from": int(start) // MILLI, "to": int(end) // MILLI} for start, end in crowd.steps]
        trend = [{"dx": float(x), "dy": float(y)} for x, y in self.terrain.trend]
        return {"periods": steps, "trend": trend}, arrays

    def _flows(self) -> list[dict[str, Any]]:
        """Flows that are sure, and in each step the largest of those whose interval at least leaves out 0."""
        table = self.terrain.flows
        faint = table[~table["sure"] & (table["low"] > 0)].groupby("step", sort=False).head(FAINT)
        told = pd.concat([table[table["sure"]], faint])
        return [
            {
                "period": None if row["step"] < 0 else int(row["step"]),
                "from": int(row["from"]), "to": int(row["to"]), "net": float(row["net"]),
                "low": float(row["low"]), "high": float(row["high"]),
                "sure": bool(row["sure"]), "movers": int(row["movers"]), "stood": int(row["stood"]),
            }
            for row in told.to_dict("records")
        ]  # fmt: skip
