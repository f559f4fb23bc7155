"""What is read of the categories of items is what a dense table of items and categories would tell, to the bit."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.sequences import Sequences, build_sequences
from core.explain import lag, surrogate
from core.lists import shaped
from core.model import list_metrics
from core.player import user
from core.settings import ListSettings

NAMES = [f"c{number}" for number in range(14)]


@st.composite
def logs(draw) -> Sequences:
    """A log of three users over a catalogue whose items have none to five categories, in any order."""
    held = draw(st.lists(st.lists(st.sampled_from(NAMES), max_size=5, unique=True), min_size=1, max_size=9))
    ids = [f"i{number}" for number in range(len(held))]
    items = pd.DataFrame({"item_id": ids, "category": ["|".join(names) or None for names in held]})
    some = st.tuples(st.sampled_from("abc"), st.sampled_from(ids))
    events = pd.DataFrame(draw(st.lists(some, min_size=1, max_size=60)), columns=["user_id", "item_id"])
    hours = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(events)), "h")
    return build_sequences(events.assign(timestamp=hours.astype("datetime64[us]")), items)


def dense(sequences: Sequences) -> np.ndarray:
    """Share of each category in each item, written cell by cell."""
    catalogue = sequences.catalogue
    table = np.zeros((sequences.n_items, len(catalogue.categories)), dtype=np.float32)
    for item in range(sequences.n_items):
        own = catalogue.category_index[catalogue.category_offsets[item] : catalogue.category_offsets[item + 1]]
        table[item, own] = 1.0 / max(1, len(own))
    return table


common = settings(deadline=None, max_examples=60)


@common
@given(logs())
def test_shares_are_sparse_and_the_same(log):
    """Whole, and of some items, repeated ones among them; the catalogue's own order of categories stays."""
    before = log.catalogue.category_index.copy()
    table = dense(log)
    assert (log.catalogue.shares.toarray() == table).all()
    assert log.catalogue.shares.dtype == np.float32
    assert log.catalogue.shares.nnz == len(log.catalogue.category_index)
    assert (log.catalogue.shares_of(log.item) == table[log.item]).all()
    assert (log.catalogue.category_index == before).all()


@common
@given(logs())
def test_lanes_of_the_player(log):
    """The user's main categories, and what each event has of them."""
    items, table = log.item.astype(np.int64), dense(log)
    names, local = user.own_categories(log.catalogue, items)
    if not log.catalogue.categories:
        assert names == []
        return
    sums = table[items].sum(axis=0)
    order = np.argsort(-sums, kind="stable")
    order = order[sums[order] > 0][: user.NAMED]
    assert [name for name in names if name] == [log.catalogue.categories[place] for place in order]
    expected = np.zeros((len(items), len(names)), dtype=np.float32)
    np.add.at(expected.T, local[:-1], table[items].T)
    assert (user.local_shares(log.catalogue, items, local, len(names)) == expected).all()


@common
@given(logs(), st.sets(st.sampled_from(NAMES)))
def test_lists_and_what_they_are_like(log, wanted):
    """Likeness, a user's mix, which items a filter allows, how many categories a list mixes, and its metrics."""
    table, names = dense(log), log.catalogue.categories
    rows = table[log.item[log.rows_of(0)]]
    assert (shaped.user_mix(log, 0) == rows[-100:].astype(np.float64).mean(axis=0)).all()
    wide = table.astype(np.float64)
    unit = wide / np.maximum(np.sqrt((wide**2).sum(axis=1, keepdims=True)), 1e-300)
    assert (shaped.likeness(log.catalogue, np.arange(log.n_items)) == unit @ unit.T).all()
    chosen = tuple(name for name in names if name in wanted)
    allowed = table[:, [names.index(name) for name in chosen]].any(axis=1) if chosen else np.ones(log.n_items, bool)
    assert (shaped.allowed(log, ListSettings(categories=chosen)) == allowed).all()
    listed = pd.DataFrame({"item_id": log.catalogue.items[:4]})
    assert shaped.about(listed, log)["categories"] == (table[:4].sum(axis=0) > 0).sum()
    away = 0.5 * np.abs(wide[:4].mean(axis=0) - rows.mean(axis=0)).sum()
    assert list_metrics._mixes(np.arange(min(4, log.n_items)), 0, log)[1] == (away if table[:4].any() else 0)


@common
@given(logs())
def test_explanations_read_the_same_tastes(log):
    """The mix of a history and of its last events; means over groups of rows, NaN where a group has none."""
    table = dense(log).astype(np.float64)
    rows = table[log.item[log.rows_of(0)]]
    habit, now = surrogate._tastes(log, 0)
    assert (habit == rows.mean(axis=0)).all()
    assert (now == rows[-surrogate.LATEST :].mean(axis=0)).all()
    group = np.arange(len(log)) % 3 * 2
    means = lag._means(log.catalogue.shares[log.item], group, 6)
    expected = pd.DataFrame(table[log.item]).groupby(group).mean().reindex(np.arange(6)).to_numpy()
    np.testing.assert_array_equal(means, expected)


@common
@given(st.lists(st.lists(st.integers(0, 6), max_size=4, unique=True), min_size=1, max_size=12))
def test_tokens_of_items_as_columns(tokens):
    """Equal shares of each row's tokens."""
    offsets = np.concatenate(([0], np.cumsum([len(own) for own in tokens]))).astype(np.int64)
    index = np.array([token for own in tokens for token in own], dtype=np.int64)
    rows = np.arange(len(tokens))[::-1]
    expected = np.zeros((len(tokens), 7))
    for place, row in enumerate(rows):
        expected[place, tokens[row]] = 1 / max(1, len(tokens[row]))
    assert (surrogate._tokens(offsets, index, 7, rows).toarray() == expected).all()


def test_a_large_catalogue_costs_what_it_holds():
    """A hundred thousand items of a hundred thousand categories: 40 GB as a dense table."""
    ids = np.array([f"i{number}" for number in range(100_000)])
    items = pd.DataFrame({"item_id": ids, "category": ids})
    events = pd.DataFrame({"user_id": "u", "item_id": ids[:50], "timestamp": pd.Timestamp("2024-01-01")})
    log = build_sequences(events.astype({"timestamp": "datetime64[us]"}), items)
    assert log.catalogue.shares.nnz == 100_000
    assert shaped.user_mix(log, 0).sum() == pytest.approx(1)
    assert shaped.allowed(log, ListSettings(categories=("i7", "i9"))).sum() == 2
