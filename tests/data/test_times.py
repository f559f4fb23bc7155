"""Times in every dress: what an import makes of a column of texts, and that one time at a time is read the same."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.data import time_columns, times
from core.data.clock import Clock
from core.data.engine import Engine, literal, open_engine
from core.data.time_columns import Wish, read_column
from core.data.times import UNITS, TimeReading
from core.errors import EventsError

NOTHING = Wish()
Reader = Callable[..., list[pd.Timestamp]]
MOMENT = datetime.fromisoformat("2013-02-28T14:47:18")
EPOCH = datetime.fromisoformat("1970-01-01")


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def imported(engine: Engine, texts: list[str], name: str = "timestamp", wish: Wish = NOTHING) -> tuple:
    """How an import reads a column, and a row for each text: moment and reason."""
    values = ", ".join(f"({place}, {literal(text)}, 'u')" for place, text in enumerate(texts))
    table = engine.view("cells", f"select * from (values {values}) as v(place, text, owner)")
    table = engine.view("numbers", table.mutate(number=times.numeric(table.text)))
    reading = read_column(table, name=name, wish=wish)
    micro, clean = times.microseconds(table.text, table.number, reading), times.cleaned(table.text, reading)
    table = engine.view("sized", table.mutate(micro=micro, clean=clean))
    table = engine.view("tidied", table.mutate(tidy=times.tidy(table.text, table.clean, reading)))
    moment = times.moment(table.text, table.micro, reading, table.tidy)
    table = engine.view("timed", table.mutate(moment=moment))
    reason = times.reason(table.clean, table.number, table.moment, reading)
    return reading, table.select("place", "moment", reason=reason).order_by("place").execute()


@pytest.fixture
def read(engine: Engine) -> Reader:
    """Times of a column of texts, as an import reads them."""

    def column(*texts: str, name: str = "timestamp", **wish) -> list[pd.Timestamp]:
        return imported(engine, list(texts), name, Wish(**wish))[1]["moment"].tolist()

    return column


@pytest.mark.parametrize(
    "text",
    [
        "1362062838", "1362062838.0", "1362062838000", "1362062838000000", "1362062838000000000", "1.362062838e9",
        "634976596380000000", "130065364380000000", "13006536438000000", "383755638", "20130228144718",
        "20130228144718000", "2013-02-28 14:47:18", "2013-02-28T14:47:18Z", "2013-02-28T16:47:18+02:00",
        "2013-02-28 14:47:18.000000000 +0000 UTC", "2013-02-28T14:47:18Z[UTC]", "28-FEB-13 02.47.18.000000 PM",
        "2013.02.28 14.47.18", "2013-02-28 14:47:18:000", "2/28/13, 14:47:18",
        "2013-02-28T16:47:18.000+0200", "2013-02-28 15:47:18 +0100", "2013-02-28 15:47:18 +01:00",
        "2013-02-28 14:47:18 UTC", "2013-02-28 14:47:18 +0000 UTC", "2013-02-28 15:47:18 Europe/Berlin",
        "2013-02-28 15:47:18 CET", "2013-02-28 15:47:18 BST", "2013-02-28 09:47:18 EST", "2013-02-28 02:47:18 PM",
        "2013/02/28 14:47:18", "20130228T144718Z", "28.02.2013 14:47:18", "28/2/13 14:47:18", "2/28/2013 2:47:18 PM",
        "2/28/2013 2:47:18 p.m.", "28.02.2013 15:47:18 CET", "Feb 28, 2013 14:47:18", "February 28th, 2013, 14:47:18",
        "28 Feb 2013 14:47:18", "Thu Feb 28 14:47:18 +0000 2013", "Thu Feb 28 15:47:18 CET 2013",
        "Thu Feb 28 14:47:18 2013", "Thu, 28 Feb 2013 15:47:18 +0100", "Thursday, 28-Feb-13 14:47:18 GMT",
        "28/Feb/2013:14:47:18 +0000", "[28/Feb/2013:14:47:18 +0000]",
        "Thu Feb 28 2013 15:47:18 GMT+0100 (Central European Standard Time)", "20130228 144718",
    ],
)  # fmt: skip
def test_one_moment_in_every_dress(read, text: str):
    """Every way of writing a time gives the same moment in UTC."""
    assert read(text) == [pd.Timestamp(MOMENT)]


@pytest.mark.parametrize(
    ("text", "moment"),
    [("2013-02-28", "2013-02-28"), ("20130228", "2013-02-28"), ("02 28, 2013", "2013-02-28"), ("41333", "2013-02-28"),
     ("15764", "2013-02-28"), ("28-Feb-13", "2013-02-28"), ("130228", "2013-02-28"), ("2013 2 28", "2013-02-28"),
     ("2013-02", "2013-02-01"), ("02/2013", "2013-02-01"), ("201302", "2013-02-01"),
     ("2013022814", "2013-02-28 14:00"), ("13022814", "2013-02-28 14:00"), ("2013-02-28 14", "2013-02-28 14:00"),
     ("2013 2 28 14", "2013-02-28 14:00"), ("201302281447", "2013-02-28 14:47"), ("20130228 1447", "2013-02-28 14:47"),
     ("2013-02-28 00:00:00 14:47", "2013-02-28 14:47")],
)  # fmt: skip
def test_coarser_times(read, text: str, moment: str):
    """Dates, hours and minutes, with or without anything between, also as day numbers."""
    assert read(text) == [pd.Timestamp(moment)]


@pytest.mark.parametrize(
    ("name", "text"),
    [("hours_since_epoch", "378350"), ("minute", "22701047"), ("day", "15764"), ("year", "2013")],
)
def test_units_by_name(read, name: str, text: str):
    """What the name of the column says, where the numbers fit."""
    assert read(text, name=name)[0].year == 2013


def test_two_digits_of_the_year(read):
    """Numbers of minutes or seconds that way look like seconds since 1970, so that one alone is not believed."""
    assert read("130228144718", "130301080000")[0] == pd.Timestamp(MOMENT)
    assert read("1302281447", "1303010800")[0] == pd.Timestamp("2013-02-28 14:47")
    assert read("1302281447") == [pd.Timestamp("2011-04-08 16:50:47")]


def test_times_of_day_behind_dates_are_as_wide_as_the_widest(read):
    """845 is a quarter to nine where other rows have four digits, and 8 is eight o'clock where none has."""
    assert read("20130228 845", "20130228 1447", "20130228 5")[::2] == [
        pd.Timestamp("2013-02-28 08:45"), pd.Timestamp("2013-02-28 00:05")
    ]  # fmt: skip
    assert read("2013-02-28 8") == [pd.Timestamp("2013-02-28 08:00")]


