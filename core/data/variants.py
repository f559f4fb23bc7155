"""Histories that never were: one user several times over, each time with other events.

What-if questions, explanations by leaving events out and lists after each step all ask a ranker about
variants of one history; stacked as `Sequences` of that user, any ranker answers them in one batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.data.sequences import Floats, Ints, Sequences

NEW = -1
"""Integer id of a user whom the log does not know."""


@dataclass(frozen=True, eq=False)
class History:
    """The events of one user, in time order; every array is (n_events,)."""

    item: NDArray[np.int32]
    time: Ints
    kind: NDArray[np.int16]
    weight: Floats
    session: Ints

    def __len__(self) -> int:
        """Number of events."""
        return len(self.item)

    def take(self, index: NDArray[np.int64] | slice) -> Self:
        """Only some events, in the order given."""
        return replace(
            self,
            item=self.item[index],
            time=self.time[index],
            kind=self.kind[index],
            weight=self.weight[index],
            session=self.session[index],
        )

    def without(self, index: int | Sequence[int] | NDArray[np.int64]) -> Self:
        """The history less the events at these places."""
        return self.take(np.delete(np.arange(len(self), dtype=np.int64), index))


def history_of(sequences: Sequences, user: int) -> History:
    """The events of one user of a log."""
    rows = sequences.rows_of(user)
    return History(
        item=sequences.item[rows],
        time=sequences.time[rows],
        kind=sequences.kind[rows],
        weight=sequences.weight[rows],
        session=sequences.session[rows],
    )


def stack(sequences: Sequences, user: int, histories: Sequence[History]) -> Sequences:
    """Variants of one user's history as sequences of their own: "user" v is variant v, (len(histories),)."""
    lengths = np.array([len(history) for history in histories], dtype=np.int64)
    return replace(
        sequences,
        users=np.repeat(sequences.users[user : user + 1], len(histories)),
        offsets=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        item=np.concatenate([sequences.item[:0], *(history.item for history in histories)]),
        time=np.concatenate([sequences.time[:0], *(history.time for history in histories)]),
        kind=np.concatenate([sequences.kind[:0], *(history.kind for history in histories)]),
        weight=np.concatenate([sequences.weight[:0], *(history.weight for history in histories)]),
        session=np.concatenate([sequences.session[:0], *(history.session for history in histories)]),
        people=np.repeat(sequences.person(np.array([user])), len(histories)),
        user_attributes=sequences.user_attributes.iloc[np.full(len(histories), user)].reset_index(drop=True),
    )


def newcomer(sequences: Sequences, user_id: str) -> Sequences:
    """A log of one user whom the log does not know: number 0 in it, without events and with nothing known of them."""
    alone = stack(sequences, 0, [history_of(sequences, 0).take(slice(0, 0))])
    return replace(
        alone,
        users=np.array([user_id], dtype=object),
        people=np.array([NEW]),
        user_attributes=sequences.user_attributes.iloc[:0].reindex([0]),
    )


def prefixes(sequences: Sequences, user: int, ends: Sequence[int]) -> Sequences:
    """One user's history cut after `ends[v]` events, for each v, stacked."""
    return cut_after(sequences, np.full(len(ends), user, dtype=np.int64), np.asarray(ends, dtype=np.int64))


def cut_after(sequences: Sequences, users: Ints, ends: Ints) -> Sequences:
    """Histories as sequences of their own: "user" v has the first `ends[v]` events of `users[v]`, (len(users),)."""
    starts = np.concatenate(([0], np.cumsum(ends)))
    rows = np.arange(starts[-1]) + np.repeat(sequences.offsets[users] - starts[:-1], ends)
    return replace(
        sequences,
        users=sequences.users[users],
        offsets=starts,
        item=sequences.item[rows],
        time=sequences.time[rows],
        kind=sequences.kind[rows],
        weight=sequences.weight[rows],
        session=sequences.session[rows],
        people=sequences.person(users),
        user_attributes=sequences.user_attributes.iloc[users].reset_index(drop=True),
    )
