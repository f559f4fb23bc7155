"""One answer out of many effects."""

import numpy as np
import pytest

from core.explain.reasons import reasons_of, sentence
from tests.explain.fakes import log


@pytest.mark.parametrize(
    ("effect", "events", "how"),
    [
        ([0.1, 3.0, -5.0, 0.1], (1,), "mostly"),
        ([1.0, 2.0, 1.5, 0.0], (1, 2), "mostly"),
        ([1, 1, 1, 1, 1, 1, 1, 1], (0, 1, 2), "partly"),
        ([1.0] * 40, (0, 1, 2), "spread"),
        ([-1.0, 0.0], (), "nothing"),
    ],
)
def test_the_fewest_events_that_hold_half(effect, events, how):
    """Strongest first, three at most, only such as speak for the item."""
    found = reasons_of(log("a" * len(effect)), 0, np.array(effect, dtype=float))
    assert (found.events, found.how) == (events, how)


@pytest.mark.parametrize(
    ("hours", "when"), [(1, "day"), (30, "week"), (200, "month"), (2000, "year"), (9000, "earlier")]
)
def test_when_they_were(hours, when):
    """The oldest of the named events decides, seen from the last one."""
    found = reasons_of(log("aab", hours), 0, np.array([0.0, 1.0, 0.0]))
    assert (found.when, found.ago) == (when, 1)


def test_the_sentence():
    """Titles once each, and the share."""
    found = reasons_of(log("aba"), 0, np.array([1.0, 0.6, 0.7]))
    assert sentence(found, ["A", "A"], "C") == (
        "C: mostly because of A, within the last day (74% of all that speaks for it)."
    )
    assert sentence(reasons_of(log("a"), 0, np.zeros(1)), [], "C") == "Nothing in the history speaks for C."
