"""Charts of quality: best on top, intervals drawn, our model apart."""

import pandas as pd
import pytest

from core.charts import quality as charts
from core.charts.theme import Look


@pytest.fixture
def frame():
    """Two models with intervals, for two classes of users."""
    return pd.DataFrame(
        {
            "model": ["ours", "popularity"] * 2,
            "size": ["1-4", "1-4", "5+", "5+"],
            "users": [10, 10, 20, 20],
            "hr@10": [0.3, 0.1, 0.4, 0.2],
            "hr@10_low": [0.2, 0.05, 0.3, 0.1],
            "hr@10_high": [0.35, 0.2, 0.5, 0.3],
        }
    )


def test_models_draws_intervals_on_both_sides(frame):
    """The bars reach from low to high, and the best model stands at the top."""
    points = charts.models(frame.head(2), "hr@10", ("ours",), Look()).data[0]
    assert list(points.y) == ["popularity", "ours"]
    assert list(points.error_x.array) == pytest.approx([0.1, 0.05])
    assert list(points.error_x.arrayminus) == pytest.approx([0.05, 0.1])


def test_ours_has_the_accent_colour(frame):
    """One looks for one's own model first."""
    look = Look()
    colors = charts.models(frame.head(2), "hr@10", ("ours",), look).data[0].marker.color
    assert list(colors) == [look.color("calm"), look.color("accent")]


def test_reliability_stands_beside_the_line_on_which_chances_hold():
    """What was said to the right, what came upward, intervals on both sides, both axes as long."""
    frame = pd.DataFrame(
        {"said": [0.1, 0.2], "came": [0.1, 0.3], "low": [0.05, 0.2], "high": [0.2, 0.4], "cases": [5, 5]}
    )
    figure = charts.reliability(frame, Look())
    line, points = figure.data
    assert list(line.x) == list(line.y) == [0, pytest.approx(0.42)]
    assert list(points.y) == [0.1, 0.3]
    assert list(points.error_y.array) == pytest.approx([0.1, 0.1])
    assert list(points.error_y.arrayminus) == pytest.approx([0.05, 0.1])
    assert figure.layout.xaxis.range == figure.layout.yaxis.range


def test_groups_has_a_line_per_model_and_ours_on_top(frame):
    """The last line drawn lies above the others."""
    lines = charts.groups(frame, "hr@10", ("ours",), Look()).data
    assert [line.name for line in lines] == ["popularity", "ours"]
    assert list(lines[1].y) == [0.3, 0.4]
    assert list(lines[1].customdata) == [10, 20]
