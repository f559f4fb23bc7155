"""All that is shown around a map and takes a while: its regions, its crowd with flows and trend, nearest items."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.atlas.course import trend, without_common
from core.atlas.crowd import Crowd, gather
from core.atlas.flows import flows
from core.atlas.maps import Atlas, directions
from core.atlas.near import Near, near_points, nearest
from core.atlas.regions import Codes, centres_of, region_of
from core.atlas.space import Floats, Ints, Mapped, item_directions, state_directions
from core.data import Sequences
from core.phrases import say
from core.progress import Progress, part, silent

CROWD = ("steps", "stop", "states", "events", "places")
NEAR = ("point", "item", "distance")


@dataclass(frozen=True, eq=False)
class Terrain:
    """What lies around a map."""

    people: pd.DataFrame = field(repr=False)
    """user_id of each user of the crowd."""
    flows: pd.DataFrame = field(repr=False)
    """As `core.atlas.flows.flows` gives them."""
    centres: Floats = field(repr=False)
    """Middle direction of each region, most points first, (regions, d)."""
    region: Codes = field(repr=False)
    """Region of each point of the map, (n_points,)."""
    trend: Floats = field(repr=False)
    """The middle movement of all users on the map in each step, (steps, 2)."""
    near: Near = field(repr=False)
    crowd: Crowd = field(repr=False)


def survey(model: Mapped, log: Sequences, atlas: Atlas, seed: int, progress: Progress = silent) -> Terrain:
    """Look around a map of a log."""
    progress(0.0, say("steps.regions"))
    items = item_directions(model)
    vectors = directions(atlas, items)
    centres = centres_of(items, log, seed)
    region = region_of(vectors, centres)
    order = np.argsort(-np.bincount(region, minlength=len(centres)), kind="stable")
    centres, region = centres[order], np.argsort(order)[region].astype(np.int16)
    people, crowd, states = gather(model, log, atlas, seed, part(progress, 0.2, 0.7))
    progress(0.7, say("steps.flows"))
    stood = region_of(state_directions(without_common(states, crowd), atlas.middle), centres)
    found = flows(crowd.stop, stood, len(centres), seed)
    weight = np.zeros(len(vectors), dtype=np.int64)
    weight[: len(items)] = 1 + np.bincount(log.item, minlength=len(items))
    near = near_points(vectors, items, weight)
    return Terrain(people, found, centres, region, trend(crowd), near, crowd)


def save_terrain(terrain: Terrain, folder: Path) -> None:
    """Write it to a new folder; states with half their digits, which is far more than they are known to."""
    folder.mkdir()
    terrain.people.to_parquet(folder / "people.parquet", index=False)
    terrain.flows.to_parquet(folder / "flows.parquet", index=False)
    crowd = {f"crowd_{name}": getattr(terrain.crowd, name) for name in CROWD}
    near = {f"near_{name}": getattr(terrain.near, name) for name in NEAR}
    crowd["crowd_states"] = crowd["crowd_states"].astype(np.float16)
    near |= {"near_item": near["near_item"].astype(np.int32), "near_distance": near["near_distance"].astype(np.float16)}
    own = {"centres": terrain.centres, "region": terrain.region, "trend": terrain.trend}
    arrays: dict[str, Any] = {**crowd, **near, **own}
    np.savez_compressed(folder / "terrain.npz", **arrays)


def load_terrain(folder: Path) -> Terrain:
    """It as it was saved."""
    people, flowed = (pd.read_parquet(folder / f"{name}.parquet") for name in ("people", "flows"))
    with np.load(folder / "terrain.npz", allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in kept.files}
    for name in ("crowd_states", "near_distance"):
        arrays[name] = arrays[name].astype(np.float32)
    near = Near(*(arrays[f"near_{name}"] for name in NEAR))
    crowd = Crowd(*(arrays[f"crowd_{name}"] for name in CROWD))
    return Terrain(people, flowed, arrays["centres"], arrays["region"], arrays["trend"], near, crowd)


def neighbours(terrain: Terrain, atlas: Atlas, row: int, model: Callable[[], Mapped]) -> tuple[Ints, Floats]:
    """The items nearest to a point of a map, and how far they are; a model is asked only where that was not kept."""
    near = terrain.near
    place = int(np.searchsorted(near.point, row))
    if place < len(near.point) and near.point[place] == row:
        item, distance = near.item[place], near.distance[place]
    else:
        items = item_directions(model())
        own = np.array([row if row < len(items) else -1])
        item, distance = (found[0] for found in nearest(directions(atlas, items)[[row]], items, own))
    return item[item >= 0].astype(np.int64), distance[item >= 0]
