"""How far the states of a user moved, beside the same sessions in random order."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.theme import Look, finish, translucent
from core.data import schema


def apart(trail: pd.DataFrame, changes: dict[str, tuple[int, ...]], look: Look, height: int = 260) -> go.Figure:
    """Distance between the states before and after each place as a line, that of shuffled sessions as a band.

    `trail`: event_index, distance, low, middle, high. `changes`: first events after changes, by `categories`, `model`.
    """
    x = trail[schema.EVENT_INDEX] + 0.5
    figure = go.Figure()
    for column, fill in (("low", None), ("high", "tonexty")):
        figure.add_scatter(
            x=x, y=trail[column], mode="lines", line_width=0, fill=fill, hoverinfo="skip",
            fillcolor=translucent(look.color("calm"), 0.3), showlegend=fill is not None,
            name=look.say("sessions shuffled, 90 %"),
        )  # fmt: skip
    figure.add_scatter(
        x=x, y=trail["distance"], mode="lines", line={"color": look.color("accent"), "width": 2.5},
        name=look.say("as it was"), customdata=trail[["low", "high"]],
        hovertemplate="%{y:.2f} (%{customdata[0]:.2f}–%{customdata[1]:.2f})<extra></extra>",
    )  # fmt: skip
    marks = (
        ("categories", look.say("change by the categories"), look.color("drift"), "dash"),
        ("model", look.say("change by the model"), look.color("accent"), "dot"),
    )
    for view, name, color, dash in marks:
        for event in changes.get(view, ()):
            figure.add_vline(x=event + 0.5, line={"color": color, "width": 2, "dash": dash})
        if changes.get(view):
            line = {"color": color, "width": 2, "dash": dash}
            figure.add_scatter(x=[None], y=[None], mode="lines", line=line, name=name)
    figure.update_yaxes(rangemode="tozero", title_text=look.say("distance of the states before and after"))
    figure.update_xaxes(title_text=look.say("events, oldest first"))
    return finish(figure, look, height)
