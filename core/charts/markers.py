"""Markers on time axes: a thin line for a moment, a pale band for a while, each with its number at the top."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import plotly.graph_objects as go

MOST = 30
"""Markers that are drawn on one axis, the first ones."""


@dataclass(frozen=True)
class Marked:
    """A marker as charts draw it."""

    number: int
    """From 1, the same on every chart of a data set."""
    start: datetime
    """UTC, without a zone; so is `end`."""
    end: datetime
    text: str
    """What it was, in plain text: shown where the number is pointed at."""


def draw(figure: go.Figure, marks: Sequence[Marked], ink: str, band: str) -> None:
    """Put markers that lie within what a figure shows on all of its time axes; numbers on the first alone."""
    span = _span(figure)
    inside = [mark for mark in marks if span and mark.start <= span[1] and mark.end >= span[0]][:MOST]
    axes = dict.fromkeys((trace.xaxis or "x", trace.yaxis or "y") for trace in figure.data)
    shapes = [shape for pair in axes for mark in inside for shape in _shapes(mark, pair, ink, band)]
    figure.update_layout(shapes=[*figure.layout.shapes, *shapes])
    names = [_name(mark, ink) for mark in inside] if len(axes) == 1 else []
    figure.update_layout(annotations=[*figure.layout.annotations, *names])


def _shapes(mark: Marked, axes: tuple[str, str], ink: str, band: str) -> list[dict[str, Any]]:
    place = {"xref": axes[0], "yref": f"{axes[1]} domain", "y0": 0, "y1": 1, "x0": mark.start.isoformat()}
    line = place | {"type": "line", "x1": place["x0"], "line": {"color": ink, "width": 1, "dash": "dot"}}
    if mark.end == mark.start:
        return [line]
    wide = {"type": "rect", "x1": mark.end.isoformat(), "line_width": 0, "fillcolor": band, "layer": "below"}
    return [place | wide, line]


def _name(mark: Marked, ink: str) -> dict[str, Any]:
    text = mark.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {
        "x": mark.start.isoformat(), "y": 1, "yref": "paper", "yanchor": "top", "xanchor": "left", "showarrow": False,
        "text": str(mark.number), "hovertext": text, "font": {"size": 11, "color": ink}, "borderpad": 1,
    }  # fmt: skip


def _span(figure: go.Figure) -> tuple[datetime, datetime] | None:
    """The first and last moment that a figure shows; None where it has no time axis."""
    times = [np.asarray(trace.x) for trace in figure.data if getattr(trace, "x", None) is not None]
    known = [x for x in times if x.dtype.kind == "M" and len(x)]
    if not known:
        return None
    first, last = min(x.min() for x in known), max(x.max() for x in known)
    ends = (value.astype("datetime64[us]").item() for value in (first, last))
    return next(ends), next(ends)
