"""Drawings of a report as SVG, from the frames that the charts of pages are made of; colours are classes of the page.

No text of other people stands in a drawing, only numbers and dates: names may be of any length, and stand in tables.
"""

import math
from collections.abc import Sequence
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd

from core.data import schema
from core.report.blocks import CALM, DRIFT, Around, Bar

WIDTH, HEIGHT = 720, 230
LEFT, RIGHT, TOP, BOTTOM = 48, 708, 12, 200
"""Edges of the plane inside a drawing."""
TICKS = 5
STEPS: Final = (1.2, 1.6, 2, 4, 6, 8, 12)
"""Ends of an axis whose quarters are round."""
DATES: Final = {"D": "%Y-%m-%d", "W": "%Y-%m-%d", "M": "%Y-%m", "Q": "%Y-%m", "Y": "%Y"}


def bar(drawn: Bar, height: int = 14) -> str:
    """Parts beside each other, as long as their shares."""
    at, parts = 0.0, []
    for share, color in drawn.parts:
        if share > 0:
            parts.append(f'<rect x="{at:.2f}" y="0" width="{share * 1000:.2f}" height="10" class="{color}"/>')
        at += share * 1000
    return _drawing("".join(parts), (1000, 10), drawn.said, f'class="bar" style="height:{height}px"', stretched=True)


def around(drawn: Around) -> str:
    """A bar that leaves the middle to the right or to the left."""
    width, color = abs(drawn.value) * 495, "accent" if drawn.value > 0 else DRIFT
    at = 500 if drawn.value > 0 else 500 - width
    parts = f'<rect x="{at:.1f}" y="1" width="{width:.1f}" height="8" class="{color}"/>'
    line = '<rect x="498" y="0" width="4" height="10" class="grid"/>'
    return _drawing(line + parts, (1000, 10), "", 'class="bar" style="height:12px"', stretched=True)


def over_time(shares: pd.DataFrame, unit: str, said: str, marks: Sequence[pd.Timestamp] = ()) -> str:
    """Share of users with a change in each period, with its interval: `core.drift.population.share_over_time`.

    `marks` are moments that get a line and their number, from 1.
    """
    top = _top(float(shares["high"].max()))
    across = _across(len(shares))
    low, high, middle = (
        [BOTTOM - (BOTTOM - TOP) * min(value / top, 1) for value in shares[name]] for name in ("low", "high", "share")
    )
    band = _points([*zip(across, high, strict=True), *reversed(list(zip(across, low, strict=True)))])
    places = list(zip(across, middle, strict=True))
    line = _points(places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" class="drift"/>' for x, y in places)
    dates = [f"{time:{DATES[unit]}}" for time in shares[schema.TIME]]
    body = (
        _grid(top, percent=True)
        + f'<polygon points="{band}" class="drift band"/><polyline points="{line}" class="line"/>{dots}'
        + _dates(across, dates)
        + _marks(across, shares[schema.TIME], marks)
    )
    return _drawing(body, (WIDTH, HEIGHT), said, 'class="chart"')


def _marks(across: Sequence[float], times: "pd.Series[Any]", marks: Sequence[pd.Timestamp]) -> str:
    """A line for each moment within the periods, with its number."""
    known, parts = times.astype("int64").to_numpy(), []
    for number, mark in enumerate(marks, 1):
        at = pd.Timestamp(mark).as_unit(times.dt.unit).value
        if len(known) > 1 and known[0] <= at <= 2 * known[-1] - known[-2]:
            x = float(np.interp(at, known, across))
            parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{BOTTOM}" class="mark"/>')
            parts.append(f'<text x="{x + 3:.1f}" y="{TOP + 9}">{number}</text>')
    return "".join(parts)


def p_values(named: Sequence[int], others: Sequence[int], said: str) -> str:
    """Bars of how many users have each p-value, 0 to 1, and the level of a log without changes."""
    total, each = sum(named) + sum(others), (RIGHT - LEFT) / len(named)
    top = _top(max(4.0, *(first + second for first, second in zip(named, others, strict=True))))
    scale = (BOTTOM - TOP) / top
    parts = []
    for place, (first, second) in enumerate(zip(named, others, strict=True)):
        x, foot = LEFT + place * each + 1, float(BOTTOM)
        for count, color in ((first, DRIFT), (second, CALM)):
            foot -= count * scale
            size = f'width="{each - 2:.1f}" height="{count * scale:.1f}"'
            parts.append(f'<rect x="{x:.1f}" y="{foot:.1f}" {size} class="{color}"/>')
    level = BOTTOM - total / len(named) * scale
    line = f'<line x1="{LEFT}" x2="{RIGHT}" y1="{level:.1f}" y2="{level:.1f}" class="level"/>'
    ends = "".join(
        f'<text x="{LEFT + (RIGHT - LEFT) * place / 4:.0f}" y="{BOTTOM + 18}" text-anchor="middle">{place / 4:g}</text>'
        for place in range(5)
    )
    return _drawing(_grid(top, percent=False) + "".join(parts) + line + ends, (WIDTH, HEIGHT), said, 'class="chart"')


def _drawing(body: str, size: tuple[int, int], said: str, more: str, *, stretched: bool = False) -> str:
    label = f'role="img" aria-label="{escape(said)}"' if said else 'aria-hidden="true"'
    ratio = ' preserveAspectRatio="none"' if stretched else ""
    return f'<svg viewBox="0 0 {size[0]} {size[1]}" {label} {more}{ratio}>{body}</svg>'


def _top(largest: float) -> float:
    """The end of an axis: the next round number above the largest value."""
    if not largest > 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(largest))
    return next(step * unit for step in STEPS if step * unit >= largest * 0.999)


def _across(count: int) -> list[float]:
    if count == 1:
        return [(LEFT + RIGHT) / 2]
    return [LEFT + 8 + (RIGHT - LEFT - 16) * place / (count - 1) for place in range(count)]


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _grid(top: float, *, percent: bool) -> str:
    """Lines across with their numbers."""
    parts = []
    for place in range(TICKS):
        value, y = top * place / (TICKS - 1), BOTTOM - (BOTTOM - TOP) * place / (TICKS - 1)
        text = f"{100 * value:.3g}%" if percent else f"{value:,.4g}"
        parts.append(f'<line x1="{LEFT}" x2="{RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="rule"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>')
    return "".join(parts)


def _dates(across: Sequence[float], dates: Sequence[str]) -> str:
    """As many dates as fit below the line, the first and the last among them."""
    count = len(dates)
    shown = sorted({round(place * (count - 1) / (TICKS - 1)) for place in range(TICKS)}) if count > 1 else [0]
    anchor = {0: "start", count - 1: "end"} if count > 1 else {}
    return "".join(
        f'<text x="{across[at]:.1f}" y="{BOTTOM + 18}" text-anchor="{anchor.get(at, "middle")}">{dates[at]}</text>'
        for at in shown
    )
