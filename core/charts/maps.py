"""Maps: items and states in two dimensions, and one user's way over them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.history import hover
from core.charts.theme import OTHER, Look, finish, shortened
from core.data import schema

MOST_POINTS = 100_000
"""More make a page slow to open; a seeded sample is drawn."""
TRAIL = 25
"""States before the current one that are drawn strongly."""


def atlas(points: pd.DataFrame, look: Look, *, color_by: str = "category", height: int = 640) -> go.Figure:
    """Items and user states on one map; select with box or lasso.

    `points`: kind (item or state), title, category, x, y; `color_by` is category, or a column of numbers.
    Point numbers of a trace are kept in `customdata` as rows of `points`.
    """
    points = _sampled(points)
    figure = go.Figure()
    items = points[points["kind"] == "item"]
    states = points[points["kind"] == "state"]
    if color_by == "category":
        _by_category(figure, states, look, "circle", 4, legend=items.empty)
        _by_category(figure, items, look, "diamond", 7, legend=True)
    else:
        _by_number(figure, points, color_by, look)
    _bare(figure, look)
    figure.update_layout(dragmode="lasso", legend_itemsizing="constant")
    return finish(figure, look, height)


def trajectory(backdrop: pd.DataFrame, states: pd.DataFrame, step: int, look: Look, height: int = 460) -> go.Figure:
    """The way of a user over the map up to a step: the past pale, the last steps strong, the current state a star.

    `backdrop`: points of items (x, y, category, title); `states`: x, y, event_index, timestamp, title, category,
    a row per event.
    """
    figure = go.Figure()
    _backdrop(figure, backdrop, look)
    past = states.iloc[: step + 1]
    _trail(figure, past.iloc[: -TRAIL + 1], look, look.say("earlier"), 0.25)
    _trail(figure, past.iloc[-TRAIL:], look, look.say("recent"), 0.9)
    now = past.iloc[-1:]
    figure.add_scatter(
        x=now["x"], y=now["y"], mode="markers", name=look.say("now"), customdata=hover(now),
        marker={"symbol": "star", "size": 20, "color": look.color("ink"),
                "line": {"color": look.color("ground"), "width": 2}},
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    _bare(figure, look)
    figure.update_layout(uirevision="trajectory")
    return finish(figure, look, height)


def ways(backdrop: pd.DataFrame, ways: Mapping[str, pd.DataFrame], look: Look, height: int = 520) -> go.Figure:
    """Whole ways of some users over the map, a colour each: a ring where it starts, a star where it ends.

    `backdrop` and each way as in `trajectory`.
    """
    figure = go.Figure()
    _backdrop(figure, backdrop, look)
    colors = (look.color("accent"), look.color("drift"))
    for color, (name, states) in zip(colors, ways.items(), strict=False):
        _way(figure, states, name, look, color)
    _bare(figure, look)
    return finish(figure, look, height)


def _way(figure: go.Figure, states: pd.DataFrame, name: str, look: Look, color: str) -> None:
    figure.add_scattergl(
        x=_floats(states["x"]), y=_floats(states["y"]), mode="lines+markers", name=shortened(name), legendgroup=name,
        line={"color": color, "width": 1}, marker={"color": color, "size": 5}, opacity=0.45,
        customdata=hover(states), hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    for end, symbol in ((states.iloc[:1], "circle-open"), (states.iloc[-1:], "star")):
        figure.add_scatter(
            x=end["x"], y=end["y"], mode="markers", showlegend=False, legendgroup=name, hoverinfo="skip",
            marker={"symbol": symbol, "size": 18, "color": color,
                    "line": {"color": look.color("ink" if symbol == "star" else "ground"), "width": 1.5}},
        )  # fmt: skip


def _backdrop(figure: go.Figure, backdrop: pd.DataFrame, look: Look) -> None:
    items = _sampled(backdrop)
    figure.add_scattergl(
        x=_floats(items["x"]), y=_floats(items["y"]), mode="markers", name=look.say("items"),
        marker={"color": [look.category(name) for name in items[schema.CATEGORY]], "size": 5, "opacity": 0.35},
        text=[shortened(str(title), 60) for title in items[schema.TITLE]], hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _trail(figure: go.Figure, part: pd.DataFrame, look: Look, name: str, opacity: float) -> None:
    if part.empty:
        return
    figure.add_scattergl(
        x=_floats(part["x"]), y=_floats(part["y"]), mode="lines+markers", name=name, opacity=opacity,
        line={"color": look.color("muted"), "width": 1.5}, customdata=hover(part),
        marker={"color": [look.category(category) for category in part[schema.CATEGORY]], "size": 8},
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _by_category(figure: go.Figure, points: pd.DataFrame, look: Look, symbol: str, size: int, *, legend: bool) -> None:
    named = points["category"].where(points["category"].isin(look.named), OTHER)
    for category in [name for name in (*look.named, OTHER) if (named == name).any()]:
        part = points[named == category]
        figure.add_scattergl(
            x=_floats(part["x"]), y=_floats(part["y"]), mode="markers", legendgroup=category, showlegend=legend,
            name=shortened(look.say(OTHER) if category == OTHER else category),
            marker={"color": look.category(category), "symbol": symbol, "size": size,
                    "opacity": 0.9 if symbol == "diamond" else 0.35},
            text=[shortened(str(title), 60) for title in part["title"]], customdata=part.index.to_numpy(),
            hovertemplate="%{text}<extra></extra>",
        )  # fmt: skip


def _by_number(figure: go.Figure, points: pd.DataFrame, column: str, look: Look) -> None:
    scale = [[0.0, look.color("calm")], [0.5, look.color("accent")], [1.0, look.color("drift")]]
    figure.add_scattergl(
        x=_floats(points["x"]), y=_floats(points["y"]), mode="markers", showlegend=False,
        marker={"color": _floats(points[column]), "colorscale": scale, "size": 5, "opacity": 0.7, "showscale": True,
                "colorbar": {"title": {"text": look.say(column)}, "thickness": 12, "outlinewidth": 0}},
        text=[shortened(str(title), 60) for title in points["title"]], customdata=points.index.to_numpy(),
        hovertemplate="%{text}<br>%{marker.color:.2f}<extra></extra>",
    )  # fmt: skip


def _bare(figure: go.Figure, look: Look) -> None:
    """No axes: places on a map have no unit, only nearness means something."""
    frame: dict[str, Any] = {"visible": False, "showgrid": False}
    figure.update_xaxes(**frame)
    figure.update_yaxes(**frame, scaleanchor="x", scaleratio=1)
    figure.update_layout(plot_bgcolor=look.color("ground"))


def _sampled(points: pd.DataFrame) -> pd.DataFrame:
    if len(points) <= MOST_POINTS:
        return points
    return points.sample(MOST_POINTS, random_state=0).sort_index()


def _floats(column: "pd.Series[Any]") -> np.ndarray[Any, np.dtype[np.float32]]:
    return column.to_numpy(np.float32)
