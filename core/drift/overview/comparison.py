"""Two users, or a user and others, side by side on one time axis."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data import Sequences, schema
from core.drift.overview import cohorts, population
from core.drift.overview.sureness import NAMED


def mix(sequences: Sequences, users: Sequence[str]) -> pd.DataFrame:
    """What some users were after, as `population.category_shares` gives it, in periods that suit single users."""
    ids = np.array([sequences.find_user(user) for user in users], dtype=np.int64)
    unit = population.COARSER[population.period_unit(sequences)]
    return population.category_shares(sequences.only(ids), unit)


def likeness(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """How alike two mixes are in each period that both have: timestamp, share.

    1 less the total variation between them: 1 for the same mix, 0 for nothing in common.
    """
    both = one.merge(other, on=[schema.TIME, schema.CATEGORY])
    distance = (both["share_x"] - both["share_y"]).abs().groupby(both[schema.TIME]).sum() / 2
    return (1 - distance).rename("share").reset_index()


def same_turn(table: pd.DataFrame, user: str) -> list[str]:
    """Other users who are named and turned for good from and to the same category as one of them, the surest first."""
    drifted = cohorts.surest(table[table[NAMED] & (table["kind"] != cohorts.RECURRING)])
    cells = zip(drifted["from_categories"], drifted["to_categories"], strict=True)
    ends = [(left[:1], found[:1]) for left, found in cells]
    turns = dict(zip(drifted[schema.USER], ends, strict=True))
    if user not in turns or not all(turns[user]):
        return []
    return [other for other, turn in turns.items() if turn == turns[user] and other != user]
