"""The replay component: `player` draws it, and tells where its playhead rests.

Its data go to the browser as blocks of bytes (`core.player.block`), each sent once and known by its hash; what changes
between reruns is a small dictionary. So nothing large travels when the step, the language or the page changes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from core.player import Block, Happened, Palette, PlayerPayload, assets
from core.player import points as scatter

_carrier = st.components.v2.component("meander.carrier", js=assets.assemble("carrier"), isolate_styles=False)
_player = st.components.v2.component(
    "meander.player", js=assets.assemble("main"), css=assets.css(), isolate_styles=False
)
_duet = st.components.v2.component("meander.duet", js=assets.assemble("duet"), css=assets.css(), isolate_styles=False)
_atlas = st.components.v2.component(
    "meander.atlas", js=assets.assemble("atlas"), css=assets.css(atlas=True), isolate_styles=False
)


def send(payload: PlayerPayload, *, key: str) -> None:
    """Bring the data to the browser; call it outside the fragment of the player, so that it travels once."""
    _carrier(data=payload.replay.content, key=f"{key}-replay")
    if payload.backdrop is not None:
        _carrier(data=payload.backdrop.content, key=f"{key}-backdrop")


def player(
    payload: PlayerPayload,
    *,
    step: int,
    key: str,
    on_rest: Callable[[], None] = lambda: None,
    present: Mapping[str, Any] | None = None,
) -> int | None:
    """Draw the player with its playhead at `step` (0-based event); returns the step where it rests, None before.

    `on_rest` is called, before the rerun that a rest causes, only where the reader moved the playhead; a step
    that Python sets through `step` is not told back. With `present` it opens as a presentation, from
    its `chapter` on (1 and up); a rest with `ended` in the player's state says that it is through. `then` is the user
    who is presented after this one.
    """
    data = {
        "replay": payload.replay.hash,
        "backdrop": payload.backdrop.hash if payload.backdrop else None,
        "palette": {mode: dict(colours) for mode, colours in payload.palette.items()},
        "texts": dict(payload.texts),
        "step": step,
        "notes": payload.marked(),
        "markers": payload.happened(),
        "highlight": {"step": step, "events": list(payload.highlight)},
        "story": payload.told(),
        "present": None if present is None else dict(present),
    }
    return rested(payload, _player(data=data, key=key, on_rest_change=on_rest))


def rested(payload: PlayerPayload, state: Mapping[str, Any] | None) -> int | None:
    """The step in the state of a player, None if it is of another replay or has not been told yet."""
    rest = (state or {}).get("rest") or {}
    return int(rest["step"]) if rest.get("replay") == payload.replay.hash else None


def duet(
    pair: Block, backdrop: Block, palette: Palette, texts: Mapping[str, str], markers: Sequence[Happened], *, key: str
) -> None:
    """Two sides on one time axis and one map, with one playhead; `markers` stand on the axis."""
    _carrier(data=pair.content, key=f"{key}-pair")
    _carrier(data=backdrop.content, key=f"{key}-backdrop")
    colours = {mode: dict(names) for mode, names in palette.items()}
    told = {"palette": colours, "texts": dict(texts), "markers": [asdict(marker) for marker in markers]}
    _duet(data={"duet": pair.hash, "backdrop": backdrop.hash, **told}, key=key)


@dataclass(frozen=True)
class Touched:
    """What the reader has done on a map, by the rows of its points."""

    picked: tuple[int, ...] = ()
    """Points within a line that was drawn, or within marks on histograms."""
    asked: int | None = None
    """The point that was clicked."""


def atlas(points: Block, palette: Mapping[str, Any], by: str, texts: Mapping[str, str], *, key: str) -> Touched:
    """A map of points (`core.player.points`) that can be picked; returns what was.

    `palette` as for the player, with the colours of a scale of numbers as `scale`; `by` says what colours stand for.
    """
    _carrier(data=points.content, key=f"{key}-points")
    data = {"points": points.hash, "palette": dict(palette), "by": by, "texts": dict(texts)}
    state: Mapping[str, Any] = (
        _atlas(data=data, key=key, on_picked_change=lambda: None, on_asked_change=lambda: None) or {}
    )
    picked, asked = (_here(state.get(name), points) for name in ("picked", "asked"))
    row = asked.get("row")
    return Touched(scatter.picked_rows(picked), None if row is None else int(row))


def _here(told: Mapping[str, Any] | None, points: Block) -> Mapping[str, Any]:
    """What a map told, nothing where that was of other points."""
    return told if told and told.get("points") == points.hash else {}
