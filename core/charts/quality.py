"""How good the model is beside its baselines."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.theme import Look, finish, shortened

LOW, HIGH = "_low", "_high"
"""Endings of the columns that hold a metric's interval."""


def models(frame: pd.DataFrame, metric: str, ours: tuple[str, ...], look: Look) -> go.Figure:
    """One point and interval per model, the best at the top; `ours`, the first of them most, stand out.

    `frame` has model, `metric`, and its interval in `<metric>_low` and `<metric>_high`.
    """
    ordered = frame.sort_values(metric)
    figure = go.Figure(
        go.Scatter(
            x=ordered[metric],
            y=[_name(name, look) for name in ordered["model"]],
            error_x=_interval(ordered, metric, look),
            mode="markers",
            marker={"size": 11, "color": [_color(name, ours, look) for name in ordered["model"]]},
            customdata=ordered[[metric + LOW, metric + HIGH]],
            hovertemplate="%{y}: %{x:.4f} (%{customdata[0]:.4f} – %{customdata[1]:.4f})<extra></extra>",
        )
    )
    figure.update_xaxes(title_text=metric.upper(), rangemode="tozero")
    figure.update_yaxes(type="category", ticks="")
    return finish(figure, look, 80 + 30 * max(3, len(ordered)))


def sides(frame: pd.DataFrame, ours: tuple[str, ...], metric: str, look: Look) -> go.Figure:
    """One point and interval per model for a cohort, and a hollow one for the rest, best on top.

    `frame` has model, who (cohort, rest), users, value, low and high.
    """
    order = frame[frame["who"] == "cohort"].sort_values("value")["model"].tolist()
    ends = {"low": f"value{LOW}", "high": f"value{HIGH}"}
    figure = go.Figure()
    for who, symbol, shift in (("rest", "circle-open", -0.14), ("cohort", "circle", 0.14)):
        part = frame[frame["who"] == who].set_index("model").reindex(order)
        figure.add_scatter(
            x=part["value"], y=[place + shift for place in range(len(order))], mode="markers", name=look.say(who),
            marker={"size": 10, "symbol": symbol, "color": [_color(name, ours, look) for name in order]},
            error_x=_interval(part.rename(columns=ends), "value", look), showlegend=False,
            customdata=part[["low", "high", "users"]],
            hovertemplate=f"%{{x:.4f}} (%{{customdata[0]:.4f}} – %{{customdata[1]:.4f}})<br>%{{customdata[2]:,}} "
                          f"{look.say('users')}<extra>{look.say(who)}</extra>",
        )  # fmt: skip
    figure.update_xaxes(title_text=metric.upper(), rangemode="tozero")
    figure.update_yaxes(tickvals=list(range(len(order))), ticktext=[_name(name, look) for name in order], ticks="")
    return finish(figure, look, 80 + 34 * max(3, len(order)))


def groups(frame: pd.DataFrame, metric: str, ours: tuple[str, ...], look: Look) -> go.Figure:
    """A metric by class of users or items, a line per model, with the interval of the first of `ours`.

    `frame` has model, size, users, `metric` and its interval, classes in order.
    """
    figure = go.Figure()
    for name in sorted(frame["model"].unique(), key=lambda name: (name in ours, name == ours[0])):
        part = frame[frame["model"] == name]
        error = _interval(part, metric, look) if name == ours[0] else None
        figure.add_trace(
            go.Scatter(
                x=part["size"],
                y=part[metric],
                name=_name(name, look),
                mode="lines+markers",
                error_y=error,
                customdata=part["users"],
                line={"width": 3 if name in ours else 1.5, "color": _color(name, ours, look, len(figure.data))},
                hovertemplate=f"%{{y:.4f}}<br>%{{customdata:,}} {look.say('users')}<extra>{_name(name, look)}</extra>",
            )
        )
    figure.update_xaxes(type="category", title_text=look.say("events"))
    figure.update_yaxes(title_text=metric.upper(), rangemode="tozero")
    return finish(figure, look, 320)


def reliability(frame: pd.DataFrame, look: Look) -> go.Figure:
    """What came beside what was said, a point with its interval per bin, and the line on which they are the same.

    `frame` has said, came, low, high and cases, of single items or of whole lists.
    """
    top = 1.05 * float(frame[["said", "came", "high"]].to_numpy().max(initial=0.01))
    figure = go.Figure()
    figure.add_scatter(
        x=[0, top], y=[0, top], mode="lines", hoverinfo="skip", showlegend=False,
        line={"color": look.color("muted"), "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    error = {"type": "data", "symmetric": False, "color": look.color("muted"), "thickness": 1.5, "width": 4}
    figure.add_scatter(
        x=frame["said"], y=frame["came"], mode="lines+markers", showlegend=False, customdata=frame["cases"],
        error_y=error | {"array": frame["high"] - frame["came"], "arrayminus": frame["came"] - frame["low"]},
        line={"color": look.color("accent"), "width": 2}, marker={"size": 8},
        hovertemplate="%{x:.1%} → %{y:.1%} (%{customdata:,})<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title_text=look.say("chance that was said"), range=[0, top], tickformat=".0%")
    figure.update_yaxes(title_text=look.say("how often it came"), range=[0, top], tickformat=".0%")
    return finish(figure, look, 320)


def _interval(frame: pd.DataFrame, metric: str, look: Look) -> dict[str, object]:
    above, below = frame[metric + HIGH] - frame[metric], frame[metric] - frame[metric + LOW]
    line = {"color": look.color("muted"), "thickness": 1.5, "width": 4}
    return {"type": "data", "symmetric": False, "array": above, "arrayminus": below} | line


def _color(name: str, ours: tuple[str, ...], look: Look, place: int | None = None) -> str:
    if name in ours:
        return look.color("accent" if name == ours[0] else "ink")
    return look.color("calm") if place is None else look.palette[1 + place % (len(look.palette) - 1)]


def _name(model: str, look: Look) -> str:
    # Names of models are words of our own, none of them too long for an axis.
    return shortened(look.say(model), 40)
