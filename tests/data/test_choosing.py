"""Which of several columns is the time, the user, the item: what values say against names, and where there are none."""

import pytest

from core.errors import EventsError
from tests.data.importing import PLACES, written


def test_the_day_of_an_export_is_not_the_time(ingest):
    """What is the same in all rows loses to what moves, in any language; a day without a rival is the time."""
    for other in ("datum", "시간"):
        head = f"updated_at,kunde,produkt,{other}"
        done = ingest(written(head, lambda _n, p, i, t: f"2025-03-01 06:30:00,u{p},i{i},{t:%Y-%m-%d %H:%M}"), out=other)
        assert done.summary["recipe"]["columns"]["timestamp"] == other
    done = ingest(written("user_id,item_id,date", lambda n, _p, i, _t: f"u{n % 8},i{i}-{n},2025-03-01"), out="one")
    assert done.summary["first"] == done.summary["last"] == "2025-03-01T00:00:00"


def test_a_number_beside_the_day_of_signing_up_is_no_hour(ingest):
    """Positions are an order; on a day that moves, hours are hours."""
    text = written("user,item,timestamp,signup_date", lambda n, p, i, _t: f"u{p},i{i},{n // 8 + 1},2020-01-{p + 1:02}")
    assert ingest(text).summary["ordinal"]
    done = ingest(written("user,item,day,hour", lambda _n, p, i, t: f"u{p},i{i},{t:%Y-%m-%d},{t.hour}"), out="hours")
    assert done.summary["first"] == "2023-05-01T08:00:00"


def test_people_are_known_by_ids_in_any_language_before_their_names(ingest):
    """Two may have one name."""
    done = ingest(
        written("user_name,kunde,item,time", lambda _n, p, i, t: f"Ann {p // 2},k{p},i{i},{t:%Y-%m-%d %H:%M}")
    )
    assert done.summary["recipe"]["columns"]["user_id"] == "kunde"
    assert done.summary["users"] == 8


def test_an_id_of_the_row_is_known_although_some_lines_are_there_twice(ingest):
    """Lines that were sent again do not make an event id an item."""
    text = written(
        "event_id,usuario,producto,fecha", lambda n, p, i, t: f"T{n * 7919 % 997},u{p},i{i},{t:%Y-%m-%d %H:%M}"
    )
    twice = text + text.splitlines()[-1] + "\n"
    assert ingest(twice).summary["recipe"]["columns"]["item_id"] == "producto"


def test_numbers_alone_are_times_where_their_range_says_so(ingest):
    """Without a header, product codes of thirteen digits are no milliseconds, and days without separators are days."""
    done = ingest("".join(f"u{p},{4006381333000 + i},{t:%Y%m%d}\n" for p, i, t in PLACES))
    assert (done.summary["users"], done.summary["items"]) == (8, 13)
    assert done.summary["first"] == "2023-05-01T00:00:00"
    ticks = ingest(
        "".join(f"u{p},i{i},{int(t.timestamp()) * 10**7 + 621_355_968_000_000_000}\n" for p, i, t in PLACES),
        out="ticks",
    )
    assert ticks.summary["first"] == "2023-05-01T08:00:00"


def test_the_separator_cuts_the_header(ingest):
    """A comma in every time is no separator where another one parts the names too."""
    text = written("user^item^date", lambda _n, p, i, t: f"u{p}^i{i}^{t:%a, %d %b %Y %H:%M:%S} GMT")
    assert ingest(text).summary["first"] == "2023-05-01T08:00:00"


def columns_of(done):
    """Which column was taken for what."""
    return done.summary["recipe"]["columns"]


def events(write):
    """Rows of a log of eight people over ten songs or more, by number, person and song."""
    return "".join(write(n, n * 7 % 8, n * n % 19) + "\n" for n in range(160))


def test_songs_go_before_who_sings_them(ingest):
    """Without a header the item is the column that tells the others: a song its singer, a product its category."""
    rows = events(lambda n, p, i: f"u{p}\ts{i % 4}\tsong{i}\t{1_600_000_000 + 900 * n}")
    assert columns_of(ingest(rows, "plays.tsv"))["item_id"] == "column_3"
    rows = events(lambda n, p, i: f"{p + 1},{i + 2000},{i % 3 + 4000},pv,{1_600_000_000 + 900 * n}")
    assert columns_of(ingest(rows, out="goods"))["item_id"] == "column_2"


def test_a_singer_is_no_listener(ingest):
    """Where each item has one user, nobody is named, and whoever knows is asked."""
    rows = events(lambda n, _p, i: f"Band {i % 4},song {i},{1_600_000_000 + 900 * n}")
    with pytest.raises(EventsError, match=r"Missing column\(s\) user_id"):
        ingest(rows)


def test_what_comes_of_an_item_is_no_kind_of_behaviour(ingest):
    """Without a header, a few words that each item has one of are its category."""
    rows = events(lambda n, p, i: f"u{p},i{i},{('Food', 'Home', 'Media')[i % 3]},{1_600_000_000 + 900 * n}")
    assert "event" not in columns_of(ingest(rows))


def test_one_text_for_all_is_no_title_and_payloads_are_no_kinds(ingest):
    """The name of an event names no item; what came with an event is not what was done."""
    rows = events(lambda n, p, i: f"u{p},i{i},{1_600_000_000 + 900 * n},purchase,{{id: {i}}},play")
    done = ingest("user_id,product_id,time,name,event,event_type\n" + rows)
    assert columns_of(done)["event"] == "event_type"
    assert "title" not in columns_of(done)


def test_lines_of_orders_and_names_of_shops_are_no_items(ingest):
    """An item_id that is another one in each row loses to one that comes back, and so does one that never changes."""
    rows = events(lambda n, p, i: f"u{p},{n + 1},sku{i},{1_600_000_000 + 900 * n}")
    assert columns_of(ingest("user_id,item_id,sku,time\n" + rows))["item_id"] == "sku"
    rows = events(lambda n, p, i: f"u{p},shop,/p/{i},{1_600_000_000 + 900 * n}")
    assert columns_of(ingest("user_id,app_id,page_url,time\n" + rows, out="shop"))["item_id"] == "page_url"


def test_the_day_of_signing_up_is_no_time_of_events(ingest):
    """Whoever knows is asked, even where no other column looks like a time."""
    rows = events(lambda n, p, i: f"u{p},i{i},2003-0{p % 8 + 1}-11,{394_065 + n}")
    with pytest.raises(EventsError, match=r"Missing column\(s\) timestamp"):
        ingest("user_id,item_id,created_at,hour\n" + rows)


def test_when_an_item_came_out_is_no_time_of_events(ingest):
    """A date that goes with the item loses to one that moves; alone it stays."""
    out = "date,user,item,rated\n" + events(lambda n, p, i: f"19{i + 60}-05-01,u{p},i{i},{1_600_000_000 + 900 * n}")
    assert columns_of(ingest(out))["timestamp"] == "rated"
    rows = events(lambda _n, p, i: f"u{p},i{i},20{i + 10}-05-01")
    assert columns_of(ingest("user,item,date\n" + rows, out="concerts"))["timestamp"] == "date"
