"""Lists for one user at a time from what is loaded once, also after events that came since.

Nothing is rebuilt for a list: a ranker reads the user's history where it lies in the log. A user with new
events has a small log of the one history; the model encodes no more than its window of it.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np

from core.data.sequences import Sequences
from core.data.variants import History, history_of, stack
from core.model.ranker import Ranker
from core.model.ranking import hide_seen, top_items
from core.settings import RecommendSettings

NEW = -1
"""Integer id of a user whom the log does not know."""
MOST_FOLLOWED = 100_000
"""Users with new events whose histories are kept; the one not heard of for longest goes first."""


@dataclass(frozen=True)
class Listed:
    """One place in a list."""

    item: str
    score: float


class Server:
    """Answers for one user at a time; not safe to use from several threads at once."""

    def __init__(self, ranker: Ranker, sequences: Sequences, settings: RecommendSettings | None = None) -> None:
        self.ranker = ranker
        self.sequences = sequences
        self.settings = settings or RecommendSettings()
        self._followed: OrderedDict[str, Sequences] = OrderedDict()

    def top(self, user_id: str, k: int | None = None) -> list[Listed]:
        """The best items for a user, best first; whom the log does not know gets what suits everyone."""
        histories, user = self._find(user_id)
        users = np.array([user])
        scores = self.ranker.scores(histories, users)
        if self.settings.hide_seen:
            scores = hide_seen(scores, histories, users)
        items, values = (found[0] for found in top_items(scores, k or self.settings.k))
        names = self.sequences.catalogue.items
        return [
            Listed(str(names[item]), float(value))
            for item, value in zip(items, values, strict=True)
            if value != -np.inf
        ]

    def append(self, user_id: str, item_id: str, time: int, *, kind: str | None = None, weight: float = 1.0) -> None:
        """Add an event to a user's history, known or new; raises `UnknownItemError`.

        `time` is microseconds since 1970 UTC, or a position where the log has no clock. An event that comes late is
        put where it belongs, behind those of the same time.
        """
        item = self.sequences.find_item(item_id)
        kinds = self.sequences.kinds
        event = (item, time, kinds.index(kind) if kind in kinds else 0, weight)
        histories, user = self._find(user_id)
        self._followed[user_id] = self._single(user_id, _longer(history_of(histories, user), event))
        self._followed.move_to_end(user_id)
        if len(self._followed) > MOST_FOLLOWED:
            self._followed.popitem(last=False)

    def history(self, user_id: str) -> History:
        """The events of a user, those that were appended among them."""
        return history_of(*self._find(user_id))

    def _find(self, user_id: str) -> tuple[Sequences, int]:
        """The log that holds a user's history, and the integer id in it."""
        if user_id in self._followed:
            return self._followed[user_id], 0
        user = self.sequences.user_position.get(user_id)
        if user is not None:
            return self.sequences, user
        nobody = history_of(self.sequences, 0).take(slice(0, 0))
        return self._single(user_id, nobody), 0

    def _single(self, user_id: str, history: History) -> Sequences:
        user = self.sequences.user_position.get(user_id)
        if user is not None:
            return stack(self.sequences, user, [history])
        alone = stack(self.sequences, 0, [history])
        return replace(alone, users=np.array([user_id], dtype=object), people=np.array([NEW]))


def _longer(history: History, event: tuple[int, int, int, float]) -> History:
    """The history with one more event, in time order."""
    item, time, kind, weight = event
    place = int(np.searchsorted(history.time, time, side="right"))
    session = history.session[max(place - 1, 0)] if len(history) else 0
    return History(
        item=np.insert(history.item, place, item),
        time=np.insert(history.time, place, time),
        kind=np.insert(history.kind, place, kind),
        weight=np.insert(history.weight, place, weight),
        session=np.insert(history.session, place, session),
    )
