"""Two sides on one time axis and one map, in arrays, as the comparison plays them: users, or groups of users.

Of a group the first members move on the map; its mix of interests and its activity are those of all members.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from core.data import Sequences, spans
from core.lists import Played
from core.player.block import Block, pack
from core.player.user import Floats, Ground, Ints, local_shares, own_categories

GRID = 240
"""Moments at which the mixes are told."""
SMOOTH = 5.0
"""Standard deviation of the window around a moment, in moments: an event far from it counts little."""
MOVING = 24
"""Members of a group that move on the map."""
ENOUGH = 0.05
"""Activity, beside the usual one, below which two mixes are not compared."""


@dataclass(frozen=True)
class Side:
    """One of the two that are compared."""

    name: str
    users: tuple[str, ...]
    changes: tuple[int, ...] = ()
    """Event indices of the change points of an only user."""
    told: frozenset[str] = frozenset()
    """Categories that its members left and found, which have a colour of their own however rare they are."""


def duet(model: Played, sequences: Sequences, sides: tuple[Side, Side], ground: Ground) -> Block:
    """Everything that the comparison shows, packed; raises `UnknownUserError`."""
    members = [np.array([sequences.find_user(user) for user in side.users], dtype=np.int64) for side in sides]
    everyone = [sequences.rows_of_all(users) for users in members]
    items = sequences.item[np.concatenate(everyone)].astype(np.int64)
    names, local = own_categories(sequences.catalogue, items, sides[0].told | sides[1].told)
    span = _span(sequences, np.concatenate(everyone))
    mixes = [_mix(sequences, rows, local, len(names), span) for rows in everyone]
    scale = 1 if sequences.ordinal else 1000
    moving = [(side, user) for side, users in enumerate(members) for user in users[:MOVING]]
    values: dict[str, Any] = {
        "names": [side.name for side in sides],
        "users": [len(side.users) for side in sides],
        "events": [len(rows) for rows in everyone],
        "ordinal": sequences.ordinal,
        "categories": [name or "" for name in names],
        "rest": names.index(None) if None in names else -1,
        "changes": [_moments(sequences, side, users) for side, users in zip(sides, members, strict=True)],
    }
    arrays: dict[str, NDArray[Any]] = {
        "span": np.array(span, np.float64) / scale,
        "member_side": np.array([side for side, _ in moving], np.uint8),
        "mix": np.stack([mix for mix, _ in mixes]),
        "known": np.stack([known for _, known in mixes]),
        "likeness": _likeness(*mixes),
        **_ways(model, sequences, [user for _, user in moving], ground, local),
    }
    return pack(values, arrays)


def _ways(
    model: Played, sequences: Sequences, users: list[int], ground: Ground, local: NDArray[np.int16]
) -> dict[str, NDArray[Any]]:
    """Events of the members that move, one member after the other: time, xy, category; offsets (members + 1,)."""
    parts = [sequences.only(np.array([user])) for user in users]
    places = [ground.place(model.states(own)).astype(np.float32) for own in parts]
    item = np.concatenate([own.item for own in parts])
    return {
        "offsets": np.concatenate([[0], np.cumsum([len(own) for own in parts])]).astype(np.int32),
        "time": np.concatenate([own.time for own in parts]) / (1 if sequences.ordinal else 1000),
        "xy": np.concatenate(places),
        "category": local[sequences.catalogue.first_category[item]],
    }


def _span(sequences: Sequences, rows: Ints) -> tuple[int, int]:
    """First and last moment of all events but strays, at least one apart."""
    time = sequences.time[rows]
    first, last = (int(time.min()), int(time.max())) if sequences.ordinal else spans.axis(time)
    return first, max(last, first + 1)


def _mix(
    sequences: Sequences, rows: Ints, local: NDArray[np.int16], count: int, span: tuple[int, int]
) -> tuple[Floats, Floats]:
    """Shares of categories around each moment, (GRID, count), and activity beside the usual one, 0 to 1, (GRID,)."""
    place = (sequences.time[rows] - span[0]) / (span[1] - span[0])
    cell = np.clip((place * GRID).astype(np.int64), 0, GRID - 1)
    shares = local_shares(sequences.catalogue, sequences.item[rows].astype(np.int64), local, count)
    found = np.zeros((GRID, count))
    np.add.at(found, cell, shares)
    found = gaussian_filter1d(found, SMOOTH, axis=0, mode="constant")
    busy = gaussian_filter1d(np.bincount(cell, minlength=GRID).astype(np.float64), SMOOTH, mode="constant")
    total = found.sum(axis=1, keepdims=True)
    usual = np.median(busy[np.unique(cell)])
    mix: Floats = np.divide(found, total, out=np.zeros_like(found), where=total > 1e-9).astype(np.float32)
    return mix, np.clip(busy / usual, 0, 1).astype(np.float32)


def _likeness(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Floats:
    """1 less the total variation between the mixes at each moment, (GRID,); -1 where one of them rests."""
    alike = 1 - np.abs(one[0] - other[0]).sum(axis=1) / 2
    there = (np.minimum(one[1], other[1]) > ENOUGH) & (one[0].sum(axis=1) > 0) & (other[0].sum(axis=1) > 0)
    found: Floats = np.where(there, alike, -1).astype(np.float32)
    return found


def _moments(sequences: Sequences, side: Side, users: Ints) -> list[float]:
    """Times of the change points of an only user, as the block tells times."""
    if len(users) != 1:
        return []
    time = sequences.time[sequences.rows_of(int(users[0]))]
    return [float(time[event]) / (1 if sequences.ordinal else 1000) for event in side.changes]
