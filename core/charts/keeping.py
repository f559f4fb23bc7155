"""Whether lists keep up with users who moved on, and how models age."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.theme import Look, finish, shortened, translucent

FARTHEST = 40
"""Events after a change that are shown."""


def followed(lags: pd.DataFrame, ours: tuple[str, ...], look: Look, height: int = 300) -> go.Figure:
    """Share of changes that lists have followed within so many events, a line per model.

    Lists that were on the new side before are left out. `lags` has model, already, and lag, missing
    where a list has not followed.
    """
    figure, events = go.Figure(), np.arange(FARTHEST + 1)
    left = lags[~lags["already"].astype(bool)]
    for name, group in left.groupby("model", sort=False):
        waits = group["lag"].fillna(np.inf).to_numpy(np.float64)
        share = (waits[:, None] <= events).mean(axis=0)
        figure.add_scatter(
            x=events, y=share, mode="lines", name=_called(name, look), line=_line(str(name), ours, look, figure),
            hovertemplate="%{y:.0%}",
        )  # fmt: skip
    figure.update_yaxes(range=[0, 1], tickformat=".0%", title_text=look.say("share of changes"))
    return _finished(figure, look, height)


def old_interest(pace: pd.DataFrame, ours: tuple[str, ...], look: Look, height: int = 300) -> go.Figure:
    """How much of the lists still serves the old interest, by events since the change, a line per model.

    `pace` has model, events_since, position (0 old, 1 new).
    """
    figure = go.Figure()
    for name, group in pace.groupby("model", sort=False):
        old = (1 - group["position"]).clip(0, 1)
        figure.add_scatter(
            x=group["events_since"], y=old, mode="lines", name=_called(name, look), hovertemplate="%{y:.0%}",
            line=_line(str(name), ours, look, figure),
        )  # fmt: skip
    figure.add_vline(0, line_dash="dash", line_color=look.color("muted"), line_width=1)
    figure.update_yaxes(range=[0, 1], tickformat=".0%", title_text=look.say("share of the old interest"))
    return _finished(figure, look, height)


def recovery(pace: pd.DataFrame, ours: tuple[str, ...], look: Look, height: int = 300) -> go.Figure:
    """Mean reciprocal rank of the next event around a change, over five events each, a line per model."""
    figure = go.Figure()
    for name, group in pace.groupby("model", sort=False):
        bins = (group["events_since"] // 5) * 5 + 2
        weighted = (group["mrr"] * group["users"]).groupby(bins).sum() / group["users"].groupby(bins).sum()
        figure.add_scatter(
            x=weighted.index, y=weighted, mode="lines+markers", name=_called(name, look), hovertemplate="%{y:.3f}",
            line=_line(str(name), ours, look, figure),
        )  # fmt: skip
    figure.add_vline(0, line_dash="dash", line_color=look.color("muted"), line_width=1)
    figure.update_yaxes(title_text="MRR", rangemode="tozero", nticks=5)
    return _finished(figure, look, height)


def aging(frame: pd.DataFrame, ours: tuple[str, ...], look: Look, height: int = 300) -> go.Figure:
    """Quality of models beside fresh ones by age, with 95 % intervals: model, age_days, relative, low, high."""
    figure = go.Figure()
    for name, group in frame.groupby("model", sort=False):
        line = _line(str(name), ours, look, figure)
        edge = {"width": 0, "color": line["color"]}
        figure.add_scatter(
            x=[*group["age_days"], *group["age_days"][::-1]], y=[*group["high"], *group["low"][::-1]], fill="toself",
            fillcolor=translucent(str(line["color"]), 0.15), line=edge, mode="lines",
            hoverinfo="skip", showlegend=False,
        )  # fmt: skip
        figure.add_scatter(
            x=group["age_days"], y=group["relative"], mode="lines+markers", name=_called(name, look), line=line,
            hovertemplate="%{y:.0%}",
        )  # fmt: skip
    figure.update_yaxes(tickformat=".0%", title_text=look.say("quality beside a fresh model"), rangemode="tozero")
    figure.update_xaxes(title_text=look.say("age of the model, days"), rangemode="tozero")
    return finish(figure, look, height)


def _finished(figure: go.Figure, look: Look, height: int) -> go.Figure:
    figure.update_xaxes(title_text=look.say("events since the change"), showgrid=False)
    figure.update_layout(hovermode="x unified")
    return finish(figure, look, height)


def _line(name: str, ours: tuple[str, ...], look: Look, figure: go.Figure) -> dict[str, object]:
    if name in ours:
        return {"width": 3, "color": look.color("accent" if name == ours[0] else "ink")}
    return {"width": 1.5, "color": look.palette[1 + len(figure.data) % (len(look.palette) - 1)]}


def _called(name: object, look: Look) -> str:
    """A model in a legend."""
    return shortened(look.say(str(name)))
