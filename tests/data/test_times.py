"""Times in every dress."""

from collections.abc import Callable, Iterator

import pandas as pd
import pytest

from core.data import times
from core.data.engine import Engine, literal, open_engine

Reader = Callable[..., list[pd.Timestamp]]


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.fixture
def read(engine: Engine) -> Reader:
    """Times of a column of texts, as an import reads them."""

    def column(*texts: str, name: str = "timestamp", day_first: bool | None = None) -> list[pd.Timestamp]:
        values = ", ".join(f"({place}, {literal(text)}, 'u')" for place, text in enumerate(texts))
        table = engine.view("cells", f"select * from (values {values}) as v(place, text, owner)")
        table = engine.view("numbers", table.mutate(number=times.numeric(table.text)))
        reading = times.read_column(table, name=name, day_first=day_first)
        sized = engine.view("sized", table.mutate(micro=times.microseconds(table.number, reading)))
        moments = sized.select("place", moment=times.moment(sized.text, sized.micro, reading))
        return moments.order_by("place").execute()["moment"].tolist()

    return column


@pytest.mark.parametrize(
    "text",
    [
        "1362062838",
        "1362062838.0",
        "1362062838000",
        "1362062838000000",
        "1362062838000000000",
        "1.362062838e9",
        "2013-02-28 14:47:18",
        "2013-02-28T14:47:18Z",
        "2013-02-28T16:47:18+02:00",
        "2013-02-28T16:47:18.000+0200",
        "2013-02-28 14:47:18 UTC",
        "20130228144718",
        "2013/02/28 14:47:18",
        "28.02.2013 14:47:18",
        "28/2/13 14:47:18",
        "2/28/2013 2:47:18 PM",
        "Feb 28, 2013 14:47:18",
        "February 28, 2013, 14:47:18",
        "28 Feb 2013 14:47:18",
        "Thu Feb 28 14:47:18 +0000 2013",
        "Thu, 28 Feb 2013 15:47:18 +0100",
        "28/Feb/2013:14:47:18 +0000",
    ],
)
def test_one_moment_in_every_dress(read, text: str):
    """Every way of writing a time gives the same moment in UTC."""
    assert read(text) == [pd.Timestamp("2013-02-28 14:47:18")]


@pytest.mark.parametrize(
    ("text", "day"),
    [("2013-02-28", "2013-02-28"), ("20130228", "2013-02-28"), ("02 28, 2013", "2013-02-28"), ("41333", "2013-02-28"),
     ("15764", "2013-02-28"), ("28-Feb-13", "2013-02-28")],
)  # fmt: skip
def test_days_without_a_clock(read, text: str, day: str):
    """Dates, also as day numbers of a spreadsheet or since 1970, are midnights."""
    assert read(text) == [pd.Timestamp(day)]


def test_the_order_of_day_and_month(read):
    """One date that reads one way only decides for all; the wish of the user decides over it; a dot means day first."""
    assert [time.month for time in read("1/2/2013", "12/31/2013")] == [1, 12]
    assert [time.month for time in read("1/2/2013", "31/12/2013")] == [2, 12]
    assert [time.month for time in read("1/2/2013")] == [1]
    assert [time.month for time in read("1.2.2013")] == [2]
    assert [time.month for time in read("1/2/2013", day_first=True)] == [2]


def test_day_numbers_by_name(read):
    """Small numbers in a column called day are days."""
    assert read("1", "3", "9", name="DAY")[1] - read("1", "3", "9", name="DAY")[0] == pd.Timedelta(days=2)


def test_small_numbers_are_seconds(read):
    """A clock of its own, as simulations have it, counts seconds."""
    assert read("0", "60", "3600")[2] == pd.Timestamp("1970-01-01 01:00")


def test_hopeless_texts_are_no_times(read):
    """Words, halves of dates and impossible days give nothing."""
    assert all(pd.isna(time) for time in read("soon", "13/13/2013", "2013-02-30", "NaN", "inf", "12:30", "🙂"))
