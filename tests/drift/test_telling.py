"""Who is shown on a stage: different kinds of change first, that can be named, in histories of a fit length."""

import pandas as pd

from core.drift.overview.cohorts import telling


def table(*rows):
    """A drift table from tuples: user, kind, score, events, from, to."""
    frame = pd.DataFrame(rows, columns=["user_id", "kind", "score", "n_events", "from_categories", "to_categories"])
    for side in ("from_categories", "to_categories"):
        frame[side] = [tuple(filter(None, [name])) for name in frame[side]]
    return frame.assign(status="ok", named=frame["kind"] != "")


def test_one_of_each_kind_first():
    """The best of each kind comes before a second of the same kind, whatever their scores."""
    found = telling(
        table(
            ("a", "abrupt", 9, 100, "x", "y"),
            ("b", "abrupt", 8, 100, "x", "y"),
            ("c", "gradual", 3, 100, "x", "y"),
            ("d", "recurring", 2, 100, "x", "y"),
        )
    )
    assert found["user_id"].tolist() == ["a", "c", "d"]


def test_unfit_histories_come_last():
    """Short, endless and unnamed ones only fill up; who did not drift never does."""
    found = telling(
        table(
            ("short", "abrupt", 9, 12, "x", "y"),
            ("unnamed", "gradual", 8, 100, "", None),
            ("fit", "abrupt", 1, 100, "x", "y"),
            ("steady", "", 20, 100, "", ""),
        )
    )
    assert found["user_id"].tolist() == ["fit", "short", "unnamed"]


def test_nobody_drifted():
    """Without drifted users there is nobody to show."""
    assert telling(table(("steady", "", 20, 100, "", ""))).empty
