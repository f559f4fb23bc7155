"""What a data set is like: events over time, users and items by size, categories."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.theme import Look, finish, shortened

HEIGHT = 260
MOST_BARS = 20
"""Categories that are drawn; the rest is named in the title of the axis."""


def periods(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Events per period; frame has start, events, users."""
    figure = go.Figure(
        go.Bar(
            x=frame["start"],
            y=frame["events"],
            customdata=frame["users"],
            marker_color=look.color("accent"),
            hovertemplate="%{x|%Y-%m-%d}<br>%{y:,} "
            + look.say("events")
            + "<br>%{customdata:,} "
            + look.say("users")
            + "<extra></extra>",
        )
    )
    figure.update_yaxes(title_text=look.say("events"), rangemode="tozero")
    return finish(figure, look, HEIGHT)


def sizes(frame: pd.DataFrame, what: str, look: Look) -> go.Figure:
    """How many users (or items) have how many events; frame has size, `what`, events, classes in order."""
    noun = look.say(what)
    figure = go.Figure(
        go.Bar(
            x=frame["size"],
            y=frame[what],
            customdata=frame["events"],
            marker_color=look.color("accent"),
            hovertemplate=f"%{{y:,}} {noun}<br>%{{x}} {look.say('events')}<br>"
            f"%{{customdata:,}} {look.say('events')} {look.say('in all')}<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", title_text=look.say("events"))
    figure.update_yaxes(title_text=noun, rangemode="tozero")
    return finish(figure, look, HEIGHT)


def categories(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Events per category, most events first; frame has category, items, events."""
    shown = frame.head(MOST_BARS).iloc[::-1]
    figure = go.Figure(
        go.Bar(
            x=shown["events"],
            y=[shortened(name) for name in shown["category"]],
            customdata=shown["items"],
            orientation="h",
            marker_color=[look.category(name) for name in shown["category"]],
            hovertemplate=f"%{{y}}<br>%{{x:,}} {look.say('events')}<br>%{{customdata:,}} {look.say('items')}"
            "<extra></extra>",
        )
    )
    figure.update_yaxes(type="category", ticks="")
    figure.update_xaxes(title_text=look.say("events"))
    return finish(figure, look, 60 + 22 * max(3, len(shown)))
