"""Users and categories in periods: one look at the log tells what a look for each group, user and period would."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.sequences import Sequences, build_sequences
from core.drift.overview import population

ITEMS = pd.DataFrame({"item_id": list("xyz"), "category": ["a|b|c", "b", None]})
EVENT = st.tuples(st.sampled_from("pqrstu"), st.sampled_from("xyzw"), st.integers(0, 1500))


def log_of(rows: list[tuple[str, str, int]]) -> Sequences:
    """A log of (user, item, day)."""
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    days = pd.Timestamp("2023-11-20T13:00") + pd.to_timedelta(events["timestamp"], "D")
    return build_sequences(events.assign(timestamp=days.astype("datetime64[us]")), ITEMS)


def table_of(sequences: Sequences, seed: int) -> pd.DataFrame:
    """Some users, in any order, of whom some were tested and some drifted, at one event or two."""
    rng = np.random.default_rng(seed)
    users = rng.permutation(sequences.n_users)
    status = rng.choice(["ok", "ok", "insufficient"], len(users))
    drifted = (status == "ok") & (rng.random(len(users)) < 0.6)
    events = [tuple(map(int, rng.integers(0, sequences.lengths[user], 2))) for user in users]
    found = [(("a",), ("b", "a"), ())[kind] for kind in rng.integers(0, 3, len(users))]
    return pd.DataFrame(
        {
            "user_id": sequences.users[users],
            "status": status,
            "drifted": drifted,
            "named": drifted,
            "kind": "",
            "change_events": [each if yes else () for each, yes in zip(events, drifted, strict=True)],
            "to_categories": [each if yes else () for each, yes in zip(found, drifted, strict=True)],
        }
    )


def counted(table: pd.DataFrame, sequences: Sequences, unit: str) -> dict[pd.Timestamp, tuple[int, int]]:
    """Tested users and those with a change in each period, one user and event after the other."""
    active: dict[pd.Timestamp, set[str]] = {}
    turned: dict[pd.Timestamp, set[str]] = {}
    for row in table.itertuples():
        times = sequences.time[sequences.rows_of(sequences.find_user(row.user_id))].astype("datetime64[us]")
        periods = [pd.Period(time, freq=unit).start_time for time in times]
        for period in periods if row.status == "ok" else []:
            active.setdefault(period, set()).add(row.user_id)
        for event in row.change_events:
            turned.setdefault(periods[int(event)], set()).add(row.user_id)
    return {period: (len(users), len(turned.get(period, ()))) for period, users in sorted(active.items())}


@settings(deadline=None, max_examples=40)
@given(st.lists(EVENT, min_size=1, max_size=40).map(log_of), st.integers(0, 99), st.sampled_from("DWMQY"))
def test_users_in_periods_are_those_that_a_loop_counts(sequences, seed, unit):
    """Each user once a period; periods with hardly any users are left out."""
    table = table_of(sequences, seed)
    found = population.share_over_time(table, sequences, unit)
    expected = counted(table, sequences, unit)
    least = np.median([users for users, _ in expected.values()]) / 10 if expected else 0
    expected = {period: pair for period, pair in expected.items() if pair[0] >= least}
    assert dict(zip(found["timestamp"], zip(found["users"], found["drifted"], strict=True), strict=True)) == expected
    assert found["timestamp"].is_monotonic_increasing


@settings(deadline=None, max_examples=40)
@given(st.lists(EVENT, min_size=1, max_size=40).map(log_of), st.integers(0, 99))
def test_groups_are_told_as_each_by_itself(sequences, seed):
    """`share_over_time` of each group's users, or of each category found, behind one another."""
    table, unit = table_of(sequences, seed), population.COARSER[population.period_unit(sequences)]
    groups = pd.Series(np.random.default_rng(seed).choice(["n", "s", None], len(table)), dtype=object)
    by_group = [
        population.share_over_time(table[(groups == name).to_numpy()], sequences, unit).assign(group=name)
        for name in groups.value_counts().index
    ]
    targets = table["to_categories"].map(lambda names: names[0] if names else "")
    by_target = [
        population.share_over_time(
            table.assign(
                drifted=table["drifted"] & (targets == name),
                change_events=[
                    each if target == name else () for each, target in zip(table["change_events"], targets, strict=True)
                ],
            ),
            sequences,
            unit,
        ).assign(group=name)
        for name in targets[targets != ""].value_counts().index
    ]
    for found, parts in (
        (population.share_by_group(table, sequences, groups), by_group),
        (population.share_by_target(table, sequences), by_target),
    ):
        expected = pd.concat(parts, ignore_index=True) if parts else found.iloc[:0]
        pd.testing.assert_frame_equal(found, expected)


@settings(deadline=None, max_examples=40)
@given(st.lists(EVENT, min_size=1, max_size=40).map(log_of), st.sampled_from("DWMQY"))
def test_shares_of_categories_are_those_of_a_dense_table(sequences, unit):
    """Counts of every item in every period times the shares of every category in every item."""
    found = population.category_shares(sequences, unit)
    period = pd.Series(sequences.time.astype("datetime64[us]")).dt.to_period(unit).dt.start_time
    number, starts = pd.factorize(period, sort=True)
    counts = np.zeros((len(starts), sequences.n_items))
    np.add.at(counts, (number, sequences.item), 1)
    wide = counts @ sequences.catalogue.shares.toarray().astype(np.float64)
    wide /= np.maximum(wide.sum(axis=1, keepdims=True), 1e-9)
    names = sequences.catalogue.categories
    assert found["timestamp"].tolist() == np.repeat(starts, len(names)).tolist()
    assert found["category"].tolist() == list(names) * len(starts)
    assert found["share"].dtype == np.float32
    assert found["share"].to_numpy() == pytest.approx(wide.ravel(), abs=1e-6)


def test_a_log_without_events_has_no_periods():
    """Nothing to tell, in the columns that the reader expects."""
    log = log_of([("p", "x", 3)])
    nothing = log.only(np.array([], dtype=np.int64))
    assert population.category_shares(nothing, "M").empty
    assert population.share_over_time(table_of(log, 0).assign(named=False), nothing, "M").empty
