"""What a list rests on: someone new gets a list as well, and is told."""

import difflib
import heapq
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
    same = [user for user in _without_zeros(users, bare) if _bare(user) == bare]
    if same:
        return tuple(same[:NEAR])
    some = [user for user in users if abs(len(user) - len(asked)) <= 2]
    if len(some) > COMPARED:
        ends = asked[:3], asked[-3:]
        some = [user for user in some if user.startswith(ends[0]) or user.endswith(ends[1])][:COMPARED]
    return _closest(some, asked)


def _without_zeros(users: Sequence[str], bare: str) -> list[str]:
    """Ids that are a bare one but for case, blanks at the ends and zeros anywhere: all that may be it, and few others.

    All ids are one text meanwhile, for a step of its own for each of a million ids takes seconds.
    """
    wanted, text = bare.replace("0", "").strip(), "\n".join(users)
    if text.count("\n") != len(users) - 1:
        return list(users)
    lines = text.casefold().replace("0", "").split("\n")
    return [user for user, line in zip(users, lines, strict=True) if line.strip() == wanted]


def _closest(users: Sequence[str], asked: str) -> tuple[str, ...]:
    """What `difflib.get_close_matches` finds, without a comparison of those who cannot be among the closest."""
    found: list[tuple[float, str]] = []
    matcher = difflib.SequenceMatcher()
    matcher.set_seq2(asked)
    bounds = _bounds(users, asked)
    for place in np.argsort(-bounds, kind="stable"):
        least = found[NEAR - 1][0] if len(found) >= NEAR else ALIKE
        if bounds[place] < least:
            break
        matcher.set_seq1(users[place])
        if (likeness := matcher.ratio()) >= ALIKE:
            found = heapq.nlargest(NEAR, [*found, (likeness, users[place])])
    return tuple(user for _, user in found)


def _bounds(users: Sequence[str], asked: str) -> NDArray[np.float64]:
    """Likeness if the letters that an id shares with the one asked for stood in the same order, (n_users,)."""
    lengths = np.array([len(user) for user in users], dtype=np.int64)
    letters = np.array(users, dtype=np.str_).view(np.uint32).reshape(len(users), -1) if len(users) else np.zeros((0, 0))
    shared = np.zeros(len(users), dtype=np.int64)
    for letter, count in Counter(asked).items():
        shared += np.minimum((letters == ord(letter)).sum(axis=1), count)
    return np.asarray(2.0 * shared / np.maximum(lengths + len(asked), 1))


def _bare(user: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", user.strip().casefold())
