"""Which of several columns is the time, the user, the item: what values say against names, and where there are none."""

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
