"""Kinds of logs that look as if they could be read, but easily come in otherwise than they were meant."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import EventsError
from tests.data.importing import PLACES, START, written


def seconds(moment):
    """Whole seconds since 1970."""
    return int(moment.timestamp())


def mark(moment):
    """An id that holds a moment, as chats give to their messages."""
    return (seconds(moment) * 1000 - 1_420_070_400_000) << 22


FIRST, LAST = (place[2].replace(tzinfo=None) for place in (PLACES[0], PLACES[-1]))
BEGIN, END = FIRST.isoformat(), LAST.isoformat()


def span(done):
    """First and last moment of an import."""
    return done.summary["first"], done.summary["last"]


def test_ids_that_hold_a_moment_are_no_times(ingest):
    """A column that is called an id is none, whatever its numbers; the date beside it is the time."""
    rows = written("message_id,user_id,item_id,posted", lambda n, u, i, m: f"{mark(m) + n},{mark(START) + u},{i},{m}")
    assert span(ingest(rows)) == (BEGIN, END)
    alone = written("message_id,user_id,item_id", lambda n, u, i, m: f"{mark(m) + n},{mark(START) + u},{i}")
    with pytest.raises(EventsError, match="timestamp"):
        ingest(alone)


def test_milliseconds_since_a_visit_began(ingest):
    """Each event has the start of its visit and its own offset; neither alone is its time."""
    table = written(
        "fullVisitorId,visitStartTime,hits.time,hits.page.pagePath",
        lambda n, u, i, m: f"{u},{seconds(m)},{n % 4 * 20_500},/{i}",
    )
    done = ingest(table)
    assert span(done) == (BEGIN, (LAST + timedelta(seconds=61.5)).isoformat())
    assert done.summary["rows_kept"] == len(PLACES)


@pytest.mark.parametrize("score", ["1", "3.25"])
def test_what_a_search_engine_adds_is_no_rating(ingest, score):
    """How well a row fits a search."""
    done = ingest(written("_score,user_id,item_id,timestamp", lambda _, u, i, m: f"{score},{u},{i},{seconds(m)}"))
    assert "rating" not in done.events


def test_the_length_of_a_list_is_no_weight(ingest):
    """Whether one answer holds all events or each holds two; a count beside the event is one."""
    events = [{"user_id": u, "item_id": i, "timestamp": seconds(m)} for u, i, m in PLACES]
    assert "weight" not in ingest(json.dumps({"count": len(events), "results": events}), "whole.json").events
    pages = [json.dumps({"count": 2, "events": events[n : n + 2]}) for n in range(0, len(events), 2)]
    assert "weight" not in ingest("\n".join(pages), "pages.jsonl", out="two").events
    own = written("user_id,item_id,timestamp,count", lambda n, u, i, m: f"{u},{i},{seconds(m)},{n % 3 + 1}")
    assert ingest(own, out="three").events["weight"].sum() == sum(n % 3 + 1 for n in range(len(PLACES)))


@pytest.mark.parametrize("form", ["%y-%m-%d %H:%M", "%d-%m-%y %H:%M", "%y/%m/%d %H:%M", "%d.%m.%y %H:%M"])
def test_years_of_two_digits_stand_where_they_vary_least(ingest, form):
    """Read the other way round a spring would span thirty years."""
    done = ingest(written("user_id,item_id,date", lambda _, u, i, m: f"{u},{i},{m:{form}}"))
    assert span(done) == (BEGIN, END)


def test_one_day_with_a_year_of_two_digits_is_asked_about(ingest):
    """Nothing tells the year from the day; a setting does."""
    table = written("user_id,item_id,date", lambda n, u, i, _: f"{u},{i},03-04-05 10:{n % 60:02d}")
    with pytest.raises(EventsError, match=r"'03-04-05 10:00', may begin with the day or with the year\. Say which"):
        ingest(table)


MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
}
FORMS = {"de": "{}. {} {}", "es": "{} de {} de {}", "it": "{}-{}-{}", "pt": "{} de {} de {}"}


@pytest.mark.parametrize("language", MONTHS)
def test_months_in_other_languages(ingest, language):
    """All twelve, however long their names, with what stands between day, month and year."""
    days = [datetime(2022, 1 + n * 12 // 80, 1 + n * 5 % 28, tzinfo=UTC) for n in range(80)]
    form, names = FORMS.get(language, "{} {} {}"), MONTHS[language].split()
    done = ingest(
        written(
            "user_id;item_id;date",
            lambda n, u, i, _: f"{u};{i};{form.format(days[n].day, names[days[n].month - 1], 2022)}",
        )
    )
    assert span(done) == ("2022-01-01T00:00:00", max(days).replace(tzinfo=None).isoformat())
    assert not done.summary["rows_rejected"]


@pytest.mark.parametrize(
    "text",
    [
        lambda m: f"/Date({seconds(m)}000)/",
        lambda m: f"/Date({seconds(m)}000+0200)/",
        lambda m: f"{m.month}/{m.day}/{m.year} {m:%I}:{m:%M}{'p' if m.hour > 11 else 'a'}",
        lambda m: f"{m:%d/%m/%Y} {m:%I}:{m:%M}:00 {'a. m.' if m.hour < 12 else 'p. m.'}",
        lambda m: f"{m:%Y-%m-%d-%H.%M.%S}.000000",
        lambda m: f"{['Mo', 'Di', 'Mi', 'Do', 'Fr', 'Sa', 'So'][m.weekday()]}, {m:%d.%m.%Y %H:%M}",
        lambda m: f"{m:%b}. {m.day}, {m.year} {m:%H:%M}",
    ],
)
def test_times_as_programs_write_them(ingest, text):
    """JSON of .NET, clocks with one letter or in Spanish, DB2, German weekdays, months with a dot."""
    assert span(ingest(written("user_id;item_id;time", lambda _, u, i, m: f"{u};{i};{text(m)}"))) == (BEGIN, END)


def test_day_numbers_with_a_decimal_comma(ingest):
    """As spreadsheets of most of Europe write them."""
    table = written(
        "user_id;item_id;date",
        lambda _, u, i, m: f"{u};{i};{seconds(m) / 86_400 + 25_569:.6f}".replace(".", ","),
    )
    first = datetime.fromisoformat(ingest(table).summary["first"])
    assert abs(first - FIRST) < timedelta(seconds=1)


def test_names_of_some_logs(ingest):
    """Authors who write in many places are users, those of a book are not; two halves make one visitor."""
    talk = written("author,subreddit,created_utc", lambda _, u, i, m: f"a{u},s{i},{seconds(m)}")
    assert ingest(talk).events["user_id"].nunique() == 8
    books = written("book_id,author,rated", lambda _n, _u, i, m: f"{i},a{i},{m}")
    with pytest.raises(EventsError, match="user_id"):
        ingest(books, out="two")
    hits = written(
        "hit_time_gmt,post_visid_high,post_visid_low,pagename",
        lambda _, u, i, m: f"{seconds(m)},{2**60 + u // 2},{2**59 + u % 2},p{i}",
    )
    done = ingest(hits, out="three")
    assert done.events["user_id"].nunique() == 8
    assert span(done) == (BEGIN, END)


def test_times_that_count_from_a_moment_nobody_tells(ingest):
    """Days of a course, before its start too, and milliseconds of a fortnight keep their order and pauses."""
    course = written("id_student,id_site,date", lambda n, u, i, _: f"{u},{i},{n // 2 - 10}")
    days = ingest(course).events["timestamp"]
    assert (days.max() - days.min()).days == 39
    clicks = written("uuid,document_id,timestamp", lambda n, u, i, _: f"{u},{i},{n * 15_000_000 + 61}")
    done = ingest(clicks, out="two")
    assert done.events["timestamp"].max() - done.events["timestamp"].min() == timedelta(seconds=79 * 15_000)
    assert any("moment that is not told" in str(note) for note in done.summary["time_notes"])


def test_a_total_is_no_event(ingest):
    """The last row of a table is rejected by name, unless ids are words."""
    table = written("user_id,item_id,timestamp", lambda _, u, i, m: f"{u},{i},{seconds(m)}")
    done = ingest(table + f"Total,80,{seconds(LAST.replace(tzinfo=UTC))}\n")
    assert done.summary["reasons"] == {"row holds a total, not an event": 1}


def test_zero_bytes_in_a_text_are_left_out(ingest):
    """At the end of a cell, or as what fills up the file."""
    table = written("user_id,item_id,timestamp", lambda _, u, i, m: f"u{u}\0,{i},{seconds(m)}")
    done = ingest(table.encode() + bytes(300))
    assert sorted(done.events["user_id"].unique()) == [f"u{number}" for number in range(8)]


def test_rounded_times_are_told_of(ingest):
    """A spreadsheet showed the first digits only; with all digits nothing is lost, and nothing said."""
    short, whole = (
        ingest(
            written("user_id,item_id,timestamp", lambda _, u, i, m, d=d: f"{u},{i},{seconds(m) * 1000:.{d}E}"),
            out=str(d),
        ).cautions
        for d in (4, 12)
    )
    assert any("are rounded" in line for line in short)
    assert not any("are rounded" in line for line in whole)
