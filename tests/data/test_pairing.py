"""A moment in several columns: found by itself, or named together."""

import pandas as pd
import pytest

from core.data.clock import Clock
from core.data.guessing import guess_columns
from core.errors import EventsError
from core.stream.layout import Layout

MOMENT = pd.Timestamp("2021-03-01 08:05")


@pytest.mark.parametrize(
    ("header", "row", "other", "found"),
    [
        ("user_id,item_id,transaction_date,transaction_time", "a,x,2021-03-01,08:05:00", "a,y,2021-03-02,14:00:00",
         "transaction_date+transaction_time"),
        ("date,time,user_id,item_id", "20210301,805,a,x", "20210302,1400,a,y", "date+time"),
        ("user_id,item_id,time,date", "a,x,8:05 AM,01/03/2021", "a,y,2:00 PM,31/03/2021", "date+time"),
        ("user_id,item_id,date,time", "a,x,2021-03-01 00:00:00,08:05", "a,y,2021-03-02 00:00:00,14:00", "date+time"),
        ("user_id,item_id,year,month,day,hour,minute", "a,x,2021,3,1,8,5", "a,y,2021,3,2,14,0",
         "year+month+day+hour+minute"),
    ],
)  # fmt: skip
def test_columns_that_belong_together(ingest, header, row, other, found):
    """Guessed from names and values; a stream puts the same cells together, and reads the same moment."""
    text = "\n".join([header, *[row, other] * 3]) + "\n"
    done = ingest(text)
    assert done.summary["recipe"]["columns"]["timestamp"] == found
    assert done.events["timestamp"].min() == MOMENT
    layout = Layout.of(text, "log.csv", done.summary)
    assert Layout.from_text(layout.text()).read(row) == layout.read(row)
    assert layout.again(header) is not None
    assert Clock.of(done.summary).read(layout.read(row)["timestamp"]) == MOMENT.value // 1000


def test_columns_that_do_not():
    """A moment that is whole needs no other; how long something lasted is no time of day."""
    for header, row in [
        (["user_id", "item_id", "timestamp", "time_of_day"], ["a", "x", "2021-03-01 08:05:00", "08:05"]),
        (["user_id", "item_id", "date", "watch_time"], ["a", "x", "2021-03-01", "00:05:00"]),
        (["user_id", "item_id", "date", "hours"], ["a", "x", "2021-03-01", "173.5"]),
    ]:
        assert guess_columns(header, [row] * 3).columns["timestamp"] == header[2]


def test_one_whole_moment_wins_over_two_parts():
    """A column of milliseconds tells more than a date and a time of day."""
    header, row = ["user_id", "item_id", "date", "hourmin", "time_ms"], ["a", "x", "20210301", "805", "1614585900289"]
    assert guess_columns(header, [row] * 3).columns["timestamp"] == "time_ms"


def test_columns_named_together(ingest):
    """By name or number; a part that is not there is named in the message."""
    text = "who,what,d,t\n" + "a,x,2021-03-01,8:05\na,y,2021-03-02,14:00\n"
    columns = {"user_id": "who", "item_id": "what"}
    for wish in ("d+t", "3+4"):
        done = ingest(text, columns=columns | {"timestamp": wish}, out=wish)
        assert done.events["timestamp"].min() == MOMENT
        assert done.summary["recipe"]["columns"]["timestamp"] == "d+t"
    with pytest.raises(EventsError, match="No column 'x'"):
        ingest(text, columns=columns | {"timestamp": "d+x"})
