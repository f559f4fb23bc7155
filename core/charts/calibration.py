"""Whether a test can be believed: its p-values over all users."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.theme import Look, finish

BINS = 20


def p_values(table: pd.DataFrame, look: Look, height: int = 260) -> go.Figure:
    """Bars of how many users have each p-value, and the level at which they would stand if nobody had changed.

    `table` has `p_value` (NaN for users who cannot be judged) and `named`, a row per user. The part of a bar that is
    named has the colour of drift.
    """
    edges = np.linspace(0, 1, BINS + 1)
    figure, level = go.Figure(), int(table["p_value"].notna().sum()) / BINS
    parts = ((look.say("named"), look.color("drift")), (look.say("not named"), look.color("calm")))
    for (name, color), counts in zip(parts, counted(table), strict=True):
        figure.add_bar(
            x=(edges[:-1] + edges[1:]) / 2, y=counts, width=0.94 / BINS, name=name,
            marker_color=color, customdata=np.stack([edges[:-1], edges[1:]], axis=1),
            hovertemplate="p %{customdata[0]:.2f}–%{customdata[1]:.2f}: %{y:,}",
        )  # fmt: skip
    figure.add_hline(y=level, line={"color": look.color("ink"), "width": 1.5, "dash": "dash"})
    figure.add_annotation(
        x=1, xref="paper", y=level, xanchor="right", yanchor="bottom", showarrow=False,
        text=look.say("level if nobody changed"), font={"color": look.color("muted"), "size": 12},
    )  # fmt: skip
    figure.update_layout(dragmode=False, clickmode="event+select")
    figure.update_layout(barmode="stack", legend={"orientation": "h", "y": 1.12, "x": 0})
    figure.update_xaxes(title_text=look.say("p-value"), range=[0, 1], showgrid=False)
    figure.update_yaxes(title_text=look.say("users"))
    return finish(figure, look, height)


def counted(table: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many of those named, and of the others, have a p-value in each of `BINS` equal parts of 0 to 1."""
    known = table[table["p_value"].notna()]
    named, edges = known["named"].astype(bool), np.linspace(0, 1, BINS + 1)
    sides = (np.histogram(known.loc[side, "p_value"], edges)[0] for side in (named, ~named))
    return next(sides), next(sides)


def shape_of(table: pd.DataFrame) -> str:
    """What the p-values say in one word: `few`, `flat` (no change to speak of), `peak` (some changed), or `right`.

    `right`: large p-values are the most frequent, as in a log whose sessions are more regular than chance.
    """
    known = table["p_value"].dropna().to_numpy(float)
    if len(known) < 5 * BINS:
        return "few"
    counts, _ = np.histogram(known, np.linspace(0, 1, BINS + 1))
    level = len(known) / BINS
    # Three standard deviations of a count, so that chance is not called a peak.
    if counts[0] > level + 3 * np.sqrt(level):
        return "peak"
    return "right" if counts[-4:].sum() > 4 * level + 3 * np.sqrt(4 * level) else "flat"
