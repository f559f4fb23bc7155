"""Drift of all users together, on a log whose turns are known."""

import numpy as np
import pandas as pd
import pytest

from core.data.sequences import build_sequences
from core.drift.overview import cohorts, comparison, headline, population
from core.drift.overview.cohorts import Cohort

ITEMS = pd.DataFrame({"item_id": ["j", "f", "r"], "category": ["jazz", "folk", "rock|folk"]})


def log(ordinal=False, days=20):
    """Users a, b, c with an event a day; a and b turn from jazz to folk on day 10, c stays with rock."""
    rows = [
        (user, "r" if user == "c" else "j" if day < 10 else "f", pd.Timestamp("2024-01-01") + pd.Timedelta(day, "D"))
        for user in "abc"
        for day in range(days)
    ]
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    return build_sequences(events.astype({"timestamp": "datetime64[us]"}), ITEMS, ordinal=ordinal)


def table():
    """What a drift test would say of the log; d is not tested."""
    return pd.DataFrame(
        {
            "user_id": ["c", "b", "a"],
            "n_events": [20, 20, 20],
            "status": ["ok", "ok", "ok"],
            "score": [0.1, 5.0, 7.0],
            "p_value": [0.5, 0.01, 0.001],
            "q_value": [0.5, 0.015, 0.003],
            "drifted": [False, True, True],
            "named": [False, True, True],
            "sure": ["no sign", "sure", "very sure"],
            "change_events": [(), (10,), (10, 15)],
            "change_times": [(), (), ()],
            "kind": ["", "abrupt", "gradual"],
            "direction": ["", "shift", "shift"],
            "magnitude": [0.0, 0.9, 0.7],
            "from_categories": [(), ("jazz",), ("jazz",)],
            "to_categories": [(), ("folk", "rock"), ("folk",)],
        }
    )


def test_summary_counts_false_alarms():
    """The headline holds counts, how many of the named are false by expectation, and what the log is like."""
    found = headline.summary(table(), log())
    assert (found.users, found.tested, found.named, found.perhaps, found.short) == (3, 3, 2, 0, 0)
    assert found.wrong == pytest.approx(0.03)
    assert found.magnitude == pytest.approx(0.8)
    assert (found.visits, found.categories, found.days) == (20, 3, 19)
    assert found.reasons == ("categories", "days", "users")


def test_summary_without_drift():
    """Nobody is named: nothing is false, no magnitude; signs of a change are counted beside."""
    found = headline.summary(table().assign(named=False), log())
    assert (found.named, found.wrong, found.perhaps) == (0, 0, 2)
    assert np.isnan(found.magnitude)


def test_more_changed_than_those_who_are_surely_right():
    """The estimate of all who changed is never below the named less the false alarms among them."""
    found = headline.summary(table().assign(p_value=[0.9, 0.5, 0.4]), log())
    assert found.changed[1] == pytest.approx(2 - 0.03)
    assert found.changed[1] <= found.changed[0] <= found.changed[2]


def test_visits_are_sessions_or_runs_of_a_category():
    """An event a day is a visit each; without a clock a run of one category is one."""
    assert headline.visits(log()).tolist() == [20, 20, 20]
    assert headline.visits(log(ordinal=True)).tolist() == [2, 2, 1]


def test_changes_have_times():
    """A row per change point with the time of its first event."""
    found = population.changes(table(), log())
    assert found["user_id"].tolist() == ["b", "a", "a"]
    assert found["timestamp"].tolist() == [pd.Timestamp("2024-01-11")] * 2 + [pd.Timestamp("2024-01-16")]
    assert population.changes(table(), log(ordinal=True))["timestamp"].isna().all()


def test_share_over_time_counts_users_once():
    """On the day of the turn two of three active users drifted; the interval holds the share."""
    shares = population.share_over_time(table(), log()).set_index("timestamp")
    worst = shares.loc["2024-01-11"]
    assert (worst["drifted"], worst["users"]) == (2, 3)
    assert worst["low"] < worst["share"] < worst["high"]
    assert worst["share"] == pytest.approx(2 / 3)
    assert shares.loc["2024-01-02", "drifted"] == 0
    assert population.worst_period(shares.reset_index()) == pd.Timestamp("2024-01-11")


