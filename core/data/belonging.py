"""Whom a column of a log tells about: its item, its user, or only the row it stands in.

Two events of one item, by different people, agree in what tells about the item; two events of one user, of different
items, agree in what tells about the user. How much more often they agree than any two events do says which it is.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data.dialects import NUMBER

ITEM, USER, ROW, CONSTANT, UNKNOWN = "item", "user", "row", "constant", "unknown"
"""What a column tells about; constant: all cells are alike; unknown: too few events share an item or a user."""
LEAST = 0.5
"""Agreement beyond chance, 1 at most, from which a column tells about items, or users."""
MOST_ALONE = 0.2
"""Share of the users who may have a value that nobody else has, before it tells who they are."""
LONG = 6
"""Digits of numbers that may tell who someone is, as of a telephone or a card."""
EVIDENCE = 20
"""Events that share their item, or user, with another one: with fewer nothing is known."""


def frame(users: Sequence[str], items: Sequence[str], cells: Sequence[str]) -> pd.DataFrame:
    """Events as `verdict` takes them; empty texts are missing."""
    table = pd.DataFrame({"user": users, "item": items, "value": cells}, dtype=object)
    return table[(table != "").all(axis=1)]


def verdict(by_item: pd.DataFrame, by_user: pd.DataFrame) -> str:
    """What a column tells about, from columns user, item and value of all events of some items, and of some users.

    >>> people, things = ["ann", "bob"] * 40, [f"i{n % 17}" for n in range(80)]
    >>> log = frame(people, things, ["Sales" if person == "ann" else "IT" for person in people])
    >>> verdict(log, log)
    'user'
    """
    of_item, of_user = agreement(by_item, "item"), agreement(by_user, "user")
    if len(by_item) and by_item["value"].nunique() == by_user["value"].nunique() == 1:
        return CONSTANT
    if np.isnan(of_item) and np.isnan(of_user):
        return UNKNOWN
    if np.isnan(of_item):
        return USER if of_user > LEAST else UNKNOWN
    if of_item >= LEAST and not of_user > of_item:
        return ITEM
    return USER if of_user > LEAST else ROW


def agreement(events: pd.DataFrame, group: str) -> float:
    """How often two events of one `group` (item or user) agree, beyond any two: 0 as by chance, 1 always.

    NaN where too few events tell. Repeats of a user, item and value count once, so that two events of an item are of
    two users, unless a user has said two things of it.
    """
    if len(events) < EVIDENCE:
        return float("nan")
    once = events.drop_duplicates(["user", "item", "value"])
    size = once.groupby(group)["value"].transform("size")
    shared = once[size > 1]
    if len(shared) < EVIDENCE:
        return float("nan")
    size = size[size > 1]
    alike = shared.groupby([group, "value"])["value"].transform("size")
    inside = float(((alike - 1) / (size - 1)).mean())
    counts = once["value"].value_counts().to_numpy(np.float64)
    chance = float((counts * (counts - 1)).sum() / max(1.0, len(once) * (len(once) - 1.0)))
    return (inside - chance) / (1 - chance) if chance < 1 else float("nan")


def tells_who(rows: pd.DataFrame) -> bool:
    """Whether many users have a value of their own; `rows` has user and value. Short numbers tell it of nobody."""
    pairs = rows[["user", "value"]].dropna().drop_duplicates()
    if all(NUMBER.match(value) and len(value.partition(".")[0]) < LONG for value in pairs["value"].unique()):
        return False
    alone = pairs.groupby("value")["user"].transform("size") == 1
    return bool(pairs.loc[alone, "user"].nunique() > MOST_ALONE * max(1, pairs["user"].nunique()))
