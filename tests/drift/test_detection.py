"""Who drifted: against the simulator's truth, and on logs that break naive tests."""

import numpy as np
import pandas as pd
import pytest

from core.data import schema
from core.data.sequences import build_sequences
from core.drift.verdict.detection import INTERVALS, VIEW, detect
from core.drift.verdict.table_file import CHANGES
from core.errors import EventsError, JobCancelledError
from core.settings import MOST_ACCEPTED, DriftSettings
from tests.few_histories import taught

FEW = DriftSettings(permutations=20)


def made(times: list[str], categories: list[str], user: str = "u1") -> tuple[pd.DataFrame, pd.DataFrame]:
    """One user's log, an item per event, and its items."""
    items = [f"{user}-i{number}" for number in range(len(times))]
    events = pd.DataFrame({"user_id": user, "item_id": items, "timestamp": pd.to_datetime(times)})
    return events, pd.DataFrame({"item_id": items, "title": items, "category": categories})


def daily(count: int) -> list[str]:
    """One noon after the other."""
    return [str(day) for day in pd.date_range("2024-01-01 12:00", periods=count)]


@pytest.fixture(scope="module")
def few(sequences, simulation):
    """Events of some users and the sequences of them."""
    events = simulation.events[simulation.events.user_id.isin(list(sequences.users[:40]))]
    return events, build_sequences(events, simulation.items)


@pytest.fixture(scope="module")
def few_table(few):
    with taught():
        return detect(few[1], FEW)


def first(simulation, count):
    """Events of the first users of a log."""
    return simulation.events[simulation.events.user_id.isin(simulation.events.user_id.unique()[:count])]


def one_row(times: list[str], categories: list[str]) -> pd.Series:
    """The drift row of a log with a single user."""
    return detect(build_sequences(*made(times, categories)), FEW).iloc[0]


def test_columns_and_rows(table, sequences):
    """A row per user in the order of the sequences, with the columns of the CSV, the intervals and the changes."""
    assert list(table.columns) == [*schema.DRIFT_COLUMNS, *INTERVALS, CHANGES, VIEW]
    assert list(table.user_id) == list(sequences.users)
    assert table.loc[table.status == "ok", ["score", "p_value", "q_value"]].notna().all().all()
    assert table.loc[table.status == "insufficient", ["score", "p_value", "q_value"]].isna().all().all()


def test_few_false_alarms_and_many_finds(table, simulation):
    """At alpha .05 at most 7 % of users without drift are flagged, and most of those with drift."""
    truth = simulation.truth.set_index("user_id").loc[list(table.user_id)]
    enough = (truth.n_events >= 20).to_numpy()
    flagged, drifted = table.drifted.to_numpy(bool), truth.drifted.to_numpy(bool)
    assert flagged[enough & ~drifted].mean() <= 0.07
    assert flagged[enough & drifted].mean() >= 0.6


def test_flagged_rows_are_complete(table):
    """Whoever drifted has change events inside the history, their times, kind, direction and a magnitude."""
    for row in table[table.drifted].itertuples():
        events = list(row.change_events)
        assert events == sorted(events)
        assert events[0] > 0
        assert events[-1] < row.n_events
        assert len(row.change_times) == len(events) == len(row.changes)
        assert row.kind in {"abrupt", "gradual", "recurring"}
        assert row.direction in {"shift", "broaden", "narrow"}
        assert 0 <= row.magnitude_low <= row.magnitude <= row.magnitude_high <= 1
        assert row.onset_low <= row.onset_high
    told = table.drifted | (table.q_value <= MOST_ACCEPTED)
    assert not table.loc[~told, ["change_events", "changes", "to_categories"]].map(len).to_numpy().any()


@pytest.mark.usefixtures("quickly")
def test_same_seed_same_table(few, few_table):
    """Two runs agree to the last digit."""
    pd.testing.assert_frame_equal(detect(few[1], FEW), few_table)


@pytest.mark.usefixtures("quickly")
def test_category_names_do_not_matter(simulation, few, few_table):
    """Other names, in reverse order of the alphabet, change no p-value and no change point."""
    renamed = {c: f"z{99 - i}" for i, c in enumerate(sorted(set(simulation.items.category)))}
    items = simulation.items.assign(category=simulation.items.category.map(renamed))
    after = detect(build_sequences(few[0], items), FEW)
    pd.testing.assert_series_equal(few_table.p_value, after.p_value)
    assert list(few_table.change_events) == list(after.change_events)


def test_one_clear_change_in_a_log_of_one_user():
    """A single user with a plain change is found from own shuffles alone."""
    row = one_row(daily(40), ["Hiking"] * 20 + ["Baking"] * 20)
    assert row.drifted
    assert 15 <= row.change_events[0] <= 25
    assert row.from_categories == ("Hiking",)
    assert row.to_categories == ("Baking",)


