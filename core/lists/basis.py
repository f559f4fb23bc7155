"""What a list rests on: someone new gets a list as well, and is told."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.phrases import Said, say

FEW = 5
"""Events up to which a list rests mostly on what others did."""
ALIKE, NEAR = 0.75, 3
"""Likeness of an id that may have been meant, and how many are named at most."""
COMPARED = 20_000
"""Ids that are compared letter by letter."""


@dataclass(frozen=True)
class Basis:
    """What is known of the user whom a list is for."""

    user: str
    known: bool
    """Whether the log has events of the user."""
    events: int
    """Events that the list knows."""
    near: tuple[str, ...] = ()
    """Ids of the log that may have been meant, where it does not know the user."""
    lately: bool = True
    """Someone without events is shown what was popular lately, not over all time."""

    @property
    def remarks(self) -> list[Said]:
        """What the reader of the list should know; nothing where it rests on a history."""
        told = []
        if not self.known:
            told.append(say("basis.unknown", user=self.user))
            if self.near:
                told.append(say("basis.near", users=", ".join(map(repr, self.near))))
        if not self.events:
            told.append(say("basis.lately" if self.lately else "basis.popular"))
        elif self.events <= FEW:
            told.append(say("basis.few", events=self.events))
        return told


def why_empty(*, hide_seen: bool) -> Said:
    """Why a list is empty, and what would show something; `hide_seen`: what was had is left out of it."""
    return say("basis.all_had" if hide_seen else "basis.none_fits")


def near(users: Sequence[str], asked: str) -> tuple[str, ...]:
    """Ids that may have been meant: alike but for case, blanks and zeros before a number, else for a letter or two.

    >>> near(["ann", "bob", "00017"], "17"), near(["ann", "bob"], "Ann "), near(["annabel", "bob"], "anabel")
    (('00017',), ('ann',), ('annabel',))
    """
    bare = _bare(asked)
    same = [user for user in users if _bare(user) == bare]
    if same:
        return tuple(same[:NEAR])
    some = [user for user in users if abs(len(user) - len(asked)) <= 2]
    if len(some) > COMPARED:
        ends = asked[:3], asked[-3:]
        some = [user for user in some if user.startswith(ends[0]) or user.endswith(ends[1])][:COMPARED]
    return tuple(difflib.get_close_matches(asked, some, NEAR, ALIKE))


def _bare(user: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", user.strip().casefold())
