"""The whole data set over time: what people are after, how many drift, and from what to what."""

from collections.abc import Set
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.charts.theme import OTHER, Look, escaped, finish, shortened, translucent
from core.data import schema

STACKED = 10
"""Most categories of a stack; the rest are added up."""
BANDS = 30
"""Most bands of a flow chart, the widest."""
MULTIPLES = 12
"""Most panels of small multiples."""


def categories_over_time(
    frame: pd.DataFrame, look: Look, height: int = 340, told: Set[str] = frozenset(), *, legend: bool = True
) -> go.Figure:
    """Share of each category in the events of a period, stacked; the named categories first, then the rest as one.

    `frame`: timestamp (start of the period), category, share (0 to 1). Those that are `told` of are among the named
    however rare, so that the picture shows what words beside it name. Without a `legend` names are on its traces only.
    """
    wide = _wide(frame, look, told)
    figure = go.Figure()
    for category in wide.columns:
        figure.add_scatter(
            x=wide.index, y=wide[category].to_numpy("float32"), stackgroup="one", mode="lines+markers",
            line={"width": 0.5, "color": look.category(category)}, fillcolor=translucent(look.category(category), 0.8),
            marker={"size": 6, "opacity": 0}, hovertemplate="%{y:.1%}", name=shortened(_named(category, look)),
            selected_marker_opacity=0, unselected_marker_opacity=0,
        )  # fmt: skip
    figure.update_yaxes(range=[0, 1], tickformat=".0%", title_text=look.say("share of events"))
    figure.update_layout(hovermode="x unified", legend_traceorder="normal", showlegend=legend)
    figure.update_layout(dragmode="select", selectdirection="h")
    return finish(figure, look, height)


def share_over_time(frame: pd.DataFrame, look: Look, height: int = 280) -> go.Figure:
    """Share of active users who are named and changed in each period, with its interval.

    `frame`: timestamp, share, low, high (all 0 to 1), drifted, users.
    """
    figure = go.Figure()
    color = look.color("drift")
    for column, fill in (("high", None), ("low", "tonexty")):
        figure.add_scatter(
            x=frame[schema.TIME], y=frame[column], mode="lines", line_width=0, fill=fill, hoverinfo="skip",
            fillcolor=translucent(color, 0.18), showlegend=False,
        )  # fmt: skip
    figure.add_scatter(
        x=frame[schema.TIME], y=frame["share"], mode="lines+markers", line={"color": color, "width": 2.5},
        marker_size=7, name=look.say("named"), showlegend=False,
        customdata=frame[["drifted", "users"]].to_numpy(),
        hovertemplate="%{x|%Y-%m-%d}<br><b>%{y:.1%}</b><br>%{customdata[0]:,} / %{customdata[1]:,}"
                      f" {look.say('users')}<extra></extra>",
    )  # fmt: skip
    figure.update_yaxes(rangemode="tozero", tickformat=".1~%", title_text=look.say("users who changed"))
    figure.update_layout(dragmode="select", clickmode="event+select", selectdirection="h")
    return finish(figure, look, height)


def likeness(frame: pd.DataFrame, look: Look, height: int = 200) -> go.Figure:
    """How alike two mixes are over time, 0 to 1. `frame`: timestamp, share."""
    figure = go.Figure()
    figure.add_scatter(
        x=frame[schema.TIME], y=frame["share"].to_numpy("float32"), mode="lines+markers", showlegend=False,
        line={"color": look.color("accent"), "width": 2.5},
        hovertemplate="%{x|%Y-%m}<br><b>%{y:.0%}</b><extra></extra>",
    )  # fmt: skip
    figure.update_yaxes(range=[0, 1.03], tickformat=".0%", title_text=look.say("in common"))
    return finish(figure, look, height)


