"""How a model learned: loss and quality after each epoch."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.charts.theme import Look, finish, shortened

HEIGHT = 320
QUALITY = "validation_ndcg@10"


def learning_curve(curve: pd.DataFrame, look: Look) -> go.Figure:
    """Loss (left) and NDCG@10 on the validation events (right) by epoch, the best epoch marked.

    `curve` has epoch, train_loss and, if events were held out, validation_ndcg@10.
    """
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.09)
    figure.add_trace(_line(curve, "train_loss", look.say("training loss"), look.color("muted")), row=1, col=1)
    figure.add_trace(_line(curve, QUALITY, look.say("validation NDCG@10"), look.color("accent")), row=1, col=2)
    quality = curve[QUALITY].dropna()
    if len(quality):
        _mark_best(figure, curve.iloc[int(curve[QUALITY].argmax())], len(curve), look)
    figure.update_xaxes(title_text=look.say("epoch"), dtick=_step(len(curve)))
    figure.update_yaxes(title_text=look.say("training loss"), row=1, col=1)
    figure.update_yaxes(title_text=look.say("validation NDCG@10"), rangemode="tozero", row=1, col=2)
    figure.update_layout(showlegend=False)
    return finish(figure, look, HEIGHT)


def learning_curves(curves: pd.DataFrame, names: Mapping[str, str], look: Look) -> go.Figure:
    """Loss (left) and validation NDCG@10 (right) of several runs by epoch, a colour per run.

    `curves` has run and the columns of `learning_curve`; `names`: what each run is called, in order.
    """
    figure = make_subplots(rows=1, cols=2, horizontal_spacing=0.09)
    for place, (run, name) in enumerate(names.items()):
        curve, color = curves[curves["run"] == run], look.palette[place % len(look.palette)]
        for column, words in enumerate(("train_loss", QUALITY), 1):
            line = _line(curve, words, shortened(name, 40), color)
            line.update(
                legendgroup=run, showlegend=column == 1, hovertemplate=f"%{{y:.4f}}<extra>{shortened(name)}</extra>"
            )
            figure.add_trace(line, row=1, col=column)
    longest = int(curves["epoch"].max()) if len(curves) else 1
    figure.update_xaxes(title_text=look.say("epoch"), dtick=_step(longest))
    figure.update_yaxes(title_text=look.say("training loss"), row=1, col=1)
    figure.update_yaxes(title_text=look.say("validation NDCG@10"), rangemode="tozero", row=1, col=2)
    return finish(figure, look, HEIGHT + 40)


def _line(curve: pd.DataFrame, column: str, name: str, color: str) -> go.Scatter:
    return go.Scatter(
        x=curve["epoch"],
        y=curve[column],
        name=name,
        mode="lines+markers",
        line={"color": color, "width": 2},
        marker={"size": 5},
        hovertemplate="%{y:.4f}<extra>%{x}</extra>",
    )


def _mark_best(figure: go.Figure, best: pd.Series, epochs: int, look: Look) -> None:
    """A diamond at the best epoch, its value below it and on the side where there is room."""
    epoch, value = best["epoch"], best[QUALITY]
    marker = {"size": 11, "color": look.color("drift"), "symbol": "diamond"}
    figure.add_scatter(x=[epoch], y=[value], mode="markers", marker=marker, hoverinfo="skip", row=1, col=2)
    side = "right" if epoch > epochs / 2 else "left"
    figure.add_annotation(
        x=epoch, y=value, xref="x2", yref="y2", text=f"{look.say('best')} {value:.4f}",
        showarrow=False, xanchor=side, yanchor="top", yshift=-12,
    )  # fmt: skip


def _step(epochs: int) -> int:
    return next(step for step in (1, 2, 5, 10, 20, 50, 100, 10**6) if epochs / step <= 8 or step == 10**6)