def test_the_order_of_day_and_month(read):
    """One date that reads one way only decides for all; the wish of the user decides over it; a dot means day first."""
    assert [time.month for time in read("1/2/2013", "12/31/2013")] == [1, 12]
    assert [time.month for time in read("1/2/2013", "31/12/2013")] == [2, 12]
    assert [time.month for time in read("1/2/2013")] == [1]
    assert [time.month for time in read("1.2.2013")] == [2]
    assert [time.month for time in read("1/2/2013", order="day")] == [2]


def test_day_numbers_by_name(read):
    """Small numbers in a column called day are days."""
    assert read("1", "3", "9", name="DAY")[1] - read("1", "3", "9", name="DAY")[0] == pd.Timedelta(days=2)


def test_an_order_is_no_clock(engine, read):
    """Numbers that rise by one, some shared, are positions; so is what the name of the column calls an order."""
    assert [imported(engine, texts, name)[0].ordinal for texts, name in [
        (["0", "1", "2"], "timestamp"), (["1", "1", "2", "2"], "timestamp"), (["4", "9", "23"], "order_number"),
    ]] == [True, True, True]  # fmt: skip
    assert [time.value for time in read("0", "1", "2")] == [0, 1000, 2000]


@pytest.mark.parametrize("texts", [("0", "60", "3600"), ("0301", "0314"), ("800", "1307"), ("0.5", "1.5")])
def test_small_numbers_are_asked_about(read, texts):
    """Nothing is taken for seconds of 1970 unless a setting says what it counts."""
    with pytest.raises(EventsError, match=r"no times for sure. Say what they count with the setting data\.time_unit"):
        read(*texts)
    assert read("0", "60", "3600", unit="seconds")[2] == pd.Timestamp("1970-01-01 01:00")


def test_what_a_setting_says_is_done(read):
    """A unit that is told wins over what the numbers look like."""
    assert read("636278400", unit="seconds") == [pd.Timestamp("1990-03-01 08:00")]
    assert read("2013", unit="years") == [pd.Timestamp("2013-01-01")]


def test_a_few_odd_numbers_among_times(read):
    """0 and -1 mean that there is no time, in whatever unit; numbers among texts decide nothing."""
    assert read("1362062838", "0", "-1")[1:] == [pd.NaT, pd.NaT]
    assert read(*["20130228"] * 30, "0")[-1] is pd.NaT
    assert read("2013-02-28 14:47:18", "5", "2013-02-28")[1] is pd.NaT


def test_unknown_zones_are_named(engine):
    """IST is the time of three countries: a row with it is rejected by name, not read some hours off."""
    found = imported(engine, ["2013-02-28 14:47:18 CET", "2013-02-28 14:47:18 IST", "Thu Feb 28 14:47:18 XYZ 2013"])[1]
    reasons = found["reason"].tolist()
    assert reasons[1:] == [f"timestamp has an unknown time zone: {zone}" for zone in ("IST", "XYZ")]
    assert reasons[0] is None