def test_each_change_is_told_by_itself():
    """There and back: both changes with their own interval, size and categories."""
    row = one_row(daily(90), ["Hiking"] * 30 + ["Baking"] * 30 + ["Hiking"] * 30)
    first, second = row.changes
    assert (first.event, second.event) == row.change_events
    assert (first.left, first.found) == (second.found, second.left) == (("Hiking",), ("Baking",))
    assert (first.low, first.high) == (row.onset_low, row.onset_high)
    assert first.low < first.event < first.high < second.low < second.event < second.high
    assert min(first.magnitude, second.magnitude) > 0.5


@pytest.mark.parametrize(
    ("times", "categories", "status"),
    [
        (["2024-01-01 12:00:00"] * 40, ["A", "B"] * 20, "insufficient"),
        (daily(3), ["A", "B", "A"], "insufficient"),
        (daily(40), ["A"] * 40, "ok"),
        (daily(20) + [day.replace("2024", "2034") for day in daily(20)], ["A", "B"] * 20, "ok"),
        (daily(40), [f"c{i}" for i in range(40)], "ok"),
    ],
    ids=["one session, equal stamps", "three events", "one category", "ten years' gap", "a category per item"],
)
def test_odd_histories_are_handled(times, categories, status):
    """Histories that hold no drift are not flagged, whatever their shape; too little is `insufficient`."""
    row = one_row(times, categories)
    assert row.status == status
    assert not row.drifted
    if status == "ok":
        assert 0.05 < row.p_value <= 1


def test_one_user_without_categories_is_refused():
    """Where there is nothing to group items by, there is one clear line."""
    events, _ = made(daily(30), ["A"] * 30)
    with pytest.raises(EventsError, match=r"has no categories.*too few to group.*Import an items file"):
        detect(build_sequences(events), FEW)


def test_without_categories_interests_are_groups_of_items(simulation):
    """A log without categories is followed by groups named after their top items, and drift is still found."""
    items = simulation.items.drop(columns="category")
    table = detect(build_sequences(first(simulation, 300), items), FEW)
    truth = simulation.truth.set_index("user_id").loc[list(table.user_id)]
    enough = (truth.n_events >= 20).to_numpy()
    flagged, drifted = table.drifted.to_numpy(bool), truth.drifted.to_numpy(bool)
    assert flagged[enough & ~drifted].mean() <= 0.09
    assert flagged[enough & drifted].mean() >= 0.35
    assert table.to_categories[table.drifted].map(" ".join).str.contains(" · ").any()


@pytest.mark.usefixtures("quickly")
def test_five_thousand_categories(simulation):
    """Very many categories are grouped; the table is made without trouble."""
    items = simulation.items.assign(category=[f"shelf {number}" for number in range(len(simulation.items))])
    table = detect(build_sequences(first(simulation, 60), items), FEW)
    assert (table.status == "ok").any()
    assert table.p_value.dropna().between(0, 1).all()


def test_logs_without_a_clock(simulation):
    """Order alone is enough: runs of one category stand for sessions, and few users are flagged wrongly."""
    table = detect(build_sequences(first(simulation, 300), simulation.items, ordinal=True), FEW)
    truth = simulation.truth.set_index("user_id").loc[list(table.user_id)]
    enough = (truth.n_events >= 20).to_numpy()
    flagged, drifted = table.drifted.to_numpy(bool), truth.drifted.to_numpy(bool)
    assert flagged[enough & ~drifted].mean() <= 0.12
    assert flagged[enough & drifted].mean() >= 0.5


def test_progress_can_cancel(sequences):
    """What progress raises comes through."""

    def stop(_share: float, _message: str) -> None:
        raise JobCancelledError("stopped")

    with pytest.raises(JobCancelledError, match="stopped"):
        detect(sequences, FEW, stop)


def test_a_shop_that_lists_the_main_category_first(simulation):
    """Second categories that mean nothing hardly blur the test: it learns that the first of a list is what counts."""
    rng = np.random.default_rng(4)
    names = simulation.items.category.unique()
    other = rng.choice(names, len(simulation.items))
    two = (rng.random(len(other)) < 0.5) & (other != simulation.items.category)
    items = simulation.items.assign(category=simulation.items.category + np.where(two, "|" + other, ""))
    events = first(simulation, 200)
    plain = detect(build_sequences(events, simulation.items), FEW)
    blurred = detect(build_sequences(events, items), FEW)
    both = plain.p_value.notna() & blurred.p_value.notna()
    assert np.corrcoef(plain.score[both], blurred.score[both])[0, 1] > 0.9
    assert (plain.drifted == blurred.drifted)[both].mean() > 0.93


def test_items_of_very_many_categories():
    """An item with thirty categories still counts for its session, and nothing is flagged where nothing changes."""
    many = "|".join(f"c{i}" for i in range(30))
    row = one_row(daily(40), [many, "c1"] * 20)
    assert row.status == "ok"
    assert not row.drifted
