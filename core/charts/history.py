"""One user's history: events in lanes of categories, sessions, change points, and the mix of interests over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.theme import OTHER, Look, escaped, finish, shortened, translucent
from core.data import schema

LANES = 12
"""Most lanes of a timeline; rarer categories share the last."""


@dataclass(frozen=True)
class Marks:
    """What is drawn over the history of a user."""

    changes: tuple[int, ...] = ()
    """0-based index of the first event after each change."""
    onsets: tuple[tuple[int, int], ...] = ()
    """First and last event index that each change may have happened at; as many as `changes`, or none."""
    step: int | None = None
    """Event that the reader stands at."""
    noticed: int | None = None
    """Event after which a live watcher would have noticed the change."""


def timeline(events: pd.DataFrame, marks: Marks, look: Look, *, by_time: bool = False) -> go.Figure:
    """Events as dots in a lane per category, most events first; sessions as bands; change points as lines.

    `events`: event_index, timestamp, title, category (None where there is none), session. The x axis counts events,
    or is a clock with `by_time`.
    """
    lanes = _lanes(events)
    figure = go.Figure()
    x = events[schema.TIME] if by_time else numbers(events)
    if not by_time:
        _sessions(figure, events, lanes, look)
    lane = _lane_of(events, lanes)
    figure.add_scatter(
        x=x, y=lane, mode="markers", showlegend=False, customdata=hover(events),
        marker={"color": [look.category(name) for name in lane], "size": _size(len(events)), "opacity": 0.85},
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    _changes(figure, events, marks, look, by_time=by_time)
    figure.update_yaxes(
        type="category", categoryorder="array", categoryarray=lanes[::-1], showgrid=False, tickmode="array",
        tickvals=lanes, ticktext=[shortened(look.say(lane) if lane == OTHER else lane, 20) for lane in lanes],
        range=[-0.6, len(lanes) - 0.4],
    )  # fmt: skip
    figure.update_xaxes(title_text=look.say("time" if by_time else "events, oldest first"), showgrid=False)
    if not by_time:
        figure.update_xaxes(range=[0, len(events) + 1])
    return finish(figure, look, 110 + 24 * len(lanes))


def mix_over_time(events: pd.DataFrame, marks: Marks, look: Look, height: int = 240) -> go.Figure:
    """Share of each category among the events around each event, stacked: the interests as they shift.

    A window of about an eighth of the history (at least 5 events) glides over it.
    """
    figure = go.Figure()
    shares = _gliding_mix(events)
    for category in shares.columns:
        figure.add_scatter(
            x=shares.index, y=shares[category].to_numpy("float32"), stackgroup="one", mode="lines",
            name=shortened(look.say(category) if category == OTHER else category),
            line={"width": 0.4, "color": look.category(category)}, fillcolor=translucent(look.category(category), 0.8),
            hovertemplate="%{y:.0%}",
        )  # fmt: skip
    _changes(figure, events, marks, look, by_time=False, named=False)
    figure.update_xaxes(range=[1, max(2, len(events))])
    figure.update_yaxes(range=[0, 1], tickformat=".0%", title_text=look.say("share"))
    figure.update_xaxes(title_text=look.say("events, oldest first"))
    figure.update_layout(hovermode="x unified", showlegend=False)
    return finish(figure, look, height)


def numbers(events: pd.DataFrame) -> "pd.Series[Any]":
    """Events counted from 1, as people do: what x axes show."""
    count: pd.Series[Any] = events[schema.EVENT_INDEX] + 1
    return count


def hover(events: pd.DataFrame) -> list[str]:
    """What a dot says: title, category, moment."""
    moments = moment_texts(events[schema.TIME])
    return [
        f"<b>{shortened(str(title), 60)}</b><br>{escaped(str(category or ''))}<br>{moment}"
        for title, category, moment in zip(events[schema.TITLE], events[schema.CATEGORY], moments, strict=True)
    ]


def moment_texts(times: "pd.Series[Any]") -> list[str]:
    """Moments as text: 2024-02-03 18:05, or the position in a log without a clock."""
    if not pd.api.types.is_datetime64_any_dtype(times):
        return [f"{int(time):,}" for time in times]
    return [f"{time:%Y-%m-%d %H:%M}" for time in times]


def _lanes(events: pd.DataFrame) -> list[str]:
    """The user's categories, most events first; then `other` for items without one and for what is left over."""
    counts = events[schema.CATEGORY].value_counts()
    lanes = [str(name) for name in counts.index[:LANES]]
    complete = len(lanes) == len(counts) and counts.sum() == len(events)
    return lanes if complete else [*lanes, OTHER]


