"""A figure that is finished: made once, shown to many."""

import json
from typing import Any

import plotly.graph_objects as go
from plotly.basedatatypes import BaseFigure


class Finished(BaseFigure):  # type: ignore[misc]  # plotly has no types
    """A figure as the plain values that a browser is sent; whoever shows it must not change it.

    Of a figure's members only `to_dict` is there: that is what showing one takes.

    >>> Finished(go.Figure(layout_height=120)).to_dict()["layout"]["height"]
    120
    """

    def __init__(self, figure: go.Figure) -> None:
        # Not by way of BaseFigure, which would check every value once more.
        self.__dict__["_plain"] = json.loads(figure.to_json(validate=False))

    def to_dict(self) -> dict[str, Any]:
        """The plain values."""
        plain: dict[str, Any] = self.__dict__["_plain"]
        return plain