def test_no_worst_period_without_drift():
    """Where nobody drifted, and in a log without a clock, there is no worst period."""
    assert population.worst_period(population.share_over_time(table().assign(named=False), log())) is None
    assert population.share_over_time(table(), log(ordinal=True)).empty


@pytest.mark.parametrize(("days", "unit"), [(20, "D"), (300, "W"), (1000, "M"), (4000, "Q")])
def test_period_suits_the_span(days, unit):
    """Short logs are counted by day, long ones by quarter."""
    events = pd.DataFrame(
        {"user_id": "u", "item_id": "j", "timestamp": pd.to_datetime([0, days], unit="D").astype("datetime64[us]")}
    )
    assert population.period_unit(build_sequences(events, ITEMS)) == unit


def test_period_end_is_the_next_start():
    """A week ends where the next one starts."""
    assert population.period_end(pd.Timestamp("2024-01-01"), "W") == pd.Timestamp("2024-01-08")


def test_category_shares_add_up():
    """Shares of a period sum to one; an item of two categories counts half for each."""
    shares = population.category_shares(log())
    assert shares.groupby("timestamp")["share"].sum().to_numpy() == pytest.approx(np.ones(20))
    first = shares[shares["timestamp"] == pd.Timestamp("2024-01-01")].set_index("category")["share"]
    assert first.to_dict() == pytest.approx({"jazz": 2 / 3, "folk": 1 / 6, "rock": 1 / 6})


def test_flows_count_each_user_once():
    """From jazz to folk went two users; users without drift are in no flow."""
    assert population.flows(table()).to_dict("records") == [
        {"from_category": "jazz", "to_category": "folk", "users": 2}
    ]
    assert population.flows(table().assign(named=False)).empty


def test_who_came_back_is_in_no_flow():
    """Left for a time and came back is no turn: in no flow, in no group that turned together, like nobody."""
    back = table().assign(kind=["", "abrupt", "recurring"])
    assert population.flows(back)["users"].tolist() == [1]
    assert population.together(back, population.changes(back, log()), "D").empty
    assert comparison.same_turn(back, "b") == comparison.same_turn(back, "a") == []
    assert set(population.share_by_target(back, log())["group"]) == {"folk"}


def test_users_who_turned_together():
    """A and b turned from jazz to folk on the same day; a lone turn is no cohort."""
    found = population.together(table(), population.changes(table(), log()), "D")
    day = {"timestamp": pd.Timestamp("2024-01-11"), "from_category": "jazz", "to_category": "folk", "users": 2}
    assert found.to_dict("records") == [day]
    alone = table().assign(named=[False, True, False])
    assert population.together(alone, population.changes(alone, log()), "D").empty
    assert population.together(table(), population.changes(table(), log(ordinal=True)), "").empty


def test_attributes_that_tell_groups_apart():
    """Attributes with a handful of values are offered; constants and ids are not."""
    users = pd.DataFrame({"user_id": list("abc"), "region": ["n", "s", "n"], "plan": "x", "age": [30, 40, 50]})
    events = pd.DataFrame({"user_id": list("abc"), "item_id": "j", "timestamp": pd.Timestamp("2024-01-01")})
    found = cohorts.attributes(build_sequences(events.astype({"timestamp": "datetime64[us]"}), ITEMS, users))
    assert found.columns.tolist() == ["user_id", "region", "age"]
    assert found["age"].tolist() == ["30", "40", "50"]


def test_numbers_with_many_values_become_spans():
    """Ages are put into four spans of about equally many users; numbers that nearly everyone has alone stay out."""
    ids = [f"u{number:03d}" for number in range(200)]
    users = pd.DataFrame({"user_id": ids, "age": [18 + number % 60 for number in range(200)], "zip": range(200)})
    events = pd.DataFrame({"user_id": ids, "item_id": "j", "timestamp": pd.Timestamp("2024-01-01")})
    found = cohorts.attributes(build_sequences(events.astype({"timestamp": "datetime64[us]"}), ITEMS, users))
    assert found.columns.tolist() == ["user_id", "age"]
    assert found["age"].nunique() == 4
    assert found["age"].iloc[0].startswith("18–")
    assert found["age"].value_counts().min() >= 40


