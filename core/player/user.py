"""One user's history as the player shows it: everything at every step, in arrays, computed once.

A step is the index of the event that has just happened. Items are numbered within the playback: only those
that the user had, was recommended or came near to travel to the browser.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter
from scipy.spatial import ConvexHull, QhullError

from core.atlas import Atlas, place
from core.data import Catalogue, Sequences
from core.drift import Change
from core.lists import Listing, Played, list_chances, listed_scores, ranked_steps
from core.player.block import Block, pack

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
LOOKED = 8
"""Past events with the most attention that are kept a step."""
NAMED = 8
"""Categories of the user that get a lane of their own; the others share one."""
HALF_LIFE = 12.0
"""Events after which an event counts half in the interest mix so far."""


@dataclass(frozen=True, eq=False)
class Ground:
    """The map that a user moves on."""

    place: Callable[[Floats], Floats]
    """Puts states on the map: (n, d) -> (n, 2)."""
    items: Floats
    """Where the items lie, (n_items, 2)."""


def ground_of(atlas: Atlas) -> Ground:
    """The map of a run as the player's ground; states that the map puts beyond all items stand at their outline."""
    items = atlas.points.loc[atlas.points["kind"] == "item", ["x", "y"]].to_numpy(np.float32)
    outline = _outline(items)
    return Ground(lambda states: among(place(atlas, states), outline), items)


def among(places: Floats, outline: NDArray[np.float64]) -> Floats:
    """Places (n, 2) within an outline; those beyond it are drawn towards its middle until they lie on it.

    `outline`: a row (a, b, c) per edge, a x + b y + c <= 0 within, after a row with the middle, (edges + 1, 3).

    >>> among(np.array([[2, 0], [0.5, 0.5]], np.float32), _outline(np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])))
    array([[1. , 0. ],
           [0.5, 0.5]], dtype=float32)
    """
    middle, edges = outline[0, :2], outline[1:]
    way = places - middle
    along, room = way @ edges[:, :2].T, -(edges[:, :2] @ middle + edges[:, 2])
    share = np.divide(room, along, out=np.full(along.shape, np.inf), where=along > 1e-12).min(axis=1, initial=1.0)
    inside: Floats = (middle + way * np.maximum(share, 0.0)[:, None]).astype(np.float32)
    return inside


def _outline(items: Floats) -> NDArray[np.float64]:
    """The convex outline of some places as `among` takes it; no edge at all where they lie on one line."""
    places = items.astype(np.float64)
    middle = np.append(places.mean(axis=0) if len(places) else np.zeros(2), 0.0)[None]
    try:
        return np.concatenate([middle, ConvexHull(places).equations])
    except (QhullError, ValueError):
        return middle


def playback(
    model: Played,
    sequences: Sequences,
    user: int,
    ground: Ground,
    changes: tuple[Change, ...] = (),
    listing: Listing | None = None,
) -> Block:
    """Everything that the player shows of one user, packed; lists are the model's own unless `listing` ranks them."""
    own = sequences.only(np.array([user]))
    items = own.item.astype(np.int64)
    states = model.states(own)
    scored = listed_scores(listing, model, sequences, user)
    steps = ranked_steps(model, states, items, scored, list_chances(listing))
    looked, weights = model.lookback(sequences, user, LOOKED)
    shown, positions = _numbered([items, steps.listed, steps.near])
    layers, heads = model.attention_shape
    values, arrays = _history(sequences, user, changes, shown)
    values |= {"layers": layers, "heads": heads}
    arrays |= {
        "item": positions[0],
        "xy": ground.place(states).astype(np.float32),
        "item_xy": ground.items[shown].astype(np.float32),
        "attention_index": looked.astype(np.int32),
        "attention_weight": np.rint(weights * 65535).astype(np.uint16),
        "list_item": positions[1],
        "list_score": steps.scores,
        "list_chance": steps.chances,
        "near_item": positions[2],
        "next_rank": steps.next_rank.astype(np.int32),
        "next_score": steps.next_score,
    }
    return pack(values, arrays)


def untrained(sequences: Sequences, user: int, changes: tuple[Change, ...] = ()) -> Block:
    """What the player shows of a user without any model: lanes, mix and changes; no map, no lists, no attention."""
    items = sequences.item[sequences.rows_of(user)].astype(np.int64)
    shown, positions = _numbered([items])
    count, nothing = len(items), np.zeros((len(items), 0), np.int32)
    values, arrays = _history(sequences, user, changes, shown)
    arrays |= {
        "item": positions[0],
        "xy": np.zeros((count, 2), np.float32),
        "item_xy": np.zeros((len(shown), 2), np.float32),
        "attention_index": nothing[None],
        "attention_weight": nothing[None].astype(np.uint16),
        "list_item": nothing,
        "list_score": nothing.astype(np.float32),
        "list_chance": nothing.astype(np.float32),
        "near_item": nothing,
        "next_rank": np.zeros(count, np.int32),
        "next_score": np.zeros(count, np.float32),
    }
    return pack(values | {"layers": 0, "heads": 0}, arrays)


