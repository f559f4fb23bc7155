"""Per-user sequences with integer ids: what models and drift tests stand on.

Rows of all users lie behind each other; user u owns rows `offsets[u]:offsets[u + 1]`, in time order,
ties in the order of the file. Every cut of a log (hold-out, a moment, some users) is again `Sequences`
over the same users, items and catalogue, so that integer ids mean the same in all of them.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.data import schema
from core.data.catalogue import Catalogue, build_catalogue
from core.data.coding import codes_of, kinds_of, sessions_of, weights_of
from core.errors import EventsError, UnknownItemError, UnknownUserError
from core.phrases import say
from core.workspace import DataSet

__all__ = ["Catalogue", "Census", "Sequences", "build_sequences", "load_sequences"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Census:
    """What is known of a whole log where only some of its events are at hand."""

    lengths: Ints
    """Number of events of each user, (n_users,)."""
    popularity: Ints
    """Number of events of each item, (n_items,)."""


@dataclass(frozen=True, eq=False)
class Sequences:
    """Events of all users behind each other, with integer ids."""

    users: NDArray[np.object_]
    """User ids, or pseudonyms for whoever must not see ids, (n_users,)."""
    offsets: Ints
    """First row of each user and the number of rows, (n_users + 1,)."""
    item: NDArray[np.int32]
    """Item of each event, (n_events,)."""
    time: Ints
    """Microseconds since 1970 UTC, or the position in the history if `ordinal`, (n_events,)."""
    kind: NDArray[np.int16]
    """Kind of behaviour of each event: index in `kinds`, (n_events,)."""
    weight: Floats
    """Weight of each event, else its rating, else 1, (n_events,)."""
    session: Ints
    """Number of the session, counted over the whole log, rising within a user, (n_events,)."""
    kinds: tuple[str, ...]
    """Names of the kinds of behaviour, at least one."""
    catalogue: Catalogue
    user_attributes: pd.DataFrame
    """Further columns of the users file, a row per user in the same order."""
    ordinal: bool = False
    """The log has an order but no clock: sessions, gaps and dates mean nothing."""
    people: Ints | None = None
    """Where histories are variants: the integer user in the log that each belongs to; None: its own, (n_users,)."""
    ids: NDArray[np.object_] | None = None
    """Where `users` are pseudonyms: the ids themselves, for what is kept under them and never for the eye."""
    whole: Census | None = None
    """Where these are but some events of a log: what is known of all of it."""

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

    @cached_property
    def lengths(self) -> Ints:
        """Number of events of each user, (n_users,)."""
        return np.diff(self.offsets)

    @cached_property
    def census(self) -> Census:
        """Events of each user and of each item in the whole log."""
        return self.whole or Census(self.lengths, np.bincount(self.item, minlength=self.n_items))

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

    def person(self, users: NDArray[np.int64]) -> NDArray[np.int64]:
        """Integer users in the log whom these histories belong to; the same unless they are variants."""
        return users if self.people is None else self.people[users]

    def rows_of(self, user: int) -> slice:
        """Rows of one user, in time order."""
        return slice(int(self.offsets[user]), int(self.offsets[user + 1]))

    def find_user(self, user_id: str) -> int:
        """Integer id of a user; raises `UnknownUserError`."""
        try:
            return self.user_position[user_id]
        except KeyError:
            raise UnknownUserError(
                say("errors.no_user", user=user_id, users=self.n_users, some=str(self.users[0]))
            ) from None

    def find_item(self, item_id: str) -> int:
        """Integer id of an item; raises `UnknownItemError`."""
        try:
            return self.catalogue.item_position[item_id]
        except KeyError:
            raise UnknownItemError(
                say("errors.no_item", item=item_id, items=self.n_items, some=str(self.catalogue.items[0]))
            ) from None

    def keep(self, mask: NDArray[np.bool_]) -> "Sequences":
        """Only the events of the mask, (n_events,); users and items keep their integer ids."""
        counts = np.bincount(self.user[mask], minlength=self.n_users)
        return self._at(mask, np.concatenate(([0], np.cumsum(counts))))

    def without_last(self, events: int) -> "Sequences":
        """Each user's history less the last `events` events."""
        from_end = np.repeat(self.lengths, self.lengths) - self.event_index
        return self.keep(from_end > events)

    def until(self, time: int) -> "Sequences":
        """Events at or before a moment, microseconds since 1970 UTC."""
        return self.keep(self.time <= time)

    def rows_of_all(self, users: NDArray[np.int64]) -> Ints:
        """Rows of some users, rising, (n,); each user counts once, in any order, and an id that there is not never."""
        users = self._known(users)
        counts = self.offsets[users + 1] - self.offsets[users]
        return np.repeat(self.offsets[users + 1] - np.cumsum(counts), counts) + np.arange(counts.sum())

    def only(self, users: NDArray[np.int64]) -> "Sequences":
        """Only the events of some users; the others stay, with empty histories. No look is taken at their events."""
        known = self._known(users)
        ends = np.concatenate(([0], np.cumsum(self.offsets[known + 1] - self.offsets[known])))
        return self._at(self.rows_of_all(known), np.repeat(ends, np.diff(known, prepend=-1, append=self.n_users)))

    def _known(self, users: NDArray[np.int64]) -> Ints:
        """Each of some users once, rising, less those that there are not."""
        users = np.sort(users[(users >= 0) & (users < self.n_users)]).astype(np.int64)
        return users[np.diff(users, prepend=-1) > 0]

    def _at(self, rows: Ints | NDArray[np.bool_], offsets: Ints) -> "Sequences":
        """The events of some rows, which lie between these offsets."""
        return replace(
            self,
            offsets=offsets,
            item=self.item[rows],
            time=self.time[rows],
            kind=self.kind[rows],
            weight=self.weight[rows],
            session=self.session[rows],
        )


