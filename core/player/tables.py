"""What the player shows, as tables: to read without a picture, and to take along as CSV."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Catalogue, schema
from core.player.block import Block, pack, unpack

Ints = NDArray[np.int64]
NEXT = "is_next"
"""Whether a listed item is that of the event which came next."""


def lists(block: Block, catalogue: Catalogue) -> pd.DataFrame:
    """The list after each event, best first.

    A row per step and place in the list: event_index, timestamp, event_item_id, event_title, event_category, next_rank
    (of the event that came next; 0 if it was hidden as seen, missing after the last), rank, item_id, title, category,
    score, is_next.
    """
    return _listed(block, catalogue, slice(None))


def taken(block: Block, catalogue: Catalogue) -> pd.DataFrame:
    """`lists` as a file to take along: its name says that steps are counted from 0, not as on the page."""
    return lists(block, catalogue).rename(columns={schema.EVENT_INDEX: "step_from_0"})


def list_at(block: Block, catalogue: Catalogue, step: int) -> pd.DataFrame:
    """The list after one event: the rows of `lists` with this event_index; none for a step that there is not."""
    return _listed(block, catalogue, slice(step, step + 1) if step >= 0 else slice(0))


def next_at(block: Block, step: int) -> tuple[str, int] | None:
    """Title and rank of the event that came after a step, rank 0 if it was hidden as seen; None after the last."""
    values, arrays = unpack(block.content)
    if step + 1 >= values["steps"]:
        return None
    return values["titles"][arrays["item"][step + 1]], int(arrays["next_rank"][step])


def masked(block: Block, user: str) -> Block:
    """The block under another name of its user."""
    values, arrays = unpack(block.content)
    values.pop("hash", None)
    return pack(values | {"user": user}, arrays)


def _listed(block: Block, catalogue: Catalogue, steps: slice) -> pd.DataFrame:
    """The rows of `lists` of some steps; no look is taken at what the others hold."""
    values, arrays = unpack(block.content)
    chosen = np.arange(values["steps"])[steps]
    place, rank = np.nonzero(arrays["list_item"][chosen] >= 0)
    step, following = chosen[place], np.append(arrays["item"], -1)[1:]
    item = arrays["list_item"][step, rank]
    listed = _items(values, catalogue, item)
    events = _events(values, arrays, chosen).join(
        _items(values, catalogue, arrays["item"][chosen]).add_prefix("event_")
    )
    listed.insert(0, "rank", rank + 1)
    listed["score"] = arrays["list_score"][step, rank]
    listed["chance"] = arrays["list_chance"][step, rank]
    listed[NEXT] = item == following[step]
    return pd.concat([events.iloc[place].reset_index(drop=True), listed], axis=1)


def _items(values: dict[str, Any], catalogue: Catalogue, items: Ints) -> pd.DataFrame:
    """Some items of a block, by their numbers in it: item_id, title, category."""
    needed, place = np.unique(items, return_inverse=True)
    ids = np.array([values["ids"][item] for item in needed], dtype=object)
    titles = np.array([values["titles"][item] for item in needed], dtype=object)
    positions = np.array([catalogue.item_position[item] for item in ids], dtype=np.int64)
    names = np.array([*catalogue.categories, None], dtype=object)
    category = names[catalogue.first_category[positions]]
    return pd.DataFrame({schema.ITEM: ids[place], schema.TITLE: titles[place], schema.CATEGORY: category[place]})


def _events(values: dict[str, Any], arrays: dict[str, Any], steps: Ints) -> pd.DataFrame:
    """A row per step, with the rank of the event after it."""
    time = arrays["time"][steps]
    ranks = pd.array(arrays["next_rank"][steps], dtype="Int64")
    ranks[steps == values["steps"] - 1] = pd.NA
    when = time.astype(np.int64) if values["ordinal"] else pd.to_datetime(time, unit="ms")
    return pd.DataFrame({schema.EVENT_INDEX: steps, schema.TIME: when, "next_rank": ranks})