def _lane_of(events: pd.DataFrame, lanes: Sequence[str]) -> list[str]:
    return [name if name in lanes else OTHER for name in events[schema.CATEGORY]]


def _sessions(figure: go.Figure, events: pd.DataFrame, lanes: Sequence[str], look: Look) -> None:
    """Every other session gets a pale band: one bar trace, cheaper than a shape per session."""
    sizes = events.groupby("session", sort=False)[schema.EVENT_INDEX].agg(["first", "last"]).iloc[::2]
    if len(sizes) * 2 >= len(events):
        return
    figure.add_bar(
        x=(sizes["first"] + sizes["last"]) / 2 + 1, y=[len(lanes)] * len(sizes), base=-0.6, showlegend=False,
        width=sizes["last"] - sizes["first"] + 1, marker_color=look.color("grid"), marker_line_width=0,
        opacity=0.55, hoverinfo="skip",
    )  # fmt: skip


def _changes(
    figure: go.Figure, events: pd.DataFrame, marks: Marks, look: Look, *, by_time: bool, named: bool = True
) -> None:
    def place(index: int) -> Any:
        return events[schema.TIME].iloc[min(index, len(events) - 1)] if by_time else index + 0.5

    for low, high in marks.onsets:
        figure.add_vrect(
            x0=place(low), x1=place(high + 1), fillcolor=look.color("drift"), opacity=0.14, line_width=0, layer="below"
        )
    for number, change in enumerate(marks.changes, 1):
        figure.add_vline(x=place(change), line={"color": look.color("drift"), "width": 2, "dash": "dash"})
        if named:
            figure.add_annotation(
            x=place(change), y=1, yref="paper", yanchor="bottom", showarrow=False,
            text=look.say("change") + (f" {number}" if len(marks.changes) > 1 else ""),
            font={"color": look.color("drift"), "size": 12},
        )  # fmt: skip
    if marks.noticed is not None:
        _noticed(figure, place(marks.noticed + 1), look, named=named)
    if marks.step is not None:
        at = events[schema.TIME].iloc[marks.step] if by_time else marks.step + 1
        figure.add_vline(x=at, line={"color": look.color("ink"), "width": 1.5})


def _noticed(figure: go.Figure, at: Any, look: Look, *, named: bool) -> None:
    figure.add_vline(x=at, line={"color": look.color("muted"), "width": 2, "dash": "dot"})
    if named:
        figure.add_annotation(
            x=at, y=0, yref="paper", xanchor="left", yanchor="bottom", showarrow=False, text=look.say("noticed live"),
            font={"color": look.color("muted"), "size": 12},
        )  # fmt: skip


def _gliding_mix(events: pd.DataFrame) -> pd.DataFrame:
    """Shares of categories around each event, (n_events, n_lanes); rows sum to 1."""
    lanes = _lanes(events)
    lane = pd.Categorical(_lane_of(events, lanes), categories=lanes)
    dummies = pd.DataFrame(np.eye(len(lanes), dtype=np.float32)[lane.codes], columns=lanes)
    dummies.index = pd.Index(numbers(events))
    return dummies.rolling(max(5, len(events) // 8), center=True, min_periods=1, win_type=None).mean()


def _size(events: int) -> int:
    return 9 if events <= 150 else 7 if events <= 600 else 5
