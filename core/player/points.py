"""Points of the atlas in arrays, as the browser paints them: up to a million."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.player.around import Around
from core.player.block import Block, pack

MOST_POINTS = 1_000_000
"""More would be slow to send (61 MB then) and to draw; a seeded sample is taken."""


def sampled(points: pd.DataFrame) -> pd.DataFrame:
    """At most `MOST_POINTS` points, the same ones each time."""
    if len(points) <= MOST_POINTS:
        return points
    return points.sample(MOST_POINTS, random_state=0).sort_index()


def scatter(
    points: pd.DataFrame,
    named: Sequence[str],
    color_by: str = "category",
    around: Around | None = None,
    whole: pd.DataFrame | None = None,
) -> Block:
    """Points packed in their order: kind (item or state), title, category, x, y, user_id, event_index.

    Colours stand for the category, one of `named` or -1, or for a column of numbers, scaled to 0 to 1, -1 without.
    With what lies `around` the `whole` map, of which these are some points, that too.
    """
    title, titles = pd.factorize(points[schema.TITLE].astype(str))
    user, users = pd.factorize(points[schema.USER])
    names = list(named)
    values: dict[str, Any] = {
        "titles": titles.tolist(),
        "users": [str(name) for name in users],
        "categories": names,
        "range": None,
    }
    arrays: dict[str, NDArray[Any]] = {
        "xy": points[["x", "y"]].to_numpy(np.float32),
        "state": (points["kind"] == "state").to_numpy(np.uint8),
        "title": title.astype(np.int32),
        "user": user.astype(np.int32),
        "event": points[schema.EVENT_INDEX].fillna(-1).to_numpy(np.int32),
        "category": pd.Index(names).get_indexer(pd.Index(points[schema.CATEGORY])).astype(np.int16),
    }
    if color_by != "category":
        number = points[color_by].to_numpy(np.float64)
        values["range"], arrays["value"] = _scaled(number)
    if around is not None and whole is not None:
        more, more_arrays = around.packed(points, whole, values["users"])
        values |= more
        arrays |= more_arrays
    return pack(values, arrays)


def picked_rows(told: Mapping[str, Any]) -> tuple[int, ...]:
    """Rows of points as a map tells them: by number, or where they are many a bit for each point, in base64."""
    if bits := told.get("bits"):
        every = np.unpackbits(np.frombuffer(base64.b64decode(bits), np.uint8), bitorder="little")
        return tuple(np.flatnonzero(every).tolist())
    return tuple(int(each) for each in told.get("rows", ()))


def _scaled(number: NDArray[np.float64]) -> tuple[list[float], NDArray[np.float32]]:
    """Lowest and highest number, and the numbers between them as 0 to 1; -1 where there is none."""
    there = np.isfinite(number)
    if not there.any():
        return [0.0, 1.0], np.full(len(number), -1, np.float32)
    low, high = float(number[there].min()), float(number[there].max())
    width = high - low or 1.0
    return [low, high], np.where(there, (number - low) / width, -1).astype(np.float32)
