"""What the list would be with another history: events removed, added, moved, or cut at a moment.

Nothing is written: an edited history lives only in the answer.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import History, Sequences, history_of, schema
from core.errors import InputError
from core.explain.attribution import scored, standings
from core.model import Ranker, Scores, rank_of, top_items
from core.phrases import say
from core.settings import RecommendSettings

MOST_REMOVED = 10
"""Events that a counterfactual set may hold."""
END = -1
"""Stands for the place behind the last event."""


@dataclass(frozen=True)
class Edits:
    """What to change in a history; places are 0-based indices in the history as it is."""

    removed: tuple[int, ...] = ()
    moved: tuple[tuple[int, int], ...] = ()
    """Pairs of an event's place and the place before which it shall stand; the length of the history is its end."""
    added: tuple[tuple[str, int], ...] = ()
    """Pairs of an item id and the place before which a new event shall stand; `END` for the last place."""
    until: int | None = None
    """Only events at or before this moment, microseconds since 1970 UTC; additions stay."""


def edited(sequences: Sequences, user: int, edits: Edits) -> History:
    """The history of a user with some edits; raises `InputError` for a place that there is not.

    An event that is moved or added takes the time and session of its new neighbour, so that order holds.
    """
    history = history_of(sequences, user)
    edits = replace(edits, added=tuple((item, len(history) if at == END else at) for item, at in edits.added))
    _check(edits, len(history))
    moved = dict(edits.moved)
    kept = [
        place
        for place in range(len(history))
        if place not in edits.removed and (edits.until is None or history.time[place] <= edits.until)
    ]
    # (where it stands, turn among equals, row); added events have rows behind those of the history
    order = [(moved[place] - 0.5, 0, place) if place in moved else (float(place), 1, place) for place in kept]
    items = [sequences.find_item(item) for item, _ in edits.added]
    order += [(place - 0.5, 1 + turn, len(history) + turn) for turn, (_, place) in enumerate(edits.added)]
    rows = np.array([row for _, _, row in sorted(order)], dtype=np.int64)
    widened = _with_new(history, np.array(items, dtype=np.int32))
    return _retimed(widened.take(rows), (rows >= len(history)) | np.isin(rows, list(moved)))


def compare(
    ranker: Ranker, sequences: Sequences, user: int, edits: Edits, settings: RecommendSettings | None = None
) -> pd.DataFrame:
    """The list after the edits beside the one before: rank, item_id, score, rank_before (0 if it was hidden)."""
    settings = settings or RecommendSettings()
    pair = [history_of(sequences, user), edited(sequences, user, edits)]
    before, after = (_shown(ranker, sequences, user, history, settings) for history in pair)
    items, values = (found[0] for found in top_items(after, settings.k))
    shown = ~np.isneginf(values)
    return pd.DataFrame(
        {
            "rank": np.arange(1, shown.sum() + 1),
            schema.ITEM: sequences.catalogue.items[items[shown]],
            "score": values[shown],
            "rank_before": [int(rank_of(before, np.array([item]))[0]) for item in items[shown]],
        }
    )


def moves(
    ranker: Ranker, sequences: Sequences, user: int, edits: Edits, settings: RecommendSettings | None = None
) -> pd.DataFrame:
    """Both lists in one: the list after the edits, then what left it, in the order of the list before.

    A row per item: item_id, title, category, rank and rank_before among all items (0 if it was hidden as seen), and
    change: `new`, `left`, `up`, `down` or `same`.
    """
    settings = settings or RecommendSettings()
    pair = [history_of(sequences, user), edited(sequences, user, edits)]
    before, after = (_shown(ranker, sequences, user, history, settings) for history in pair)
    old, new = (_listed(scores, settings.k) for scores in (before, after))
    items = np.concatenate((new, old[~np.isin(old, new)]))
    catalogue = sequences.catalogue
    names = np.array([*catalogue.categories, None], dtype=object)
    frame = pd.DataFrame(
        {
            schema.ITEM: catalogue.items[items],
            schema.TITLE: catalogue.titles[items],
            schema.CATEGORY: names[catalogue.first_category[items]],
            "rank": _ranks(after, items),
            "rank_before": _ranks(before, items),
        }
    )
    both = np.isin(items, old) & np.isin(items, new)
    turn = np.array(["same", "up", "down"])[np.sign((frame["rank_before"] - frame["rank"]).to_numpy())]
    return frame.assign(change=np.where(both, turn, np.where(np.isin(items, new), "new", "left")))


def _listed(scores: Scores, k: int) -> NDArray[np.int64]:
    """Items of a list, best first."""
    items, values = top_items(scores, k)
    listed: NDArray[np.int64] = items[0][~np.isneginf(values[0])]
    return listed


