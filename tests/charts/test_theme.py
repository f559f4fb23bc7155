"""The look that all charts share."""

import itertools

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.charts import theme
from core.charts.theme import DARK, LIGHT, Look

# Machado, Oliveira and Fernandes 2009, severity 1.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TO_CONES = np.array([[0.41222, 0.53633, 0.05145], [0.21190, 0.68070, 0.10740], [0.08830, 0.28172, 0.62998]])
TO_OKLAB = np.array([[0.21045, 0.79362, -0.00407], [1.97800, -2.42859, 0.45059], [0.02590, 0.78277, -0.80868]])


def linear(color):
    channels = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def seen(color, vision):
    return np.cbrt(TO_CONES @ np.clip(VISION[vision] @ linear(color), 0, 1)) @ TO_OKLAB.T


def contrast(one, other):
    light, dark = sorted((float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("first", "least"), [(10, 0.075), (20, 0.067)])
def test_category_colors_stay_apart(palette, vision, first, least):
    """No two category colours fall together, for any kind of colour vision; the first ten are furthest apart."""
    pairs = itertools.combinations(palette[:first], 2)
    assert min(np.linalg.norm(seen(one, vision) - seen(other, vision)) for one, other in pairs) > least


@pytest.mark.parametrize("dark", [False, True])
def test_text_is_readable(dark):
    """Text, muted text and the drift colour have the contrast of WCAG AA on the ground."""
    look = Look(dark=dark)
    for role in ("ink", "muted", "accent", "drift"):
        assert contrast(look.color(role), look.color("ground")) >= 4.5, role


def test_color_does_not_depend_on_the_filter():
    """A category keeps its colour whatever else is drawn; beyond the palette and without a name it is grey."""
    categories = tuple(f"c{number}" for number in range(24))
    look = Look(categories)
    assert [look.category(name) for name in ("c3", "c0")] == [LIGHT[3], LIGHT[0]]
    assert look.category("c22") == look.category(None) == look.category("never heard of") == look.color("other")
    assert look.category("c19") == LIGHT[19]


def test_markup_is_drawn_as_text():
    """Titles of a log cannot put links or tags into a chart."""
    assert theme.shortened('<a href="x">&', 40) == '&lt;a href="x"&gt;&amp;'
    assert theme.shortened("x" * 50, 10) == "x" * 9 + "…"


def test_words_are_translated():
    """A chart speaks the language of its look, English where a word is missing."""
    look = Look(words={"share": "占比"})
    assert (look.say("share"), look.say("events")) == ("占比", "events")


def test_dates_are_written_as_the_language_does():
    """With words for them, axes of times get their formats; axes of numbers, and languages without, do not."""
    times = go.Figure(go.Scatter(x=pd.date_range("2024-01-01", periods=3), y=[1, 2, 3]))
    numbers = go.Figure(go.Scatter(x=[1, 2, 3], y=[1, 2, 3]))
    words = {"%Y": "%Y年", "%b %Y": "%Y年%-m月", "%b %-d, %Y": "%Y-%m-%d"}
    stops = theme.finish(times, theme.Look(words=words), 100).layout.xaxis.tickformatstops
    assert [stop.value for stop in stops] == list(words.values())
    assert not theme.finish(numbers, theme.Look(words=words), 100).layout.xaxis.tickformatstops
    assert not theme.finish(go.Figure(times.data), theme.Look(), 100).layout.xaxis.tickformatstops
