"""Lines of lists that follow and of models that age."""

import numpy as np
import pandas as pd
import pytest

from core.charts import effects, keeping
from core.charts.theme import Look

OURS = ("blend", "attention")
PACE = pd.DataFrame({"model": ["blend"] * 4 + ["popularity"] * 4, "events_since": [-1, 0, 1, 2] * 2, "users": 5,
                     "position": [0, 0, 0.5, 1.2] + [0.1] * 4, "mrr": 0.2})  # fmt: skip


def test_share_of_changes_followed_by_then():
    """A list that has not followed never counts, one that was there before is left out."""
    lags = pd.DataFrame({"model": "blend", "already": [False, False, False, True], "lag": [3.0, 10.0, np.nan, np.nan]})
    line = keeping.followed(lags, OURS, Look()).data[0]
    assert line.y[2] == 0
    assert line.y[3] == pytest.approx(1 / 3)
    assert line.y[40] == pytest.approx(2 / 3)


def test_old_interest_is_a_share():
    """Positions beyond both ends are cut off."""
    lines = keeping.old_interest(PACE, OURS, Look()).data
    assert [line.name for line in lines] == ["blend", "popularity"]
    assert list(lines[0].y) == [1, 1, 0.5, 0]


def test_recovery_takes_five_events_together():
    """Two groups: before the change, and after it."""
    assert list(keeping.recovery(PACE, OURS, Look()).data[0].x) == [-3, 2]


def test_aging_has_a_band_per_model():
    """A band and a line, the line at 1 for a fresh model."""
    frame = pd.DataFrame({"model": "attention", "age_days": [0, 30], "relative": [1, 0.9], "low": [1, 0.8], "high": 1})
    band, line = keeping.aging(frame, OURS, Look(dark=True)).data
    assert list(line.y) == [1, 0.9]
    assert list(band.y) == [1, 1, 0.8, 1]


def test_deletion_curves_tell_methods_from_what_they_are_compared_with():
    """Methods have full lines in colours, the orders beside them broken ones."""
    curves = pd.DataFrame({"order": ["shapley", "recency"], "share": 0.1, "comprehensiveness": [0.5, 0.2]})
    method, newest = effects.deletion_curves(curves, "comprehensiveness", Look()).data
    assert (method.line.dash, newest.line.dash) == ("solid", "dash")


def test_bars_of_effects():
    """Up for what speaks for the item; what is named has an outline."""
    events = pd.DataFrame(
        {"event_index": [0, 1], "timestamp": pd.to_datetime([0, 1]), "title": "x", "category": "jazz"}
    )
    bar = effects.event_effects(events, np.array([0.5, -0.2]), [0], Look(("jazz",))).data[0]
    assert list(bar.marker.line.width) == [2, 0]
    parts = pd.DataFrame({"attribute": ["brand", "price"], "value": ["<b>x</b>", "3"], "effect": [1.0, -0.5]})
    bar = effects.attribute_effects(parts, Look()).data[0]
    assert list(bar.x) == [1.0, -0.5]
    assert "<b>" not in bar.y[0]
