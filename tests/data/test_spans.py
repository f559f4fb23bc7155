"""When a log takes place: its usual days, strays, and what is said of them."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import phrases
from core.data import spans
from core.data.sequences import build_sequences
from core.data.times import DAY
from core.model.baselines.popularity import RecentPopularity
from core.settings import ImportSettings
from tests.data.importing import log

START = datetime.fromisoformat("2021-03-01")
FUTURE = "u0,lonely,2093-01-01"


def rows(count: int = 60) -> list[str]:
    return [f"u{n % 4},i{n % 7},{(START + timedelta(hours=11 * n)).isoformat()}" for n in range(count)]


def cautions(done) -> list[str]:
    return [phrases.unpacked(text) for text in done.summary["time_doubts"]]


# Of fewer than 21 events a twentieth is less than one, which may lie alone.
@given(st.integers(21, 400), st.integers(1, 400), st.floats(0.2, 5.0))
def test_a_log_without_strays_is_what_it_was(count, days, shape):
    """Even, growing or dying away: with no event far off all days are usual, and the axis shows all."""
    time = (np.linspace(0, 1, count) ** min(shape, 1.0) * days * DAY).astype(np.int64)
    assert spans.axis(time) == (time.min(), time.max())
    assert spans.usual(time)[0] <= np.quantile(time, 0.05)
    assert spans.usual(time)[1] >= np.quantile(time, 0.95)


@given(st.integers(60, 300), st.integers(1, 3), st.booleans())
def test_a_few_rows_far_off_do_not_count(count, strays, late):
    """Neither for what is recent nor for the axis."""
    time = np.arange(count, dtype=np.int64) * DAY
    far = np.full(strays, 30_000 * DAY if late else -30_000 * DAY)
    both = np.concatenate([far, time])
    assert spans.usual(both) == spans.axis(both) == (0, time.max())


def test_odd_times_are_told_of_by_their_rows(ingest):
    """Future, long ago, and what stretches the axis; a log without any says nothing."""
    told = cautions(ingest(log(*rows(), FUTURE, "u1,i1,1970-01-01")))
    assert [text.code for text in told] == ["cautions.future", "cautions.early", "cautions.stretched"]
    assert told[0].values["lines"] == "62"
    assert "rows 63" in told[1]
    assert told[2].values["rows"] == 2
    assert cautions(ingest(log(*rows()), out="plain")) == []


def test_a_log_of_an_hour_is_doubted(ingest):
    """Perhaps its times count something else."""
    told = cautions(ingest(log(*(f"u{n % 3},i{n},{1362062838 + n}" for n in range(9)))))
    assert [text.code for text in told] == ["cautions.one_hour"]


def test_a_row_of_the_future_makes_nothing_old(ingest):
    """The age of events is counted from the usual end of the log."""
    kept = ingest(log(*rows(), FUTURE), settings=ImportSettings(min_events=1, max_age_days=10)).events
    expected = ingest(log(*rows()), settings=ImportSettings(min_events=1, max_age_days=10), out="plain").events
    assert len(kept) == len(expected) + 1
    assert len(expected) < 60


@pytest.mark.parametrize("stray", [FUTURE, "u0,lonely,1980-01-01"])
def test_newcomers_are_not_shown_what_a_wrong_clock_had(stray):
    """What is popular lately is what many had lately."""
    frame = pd.DataFrame([row.split(",") for row in [*rows(), stray]], columns=["user_id", "item_id", "timestamp"])
    frame["timestamp"] = pd.to_datetime(frame["timestamp"], format="ISO8601")
    events = build_sequences(
        frame.sort_values(["user_id", "timestamp"]), pd.DataFrame({"item_id": sorted(set(frame["item_id"]))})
    )
    nobody = events.keep(np.zeros(len(events), dtype=bool))
    scores = RecentPopularity().fit(events).scores(nobody, np.array([0]))[0]
    assert scores[events.find_item("lonely")] == scores.min()
