"""From the effects of events to one answer in words: which few events, how much of the whole, and when they were."""

from dataclasses import dataclass

import numpy as np

from core.data import Sequences
from core.explain.attribution import Effects

NAMED = 3
"""Events that an answer names at most."""
ENOUGH = 0.5
"""Share of all that speaks for an item at which no further event is named, and an answer says `mostly`."""
SOME = 0.2
"""Share below which no event stands out."""
DAY = 86_400_000_000
"""Microseconds."""
SPANS = (("day", DAY), ("week", 7 * DAY), ("month", 31 * DAY), ("year", 366 * DAY))
"""How long before the last event all named ones were, at most."""


@dataclass(frozen=True)
class Reasons:
    """The answer to why an item is in a list."""

    events: tuple[int, ...]
    """Places of the events that speak most for the item, strongest first; none if nothing does."""
    share: float
    """Their share of all that speaks for it, 0 to 1."""
    how: str
    """`mostly`, `partly`, `spread` (no event stands out) or `nothing`."""
    when: str
    """All of them within the last `day`, `week`, `month` or `year` of the history, `earlier`, or `events` without a
    clock."""
    ago: int
    """How many events back the oldest of them lies; 0 is the last event."""


def reasons_of(sequences: Sequences, user: int, effect: Effects) -> Reasons:
    """The fewest events, three at most, that hold half of all that speaks for an item; `effect` as methods give it."""
    positive = np.maximum(effect, 0.0)
    total = positive.sum()
    if not total > 0:
        return Reasons((), 0.0, "nothing", "events", 0)
    order = np.argsort(-positive, kind="stable")[:NAMED]
    reached = np.cumsum(positive[order]) / total
    count = min(int(np.searchsorted(reached, ENOUGH)) + 1, len(order))
    named = order[:count][positive[order[:count]] > 0]
    share = float(positive[named].sum() / total)
    how = "mostly" if share >= ENOUGH else "partly" if share >= SOME else "spread"
    when, ago = _when(sequences, user, named)
    return Reasons(tuple(int(place) for place in named), share, how, when, ago)


def sentence(found: Reasons, titles: list[str], item: str) -> str:
    """The answer in English; `titles` are those of `found.events`."""
    if found.how == "nothing":
        return f"Nothing in the history speaks for {item}."
    unique = list(dict.fromkeys(titles))
    names = " and ".join(filter(None, (", ".join(unique[:-1]), unique[-1])))
    when = f"within the last {found.ago + 1:,} events"
    when = {"earlier": "more than a year before", "events": when}.get(found.when, f"within the last {found.when}")
    if found.how == "spread":
        return f"{item}: because of many events, none of which stands out; {names} ({when}) speaks for it most."
    return f"{item}: {found.how} because of {names}, {when} ({found.share:.0%} of all that speaks for it)."


def _when(sequences: Sequences, user: int, places: np.ndarray) -> tuple[str, int]:
    time = sequences.time[sequences.rows_of(user)]
    ago = int(len(time) - 1 - places.min())
    if sequences.ordinal:
        return "events", ago
    since = time[-1] - time[places].min()
    return next((name for name, span in SPANS if since <= span), "earlier"), ago
