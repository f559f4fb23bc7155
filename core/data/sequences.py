"""Per-user sequences with integer ids: what models and drift tests stand on.

Rows of all users lie behind each other; user u owns rows `offsets[u]:offsets[u + 1]`, in time order,
ties in the order of the file. Every cut of a log (hold-out, a moment, some users) is again `Sequences`
over the same users, items and catalogue, so that integer ids mean the same in all of them.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.errors import UnknownItemError, UnknownUserError

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What is known of items: titles, categories in equal shares, and attribute columns."""

    items: NDArray[np.object_]
    """Item ids, (n_items,)."""
    titles: NDArray[np.object_]
    """Title of each item, its id where there is none, (n_items,)."""
    categories: tuple[str, ...]
    """Names of the categories, most events first; empty where the log has none."""
    category_offsets: Ints
    """Item i has the categories `category_index[category_offsets[i]:category_offsets[i + 1]]`."""
    category_index: Ints
    attributes: pd.DataFrame
    """Further columns of the items file, a row per item in the same order."""

    @cached_property
    def shares(self) -> Floats:
        """Share of each category in each item, (n_items, n_categories); rows sum to 1, or 0 without category."""
        counts = np.diff(self.category_offsets)
        shares = np.zeros((len(self.items), len(self.categories)), dtype=np.float32)
        rows = np.repeat(np.arange(len(self.items)), counts)
        shares[rows, self.category_index] = 1.0 / np.repeat(counts, counts)
        return shares

    @cached_property
    def first_category(self) -> Ints:
        """Index of each item's most popular category, -1 where it has none, (n_items,)."""
        first = np.full(len(self.items), -1, dtype=np.int64)
        rows = np.repeat(np.arange(len(self.items)), np.diff(self.category_offsets))
        order = np.lexsort((self.category_index, rows))
        present, start = np.unique(rows[order], return_index=True)
        first[present] = self.category_index[order][start]
        return first

    @cached_property
    def item_position(self) -> dict[str, int]:
        """Integer id of each item id."""
        return {item: position for position, item in enumerate(self.items)}


@dataclass(frozen=True, eq=False)
class Sequences:
    """Events of all users behind each other, with integer ids."""

    users: NDArray[np.object_]
    """User ids, (n_users,)."""
    offsets: Ints
    """First row of each user and the number of rows, (n_users + 1,)."""
    item: NDArray[np.int32]
    """Item of each event, (n_events,)."""
    time: Ints
    """Microseconds since 1970 UTC, or the position in the history if `ordinal`, (n_events,)."""
    kind: NDArray[np.int16]
    """Kind of behaviour of each event: index in `kinds`, (n_events,)."""
    weight: Floats
    """Weight of each event, 1 unless the log says otherwise, (n_events,)."""
    session: Ints
    """Number of the session, counted over the whole log, rising within a user, (n_events,)."""
    kinds: tuple[str, ...]
    """Names of the kinds of behaviour, at least one."""
    catalogue: Catalogue
    user_attributes: pd.DataFrame
    """Further columns of the users file, a row per user in the same order."""
    ordinal: bool = False
    """The log has an order but no clock: sessions, gaps and dates mean nothing."""

    def __len__(self) -> int:
        """Number of events."""
        return len(self.item)

    @property
    def n_users(self) -> int:
        """Number of users, also those without events in this cut."""
        return len(self.users)

    @property
    def n_items(self) -> int:
        """Number of items, also those without events in this cut."""
        return len(self.catalogue.items)

    @property
    def lengths(self) -> Ints:
        """Number of events of each user, (n_users,)."""
        return np.diff(self.offsets)

    @cached_property
    def user(self) -> Ints:
        """Integer user of each event, (n_events,)."""
        return np.repeat(np.arange(self.n_users), self.lengths)

    @cached_property
    def event_index(self) -> Ints:
        """0-based place of each event in its user's history, (n_events,)."""
        return np.arange(len(self)) - np.repeat(self.offsets[:-1], self.lengths)

    @cached_property
    def user_position(self) -> dict[str, int]:
        """Integer id of each user id."""
        return {user: position for position, user in enumerate(self.users)}

    def rows_of(self, user: int) -> slice:
        """Rows of one user, in time order."""
        return slice(int(self.offsets[user]), int(self.offsets[user + 1]))

    def find_user(self, user_id: str) -> int:
        """Integer id of a user; raises `UnknownUserError`."""
        try:
            return self.user_position[user_id]
        except KeyError:
            raise UnknownUserError(
                f"No user {user_id!r} in this data set of {self.n_users:,} users. "
                f"Ids are text, as in the log, for example {str(self.users[0])!r}."
            ) from None

    def find_item(self, item_id: str) -> int:
        """Integer id of an item; raises `UnknownItemError`."""
        try:
            return self.catalogue.item_position[item_id]
        except KeyError:
            raise UnknownItemError(
                f"No item {item_id!r} in this data set of {self.n_items:,} items. "
                f"Ids are text, as in the log, for example {str(self.catalogue.items[0])!r}."
            ) from None

    def keep(self, mask: NDArray[np.bool_]) -> "Sequences":
        """Only the events of the mask, (n_events,); users and items keep their integer ids."""
        counts = np.bincount(self.user[mask], minlength=self.n_users)
        return replace(
            self,
            offsets=np.concatenate(([0], np.cumsum(counts))),
            item=self.item[mask],
            time=self.time[mask],
            kind=self.kind[mask],
            weight=self.weight[mask],
            session=self.session[mask],
        )

    def without_last(self, events: int) -> "Sequences":
        """Each user's history less the last `events` events."""
        from_end = np.repeat(self.lengths, self.lengths) - self.event_index
        return self.keep(from_end > events)

    def until(self, time: int) -> "Sequences":
        """Events at or before a moment, microseconds since 1970 UTC."""
        return self.keep(self.time <= time)

    def only(self, users: NDArray[np.int64]) -> "Sequences":
        """Only the events of some users; the others stay, with empty histories."""
        return self.keep(np.isin(self.user, users))


def build_sequences(
    events: pd.DataFrame, items: pd.DataFrame | None = None, users: pd.DataFrame | None = None
) -> Sequences:
    """From canonical frames, sorted by user, time and file order, to sequences."""
    raise NotImplementedError(schema.USER)
