"""User ids as they leave by this door, and back: the one place that says who may see whom."""

from collections import OrderedDict
from collections.abc import Mapping

import pandas as pd

from core.data import Sequences, export, schema
from core.errors import UnknownUserError
from core.lists import near
from core.report import words
from core.workspace import Workspace

KEPT = 2
"""Logs whose pseudonyms are held in memory."""
HIDDEN_TEXT = "(left out: a text may name somebody)"
"""What stands in place of what people wrote where ids are hidden."""


class Who:
    """Shows ids as they are, or as keyed pseudonyms that stay the same in a workspace."""

    def __init__(self, workspace: Workspace, *, hidden: bool) -> None:
        self.hidden = hidden
        self._key = workspace.secret() if hidden else ""
        self._words = words.Words("en")
        self._known: OrderedDict[int, tuple[Sequences, Mapping[str, str]]] = OrderedDict()

    def shown(self, user: str) -> str:
        """An id as it leaves."""
        return export.mask(user, self._key) if self.hidden else user

    def table(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A frame as it leaves."""
        return export.masked(frame, self._key) if self.hidden and schema.USER in frame else frame

    def meant(self, asked: str, log: Sequences) -> str:
        """The user of a log whom an id from outside stands for; raises `UnknownUserError`.

        Where ids are hidden only pseudonyms are taken: else whoever guesses an id would learn whose pseudonym it is.
        """
        known = self._pseudonyms(log) if self.hidden else {}
        found = known.get(asked) if self.hidden else asked if asked in log.user_position else None
        if found is not None:
            return found
        if self.hidden:
            raise UnknownUserError(f"No user has the pseudonym {asked[:80]!r}. Ids are hidden here: give one of those.")
        meant = near(tuple(map(str, log.users)), asked)
        hint = f" Did you mean {', '.join(map(repr, meant))}?" if meant else ""
        raise UnknownUserError(f"User {asked[:80]!r} is not in the log of {log.n_users:,} users.{hint}")

    def told(self, said: str) -> str:
        """What the engine said, without ids where they are hidden."""
        return self._words.told(said, hidden=self.hidden)

    def written(self, text: str) -> str:
        """What a person wrote."""
        return HIDDEN_TEXT if self.hidden else text

    def _pseudonyms(self, log: Sequences) -> Mapping[str, str]:
        if id(log) not in self._known:
            self._known[id(log)] = log, {self.shown(str(user)): str(user) for user in log.users}
        self._known.move_to_end(id(log))
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return self._known[id(log)][1]
