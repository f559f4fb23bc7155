"""A cohort beside the rest: what each is after."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.theme import Look, finish, shortened
from core.data import schema

MOST = 12
"""Categories that are drawn, those that differ most."""


def mixes(frame: pd.DataFrame, look: Look) -> go.Figure:
    """By how many points the share of each category is higher in the cohort, with its interval; most on top.

    `frame`: category, cohort, rest, difference, low, high, the largest differences first.
    """
    rows = frame.head(MOST).sort_values("difference")
    points = 100 * rows[["difference", "low", "high"]]
    figure = go.Figure()
    figure.add_bar(
        x=points["difference"], y=[shortened(str(name)) for name in rows[schema.CATEGORY]], orientation="h",
        marker_color=[look.category(str(name)) for name in rows[schema.CATEGORY]], showlegend=False,
        error_x={"type": "data", "symmetric": False, "array": points["high"] - points["difference"],
                 "arrayminus": points["difference"] - points["low"], "color": look.color("ink"), "thickness": 1.2},
        customdata=rows[["cohort", "rest"]].to_numpy(),
        hovertemplate=f"%{{y}}: %{{x:+.1f}}<br>{look.say('cohort')} %{{customdata[0]:.1%}}, "
                      f"{look.say('rest')} %{{customdata[1]:.1%}}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(
        title_text=look.say("points more in the cohort"), zeroline=True, zerolinecolor=look.color("muted")
    )
    figure.update_yaxes(type="category", ticks="")
    return finish(figure, look, 80 + 28 * max(3, len(rows)))
