"""The player as a widget: the script of the page's player, and a model that Jupyter and marimo share with Python."""

from typing import Any, Self

import anywidget
import traitlets

from core.player import PlayerPayload, assets


class PlayerWidget(anywidget.AnyWidget):
    """A history that plays; `step` is the 0-based event that the playhead rests on."""

    _esm = assets.assemble("widget")
    _css = assets.css(notebook=True)
    step = traitlets.Int(0).tag(sync=True)
    _replay = traitlets.Bytes().tag(sync=True)
    _backdrop = traitlets.Bytes().tag(sync=True)
    _palette = traitlets.Dict().tag(sync=True)
    _texts = traitlets.Dict().tag(sync=True)
    _notes: traitlets.List[Any] = traitlets.List().tag(sync=True)
    _markers: traitlets.List[Any] = traitlets.List().tag(sync=True)
    _story = traitlets.Dict(None, allow_none=True).tag(sync=True)

    @classmethod
    def of(cls, payload: PlayerPayload, step: int = 0) -> Self:
        """A player of what is to be shown."""
        return cls(
            step=step,
            _replay=payload.replay.content,
            _backdrop=payload.backdrop.content if payload.backdrop else b"",
            _palette={mode: dict(colours) for mode, colours in payload.palette.items()},
            _texts=dict(payload.texts),
            _notes=payload.marked(),
            _markers=payload.happened(),
            _story=payload.told(),
        )
