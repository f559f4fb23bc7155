"""Which column is what: names propose, values decide, and the import says what it did not believe."""

import uuid

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data import missing
from core.data.guessing import guess_columns
from core.errors import EventsError
from core.settings import ImportSettings
from core.stream.layout import Layout
from tests.data.importing import PLACES, written


@given(st.from_regex(f"(?i){missing.PATTERN}", fullmatch=True))
def test_whatever_is_written_for_nothing_is_nothing(cell):
    """All words of the pattern, in small letters and large."""
    assert missing.is_missing(cell)


def test_an_empty_column_loses_to_a_filled_one(ingest):
    """The user is the column with people in it, whatever the empty one is called."""
    done = ingest(written("user_id,member,item_id,timestamp", lambda _n, p, i, t: f",m{p},i{i},{t:%Y-%m-%d %H:%M}"))
    assert done.summary["recipe"]["columns"]["user_id"] == "member"
    assert done.summary["users"] == 8


def test_an_empty_column_alone_is_asked_about(ingest):
    """Nobody is taken for the user where the only column so called is empty; the others are named."""
    with pytest.raises(EventsError, match=r"Missing column\(s\) user_id\. Found: user_id, who, item_id"):
        ingest(written("user_id,who,item_id,timestamp", lambda _n, p, i, t: f",m{p},i{i},{t:%Y-%m-%d %H:%M}"))


def test_an_id_of_the_row_is_no_item(ingest):
    """An event id, rising or at random, loses to what people come back to; alone it is asked about."""
    for make in (lambda n: f"E{n:05d}", lambda _n: uuid.uuid4()):
        text = written("event_id,user_id,page_url,timestamp",
                       lambda n, p, i, t, make=make: f"{make(n)},u{p},/p/{i},{t:%Y-%m-%d %H:%M}")  # fmt: skip
        assert ingest(text).summary["recipe"]["columns"]["item_id"] == "page_url"
    with pytest.raises(EventsError, match=r"Missing column\(s\) item_id"):
        ingest(written("event_id,user_id,what,timestamp", lambda n, p, i, t: f"E{n},u{p},{i},{t:%Y-%m-%d %H:%M}"))


def test_an_item_for_each_row_is_said(ingest):
    """Where every item has one event the import says that its id may be that of the row."""
    done = ingest(written("user_id,item_id,timestamp", lambda n, p, _i, t: f"u{p},x{n},{t:%Y-%m-%d %H:%M}"))
    assert done.cautions == ["Every item has one event: item_id may name the row, not the item."]


def test_the_day_of_signing_up_is_not_the_time(ingest):
    """A time that never changes within a user loses to one that does."""
    text = written(
        "user_id,created_at,item_id,seen", lambda _n, p, i, t: f"u{p},2020-0{p + 1}-01,i{i},{t:%Y-%m-%d %H:%M}"
    )
    done = ingest(text)
    assert done.summary["recipe"]["columns"]["timestamp"] == "seen"
    assert done.summary["first"] == "2023-05-01T08:00:00"


@pytest.mark.parametrize("day", ["%Y-%m-%d", "%Y%m%d"])
def test_of_two_times_the_finer_wins(ingest, day: str):
    """A date loses to the moment on that date, but not to another time that has nothing to do with it."""
    text = written(
        "user,item,date,moment_ms", lambda _n, p, i, t: f"u{p},i{i},{t.strftime(day)},{int(t.timestamp())}000"
    )
    assert ingest(text).summary["recipe"]["columns"]["timestamp"] == "moment_ms"
    text = written("user,item,date,loaded", lambda _n, p, i, t: f"u{p},i{i},{t.strftime(day)},2024-02-01 10:00:{p:02d}")
    assert ingest(text).summary["recipe"]["columns"]["timestamp"] == "date"