def test_what_rose_and_fell_for_everyone():
    """Folk grew as much as jazz shrank from the first quarter of the log to the last."""
    moved = population.movers(population.category_shares(log()))
    assert moved.index[0] == "folk"
    assert moved.index[-1] == "jazz"
    assert moved["folk"] == pytest.approx(-moved["jazz"])


def test_everything_at_once():
    """What the page shows is made in one go and agrees with its parts."""
    found = population.look_at(table(), log())
    assert found.summary == headline.summary(table(), log())
    assert found.unit == "D"
    assert len(found.shares) == 20


def test_share_by_group():
    """Groups come largest first, each with its own share."""
    shares = population.share_by_group(table(), log(), pd.Series(["west", "east", "west"]))
    assert list(dict.fromkeys(shares["group"])) == ["west", "east"]
    week = shares[shares["timestamp"] == pd.Timestamp("2024-01-08")].set_index("group")
    assert week["share"].to_dict() == {"west": 0.5, "east": 1.0}


@pytest.mark.parametrize(
    ("cohort", "users"),
    [
        (Cohort(), ["a", "b", "c"]),
        (Cohort(statuses=("named",)), ["a", "b"]),
        (Cohort(statuses=("steady", "insufficient")), ["c"]),
        (Cohort(text="A"), ["a"]),
        (Cohort(kinds=("abrupt",)), ["b"]),
        (Cohort(targets=("rock",)), ["b"]),
        (Cohort(sources=("jazz",), min_events=21), []),
        (Cohort(start=pd.Timestamp("2024-01-15")), ["a"]),
        (Cohort(start=pd.Timestamp("2024-01-10"), end=pd.Timestamp("2024-01-12")), ["a", "b"]),
        (Cohort(users=frozenset({"c", "b"})), ["b", "c"]),
        (Cohort(attributes=(("region", "north"),)), ["a"]),
    ],
)
def test_cohorts(cohort, users):
    """Each filter narrows; what is left comes with the surest first."""
    attributes = pd.DataFrame({"user_id": ["a", "b"], "region": ["north", "south"]})
    found = cohorts.choose(table(), cohort, population.changes(table(), log()), attributes)
    assert found["user_id"].tolist() == users


def test_readable_for_the_eye():
    """Lists are lists, moments are days, and the status says what was found, in words."""
    shown = cohorts.readable(
        table().assign(
            change_times=[(), ("2024-01-11T10:00:00",), ("2024-01-11T10:00:00", "2024-01-16")], changes=[()] * 3
        ),
        {"named": "moved", "sure": "certain"},
    )
    assert shown["to_categories"].tolist() == [[], ["folk", "rock"], ["folk"]]
    assert shown["change_times"].tolist()[2] == ["2024-01-11", "2024-01-16"]
    assert shown["status"].tolist() == ["steady", "moved", "moved"]
    assert shown["sure"].tolist() == ["no sign", "certain", "very sure"]


def test_mix_and_likeness_of_two_users():
    """Before the turn a and c have nothing in common, a and b everything."""
    a, b, c = (comparison.mix(log(), [user]) for user in "abc")
    assert a.loc[a["category"] == "jazz", "share"].tolist()[0] == 1
    assert comparison.likeness(a, b)["share"].to_numpy() == pytest.approx(np.ones(3))
    assert comparison.likeness(a, c)["share"].iloc[0] == 0
    assert comparison.likeness(a, c)["share"].iloc[-1] == pytest.approx(0.5)


def test_users_who_turned_the_same_way():
    """The cohort of a drifted user holds the others with the same turn; a steady user has none."""
    assert comparison.same_turn(table(), "a") == ["b"]
    assert comparison.same_turn(table(), "c") == []
    assert comparison.same_turn(table(), "nobody") == []
