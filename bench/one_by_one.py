"""What two changes of a data set are to leave, and to say, one after the other: what two at once are held to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

KINDS = ("add", "purge", "commit", "delete", "over")
REFUSED = "refused"
BASE, OVER, STREAMED = (("old", "kept"), ("over",), ("streamed",))
"""Users with an event each; that of `old` is older than the data set keeps events."""


@dataclass(frozen=True)
class State:
    """What a workspace holds: users of each version, and of the stream; no versions: no data set."""

    versions: tuple[tuple[int, frozenset[str]], ...]
    streamed: frozenset[str] = frozenset()

    @property
    def users(self) -> frozenset[str]:
        """Those of the current version."""
        return self.versions[-1][1]


FIRST = State(((1, frozenset(BASE)),), frozenset(STREAMED))
NOTHING = State(())


def meant(state: State, kind: str, who: str) -> tuple[State, str]:
    """What a change is to make of a state, and what it is to say."""
    if kind == "over":
        versions = state.versions or ((0, frozenset()),)
        following = (versions[-1][0] + 1, frozenset(OVER))
        return replace(state, versions=(*state.versions, following)), "done"
    if not state.versions:
        return state, REFUSED
    if kind == "delete":
        return NOTHING, "done"
    if kind == "purge":
        return _purged(state)
    new = frozenset([who]) if kind == "add" else state.streamed
    if not new:
        return state, REFUSED
    following = (state.versions[-1][0] + 1, (state.users | new) - {"old"})
    left = frozenset() if kind == "commit" else state.streamed
    return State((*state.versions, following), left), "done"


def _purged(state: State) -> tuple[State, str]:
    if "old" in state.users:
        return State(((state.versions[-1][0] + 1, state.users - {"old"}),), state.streamed), "removed 1"
    if any("old" in users for _, users in state.versions):
        return State(state.versions[-1:], state.streamed), "removed 0"
    return state, "removed 0"


Outcome = tuple[State, tuple[str | None, ...]]
"""What is left, and what each said; None for one that was killed."""


def allowed(kinds: Sequence[str], killed: int | None) -> list[Outcome]:
    """What the two may leave, and say."""
    found: list[Outcome] = []
    for order in ((0, 1), (1, 0)):
        state, said = FIRST, list[str | None]([None, None])
        for place in order:
            state, said[place] = meant(state, kinds[place], f"added{place}")
        found.append((state, tuple(None if place == killed else each for place, each in enumerate(said))))
    if killed is not None:
        other = 1 - killed
        state, told = meant(FIRST, kinds[other], f"added{other}")
        said = [None, None]
        said[other] = told
        found.append((state, tuple(said)))
        # Two never read one stream: who comes second is sent away, not kept waiting.
        if kinds[0] == kinds[1] == "commit":
            said[other] = REFUSED
            found.append((FIRST, tuple(said)))
    return found