def test_hopeless_texts_are_no_times(read):
    """Words, halves of dates and impossible days give nothing."""
    assert all(pd.isna(time) for time in read("soon", "13/13/2013", "2013-02-30", "NaN", "inf", "12:30", "🙂", "epoch"))


def test_what_was_decided_stays(engine):
    """A log that is added is read as the first one: its unit, its order of day and month, its positions."""
    days = imported(engine, ["18700", "18750"], "day")[0]
    assert imported(engine, ["40000"], "day", Wish(before=days))[1]["moment"].tolist() == [pd.Timestamp("2079-07-08")]
    dated = imported(engine, ["31/12/2013"])[0]
    again, found = imported(engine, ["1/2/2013", "1.2.2013 10:00"], wish=Wish(before=dated))
    assert [time.month for time in found["moment"]] == [2, 2]
    assert set(dated.formats) < set(again.formats)
    assert imported(engine, ["7", "9"], wish=Wish(before=TimeReading(ordinal=True, numbers=True)))[0].ordinal
    with pytest.raises(EventsError, match="an order without a clock, but column 'timestamp' holds times"):
        imported(engine, ["1362062838"], wish=Wish(before=TimeReading(ordinal=True, numbers=True)))


def _number(unit: str) -> Callable[[datetime], str]:
    how = UNITS[unit]
    return lambda time: str((time - EPOCH) // timedelta(microseconds=1) * how.parts // how.microseconds + how.offset)


SHAPES: list[Callable[[datetime], str]] = [
    *map(_number, UNITS),
    *(lambda time, pattern=pattern: time.strftime(pattern) for pattern in (
        "%Y%m%d", "%y%m%d", "%Y%m%d%H", "%y%m%d%H", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y-%m-%d", "%Y-%m-%d %H",
        "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S+05:30",
        "%Y-%m-%d %H:%M:%S -0800", "%Y-%m-%d %I:%M:%S %p", "%Y-%m-%d %H:%M:%S BST", "%Y-%m-%d %H:%M:%S IST",
        "%Y-%m-%d %H:%M:%S CET", "%d/%m/%Y %H:%M", "%m/%d/%y", "%d.%m.%Y, %H:%M:%S", "%d-%b-%y", "%B %d, %Y %H:%M:%S",
        "%a %b %d %H:%M:%S +0000 %Y", "%a %b %d %H:%M:%S EDT %Y", "%a, %d %b %Y %H:%M:%S GMT",
        "[%d/%b/%Y:%H:%M:%S +0200]", "%a %b %d %Y %H:%M:%S GMT+0100 (CET)", "%Y%m%d %H%M", "%Y年%m月%d日 %H:%M",
        "%Y-%m", "%y-%m-%d %H:%M", "%Y-%m-%d-%H.%M.%S", "%d/%m/%Y %I %p", "1 de março de %Y %H:%M", "%d. Mai %Y",
        "/Date(%s000)/", "%s 4500",
    )),
]  # fmt: skip
JUNK = ("0", "-1", "soon", "1e9", "+7", "1_000", "2021-02-30", "24:00", "2093-01-01", "1.5", "99999999999999999999")
MOMENTS = st.datetimes(datetime.fromisoformat("2001-09-10"), datetime.fromisoformat("2025-06-01"))


@hypothesis_settings(
    max_examples=10, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@seed(0)
@given(st.sampled_from(SHAPES), st.lists(MOMENTS, min_size=1, max_size=6), st.lists(st.sampled_from(JUNK), max_size=2))
@example(_number("nanoseconds"), [datetime.fromisoformat("2020-01-01T00:00:00.000001")], [])
def test_one_at_a_time_as_in_a_column(engine, shape, moments, junk):
    """For every shape that an import takes, what is read later, from what was kept as data, is the same instant."""
    texts = [shape(moment) for moment in moments] + junk
    try:
        reading, found = imported(engine, texts)
    except EventsError:
        return
    clock = Clock(TimeReading.of(reading.plain()))
    clock.prepare(texts[::2])
    for text, moment, reason in zip(texts, found["moment"], found["reason"], strict=True):
        try:
            read: int | str = clock.read(text)
        except ValueError as refused:
            read = str(refused)
        assert read == (reason if reason else (moment.to_pydatetime() - EPOCH) // timedelta(microseconds=1)), text


@pytest.mark.parametrize(
    "shape", [_number("seconds"), _number("milliseconds"), _number("ticks"), lambda moment: moment.strftime("%Y%m%d")]
)
def test_long_logs_are_judged_by_their_first_rows_alike(engine, monkeypatch, shape):
    """Where these leave no doubt; else by all of them, so that the reading is that of a short log in any case."""
    texts = [shape(MOMENT + timedelta(days=day)) for day in range(12)]
    whole = imported(engine, texts)[0]
    monkeypatch.setattr(time_columns, "FIRST_ROWS", 5)
    assert imported(engine, texts)[0] == whole
    assert imported(engine, ["0"] * 6 + texts * 4)[0].unit == whole.unit