def test_what_tells_about_users_is_theirs(ingest):
    """Names, salutations and departments of people are no titles and categories of items."""
    text = written(
        "user_id,title,department,item_id,timestamp",
        lambda _n, p, i, t: f"u{p},{('Mr', 'Ms')[p % 2]},{'abc'[p % 3]},i{i},{t:%Y-%m-%d %H:%M}",
    )
    done = ingest(text)
    assert list(done.items) == ["item_id"]
    assert set(done.users) >= {"user_id"}
    assert "category" not in done.items


def test_a_headline_of_the_row_is_no_title(ingest):
    """What differs within an item is no title; the product's name behind it is."""
    text = written(
        "user_id,title,product_name,item_id,timestamp",
        lambda n, p, i, t: f"u{p},Nice no {n},Lamp {i},i{i},{t:%Y-%m-%d %H:%M}",
    )
    done = ingest(text)
    assert set(done.items["title"]) == {f"Lamp {n}" for n in range(13)}


def test_a_title_that_only_the_head_bears_out_is_dropped(ingest):
    """The whole log decides: a column that was a title for a thousand rows and a note after them is left out."""
    rows = [
        f"u{n % 8},i{n % 13},{1_600_000_000 + 60 * n},{f'Lamp {n % 13}' if n < 1100 else f'note {n}'}"
        for n in range(4000)
    ]
    done = ingest("user_id,item_id,timestamp,title\n" + "\n".join(rows) + "\n")
    assert "title" not in done.items
    assert done.cautions == ["title differs between the events of one item: it is not taken for the title of items."]


def test_coordinates_and_grades_are_no_ids(ingest):
    """Without a header the place is the item, not its latitude; a grade of 1 to 5 is none either."""
    rows = [f"{p}\t{t:%Y-%m-%dT%H:%M:%SZ}\t{30 + i / 7:.5f}\t{-97 - i / 9:.5f}\t{22800 + i}" for p, i, t in PLACES]
    done = ingest("\n".join(rows) + "\n")
    assert done.summary["recipe"]["columns"]["item_id"] == "column_5"
    with pytest.raises(EventsError, match=r"Missing column\(s\) item_id"):
        ingest("\n".join(f"{1000 + p},{i % 5 + 1},{t:%Y-%m-%d}" for p, i, t in PLACES) + "\n")


def test_lists_and_blocks_are_asked_about(ingest):
    """A row that is not an event is refused with what to write instead."""
    shown = "\n".join(f"{n}\tU{p}\t{t:%Y-%m-%d %H:%M}\tN1 N2\tN{i}-0 N{i + 1}-1" for n, (p, i, t) in enumerate(PLACES))
    with pytest.raises(EventsError, match=r"column_5 holds lists of items that were shown"):
        ingest(shown + "\n")
    blocks = "".join(f"{i}:\n" + "".join(f"{900 + p},3,2005-0{p + 1}-02\n" for p in range(8)) for i in range(1, 9))
    with pytest.raises(EventsError, match=r"'1:' opens a block of rows"):
        ingest(blocks)


def test_a_number_of_the_row_before_the_user_is_passed_over(ingest):
    """Without a header, a first column that never repeats is no user if two others may be ids."""
    rows = [f"{n},u{p},i{i},{t:%Y-%m-%d %H:%M:%S}" for n, (p, i, t) in enumerate(PLACES)]
    columns = ingest("\n".join(rows) + "\n").summary["recipe"]["columns"]
    assert (columns["user_id"], columns["item_id"]) == ("column_2", "column_3")


def test_one_event_each_is_no_reason_for_a_lower_minimum(ingest):
    """Where every user has one event the column is doubted, instead of `--min-events 1` being advised."""
    rows = "".join(f"r{n},i{i},{t:%Y-%m-%d %H:%M}\n" for n, (_, i, t) in enumerate(PLACES))
    with pytest.raises(EventsError, match=r"'user_id' may name the row, not the user\. Say which") as raised:
        ingest("user_id,item_id,timestamp\n" + rows, settings=ImportSettings())
    assert "min-events" not in str(raised.value)


