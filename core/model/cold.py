"""How well rankers serve users with hardly any events and find items with hardly any.

Cold users are made from all users: the held-out event is to be found with only the last 0, 1, 2 or 3
events before it, as if the user had come with the first of them. Cold items are held-out items that
training has seen at most 5 times, found after whole histories.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data.sequences import Sequences
from core.model.evaluation import Split, held_out, ranks, summarise
from core.model.ranker import Ranker
from core.phrases import say
from core.progress import Progress, silent

USER_EVENTS = (0, 1, 2, 3)
"""Events that a cold user has."""
ITEM_EVENTS = ((0, 0), (1, 2), (3, 5))
"""Classes of training events of a cold item, both ends within."""
USERS = 2000
"""Users that cold ones are made from, at most."""


def cold(
    rankers: Sequence[Ranker], sequences: Sequences, *, holdout: int = 2, seed: int = 0, progress: Progress = silent
) -> pd.DataFrame:
    """Quality for cold users and items by fitted rankers: who (user or item), events, model, users, metrics.

    Metrics and their intervals are those of `evaluation.summarise`; a class without cases has no rows.
    """
    split = held_out(sequences, 1, limit=USERS, seed=seed)
    counts = np.bincount(sequences.without_last(holdout).item, minlength=sequences.n_items)
    whole = held_out(sequences, 1)
    rare = Split(whole.histories, *_only(whole, counts[whole.targets] <= ITEM_EVENTS[-1][1]))
    tables = [_table("", "", "", np.empty(0, dtype=np.int64))]
    for place, ranker in enumerate(rankers):
        progress(place / len(rankers), say("steps.cold", model=ranker.name))
        for events in USER_EVENTS:
            found = ranks(ranker, Split(_last(split.histories, events), split.users, split.targets))
            tables.append(_table("user", str(events), ranker.name, found))
        found = ranks(ranker, rare)
        for low, high in ITEM_EVENTS:
            seen = counts[rare.targets]
            label = str(low) if low == high else f"{low}-{high}"
            tables.append(_table("item", label, ranker.name, found[(seen >= low) & (seen <= high)]))
    return summarise(pd.concat(tables), ("who", "events", "model"))


def _last(histories: Sequences, events: int) -> Sequences:
    """Only the last events of each user."""
    from_end = np.repeat(histories.lengths, histories.lengths) - histories.event_index
    return histories.keep(from_end <= events)


def _only(split: Split, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return split.users[mask], split.targets[mask]


def _table(who: str, events: str, model: str, rank: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"who": who, "events": events, "model": model, "rank": rank})
