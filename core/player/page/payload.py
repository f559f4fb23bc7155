"""What a player shows, whichever page it plays on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.player.block import Block

Palette = Mapping[str, Mapping[str, str]]
"""Colour of each category by name, for `light` and for `dark`."""


@dataclass(frozen=True)
class Story:
    """What is said beside a history that is presented; plain text."""

    facts: tuple[str, ...]
    """Data set, day."""
    begin: str
    turns: tuple[str, ...]
    """What happened at each change."""
    verdict: str
    sure: str
    cautions: tuple[str, ...]
    map: str = ""
    """Which map it is, and how far it can be trusted."""


@dataclass(frozen=True)
class Happened:
    """A marker as time axes of the player draw it."""

    number: int
    """From 1, the same wherever markers of the data set are shown."""
    kind: str
    start: float
    """Milliseconds since 1970 UTC; so is `end`."""
    end: float
    note: str


@dataclass(frozen=True)
class PlayerPayload:
    """What a player shows: a replay, the items of the map behind it, colours and words."""

    replay: Block
    backdrop: Block | None
    palette: Palette
    texts: Mapping[str, str]
    """As `assets.words` gives them."""
    notes: tuple[tuple[int, str], ...] = ()
    """Steps and what was noted on them, by step."""
    highlight: tuple[int, ...] = ()
    """Events behind an answer about the step that the player stands at; they have a ring while it stands there."""
    markers: tuple[Happened, ...] = ()
    """What happened on the owner's side and concerns whom it is about."""
    story: Story | None = None

    def marked(self) -> list[dict[str, Any]]:
        """The notes as the player takes them."""
        return [{"step": step, "text": text} for step, text in self.notes]

    def happened(self) -> list[dict[str, Any]]:
        """The markers as the player takes them."""
        return [asdict(marker) for marker in self.markers]

    def told(self) -> dict[str, Any] | None:
        """The story as the player takes it."""
        return asdict(self.story) if self.story else None