@given(st.lists(st.sampled_from(["user_id", "item_id", "timestamp", "title", "x", "event"]), unique=True, min_size=3))
def test_a_header_alone_is_read_by_its_names(header):
    """Without rows names are all there is: each canonical name is itself."""
    guess = guess_columns(header)
    assert all(guess.columns[name] == name for name in header if name != "x")


@pytest.mark.parametrize("word", ["NA", "N/A", "#N/A", "(not set)", "undefined", "null", "None", "nan", "NaT", "\\N"])
def test_words_for_nothing_are_nobody(ingest, word: str):
    """A row whose user is such a word is rejected as one without a user, not gathered into a giant."""
    done = ingest(
        written("user_id,item_id,timestamp", lambda n, p, i, t: f"{word if n % 4 else p},{i},{t:%Y-%m-%d %H:%M}")
    )
    assert done.summary["reasons"] == {"user_id is missing": 60}


def test_people_whose_names_are_such_words_stay(ingest):
    """Where ids are words, Null and None are people, and the import says that they may not be."""
    names = ["Null", "None", "Nan", "Anna", "Bo", "Cy", "Di", "Eve"]
    done = ingest(written("username,item_id,timestamp", lambda _n, p, i, t: f"{names[p]},i{i},{t:%Y-%m-%d %H:%M}"))
    assert set(done.events["user_id"]) == set(names)
    assert done.cautions[0].startswith("Ids in username as Nan, None, Null can mean that there is none")


@pytest.mark.parametrize("settings", [ImportSettings(min_events=1), ImportSettings(min_events=1, pseudonyms=True)])
def test_the_largest_user_is_named_where_it_may_be_nobody(ingest, settings):
    """`guest` with most of the events is said, under pseudonyms too: it is nobody's name."""
    text = written(
        "user_id,item_id,timestamp", lambda n, p, i, t: f"{'guest' if n % 2 else f'u{p}'},i{i},{t:%Y-%m-%d %H:%M}"
    )
    done = ingest(text, settings=settings, key="k")
    assert "The largest user is called guest and has 50 % of the events" in " ".join(done.cautions)


def test_seven_and_seven_point_nought_are_one(ingest):
    """Where ids are whole numbers a final .0 is how a data frame wrote them; 1.0 among versions stays."""
    done = ingest(
        written("user_id,item_id,timestamp", lambda n, p, i, t: f"{p}{'.0' if n % 3 else ''},{i},{t:%Y-%m-%d %H:%M}")
    )
    assert done.summary["users"] == 8
    versions = ingest(written("user_id,item_id,timestamp", lambda _n, p, i, t: f"u{p},{i}.{i % 2},{t:%Y-%m-%d %H:%M}"))
    assert "2.0" in set(versions.events["item_id"])


@pytest.mark.parametrize("user", ["3.16236E+18", "9007199254740992.0"])
def test_rounded_ids_are_said(ingest, user: str):
    """What a spreadsheet or a column of floats has rounded cannot be mended, but is told."""
    done = ingest(
        written("user_id,item_id,timestamp", lambda _n, p, i, t: f"{user if p else 'u0'},i{i},{t:%Y-%m-%d %H:%M}")
    )
    assert f"Ids in user_id are rounded, as {user}" in " ".join(done.cautions)


@pytest.mark.parametrize("twin", ["caf\u00e9 / cafe\u0301", "Ann / ann", "a b / a\u00a0b", "ab / a\u200bb"])
def test_twins_are_named(ingest, twin: str):
    """Ids that look alike count as different, and the import says so with an example."""
    one, other = twin.split(" / ")
    names = [one, other, *(f"u{n}" for n in range(6))]
    done = ingest(written("user_id,item_id,timestamp", lambda _n, p, i, t: f"{names[p]},i{i},{t:%Y-%m-%d %H:%M}"))
    assert done.summary["users"] == 8
    assert "2 ids in user_id differ from another one only by" in " ".join(done.cautions)


