"""Groups are named by the words that set them apart."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.drift.evidence.group_names import name_groups, words_of


def named(groups: list[list[str]]) -> list[str]:
    """Names of groups of titles, each sought as often."""
    titles = np.array([title for group in groups for title in group], dtype=object)
    group = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return name_groups(group, np.ones(len(titles), np.int64), titles)


def test_the_words_that_set_a_group_apart():
    """Not words that all groups have, nor those of one title alone."""
    cheese = ["French cheese fresh", "Hard cheese fresh", "Red wine fresh", "White wine fresh"]
    tools = ["Steel hammer fresh", "Wood hammer fresh", "Long saw fresh", "Short saw fresh"]
    assert named([cheese, tools]) == ["cheese · wine", "hammer · saw"]


def test_words_without_spaces_between_them():
    """Chinese titles are named by pairs of letters, which most of its words are."""
    assert words_of("红葡萄酒") == ["红葡", "葡萄", "萄酒"]
    one, other = named([["干酪 一", "干酪 二", "葡萄 一"], ["锤子 一", "锤子 二", "锯子 三"]])
    assert one.startswith("干酪")
    assert other.startswith("锤子")


def test_titles_without_words_stand_for_themselves():
    """Ids name a group by the two that are sought most."""
    assert named([["4711", "0815"], ["12", "13"]]) == ["4711 · 0815", "12 · 13"]


@given(st.lists(st.lists(st.sampled_from(["red tea", "green tea", "tea", "7"]), min_size=1), min_size=1, max_size=6))
def test_no_two_groups_have_one_name(groups):
    """However alike their titles are, and none is empty."""
    names = named(groups)
    assert len(set(names)) == len(groups)
    assert all(names)
