"""The learning curve shows every epoch and marks the best."""

import pandas as pd

from core.charts.theme import Look
from core.charts.training import QUALITY, learning_curve


def test_marks_the_best_epoch():
    """The diamond stands at the highest validation NDCG."""
    curve = pd.DataFrame({"epoch": [1, 2, 3], "train_loss": [3.0, 2.0, 1.5], QUALITY: [0.1, 0.3, 0.2]})
    loss, quality, best = learning_curve(curve, Look()).data
    assert list(loss.y) == [3.0, 2.0, 1.5]
    assert list(quality.y) == [0.1, 0.3, 0.2]
    assert (list(best.x), list(best.y)) == ([2], [0.3])


def test_a_run_without_held_out_events_has_no_best_epoch():
    """Without validation there is a loss and an empty second half."""
    curve = pd.DataFrame({"epoch": [1, 2], "train_loss": [3.0, 2.0], QUALITY: [float("nan")] * 2})
    assert len(learning_curve(curve, Look()).data) == 2