@given(st.sampled_from(["NA", "None", "7.0", "7", "x", "\\N", "#N/A", ""]), st.sampled_from(["words", "numbers", ""]))
def test_a_stream_reads_ids_as_the_import_did(cell: str, kind: str):
    """A cell of a key column is the same id, or as missing, in a stream as in the log before it."""
    summary = {"recipe": {"columns": {}, "ids": {"user_id": kind}}}
    row = Layout.of("user_id,item_id,timestamp\nann,i1,2024-01-01\n", "log.csv", summary).read(f"{cell},i1,2024-01-01")
    assert row.get("user_id", "") == missing.id_of(cell, kind)


def test_a_session_column_that_was_not_believed_is_not_added_later(ingest):
    """A log that is added goes on with pauses, and keeps what was said."""
    from core.data.cleaning import Base

    text = written("user_id,item_id,timestamp,session_id", lambda n, p, i, t: f"u{p},i{i},{t:%Y-%m-%d %H:%M},s{n}")
    first = ingest(text)
    later = text.replace("2023-", "2024-")
    added = ingest(later, base=Base(first.folder, first.summary), out="second")
    assert added.summary["sessions"] == "pauses"
    assert "session_id" not in pd.read_parquet(added.folder / "events.parquet")
    assert added.summary["cautions"] == first.summary["cautions"] != []


def test_who_knows_better_says_what_parts_sessions(ingest):
    """A setting takes a column that the log does not bear out, or none at all; without a column it is refused."""
    rows = written("user_id,item_id,timestamp,session_id", lambda n, p, i, t: f"u{p},i{i},{t:%Y-%m-%d %H:%M},q{n}")
    forced = {kind: ingest(rows, settings=ImportSettings(sessions=kind), out=kind) for kind in ("column", "pauses")}
    assert {kind: done.summary["sessions"] for kind, done in forced.items()} == {"column": "column", "pauses": "pauses"}
    assert "session_id" in forced["column"].events
    assert "session_id" not in forced["pauses"].events
    assert forced["column"].cautions == forced["pauses"].cautions
    assert ingest(rows, out="auto").summary["sessions"] == "pauses"
    with pytest.raises(EventsError, match=r"No column holds sessions, but data\.sessions is column"):
        ingest(rows.replace("session_id", "place"), settings=ImportSettings(sessions="column"), out="none")


def test_the_log_of_a_web_server_is_read_where_its_columns_are_told(ingest):
    """Requests are no items by themselves: the refusal says what the file is; who names all columns is believed."""
    text = "".join(
        f'10.0.0.{p} - - [{t:%d/%b/%Y:%H:%M:%S} +0200] "GET /item/{i} HTTP/1.1" 200 {n}\n'
        for n, (p, i, t) in enumerate(PLACES)
    )
    with pytest.raises(EventsError, match=r"This is the access log of a web server"):
        ingest(text, "access.log")
    told = {"user_id": "1", "item_id": "6", "timestamp": "4+5"}
    done = ingest(text, "access.log", columns=told, out="told")
    assert (done.summary["users"], done.summary["items"]) == (8, 13)
    assert done.summary["first"] == "2023-05-01T06:00:00"


def test_columns_are_told_by_names_that_nobody_knows(ingest):
    """A first line of words above words is a header where the names that were told stand in it."""
    rows = "".join(f"p{p},thing {i},m{t:%d%H}\n" for p, i, t in PLACES)
    told = {"user_id": "wer", "item_id": "wat", "timestamp": "#"}
    done = ingest("wer,wat,wann\n" + rows, columns=told)
    assert (done.summary["rows_read"], done.summary["users"], done.summary["items"]) == (80, 8, 13)


def test_fields_that_control_characters_part(ingest):
    """As Hive writes a table."""
    rows = [f"u{p}\x01i{i}\x01{t:%Y-%m-%d %H:%M:%S}" for p, i, t in PLACES]
    done = ingest("\n".join(rows) + "\n", "000000_0")
    assert (done.summary["users"], done.summary["items"], done.summary["rows_kept"]) == (8, 13, 80)
