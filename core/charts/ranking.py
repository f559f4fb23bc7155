"""Who drifted most, with how sure we are."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.theme import Look, escaped, finish, shortened
from core.data import schema

ROW = 26
"""Pixels a user takes."""


def drifted_ranking(table: pd.DataFrame, look: Look) -> go.Figure:
    """A row per user in the order given: magnitude as a dot, its interval as a bar, what was left and found as dots.

    `table` has `schema.DRIFT_COLUMNS`; `magnitude_low` and `magnitude_high` are drawn where they are there.
    """
    rows = [str(user) for user in table[schema.USER]]
    figure = go.Figure()
    _intervals(figure, table, rows, look)
    for column, symbol, name in (("from_categories", "circle-open", "left"), ("to_categories", "circle", "found")):
        colors = [look.category(_first(cell)) for cell in table[column]]
        figure.add_scatter(
            x=_beside(table, column), y=rows, mode="markers", name=look.say(name), hoverinfo="skip",
            marker={"color": colors, "symbol": symbol, "size": 11, "line": {"color": colors, "width": 2.5}},
        )  # fmt: skip
    figure.add_scatter(
        x=table["magnitude"], y=rows, mode="markers", name=look.say("magnitude"), customdata=_hover(table, look),
        marker={"color": look.color("ink"), "symbol": "diamond", "size": 9},
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[1.04] * len(rows), y=rows, mode="text", text=_turns(table), textposition="middle right", showlegend=False,
        textfont={"size": 12, "color": look.color("muted")}, hoverinfo="skip",
    )  # fmt: skip
    figure.update_xaxes(range=[-0.2, 1.75], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%",
                        title_text=look.say("share of the interests that changed"))  # fmt: skip
    figure.update_yaxes(
        showgrid=False,
        type="category",
        autorange="reversed",
        tickvals=rows,
        ticktext=[shortened(row, 18) for row in rows],
    )
    figure.update_layout(dragmode=False, clickmode="event+select")
    return finish(figure, look, 110 + ROW * len(rows))


def _intervals(figure: go.Figure, table: pd.DataFrame, rows: list[str], look: Look) -> None:
    if not {"magnitude_low", "magnitude_high"} <= set(table.columns):
        return
    x, y = [], []
    for low, high, row in zip(table["magnitude_low"], table["magnitude_high"], rows, strict=True):
        x += [low, high, None]
        y += [row, row, None]
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"color": look.color("calm"), "width": 5}, opacity=0.6,
        name=look.say("interval of 90 %"), hoverinfo="skip",
    )  # fmt: skip


def _turns(table: pd.DataFrame) -> list[str]:
    """What was left and what was found, in words."""
    pairs = zip(table["from_categories"], table["to_categories"], strict=True)
    return [_turn(_first(left), _first(found), 18) for left, found in pairs]


def _turn(left: str | None, found: str | None, longest: int) -> str:
    """What was left and found in words; nothing where neither has a name."""
    return f"{shortened(left or '–', longest)} → {shortened(found or '–', longest)}" if left or found else ""


def _beside(table: pd.DataFrame, column: str) -> list[float]:
    """The two category dots stand left of the axis: what was left, then what was found."""
    return [-0.16 if column == "from_categories" else -0.07] * len(table)


def _first(names: tuple[str, ...]) -> str | None:
    return names[0] if names else None


def _hover(table: pd.DataFrame, look: Look) -> list[str]:
    lines = []
    sides = zip(table["from_categories"], table["to_categories"], strict=True)
    for row, named in zip(table.itertuples(), sides, strict=True):
        gained = " → ".join(escaped(", ".join(names)) or "–" for names in named) if any(named) else ""
        lines.append(
            f"<b>{escaped(str(row.user_id))}</b><br>{gained}<br>"
            f"{look.say('magnitude')} {row.magnitude:.0%}, p {row.p_value:.3f}, q {row.q_value:.3f}<br>"
            f"{row.n_events:,} {look.say('events')}"
        )
    return lines
