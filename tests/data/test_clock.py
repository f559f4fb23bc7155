"""One time at a time, read as an import reads a column of them."""

import ibis
import pandas as pd
import pytest

from core.data import times
from core.data.clock import Clock
from core.data.engine import open_engine

MODERN = {"first": "2024-01-01T00:00:00", "ordinal": False, "time_notes": []}
TEXTS = [
    "1709131638", "1709131638.5", "1709131638123", "1709131638123456", "1.709131638e9",
    "2024-02-28 14:47:18", "2024-02-28T14:47:18.123456", "2024-02-28T14:47:18Z", "2024-02-28T14:47:18+02:00",
    "2024-02-28 14:47:18 UTC", "2024-02-28", "2024-2-8 04:07:08",
]  # fmt: skip


def imported(text: str) -> int:
    """What an import makes of a single time."""
    with open_engine() as engine:
        frame = pd.DataFrame({"text": [text], "owner": ["u"]})
        table = engine.backend.create_table("one", ibis.memtable(frame))
        rows = table.mutate(number=times.numeric(table.text))
        reading = times.read_column(rows, name="timestamp")
        micro = times.microseconds(rows.number, reading)
        found = rows.select(moment=times.moment(rows.text, micro, reading)).execute()["moment"].iloc[0]
        return int(pd.Timestamp(found).value // 1000)


@pytest.mark.parametrize("text", TEXTS)
def test_as_an_import_reads_it(text):
    """Numbers of any unit, ISO with and without zones."""
    assert Clock.of(MODERN).read(text) == imported(text)


def test_dates_as_people_write_them():
    """The order of day and month is that of the import."""
    recipe = {"settings": {"date_order": "day"}}
    assert Clock.of(MODERN | {"recipe": recipe}).read("3/4/2024 10:00") == Clock.of(MODERN).read("4/3/2024 10:00")
    compact = Clock.of(MODERN | {"time_notes": ["dates as 20240228"]})
    assert compact.read("20240228") == Clock.of(MODERN).read("2024-02-28")
    days = Clock.of(MODERN | {"time_notes": ["day numbers"]})
    assert days.read("45350") == Clock.of(MODERN).read("2024-02-28")


def test_positions_stay_positions():
    """A log without a clock has numbers only."""
    assert Clock.of({"ordinal": True}).read("17") == 17


@pytest.mark.parametrize(
    ("text", "reason"),
    [("yesterday", "not a time"), ("1_709_131_638", "not a time"), ("nan", "not a time"), ("-1", "impossible"),
     ("0", "impossible"), ("9999-01-01", "impossible"), ("2024-13-01", "not a time")],
)  # fmt: skip
def test_what_is_no_time_is_refused(text, reason):
    """With the reason of an import."""
    with pytest.raises(ValueError, match=reason):
        Clock.of(MODERN).read(text)
