"""Lists and states for one user at a time from what is loaded once, also after events that came since.

Nothing is rebuilt for a list: a ranker reads the user's history where it lies in the log. After an event the model
encodes that event alone (`core.model.following`); nothing is written anywhere.

    server = Server(pipeline.ranker(...), log)
    server.extend([NewEvent("ann", log.find_item("book-7"), time=1_717_000_000_000_000)])
    server.state("ann"), [listed.item for listed in server.top("ann")]
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.data import Growing, History, NewEvent, Sequences, history_of
from core.lists.ranked import best_items
from core.model import LARGE_CATALOGUE, Ranker, Stateful, hide_seen, top_items
from core.settings import RecommendSettings

Floats = NDArray[np.float32]
STATES = 100_000
"""States of users that are held at once: some 50 MB at the default size of states."""
NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Listed:
    """One place in a list."""

    item: str
    score: float


class Reads(Protocol):
    """Reads what an item says that came after training."""

    unread: int
    """Items so far that say something which nobody could read."""

    def __call__(self, known: Mapping[str, str]) -> Floats | None:
        """What its words add to its vector, (size,), from text by column; None where they add nothing."""


class Server:
    """Answers for one user at a time; not safe to use from several threads at once."""

    def __init__(
        self,
        ranker: Ranker,
        sequences: Sequences,
        settings: RecommendSettings | None = None,
        session_gap_minutes: float = 30.0,
        model: Stateful | None = None,
    ) -> None:
        """A fitted ranker and the log that it serves; new events are kept as long as the server is.

        States are those of `model`, else of the ranker's part that has some.
        """
        self.reads: Reads | None = None
        """Who reads what items say that are new to the log; None: nobody."""
        self.ranker, self.sequences = ranker, sequences
        self.settings = settings or RecommendSettings()
        self.histories = Growing(sequences, session_gap_minutes)
        self.newcomers: dict[str, int] = {}
        """Items that came since, and their integer ids, from the number of items in the log on."""
        self._name, part = _stateful(ranker)
        self.model = model or part
        self._follower = self.model.follower() if self.model else None
        self._states: OrderedDict[str, Floats] = OrderedDict()

    def top(self, user_id: str, k: int | None = None) -> list[Listed]:
        """The best items for a user, best first; whom the log does not know gets what suits everyone."""
        histories, user = self._find(user_id)
        users = np.array([user])
        settings = replace(self.settings, k=k or self.settings.k)
        if histories.n_items > LARGE_CATALOGUE:
            items, values = (found[0] for found in best_items(self.ranker, histories, users, settings))
        else:
            scores = self._scores(user_id, histories, users)
            if settings.hide_seen:
                scores = hide_seen(scores, histories, users)
            items, values = (found[0] for found in top_items(scores, settings.k))
        names = self.sequences.catalogue.items
        return [
            Listed(str(names[item]), float(value))
            for item, value in zip(items, values, strict=True)
            if value != -np.inf
        ]

    def extend(self, events: Sequence[NewEvent]) -> int:
        """Add events to histories, known or new; returns how many came late: they are put where they belong.

        Many at once are far cheaper than one by one.
        """
        late = 0
        for event in events:
            if not self.histories.append(event):
                late += 1
                if self._follower:
                    self._follower.forget(event.user)
        if self._follower:
            users = list(dict.fromkeys(event.user for event in events))
            self.restore(dict(zip(users, self._follower.states(self.histories, users), strict=True)))
        return late

    def restore(self, states: Mapping[str, Floats]) -> None:
        """Take states as they were computed before, of histories that are here again.

        At most `STATES` are held: those of users who were not heard of for longest are computed anew when asked for.
        """
        for user, state in states.items():
            self._states[user] = state
            self._states.move_to_end(user)
        while len(self._states) > STATES:
            self._states.popitem(last=False)

    def state(self, user_id: str) -> Floats | None:
        """The state after a user's whole history, (size,); None where there is none."""
        if self._follower is None or not self.histories.length(user_id):
            return None
        if user_id not in self._states:
            return np.asarray(self._follower.states(self.histories, [user_id])[0])
        return self._states[user_id]

    def kind(self, name: str | None) -> int:
        """Integer id of a kind of event; kinds that the log does not know count as its most frequent one."""
        return self.sequences.kinds.index(name) if name in self.sequences.kinds else 0

    def item(self, item_id: str, known: Mapping[str, str] = NOTHING) -> int:
        """Integer id of an item, which may be new to the log: it then stands for what is `known` of it, or nothing."""
        found = self.sequences.catalogue.item_position.get(item_id, self.newcomers.get(item_id))
        if found is None:
            found = self.newcomers[item_id] = self.sequences.n_items + len(self.newcomers)
            if self._follower:
                self._follower.add_item(known, self.reads(known) if self.reads else None)
        return found

    def history(self, user_id: str) -> History:
        """The events of a user, those that were appended among them; items that the log does not know left out."""
        return history_of(*self._find(user_id))

    def _scores(self, user_id: str, histories: Sequences, users: NDArray[np.int64]) -> Floats:
        """Scores of all items: from the state where events came since, else the ranker finds it sooner."""
        state = self.state(user_id) if user_id in self.histories.changed else None
        if self.model is None or state is None or not self._name:
            return self.ranker.scores(histories, users)
        own: Floats = self.model.score_states(state[None])
        if self.ranker.name == self._name:
            return own
        blended: Floats = self.ranker.scores(histories, users, given={self._name: own})  # type: ignore[call-arg]
        return blended

    def _find(self, user_id: str) -> tuple[Sequences, int]:
        """The log that holds a user's history, and the integer id in it."""
        user = self.sequences.user_position.get(user_id)
        if user is not None and user_id not in self.histories.changed:
            return self.sequences, user
        return self.histories.sequences(user_id), 0


def _stateful(ranker: Any) -> tuple[str, Stateful | None]:
    """The part of a ranker that has states, and its name; a blend names its parts."""
    parts = [(ranker.name, ranker), *((part.name, each) for part, each in getattr(ranker, "parts", []))]
    return next(((name, each) for name, each in parts if isinstance(each, Stateful)), ("", None))
