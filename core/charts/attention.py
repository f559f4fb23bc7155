"""What the model looked back on, and how well its lists did."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.history import hover, numbers
from core.charts.theme import Look, finish
from core.data import schema


def attention_bars(events: pd.DataFrame, weights: np.ndarray, look: Look, height: int = 220) -> go.Figure:
    """How much the state after the last of these events draws on each of them, in the colours of their categories.

    `events`: event_index, timestamp, title, category; `weights`: (n_events,), summing to 1.
    """
    figure = go.Figure()
    figure.add_bar(
        x=numbers(events), y=weights.astype(np.float32), customdata=hover(events), marker_line_width=0,
        marker_color=[look.category(category) for category in events[schema.CATEGORY]],
        hovertemplate="%{customdata}<br><b>%{y:.1%}</b><extra></extra>",
    )  # fmt: skip
    figure.update_yaxes(tickformat=".1~%", title_text=look.say("attention"), rangemode="tozero", nticks=5)
    figure.update_xaxes(title_text=look.say("events, oldest first"), showgrid=False)
    figure.update_layout(bargap=0.1)
    return finish(figure, look, height)
