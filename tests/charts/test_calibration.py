"""The p-values of all users as a chart, and in a word."""

import numpy as np
import pandas as pd

from core.charts import calibration
from core.charts.theme import Look

LOOK = Look(())


def table(p: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"p_value": p, "named": p <= 0.05})


def test_bars_count_every_judged_user_once():
    """Twenty bars; named and other users stacked; the dashed line at a twentieth of the judged users."""
    p = np.concatenate((np.linspace(0.001, 1, 400), np.full(50, 0.01), [np.nan] * 7))
    figure = calibration.p_values(table(p), LOOK)
    named, others = figure.data
    assert len(named.y) == calibration.BINS
    assert sum(named.y) == (p <= 0.05).sum()
    assert sum(named.y) + sum(others.y) == 450
    assert sum(named.y[1:]) == 0
    assert figure.layout.shapes[0].y0 == 450 / calibration.BINS


def test_a_word_for_each_shape():
    """Uniform p-values are flat; small ones in excess are a peak; large ones in excess lie right; few say nothing."""
    even = np.linspace(0, 1, 1000)
    assert calibration.shape_of(table(even)) == "flat"
    assert calibration.shape_of(table(np.append(even, np.full(60, 0.01)))) == "peak"
    assert calibration.shape_of(table(np.append(even, np.full(120, 0.95)))) == "right"
    assert calibration.shape_of(table(even[::20])) == "few"


def test_an_empty_table_is_an_empty_chart():
    """Without a judged user the chart has bars of no height."""
    figure = calibration.p_values(table(np.array([np.nan])), LOOK)
    assert sum(figure.data[0].y) + sum(figure.data[1].y) == 0