def _ranks(scores: Scores, items: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.array([rank_of(scores, np.array([item]))[0] for item in items], dtype=np.int64)


def offered(sequences: Sequences) -> dict[str, str]:
    """Titles of all items by id, those with most events first: what may be put into a history."""
    order = np.argsort(-np.bincount(sequences.item, minlength=sequences.n_items), kind="stable")
    items, titles = sequences.catalogue.items[order], sequences.catalogue.titles[order]
    return {str(item): str(title) for item, title in zip(items, titles, strict=True)}


@dataclass(frozen=True)
class Counterfactual:
    """The smallest set of past events, by greedy search, without which another item comes first."""

    item: str
    """What comes first with the whole history."""
    events: tuple[int, ...]
    """Places of the events to remove; empty if no set within the bound was found."""
    instead: str | None
    """What comes first without them."""


def counterfactual(ranker: Ranker, sequences: Sequences, user: int, most: int = MOST_REMOVED) -> Counterfactual:
    """Remove the event that costs the first item most, again and again, until another item is first.

    Events that turn out not to be needed are put back: no event of the answer can be left out of it. What the
    user has had competes in no variant; raises `InputError` where that leaves nothing.
    """
    history = history_of(sequences, user)
    first = _first(ranker, sequences, user, history)
    name = str(sequences.catalogue.items[first])
    removed: list[int] = []
    while len(removed) < min(most, len(history)):
        left = [place for place in range(len(history)) if place not in removed]
        variants = [history.without([*removed, place]) for place in left]
        removed.append(left[int(standings(ranker, sequences, user, first, variants).argmin())])
        if _first(ranker, sequences, user, history.without(removed)) != first:
            needed = _needed(ranker, sequences, user, first, removed)
            instead = _first(ranker, sequences, user, history.without(needed))
            return Counterfactual(name, tuple(sorted(needed)), str(sequences.catalogue.items[instead]))
    return Counterfactual(name, (), None)


def _needed(ranker: Ranker, sequences: Sequences, user: int, first: int, removed: list[int]) -> list[int]:
    """Removed events less those whose return does not bring the first item back."""
    history, needed = history_of(sequences, user), list(removed)
    for place in removed[:-1]:
        without = [other for other in needed if other != place]
        if without and _first(ranker, sequences, user, history.without(without)) != first:
            needed = without
    return needed


def _first(ranker: Ranker, sequences: Sequences, user: int, history: History) -> int:
    """The item that comes first after a variant of the history, of those that the user has never had."""
    scores = scored(ranker, sequences, user, [history])[0]
    scores[0, sequences.item[sequences.rows_of(user)]] = -np.inf
    if np.isneginf(scores).all():
        raise InputError(say("errors.nothing_first"))
    return int(scores[0].argmax())


def _shown(ranker: Ranker, sequences: Sequences, user: int, history: History, settings: RecommendSettings) -> Scores:
    scores = scored(ranker, sequences, user, [history])[0]
    if settings.hide_seen:
        scores[0, history.item] = -np.inf
    return scores


def _with_new(history: History, items: NDArray[np.int32]) -> History:
    """The history and behind it new events of the most usual kind and a usual weight, without time yet."""
    usual = np.median(history.weight) if len(history.weight) else 1.0
    return replace(
        history,
        item=np.concatenate((history.item, items)),
        time=np.concatenate((history.time, np.zeros(len(items), dtype=np.int64))),
        kind=np.concatenate((history.kind, np.zeros(len(items), dtype=np.int16))),
        weight=np.concatenate((history.weight, np.full(len(items), usual, dtype=np.float32))),
        session=np.concatenate((history.session, np.zeros(len(items), dtype=np.int64))),
    )


def _retimed(history: History, loose: NDArray[np.bool_]) -> History:
    """Loose events take time and session of the event before them that stands fast, else of the next one."""
    fast = np.flatnonzero(~loose)
    if not len(fast):
        return history
    source = fast[np.clip(np.searchsorted(fast, np.arange(len(history)), side="right") - 1, 0, None)]
    return replace(
        history,
        time=np.where(loose, history.time[source], history.time),
        session=np.where(loose, history.session[source], history.session),
    )


def _check(edits: Edits, length: int) -> None:
    places = [*edits.removed, *(place for place, _ in edits.moved)]
    targets = [place for _, place in (*edits.moved, *edits.added)]
    wrong = [place for place in places if not 0 <= place < length]
    wrong += [place for place in targets if not 0 <= place <= length]
    if wrong:
        raise InputError(say("errors.no_place", place=wrong[0], length=length, last=length - 1))