def flows(frame: pd.DataFrame, look: Look, height: int = 420) -> go.Figure:
    """Where interests went: a band per pair of categories, as wide as there are users; the widest `BANDS` of them.

    `frame`: from_category, to_category, users, most users first. Nodes on the left were left, on the right found.
    """
    frame = frame.head(BANDS)
    sources = sorted(frame["from_category"].unique(), key=_place(look))
    targets = sorted(frame["to_category"].unique(), key=_place(look))
    places = {("from", name): at for at, name in enumerate(sources)}
    places |= {("to", name): len(sources) + at for at, name in enumerate(targets)}
    nodes = sources + targets
    figure = go.Figure()
    figure.add_sankey(
        arrangement="snap",
        node={
            "label": [shortened(_named(name, look), 24) for name in nodes],
            "color": [look.category(name) for name in nodes],
            "pad": 10, "thickness": 14, "line_width": 0,
            "customdata": [escaped(_named(name, look)) for name in nodes],
            "hovertemplate": f"%{{customdata}}: %{{value:,}} {look.say('users')}<extra></extra>",
        },
        link={
            "source": [places["from", name] for name in frame["from_category"]],
            "target": [places["to", name] for name in frame["to_category"]],
            "value": frame["users"].tolist(),
            "color": [translucent(look.category(name), 0.35) for name in frame["from_category"]],
            "hovertemplate": "%{source.customdata} → %{target.customdata}: <b>%{value:,}</b>"
                             f" {look.say('users')}<extra></extra>",
        },
    )  # fmt: skip
    return finish(figure, look, height)


def small_multiples(frame: pd.DataFrame, look: Look, columns: int = 4) -> go.Figure:
    """A panel per group: its share of drifted users over time, all on the same axes.

    `frame`: group, timestamp, share, drifted, users. Groups are categories or values of a user attribute,
    largest first; trace n is that of group n, and its points can be clicked.
    """
    groups = list(dict.fromkeys(frame["group"]))[:MULTIPLES]
    rows = -(-len(groups) // columns)
    figure = make_subplots(
        rows=rows, cols=columns, shared_xaxes="all", shared_yaxes="all", vertical_spacing=0.28 / max(rows, 1),
        horizontal_spacing=0.03, subplot_titles=[shortened(str(group), 22) for group in groups],
    )  # fmt: skip
    for at, group in enumerate(groups):
        part = frame[frame["group"] == group]
        color = look.category(group) if group in look.named else look.color("accent")
        figure.add_scatter(
            x=part[schema.TIME], y=part["share"], mode="lines+markers", line={"color": color, "width": 2},
            marker_size=5, fill="tozeroy", fillcolor=translucent(color, 0.2), showlegend=False,
            row=at // columns + 1, col=at % columns + 1,
            customdata=part[["drifted", "users"]].to_numpy(),
            hovertemplate=f"{escaped(str(group))}<br>%{{x|%Y-%m-%d}}: <b>%{{y:.1%}}</b>"
                          f"<br>%{{customdata[0]:,}} / %{{customdata[1]:,}} {look.say('users')}<extra></extra>",
        )  # fmt: skip
    figure.update_yaxes(tickformat=".1~%", rangemode="tozero", nticks=4)
    figure.update_xaxes(nticks=3, tickangle=0)
    figure.update_annotations(font_size=13, font_color=look.color("ink"))
    figure.update_layout(dragmode=False, clickmode="event+select")
    return finish(figure, look, 60 + 150 * rows)


def _wide(frame: pd.DataFrame, look: Look, told: Set[str]) -> pd.DataFrame:
    """A column per named category in the catalogue's order, the rest added up."""
    sums = frame[frame["share"] > 0].groupby("category", observed=True)["share"].sum()
    known = sums[sums.index.isin(look.named)]
    named = set(known.nlargest(STACKED).index) | (set(known.index) & set(told))
    drawn = frame["category"].where(frame["category"].isin(named), OTHER)
    wide = frame.assign(category=drawn).pivot_table(
        index=schema.TIME, columns="category", values="share", aggfunc="sum", fill_value=0.0, observed=True
    )
    seen = [category for category in wide.columns if wide[category].any()]
    return wide[sorted(seen, key=_place(look))]


def _place(look: Look) -> Any:
    order = {name: at for at, name in enumerate(look.categories)}
    return lambda name: order.get(name, len(order))


def _named(category: str, look: Look) -> str:
    return look.say(OTHER) if category == OTHER else category
