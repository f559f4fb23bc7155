"""Who came, stayed and left: users of each kind over time, how long they stay, and what they did before they left."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.charts.theme import Look, Role, finish, shortened, translucent
from core.data import schema

KINDS: dict[str, Role] = {"new": "accent", "returning": "calm", "drifted": "drift", "gone": "ink"}
"""Kinds of users with the colour of each."""
MOST = 10
"""Rows of what was done before leaving."""


def periods(frame: pd.DataFrame, look: Look) -> go.Figure:
    """The share of each kind among the active users of a period, with its interval; a panel per kind.

    `frame`: timestamp, kind, users, of, share, low, high.
    """
    figure = make_subplots(rows=1, cols=len(KINDS), subplot_titles=[look.say(kind) for kind in KINDS],
                           horizontal_spacing=0.06)  # fmt: skip
    for column, (kind, role) in enumerate(KINDS.items(), 1):
        part, color = frame[frame["kind"] == kind], look.color(role)
        for end, fill in (("high", None), ("low", "tonexty")):
            figure.add_scatter(
                x=part[schema.TIME], y=part[end], mode="lines", line_width=0, fill=fill, hoverinfo="skip",
                fillcolor=translucent(color, 0.2), showlegend=False, row=1, col=column,
            )  # fmt: skip
        figure.add_scatter(
            x=part[schema.TIME], y=part["share"], mode="lines+markers", marker_size=5,
            line={"color": color, "width": 2},
            customdata=part[["users", "of"]].to_numpy(), showlegend=False, row=1, col=column,
            hovertemplate="%{x|%Y-%m-%d}<br><b>%{y:.1%}</b><br>%{customdata[0]:,} / %{customdata[1]:,}"
                          f" {look.say('users')}<extra></extra>",
        )  # fmt: skip
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    figure.update_xaxes(nticks=4)
    return finish(figure, look, 280).update_layout(margin_t=44)


def stay(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Share of users who are there still, by days since they came, with the interval of the first group.

    `frame`: group (its name; empty for everybody), days, stay, low, high.
    """
    figure = go.Figure()
    groups = list(dict.fromkeys(frame["group"]))
    for place, group in enumerate(groups):
        part = frame[frame["group"] == group]
        x, color = [0.0, *part["days"]], look.color("accent") if not place else look.palette[place % len(look.palette)]
        name = shortened(str(group)) if group else look.say("everybody")
        if not place:
            for end, fill in (("high", None), ("low", "tonexty")):
                figure.add_scatter(
                    x=x, y=[1.0, *part[end]], mode="lines", line={"width": 0, "shape": "hv"}, fill=fill,
                    fillcolor=translucent(color, 0.2), hoverinfo="skip", showlegend=False,
                )  # fmt: skip
        figure.add_scatter(
            x=x, y=[1.0, *part["stay"]], mode="lines", name=name, showlegend=len(groups) > 1,
            line={"color": color, "width": 1.5 if place else 2.5, "shape": "hv"},
            hovertemplate=f"%{{x:.0f}} {look.say('days')}: <b>%{{y:.1%}}</b><extra>{name}</extra>",
        )  # fmt: skip
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02], title_text=look.say("there still"))
    figure.update_xaxes(title_text=look.say("days since they came"), rangemode="tozero")
    return finish(figure, look, 320)


def before(frame: pd.DataFrame, look: Look) -> go.Figure:
    """By how many points those who left did something more than others in the same period, with its interval.

    `frame`: what, kind (drifted or category), difference, low, high, leaving, others.
    """
    rows = frame.head(MOST)[::-1]
    points = 100 * rows[["difference", "low", "high"]]
    names = [
        look.say("changed") if kind == "drifted" else str(what)
        for what, kind in zip(rows["what"], rows["kind"], strict=True)
    ]
    figure = go.Figure()
    figure.add_scatter(
        x=points["difference"], y=[shortened(name) for name in names], mode="markers", showlegend=False,
        marker={"size": 10, "color": [look.color("drift") if kind == "drifted" else look.category(str(what))
                                      for what, kind in zip(rows["what"], rows["kind"], strict=True)]},
        error_x={"type": "data", "symmetric": False, "array": points["high"] - points["difference"],
                 "arrayminus": points["difference"] - points["low"], "color": look.color("muted"), "thickness": 1.5},
        customdata=rows[["leaving", "others"]].to_numpy(),
        hovertemplate=f"%{{y}}: %{{x:+.1f}}<br>{look.say('left')} %{{customdata[0]:.1%}}, "
                      f"{look.say('others')} %{{customdata[1]:.1%}}<extra></extra>",
    )  # fmt: skip
    figure.add_vline(x=0, line={"color": look.color("grid"), "width": 1})
    figure.update_xaxes(title_text=look.say("points more than others"))
    figure.update_yaxes(type="category", ticks="")
    return finish(figure, look, 80 + 28 * max(3, len(rows)))
