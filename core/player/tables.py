"""What the player shows, as tables: to read without a picture, and to take along as CSV."""

from typing import Any

import numpy as np
import pandas as pd

from core.data import Catalogue, schema
from core.player.block import Block, pack, unpack

NEXT = "is_next"
"""Whether a listed item is that of the event which came next."""


def lists(block: Block, catalogue: Catalogue) -> pd.DataFrame:
    """The list after each event, best first.

    A row per step and place in the list: event_index, timestamp, event_item_id, event_title, event_category, next_rank
    (of the event that came next; 0 if it was hidden as seen, missing after the last), rank, item_id, title, category,
    score, is_next.
    """
    values, arrays = unpack(block.content)
    shown = _items(values, catalogue)
    step, rank = np.nonzero(arrays["list_item"] >= 0)
    listed = shown.iloc[arrays["list_item"][step, rank]].reset_index(drop=True)
    following = np.append(arrays["item"][1:], -1)
    events = _events(values, arrays, shown).iloc[step].reset_index(drop=True)
    listed.insert(0, "rank", rank + 1)
    listed["score"] = arrays["list_score"][step, rank]
    listed[NEXT] = arrays["list_item"][step, rank] == following[step]
    return pd.concat([events, listed], axis=1)


def list_at(block: Block, catalogue: Catalogue, step: int) -> pd.DataFrame:
    """The list after one event: the rows of `lists` with this event_index."""
    table = lists(block, catalogue)
    return table[table[schema.EVENT_INDEX] == step].reset_index(drop=True)


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


def _items(values: dict[str, Any], catalogue: Catalogue) -> pd.DataFrame:
    """Items of a block in its own order: item_id, title, category."""
    positions = [catalogue.item_position[item] for item in values["ids"]]
    names = np.array([*catalogue.categories, None], dtype=object)
    category = names[catalogue.first_category[positions]]
    return pd.DataFrame({schema.ITEM: values["ids"], schema.TITLE: values["titles"], schema.CATEGORY: category})


def _events(values: dict[str, Any], arrays: dict[str, Any], shown: pd.DataFrame) -> pd.DataFrame:
    """A row per event, with the rank of the one after it."""
    steps = values["steps"]
    time = arrays["time"]
    ranks = pd.array(arrays["next_rank"], dtype="Int64")
    ranks[steps - 1] = pd.NA
    own = shown.iloc[arrays["item"]].reset_index(drop=True).add_prefix("event_")
    when = time.astype(np.int64) if values["ordinal"] else pd.to_datetime(time, unit="ms")
    frame = pd.DataFrame({schema.EVENT_INDEX: np.arange(steps), schema.TIME: when})
    frame["next_rank"] = ranks
    return frame.join(own)
