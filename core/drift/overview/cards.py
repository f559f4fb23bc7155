"""A few people as cards: what they were after before their largest change and after it, when that was, and how sure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.data import Sequences, schema
from core.drift.overview.sureness import SURE_COLUMN
from core.drift.overview.turns import mixes
from core.drift.verdict import CHANGES, Change

SHOWN = 4
"""Categories of a card that are told apart."""


@dataclass(frozen=True)
class Card:
    """One person."""

    user: str
    sure: str
    """A word of `sureness.GRADES`."""
    q: float
    kind: str
    turn: Change
    """The largest change."""
    when: str
    """Moment of the first event after it (ISO 8601, or a position in a log without a clock)."""
    mix: tuple[tuple[str, float, float], ...]
    """Category, its share before and after; those with the largest shares, and those that lost and gained most."""


def cards(table: pd.DataFrame, sequences: Sequences) -> list[Card]:
    """A card for each row of a table that `turns.drawn` gives, of users with changes."""
    return [_card(row, sequences) for row in table.to_dict("records") if row[CHANGES]]


def _card(row: dict[Any, Any], sequences: Sequences) -> Card:
    changes: Sequence[Change] = row[CHANGES]
    largest = max(range(len(changes)), key=lambda number: changes[number].magnitude)
    drawn = mixes(sequences, sequences.find_user(row[schema.USER]), [change.event for change in changes])
    before, after = drawn[largest], drawn[largest + 1]
    turn, names = changes[largest], sequences.catalogue.categories
    # What the sentence names is in the picture, whatever else is large.
    pinned = np.isin(np.array(names, dtype=object), [*turn.left[:1], *turn.found[:1]])
    order = np.argsort(-(np.maximum(before, after) + 2 * pinned), kind="stable")[:SHOWN]
    told = sorted(order.tolist(), key=lambda category: float(after[category] - before[category]))
    mix = tuple((names[category], float(before[category]), float(after[category])) for category in told)
    when = str(row["change_times"][largest])
    return Card(row[schema.USER], row[SURE_COLUMN], float(row["q_value"]), row["kind"], turn, when, mix)
