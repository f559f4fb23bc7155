"""Two processes change a data set at once: nothing is lost, whatever the order of their steps."""

import contextlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.interleavings import Pair
from bench.one_by_one import KINDS


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Two processes that do one change each, over and over."""
    with contextlib.closing(Pair(tmp_path_factory.mktemp("interleavings"))) as two:
        yield two


@settings(max_examples=10, deadline=None, derandomize=True)
@given(kinds=st.tuples(st.sampled_from(KINDS), st.sampled_from(KINDS)), seed=st.integers(0, 10**6))
def test_two_changes_at_once_end_as_one_after_the_other(pair, kinds, seed):
    """Versions, stream and what each of the two was told are those of one order or the other."""
    assert pair.case(kinds, random.Random(seed)) == ""


@pytest.mark.parametrize("kinds", [("add", "add"), ("purge", "add"), ("commit", "purge")])
def test_who_is_killed_holds_nobody_up(pair, kinds):
    """One is killed somewhere on its way: the other comes to its end, and what is left is whole."""
    assert pair.case(kinds, random.Random(3), kill=True) == ""
