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


def test_groups_has_a_line_per_model_and_ours_on_top(frame):
    """The last line drawn lies above the others."""
    lines = charts.groups(frame, "hr@10", ("ours",), Look()).data
    assert [line.name for line in lines] == ["popularity", "ours"]
    assert list(lines[1].y) == [0.3, 0.4]
    assert list(lines[1].customdata) == [10, 20]