def _history(
    sequences: Sequences, user: int, changes: tuple[Change, ...], shown: Ints
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Values and arrays of a block that need no model; `shown` are the items that are numbered in it."""
    catalogue, rows = sequences.catalogue, sequences.rows_of(user)
    items = sequences.item[rows].astype(np.int64)
    names, local = own_categories(catalogue, items, {name for c in changes for name in (*c.left[:1], *c.found[:1])})
    shares = local_shares(catalogue, items, local, len(names))
    values = _values(sequences, user, names, changes)
    values |= {"ids": _texts(catalogue.items[shown]), "titles": _texts(catalogue.titles[shown])}
    return values, {
        "time": sequences.time[rows] / (1 if sequences.ordinal else 1000),
        "session": _from_zero(sequences.session[rows]),
        "item_category": local[catalogue.first_category[shown]],
        "mix": mix_so_far(shares),
        "change_mix": stretch_mixes(shares, [change.event for change in changes]),
    }


def backdrop(ground: Ground, catalogue: Catalogue) -> Block:
    """All items of a map with their categories, -1 without: what every user of a data set is shown on."""
    category = catalogue.first_category.astype(np.int16)
    return pack(
        {"categories": list(catalogue.categories)}, {"xy": ground.items.astype(np.float32), "category": category}
    )


def own_categories(
    catalogue: Catalogue, items: Ints, told: Set[str] = frozenset()
) -> tuple[list[str | None], NDArray[np.int16]]:
    """Names of the user's main categories, most events first, and for each category of the log its place there.

    Those that are `told` of are among them however rare, so that a picture shows what its words name. A last name None
    stands for all other categories; the place behind the last category is that of items without one, -1.
    """
    count = len(catalogue.categories)
    if not count:
        return [], np.array([-1], dtype=np.int16)
    shares = catalogue.shares[items].sum(axis=0)  # of single entries, for there may be thousands of events
    order = np.argsort(-shares, kind="stable")
    own = order[shares[order] > 0]
    spoken = np.isin(np.array(catalogue.categories, dtype=object)[own], list(told))
    own = own[(np.arange(len(own)) < NAMED) | spoken]
    local = np.full(count + 1, len(own), dtype=np.int16)
    local[own] = np.arange(len(own))
    local[-1] = -1
    names: list[str | None] = [catalogue.categories[index] for index in own]
    return (names if len(own) == count else [*names, None]), local


def mix_so_far(shares: Floats, half_life: float = HALF_LIFE) -> Floats:
    """Shares of categories among the events so far, an event counting half after `half_life` more, (n, categories).

    >>> mix_so_far(np.array([[1, 0], [0, 1], [0, 1], [0, 1]], dtype=np.float32), 1)[-1]
    array([0.06666667, 0.93333334], dtype=float32)
    """
    if not shares.size:
        return shares.astype(np.float32)
    decayed = lfilter([1.0], [1.0, -(0.5 ** (1 / half_life))], shares.astype(np.float64), axis=0)
    total = decayed.sum(axis=1, keepdims=True)
    mix: Floats = (decayed / np.where(total > 0, total, 1)).astype(np.float32)
    return mix


def stretch_mixes(shares: Floats, events: Sequence[int]) -> Floats:
    """Shares of categories among the events of each stretch between changes, (n_changes + 1, categories).

    >>> stretch_mixes(np.array([[1, 0], [0, 1], [0, 1]], dtype=np.float32), [1])
    array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    sums = np.stack([part.sum(axis=0, dtype=np.float64) for part in np.split(shares, list(events))])
    total = sums.sum(axis=1, keepdims=True)
    return np.asarray(sums / np.where(total > 0, total, 1), dtype=np.float32)


def local_shares(catalogue: Catalogue, items: Ints, local: NDArray[np.int16], count: int) -> Floats:
    """Shares of the user's main categories in each event, (n, count)."""
    shares = np.zeros((len(items), count), dtype=np.float32)
    if count:
        entries = catalogue.shares[items].tocoo()
        np.add.at(shares, (entries.row, local[entries.col]), entries.data)
    return shares


def _values(sequences: Sequences, user: int, names: list[str | None], changes: tuple[Change, ...]) -> dict[str, Any]:
    """Plain values of the block's header."""
    return {
        "user": str(sequences.users[user]),
        "steps": int(sequences.lengths[user]),
        "n_items": sequences.n_items,
        "ordinal": sequences.ordinal,
        "categories": [name or "" for name in names],
        "rest": names.index(None) if None in names else -1,
        "half_life": HALF_LIFE,
        "changes": [
            {"event": c.event, "low": c.low, "high": c.high, "from": list(c.left), "to": list(c.found)} for c in changes
        ],
    }


def _numbered(arrays: list[Ints]) -> tuple[Ints, list[NDArray[np.int32]]]:
    """All ids in some arrays, and the arrays with each id as its place among them; -1 stays."""
    flat = np.concatenate([array.ravel() for array in arrays])
    shown = np.unique(flat[flat >= 0])
    return shown, [np.where(array < 0, -1, np.searchsorted(shown, array)).astype(np.int32) for array in arrays]


def _from_zero(session: Ints) -> NDArray[np.int32]:
    """Sessions counted from 0."""
    return (np.cumsum(np.diff(session, prepend=session[:1]) != 0)).astype(np.int32)


def _texts(values: NDArray[np.object_]) -> list[str]:
    return [str(value) for value in values]
