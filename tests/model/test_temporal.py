"""The cut at two dates: nothing is learned from the future, no test event is lost, the hash knows no order of rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.sequences import Sequences, build_sequences
from core.errors import InputError
from core.model import temporal
from core.settings import EvaluationSettings

EVENTS = st.lists(st.tuples(st.sampled_from("uvwxyz"), st.sampled_from("abcdefgh"), st.integers(0, 20)), min_size=8)
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def log(rows: list[tuple[str, str, int]]) -> Sequences:
    """Users, items, minutes."""
    frame = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    return build_sequences(frame.assign(timestamp=pd.to_datetime(frame["timestamp"] * 60, unit="s")))


def minute(number: int) -> int:
    return number * 60_000_000


@pytest.fixture
def small() -> Sequences:
    """Ten minutes: u comes back twice, v is new at the end, d is an item that nobody had before."""
    return log([
        ("u", "a", 0), ("u", "b", 1), ("w", "b", 2), ("w", "c", 3), ("u", "c", 4), ("w", "a", 5),
        ("u", "b", 8), ("u", "d", 8), ("v", "a", 8), ("w", "d", 9), ("v", "d", 9), ("v", "d", 9), ("v", "b", 9),
    ])  # fmt: skip


def told(found: temporal.Dated) -> list[tuple[str, str, int]]:
    cases = found.test
    users, items = found.log.users[cases.users], found.log.catalogue.items[cases.targets]
    return list(zip(users, items, cases.lengths.tolist(), strict=True))


def by_hand(**changes: object) -> EvaluationSettings:
    return replace(EvaluationSettings(split_date=minute(8)), **changes)


def test_cases_by_hand(small):
    """Test from minute 8: u had b before, v's second d repeats its moment; no history holds its own moment."""
    found = temporal.cut(small, by_hand())
    assert told(found) == [("u", "d", 3), ("v", "a", 0), ("v", "b", 1), ("v", "d", 1), ("w", "d", 3)]
    assert found.counts() == {"training": 5, "validation": 1, "test": 7, "had": 1, "twins": 1, "found": 5}
    assert found.kinds.tolist() == ["cold item", "cold user", "cold user", "cold both", "cold item"]


def test_first_and_last_targets(small):
    """Of each user's cases the first or the last; those of one moment go by the id of the item."""
    assert told(temporal.cut(small, by_hand(targets="first"))) == [("u", "d", 3), ("v", "a", 0), ("w", "d", 3)]
    assert told(temporal.cut(small, by_hand(targets="last"))) == [("u", "d", 3), ("v", "d", 1), ("w", "d", 3)]


def test_what_is_ranked_by_hand(small):
    """Hidden are items had before, items nobody had by then, and what came at the same moment; never the target."""
    found = temporal.cut(small, by_hand())
    scores = np.zeros((len(found.test), small.n_items), dtype=np.float32)
    shown = ~np.isneginf(found.test.hide(scores, found.test.split(), found.known_since))
    names = ["".join(small.catalogue.items[row]) for row in shown]
    assert names == ["d", "abcd", "bc", "cd", "d"]


def test_shares_choose_the_dates():
    """A tenth of the events is the test, a tenth before it validation; events of the first test moment go with it."""
    found = temporal.cut(log([("u", f"i{i}", i) for i in range(30)]), EvaluationSettings())
    assert (found.opens, found.tests) == (minute(24), minute(27))
    tied = temporal.cut(log([("u", f"i{i}", min(i, 25)) for i in range(30)]), EvaluationSettings())
    assert tied.tests == minute(25)
    assert tied.counts()["test"] == 5


@QUICK
@given(EVENTS, st.sampled_from([0.1, 0.3]), st.randoms(use_true_random=False))
def test_no_future_is_learned_and_no_event_is_lost(rows, share, random):
    """Training ends before validation, that before the test; every event is counted; the order of rows is not seen."""
    wanted = EvaluationSettings(test_share=share, validation_share=share)
    sequences = log(rows)
    try:
        found = temporal.cut(sequences, wanted)
    except InputError:
        return
    cases, counts = found.test, found.counts()
    assert found.train.time.max() < found.opens < found.tests <= sequences.time[cases.rows].min()
    assert counts["training"] + counts["validation"] + counts["test"] == len(rows)
    assert counts["test"] == counts["had"] + counts["twins"] + counts["found"]
    split = cases.split()
    histories = split.histories
    for case in range(len(cases)):
        own = histories.rows_of(split.users[case])
        assert (histories.time[own] < sequences.time[cases.rows[case]]).all()
        assert cases.targets[case] not in histories.item[own]
    validation = found.parts.validation(None, 0)
    assert not len(validation.users) or validation.histories.time.max() < found.tests
    shuffled = random.sample(rows, len(rows))
    again = temporal.cut(log(shuffled), wanted)
    assert again.fingerprint == found.fingerprint
    assert told(again) == told(found)


def test_another_cut_has_another_fingerprint(small):
    """Another date, other targets, one event more, less, or a minute later: each is another cut."""
    moved = log([("u", "a", 0), ("u", "b", 1), ("w", "b", 2), ("w", "c", 3), ("u", "c", 4), ("w", "d", 9)])
    later = log([("u", "a", 0), ("u", "b", 1), ("w", "b", 3), ("w", "c", 3), ("u", "c", 4), ("w", "d", 9)])
    prints = [
        temporal.cut(sequences, wanted).fingerprint
        for sequences, wanted in (
            (small, by_hand()), (small, by_hand(split_date=minute(9))), (small, by_hand(targets="last")),
            (moved, by_hand()), (later, by_hand()),
        )
    ]  # fmt: skip
    assert len(set(prints)) == len(prints)
    assert temporal.cut(small, by_hand()).fingerprint == "d957e6915205b875"


@pytest.mark.parametrize(
    ("rows", "date", "text"),
    [
        (
            [("u", "a", 0), ("u", "b", 1), ("u", "c", 9)],
            10,
            "1970-01-01T00:10:00 lies outside the log, whose .*00:09:00",
        ),
        ([("u", "a", 0), ("u", "b", 1), ("u", "c", 9)], 0, "lies outside the log"),
        ([("u", "a", 0), ("u", "b", 1), ("u", "c", 9)], 1, "fewer than two moments"),
        ([("u", "a", 0), ("u", "b", 1), ("u", "a", 9), ("u", "b", 9)], 9, "of 2 events from .*, 2 are of items that"),
    ],
)
def test_cuts_that_leave_nothing_are_refused(rows, date, text):
    """A date outside the log, no training before it, nobody to test: one line each, which says what to do."""
    with pytest.raises(InputError, match=text):
        temporal.cut(log(rows), by_hand(split_date=minute(date)))


def test_a_log_without_a_clock_has_no_date(small):
    """An order is no clock: the other protocol is named."""
    with pytest.raises(InputError, match=r"no clock.*--protocol leave-one-out"):
        temporal.cut(replace(small, ordinal=True), EvaluationSettings())
