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


def gaps(frame: pd.DataFrame, session_gap_minutes: float, look: Look) -> go.Figure:
    """Pauses between two events of a user; frame has gap (hours, the longest of its class), events.

    Pauses that part two sessions have the second colour.
    """
    parts = frame["gap"] * 60 > session_gap_minutes
    figure = go.Figure(
        go.Bar(
            x=[_pause(hours, look) for hours in frame["gap"]],
            y=frame["events"],
            marker_color=[look.color("accent") if part else look.color("muted") for part in parts],
            hovertemplate=f"%{{x}}<br>%{{y:,}} {look.say('events')}<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", title_text=look.say("pause before the event"))
    figure.update_yaxes(title_text=look.say("events"), rangemode="tozero")
    return finish(figure, look, HEIGHT)


def _pause(hours: float, look: Look) -> str:
    """A class of pauses by its longest."""
    if hours == 0:
        return look.say("none")
    if hours == float("inf"):
        return look.say("longer")
    for size, unit in ((24, "d"), (1, "h"), (1 / 60, "min")):
        if hours >= size:
            return f"≤ {hours / size:.0f} {look.say(unit)}"
    return f"≤ {hours * 3600:.0f} s"


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
