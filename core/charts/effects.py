"""What events, and attributes of an item, did for a recommendation: bars to the right speak for it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.history import hover, numbers
from core.charts.theme import Look, escaped, finish, shortened
from core.data import schema

REFERENCES = {"random": "dot", "recency": "dash", "oracle": "dashdot", "attention alone": "longdash"}
"""Orders that methods are compared with, and how their lines are broken."""
ROW = 26
"""Pixels an attribute takes."""


def event_effects(
    events: pd.DataFrame, effect: np.ndarray, named: Sequence[int], look: Look, height: int = 260
) -> go.Figure:
    """A bar per event, up where it speaks for the item, in the colours of categories; `named` events have an outline.

    `events`: event_index, timestamp, title, category; `effect`: (n_events,).
    """
    figure = go.Figure()
    outline = [2.0 if place in set(named) else 0.0 for place in events[schema.EVENT_INDEX]]
    figure.add_bar(
        x=numbers(events), y=effect.astype(np.float32), customdata=hover(events),
        marker={"color": [look.category(category) for category in events[schema.CATEGORY]],
                "line": {"width": outline, "color": look.color("ink")}},
        hovertemplate="%{customdata}<br><b>%{y:.3f}</b><extra></extra>",
    )  # fmt: skip
    figure.update_yaxes(title_text=look.say("effect"), nticks=5, zeroline=True, zerolinecolor=look.color("muted"))
    figure.update_xaxes(title_text=look.say("events, oldest first"), showgrid=False)
    figure.update_layout(bargap=0.1)
    return finish(figure, look, height)


def deletion_curves(curves: pd.DataFrame, measure: str, look: Look, height: int = 320) -> go.Figure:
    """How far an item falls by the share of events removed (comprehensiveness) or kept (sufficiency), a line per order.

    `curves`: order, share, `measure`; the orders that methods are compared with are dashed.
    """
    figure = go.Figure()
    for name, group in curves.groupby("order", sort=False):
        reference = name in REFERENCES
        color = look.color("muted") if reference else look.palette[len(figure.data) % len(look.palette)]
        figure.add_scatter(
            x=group["share"], y=group[measure], name=look.say(str(name)) if reference else shortened(str(name)),
            mode="lines+markers", hovertemplate="%{y:.3f}", marker_size=5,
            line={"color": color, "width": 1.5 if reference else 2.5, "dash": REFERENCES.get(str(name), "solid")},
        )  # fmt: skip
    figure.update_xaxes(tickformat=".0%", title_text=look.say("share of the history"), showgrid=False)
    figure.update_yaxes(title_text=look.say("fall of the first item"), nticks=5)
    figure.update_layout(hovermode="x unified")
    return finish(figure, look, height)


def attribute_effects(parts: pd.DataFrame, look: Look) -> go.Figure:
    """A bar per attribute, strongest at the top: `parts` has attribute, value, effect."""
    labels = [
        f"{shortened(look.say(str(name)), 16)}: {shortened(str(value), 22)}"
        for name, value in zip(parts["attribute"], parts["value"], strict=True)
    ]
    colors = [look.color("accent" if effect > 0 else "calm") for effect in parts["effect"]]
    figure = go.Figure()
    figure.add_bar(
        x=parts["effect"], y=labels, orientation="h", marker={"color": colors, "line": {"width": 0}},
        customdata=[escaped(str(value)) for value in parts["value"]],
        hovertemplate="%{customdata}<br><b>%{x:.2f}</b><extra></extra>",
    )  # fmt: skip
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False, ticks="")
    figure.update_xaxes(title_text=look.say("effect"), zeroline=True, zerolinecolor=look.color("muted"), nticks=5)
    figure.update_layout(bargap=0.35)
    return finish(figure, look, 80 + ROW * max(3, len(parts)))
