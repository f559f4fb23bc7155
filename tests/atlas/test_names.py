"""Names of regions say what stands out in them, and no two regions have one name."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.atlas.region_names import region_names
from core.atlas.ways import _warped
from core.data.catalogue import build_catalogue


def catalogue(titles: list[str], categories: list[str | None]):
    """Items by their titles and categories."""
    ids = np.array([f"i{number}" for number in range(len(titles))], dtype=object)
    items = pd.DataFrame({"item_id": ids, "title": titles, "category": categories})
    return build_catalogue(ids, np.ones(len(ids), np.int64), items)


def names(regions: list[int], titles: list[str], categories: list[str | None]) -> list[str]:
    """Names of regions of items that are sought equally often."""
    return region_names(np.array(regions, np.int16), catalogue(titles, categories), np.ones(len(titles), np.int64))


def test_a_category_that_stands_out_is_the_name():
    """One that most items of the region have stands alone; of two that share a region both are said."""
    regions = [0] * 6 + [1] * 6
    categories = ["tea"] * 5 + ["cake"] + ["cake"] * 2 + ["jam"] * 2 + ["bread"] * 2
    found = names(regions, ["x"] * 12, categories)
    assert found[0] == "tea"
    assert set(found[1].split(" + ")) == {"jam", "bread"}


def test_regions_of_one_category_are_told_apart_by_words():
    """The same category twice gets the words of the titles behind it."""
    titles = ["green leaf", "green leaf large", "black pot", "black pot small", "old book", "new book"]
    found = names([0, 0, 1, 1, 2, 2], titles, ["tea"] * 4 + ["novel"] * 2)
    assert found[2] == "novel"
    assert all(name.startswith("tea: ") for name in found[:2])
    assert found[0] != found[1]


def test_without_categories_words_are_the_names():
    """Titles tell what a region holds."""
    titles = ["red wine", "white wine", "hard cheese", "soft cheese"]
    found = names([0, 0, 1, 1], titles, [None] * 4)
    assert "wine" in found[0]
    assert "cheese" in found[1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["a", "b", "", None]),
                          st.sampled_from(["tea", "tea|cake", "cake", None])), min_size=1, max_size=30))  # fmt: skip
def test_every_region_has_a_name_of_its_own(rows):
    """Whatever the titles and categories are: as many names as regions, none empty, no two the same."""
    regions, titles, categories = (list(column) for column in zip(*rows, strict=True))
    found = names(regions, titles, categories)
    assert len(found) == max(regions) + 1
    assert all(found)
    assert len(set(found)) == len(found)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10_000))
def test_ways_are_warped_as_by_the_book(mine, theirs, seed):
    """The vectorised distance is that of the recursion over all pairs of stops, for users of any number of stops."""
    apart = np.random.default_rng(seed).random((theirs, mine)).astype(np.float32)
    table = np.full((theirs, mine), np.inf)
    for i in range(theirs):
        for j in range(mine):
            before = [(0.0, 2)] if i == j == 0 else []
            before += [(table[i - 1, j], 1)] if i else []
            before += [(table[i, j - 1], 1)] if j else []
            before += [(table[i - 1, j - 1], 2)] if i and j else []
            table[i, j] = min(total + steps * apart[i, j] for total, steps in before)
    index = np.concatenate([np.arange(theirs), np.zeros(3, np.int64)])[None]
    found = _warped(apart, index, np.array([theirs]))
    assert np.isclose(found[0], table[-1, -1] / (mine + theirs))