def load_sequences(data_set: DataSet) -> Sequences:
    """Sequences of the current version of a data set."""
    coded = [schema.USER, schema.ITEM, schema.EVENT, schema.SESSION]
    events = pq.read_table(data_set.events, read_dictionary=coded).to_pandas()
    return build_sequences(
        events,
        pd.read_parquet(data_set.items),
        pd.read_parquet(data_set.users),
        session_gap_minutes=float(data_set.summary.get("session_gap_minutes", 30.0)),
        ordinal=bool(data_set.summary.get("ordinal", False)),
    )


def build_sequences(
    events: pd.DataFrame,
    items: pd.DataFrame | None = None,
    users: pd.DataFrame | None = None,
    session_gap_minutes: float = 30.0,
    ordinal: bool = False,
) -> Sequences:
    """From canonical frames to sequences; raises `EventsError` when a required column is missing.

    Events are put in the order of user, time and row unless they already are. Items are those of `items`, in
    its order, and behind them any others that have events; users are those with events.
    """
    _check(events)
    events = _ordered(events)
    user_code, user_ids = codes_of(events[schema.USER])
    first = np.flatnonzero(np.diff(user_code, prepend=-1))
    item, item_ids = _item_codes(events[schema.ITEM], items)
    kind, kinds = kinds_of(events)
    time = events[schema.TIME].to_numpy().astype("datetime64[us]").astype(np.int64)
    user_ids = user_ids[user_code[first]]
    return Sequences(
        users=user_ids,
        offsets=np.append(first, len(events)).astype(np.int64),
        item=item,
        time=time,
        kind=kind,
        weight=weights_of(events),
        session=sessions_of(events, first, time, -1.0 if ordinal else session_gap_minutes),
        kinds=kinds,
        catalogue=build_catalogue(item_ids, np.bincount(item, minlength=len(item_ids)), items),
        user_attributes=attributes_of(user_ids, users),
        ordinal=ordinal,
    )


def _check(events: pd.DataFrame) -> None:
    missing = [column for column in schema.REQUIRED if column not in events]
    if missing:
        raise EventsError(
            say(
                "errors.missing_columns",
                missing=", ".join(missing),
                found=", ".join(map(str, events.columns)),
                needed=", ".join(schema.REQUIRED),
            )
        )


def _ordered(events: pd.DataFrame) -> pd.DataFrame:
    """The frame itself if each user's rows lie together and in time order, else a sorted one."""
    code, names = codes_of(events[schema.USER])
    same_user = np.diff(code) == 0
    late = np.diff(events[schema.TIME].to_numpy().astype("datetime64[us]").astype(np.int64)) < 0
    blocks = int((~same_user).sum()) + min(1, len(code))
    if blocks == len(np.unique(code)) and not (same_user & late).any():
        return events
    rank = np.argsort(np.argsort(names.astype(str)))
    order = np.lexsort((np.arange(len(code)), events[schema.TIME].to_numpy(), rank[code]))
    return events.iloc[order].reset_index(drop=True)


def _item_codes(column: pd.Series, items: pd.DataFrame | None) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
    """Integer item of each event and the ids, those of the items frame first."""
    codes, names = codes_of(column)
    known = sorted(names) if items is None else items[schema.ITEM].drop_duplicates().to_numpy(dtype=object)
    ids = pd.Index(known, dtype=object)
    ids = ids.append(pd.Index(sorted(set(names) - set(ids)), dtype=object))
    place = ids.get_indexer(pd.Index(names, dtype=object))
    return place[codes].astype(np.int32), ids.to_numpy(dtype=object)


def attributes_of(ids: NDArray[np.object_], users: pd.DataFrame | None) -> pd.DataFrame:
    """What a users file says of some users, a row each in their order."""
    index = pd.Index(ids, name=schema.USER)
    if users is None:
        return pd.DataFrame(index=index).reset_index(drop=True)
    return users.drop_duplicates(schema.USER).set_index(schema.USER).reindex(index).reset_index(drop=True)
