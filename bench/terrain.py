"""What lies around a map of 100,000 points: `python -m bench.terrain`; CPU seconds and bytes of each part.

A made-up log (20,000 users, 60,000 items, a million events) and a model whose states follow the items of a user.
`python -m bench.terrain shuffled NAME [WORLDS]`: in how many worlds, each user's items in random order, a flow is sure.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from core import atlas, pipeline
from core.atlas.course import without_common
from core.atlas.crowd import gather
from core.atlas.flows import flows
from core.atlas.near import near_points
from core.atlas.regions import centres_of, region_of
from core.atlas.space import Floats, item_directions, state_directions
from core.data.sequences import Sequences, build_sequences
from core.player import Around, columns
from core.player.points import scatter
from core.settings import AtlasSettings
from core.workspace import Workspace

USERS, ITEMS, EVENTS, CATEGORIES, SIZE = 20_000, 60_000, 50, 40, 64
WORDS = {name: name for name in ("category", "time", "popularity", "drifted", "named", "not_named", "items")}


class Following:
    """States lie between the last items of a user."""

    def __init__(self, category: np.ndarray[Any, Any]) -> None:
        random = np.random.default_rng(0)
        centres = random.normal(size=(CATEGORIES, SIZE))
        self.item_vectors = (centres[category] + random.normal(size=(ITEMS, SIZE))).astype(np.float32)

    def states(self, sequences: Sequences) -> Floats:
        """The mean of an item and the one before."""
        states = self.item_vectors[sequences.item]
        return 0.5 * states + 0.5 * np.roll(states, 1, axis=0)


def world() -> tuple[Sequences, Following]:
    """The log and its model."""
    random = np.random.default_rng(1)
    category = random.integers(0, CATEGORIES, ITEMS)
    order = np.argsort(category, kind="stable")
    first = np.searchsorted(category[order], np.arange(CATEGORIES + 1))
    home = np.repeat(random.integers(0, CATEGORIES, USERS), EVENTS)
    wanted = np.where(random.random(len(home)) < 0.8, home, random.integers(0, CATEGORIES, len(home)))
    item = order[first[wanted] + (random.random(len(home)) ** 2 * np.diff(first)[wanted]).astype(np.int64)]
    days = np.sort(random.integers(0, 365 * 86_400, (USERS, EVENTS)), axis=1).ravel()
    ids = np.array([f"i{number:05d}" for number in range(ITEMS)])
    people = np.array([f"u{number:05d}" for number in range(USERS)])
    events = pd.DataFrame({"user_id": np.repeat(people, EVENTS), "item_id": ids[item]})
    events["timestamp"] = pd.to_datetime(1_700_000_000 + days, unit="s")
    items = pd.DataFrame({"item_id": ids, "title": [f"Thing {each}" for each in ids]})
    items["category"], items["price"] = [f"c{each}" for each in category], random.random(ITEMS)
    return build_sequences(events, items), Following(category)


def timed(name: str, make: Callable[[], Any]) -> Any:
    """What `make` gives; a row of the table on standard output."""
    began = time.process_time()
    made = make()
    print(f"| {name} | {time.process_time() - began:.2f} |", flush=True)
    return made


def parts() -> None:
    """Each part of what lies around a map, and the block that travels."""
    log, model = world()
    settings = AtlasSettings(method="pca", landmarks=80_000)
    placed = timed("the map itself (pca)", lambda: atlas.fit(model, log, settings))
    items = item_directions(model)
    centres = timed("regions", lambda: centres_of(items, log, 0))
    _, crowd, states = timed("crowd of 5,000 users", lambda: gather(model, log, placed, 0))
    plain = timed("the common course taken out", lambda: without_common(states, crowd))
    region = region_of(state_directions(plain, placed.middle), centres)
    timed(
        f"flows, {len(centres)} regions, {len(crowd.steps)} steps", lambda: flows(crowd.stop, region, len(centres), 0)
    )
    vectors = np.concatenate([items, placed.landmarks[len(placed.landmarks) - (len(placed.points) - len(items)) :]])
    timed("nearest items", lambda: near_points(vectors, items, np.ones(len(vectors), np.int64)))
    around = timed("all around it, as it is kept", lambda: atlas.survey(model, log, placed, 0))
    names = timed("names of regions", lambda: atlas.region_names(
        around.region[: log.n_items], log.catalogue, log.census.popularity))  # fmt: skip
    shown = timed("columns of the side panel", lambda: columns.columns(placed.points, log, {}, WORDS))
    named, whole = log.catalogue.categories[:12], placed.points
    block = timed("packed", lambda: scatter(whole, named, "category", Around(around, names, shown), whole))
    plain_block = scatter(whole, named)
    print(f"{len(whole):,} points: {len(block.content):,} bytes, {len(plain_block.content):,} of them the points alone")


def shuffled(name: str, worlds: int) -> None:
    """Shuffle the items of each user and count the worlds in which a flow is sure."""
    workspace = Workspace()
    log = pipeline.load(workspace, name)
    model = pipeline.model(workspace, name, None, log)
    placed = pipeline.atlas(workspace, name, AtlasSettings(method="pca")).get()
    centres, random = centres_of(item_directions(model), log, 0), np.random.default_rng(0)
    alarms = 0
    for _ in range(worlds):
        order = np.lexsort((random.random(len(log)), log.user))
        other = replace(log, item=log.item[order])
        _, crowd, states = gather(model, other, placed, 0)
        plain = state_directions(without_common(states, crowd), placed.middle)
        alarms += bool(flows(crowd.stop, region_of(plain, centres), len(centres), 0)["sure"].any())
    print(f"{name}: a sure flow in {alarms} of {worlds} shuffled worlds")


if __name__ == "__main__":
    if sys.argv[1:2] == ["shuffled"]:
        shuffled(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 40)
    else:
        parts()
