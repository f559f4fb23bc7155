"""What people searched, or wrote of what they had, is told from what a column says of items or people."""

from datetime import timedelta

import pandas as pd
import pytest

from core.data.event_texts import are_alike
from core.errors import EventsError
from core.settings import ImportSettings, LanguageSettings
from tests.data.importing import START, written

HEADER = "user_id,item_id,timestamp"
THINGS = "mug tent lamp bag pot book boat shoe coat bell drum fork vase".split()  # noqa: SIM905
COLOURS = ["red", "blue", "green", "small", "old"]
REASONS = ["Ring the bell please", "Leave it at the door", "Nobody is home today", "Bring it after noon"]


def log(column, cell):
    """A log of eighty rows with one more column, whose cell is made from number, person and thing."""
    return written(
        f"{HEADER},{column}",
        lambda row, who, what, when: f"u{who},i{what},{when.isoformat()},{cell(row, who, what)}",
    )


def asked(row, _who, what):
    """What was searched: the thing, in some colour."""
    return f"{COLOURS[row % 5]} {THINGS[what]}"


def texts(found):
    return pd.read_parquet(found.folder / "texts.parquet")


@pytest.mark.parametrize("column", ["Search Term", "event.properties.query", "note", "评论"])
def test_texts_of_events_are_kept(ingest, column):
    """By the name of their column, or because texts of one item have words in common."""
    found = ingest(log(column, asked))
    assert found.summary["event_texts"] == [column]
    assert list(texts(found)) == ["user_id", "item_id", "timestamp", "text"]
    assert texts(found)["text"].str.split().str[1].tolist() == [
        THINGS[int(item[1:])] for item in texts(found)["item_id"]
    ]
    assert "text" not in found.events
    assert list(found.items) == ["item_id"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("author", lambda _row, _who, what: f"Ann {THINGS[what]}"),
        ("query", lambda _row, _who, what: f"fine {THINGS[what]}"),
        ("note", lambda row, _who, _what: f"{REASONS[row * 7 % 4]} {COLOURS[row % 5]}"),
        ("about", lambda _row, who, _what: f"likes every {THINGS[who]}"),
        ("query", lambda row, _who, _what: f"A{row}-17"),
        ("comment", lambda row, _who, what: f"https://example.org/{THINGS[what]}/{row}"),
        ("note", lambda row, _who, _what: COLOURS[row % 5]),
    ],
)
def test_what_is_no_text_of_an_event_stays_what_it_was(ingest, column, cell):
    """What is the same for each event of an item or of a person, codes, addresses, kinds, and what is of no item."""
    found = ingest(log(column, cell))
    assert "event_texts" not in found.summary
    assert not (found.folder / "texts.parquet").exists()
    assert ("author" in found.items) == (column == "author")


def test_the_newest_texts_are_kept(ingest):
    """As many different ones of an item as is set, once by each person; the size of letters makes none other."""
    said = [f"{'RED' if n % 8 < 4 else 'red'} mug {'abcdefgh'[n // 8]}" for n in range(64)]
    rows = [f"u{n % 4},i{n % 2},{START + timedelta(hours=n):%Y-%m-%dT%H:%M:%S},{said[n]}" for n in range(64)]
    words = LanguageSettings(event_texts="said", event_newest=3, event_characters=20)
    found = texts(ingest("\n".join([f"{HEADER},said", *rows]), words=words))
    assert (
        found.groupby("item_id")["text"].agg(lambda text: sorted(set(text.str.lower()))).tolist()
        == [["red mug f", "red mug g", "red mug h"]] * 2
    )
    assert not found.assign(same=found["text"].str.lower()).duplicated(["user_id", "item_id", "same"]).any()
    assert len(found) == 12


def test_a_log_that_is_added_adds_its_texts(ingest):
    """By the columns that were taken before, however few its rows are; texts of the version before stay."""
    from core.data.cleaning import Base

    first = ingest(log("query", asked), out="first")
    more = f"{HEADER},query\n" + "\n".join(
        f"u{n},i1,{(START + timedelta(days=90 + n)).isoformat()},a warm cap" for n in range(3)
    )
    base = Base(first.folder, first.summary)
    found = ingest(more, base=base)
    assert found.summary["event_texts"] == ["query"]
    assert len(texts(found)) == len(texts(first)) + 3
    silent = ingest(more.replace(",query", "").replace(",a warm cap", ""), base=base, out="silent")
    assert len(texts(silent)) == len(texts(first))
    off = ingest(more, base=base, words=LanguageSettings(event_texts="none"), out="off")
    assert not (off.folder / "texts.parquet").exists()


def test_texts_go_with_events_that_are_left_out(ingest):
    """Those of people with too few events, and columns that are not taken in."""
    few = log("query", asked) + f"u99,i1,{START.isoformat()},a secret cap\n"
    found = ingest(few, settings=ImportSettings(min_events=5))
    assert "u99" not in set(texts(found)["user_id"])
    assert "event_texts" not in ingest(few, settings=ImportSettings(leave_out="query"), out="less").summary


def test_columns_are_named_or_refused(ingest):
    """A column that is not there is told with those that are; under pseudonyms none is taken, or can be named."""
    text = log("query", asked)
    with pytest.raises(EventsError, match=r"No column 'review' of texts .* Found: user_id, item_id, timestamp, query"):
        ingest(text, words=LanguageSettings(event_texts="review"))
    hidden = ImportSettings(min_events=1, pseudonyms=True)
    found = ingest(text, settings=hidden, key="k")
    assert "event_texts" not in found.summary
    assert not (found.folder / "texts.parquet").exists()
    with pytest.raises(EventsError, match="are not taken under pseudonyms"):
        ingest(text, settings=hidden, key="k", words=LanguageSettings(event_texts="query"), out="named")
    assert "event_texts" not in ingest(text, words=LanguageSettings(event_texts="none")).summary


def test_texts_of_no_item_are_not_alike():
    """Words that are everywhere, and words that go by the person, tell nothing of items."""
    rows = [(f"u{n % 9}", f"i{n * 5 % 13}", n) for n in range(400)]
    events = pd.DataFrame(rows, columns=["user", "item", "row"])
    things = [THINGS[int(item[1:])] for item in events["item"]]
    people = [THINGS[int(user[1:])] for user in events["user"]]
    assert not are_alike(events.assign(value=[f"greetings {row}" for row in events["row"]]))
    assert not are_alike(
        events.assign(value=[f"from {name} {row}" for name, row in zip(people, events["row"], strict=True)])
    )
    assert are_alike(
        events.assign(value=[f"some {name} {row}" for name, row in zip(things, events["row"], strict=True)])
    )
    assert not are_alike(events[:1].assign(value="alone"))
