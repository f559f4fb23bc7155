"""Rules of cleaning, recipes, adding to a data set, and privacy."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from core.data import recipe
from core.data.cleaning import Base, import_files
from core.data.export import safe_frame
from core.data.log_files import LogFiles
from core.errors import EventsError, SettingsError
from core.settings import ImportSettings
from tests.data.importing import Imported, log

DAY = 86_400
START = 1_362_062_838


def rows(user: str, count: int, step: int = DAY, start: int = START) -> list[str]:
    """Events of a user, one item each."""
    return [f"{user},{user}{place},{start + place * step}" for place in range(count)]


def steps(done: Imported) -> dict[str, tuple[bool, int, int]]:
    return {step["rule"]: (step["on"], step["before"], step["after"]) for step in done.summary["rules"]}


def test_each_rule_says_what_it_saw_and_left(ingest):
    """Rules stand in the summary in their order, with counts before and after."""
    done = ingest(log(*rows("a", 6), *rows("b", 2), "a,a0,1362062838"), settings=ImportSettings())
    assert steps(done) == {
        "leave_out_kinds": (False, 9, 9),
        "duplicates": (True, 9, 8),
        "max_age_days": (False, 8, 8),
        "retention_days": (False, 8, 8),
        "most_per_hour": (False, 8, 8),
        "min_events": (True, 8, 6),
    }


def test_bots_go(ingest):
    """A user with more events in an hour than a person has is left out whole."""
    settings = ImportSettings(min_events=1, most_per_hour=20)
    done = ingest(log(*rows("bot", 50, step=1), *rows("a", 5)), settings=settings)
    assert done.summary["reasons"] == {"user has more than 20 events in an hour": 50}
    assert set(done.events["user_id"]) == {"a"}


def test_old_events_go(ingest):
    """Retention counts from the last event of the log."""
    done = ingest(log(*rows("a", 10)), settings=ImportSettings(min_events=1, max_age_days=3))
    assert done.summary["reasons"] == {"event is older than 3 days": 6}
    assert len(done.events) == 4


def test_k_core(ingest):
    """Users and items are checked in turn until all that stay have enough."""
    pairs = [("a", "x"), ("b", "x"), ("a", "y"), ("b", "y"), ("c", "x"), ("c", "z"), ("d", "z"), ("d", "q")]
    text = log(*(f"{user},{item},{START + place}" for place, (user, item) in enumerate(pairs)))
    done = ingest(text, settings=ImportSettings(min_events=2, min_item_events=2))
    assert set(done.events["user_id"]) == {"a", "b"}
    assert done.summary["reasons"] == {"item has fewer than 2 events": 2, "user has fewer than 2 events": 2}


def test_cancellations_are_a_kind_of_their_own(ingest):
    """A negative quantity takes an event back, unless the rule is off."""
    text = log("a,x,1362062838,3", "a,x,1362062838,-3", header="user_id,item_id,timestamp,quantity")
    assert ingest(text).events["event"].tolist() == ["event", "cancellation"]
    off = ingest(text, settings=ImportSettings(min_events=1, cancellations=False))
    assert "event" not in off.events
    assert off.summary["duplicates"] == 1


def test_spellings_of_a_category_become_one(ingest):
    """The spelling of most items wins; order within an item stays."""
    items = "item_id,category\nx,Slice of life|Horror\ny,Slice of Life\nz,Slice of Life\nw,\n"
    done = ingest(log(f"a,x,{START}"), items=items)
    assert done.items["category"].fillna("").tolist() == ["", "Slice of Life|Horror", "Slice of Life", "Slice of Life"]
    assert done.summary["categories_merged"] == 1
    assert done.summary["categories"] == 2


def test_pseudonyms(ingest):
    """Ids of users are keyed hashes in every file, the same for the same key; other texts stay."""
    settings = ImportSettings(min_events=1, pseudonyms=True)
    done = ingest(log(f"anna,x,{START}", "anna,x,soon"), settings=settings, key="k", users="user_id,age\nanna,30\n")
    hidden = hashlib.sha256(b"kanna").hexdigest()[:20]
    assert done.events["user_id"].tolist() == [hidden]
    assert done.users.to_dict("records") == [{"user_id": hidden, "age": 30}]
    assert done.rejects["user_id"].tolist() == [hidden]
    assert not any(b"anna" in path.read_bytes() for path in done.folder.iterdir())


def test_attributes_can_be_left_out(ingest):
    """Columns named in `leave_out` reach no file."""
    settings = ImportSettings(min_events=1, leave_out="age, Country,title")
    text = log(f"a,x,{START},France,Ex", header="user_id,item_id,timestamp,Country,title")
    done = ingest(text, settings=settings, users="user_id,age,job\na,30,cook\n")
    assert list(done.users) == ["user_id", "job"]
    assert list(done.items) == ["item_id"]


def test_several_files_are_one_log(ingest, tmp_path: Path):
    """Rows of all files count, and rejects say which file they stand in."""
    (tmp_path / "second.csv").write_text(log(f"a,y,{START + 1}", "a,z,soon"))
    done = ingest(log(f"a,x,{START}", "b,x,never"), more=(tmp_path / "second.csv",))
    assert done.events["item_id"].tolist() == ["x", "y"]
    assert done.rejects[["file", "line"]].to_numpy().tolist() == [["1", "3"], ["2", "3"]]


def test_files_of_one_log_must_agree(ingest, tmp_path: Path):
    """The message shows both headers."""
    (tmp_path / "second.csv").write_text(log(f"a,y,{START},1", header="user_id,item_id,timestamp,stars"))
    with pytest.raises(
        EventsError, match=r"second\.csv has the columns user_id, item_id, timestamp, stars, but log\.csv"
    ):
        ingest(log(f"a,x,{START}"), more=(tmp_path / "second.csv",))


def test_a_recipe_treats_the_next_log_alike(ingest):
    """Columns, settings and the order of day and month are taken over; what is named now wins."""
    settings = ImportSettings(min_events=1, most_per_hour=9)
    header = "who,item_id,timestamp"
    done = ingest(log("a,x,31/12/2013", header=header), settings=settings, columns={"user_id": "who"})
    files, again = recipe.replayed(done.summary, LogFiles(Path("next.csv"), columns={"item_id": "thing"}))
    assert files.columns == {"user_id": "who", "item_id": "thing", "timestamp": "timestamp"}
    assert again == ImportSettings(min_events=1, most_per_hour=9, date_order="day")
    text = log("a,x,1/2/2014", header="who,thing,timestamp")
    assert ingest(text, settings=again, columns=files.columns).events["timestamp"].dt.month.tolist() == [2]


def test_adding_to_a_data_set(ingest):
    """Old and new events are one history; duplicates across both count; who had too few before may have enough now."""
    settings = ImportSettings(min_events=3)
    items = "item_id,title,price\na0,Old,1\n"
    first = ingest(log(*rows("a", 3), *rows("b", 2), "c,,1362062838"), settings=settings, items=items, out="v1")
    again = [*rows("a", 1), *rows("b", 1, start=START + 9 * DAY), *rows("a", 2, start=START + 9 * DAY)]
    second = ingest(
        log(*again),
        settings=settings,
        base=Base(first.folder, first.summary),
        items="item_id,title\na1,New\n",
        out="v2",
    )
    assert second.events.groupby("user_id").size().to_dict() == {"a": 5, "b": 3}
    assert second.events["timestamp"].groupby(second.events["user_id"]).is_monotonic_increasing.all()
    assert second.summary["duplicates"] == 1
    assert second.summary["reasons"] == {"item_id is missing": 1}
    assert second.summary["rows_read"] == 10
    titles = second.items.set_index("item_id")["title"]
    assert titles["a0"] == "Old"
    assert titles["a1"] == "New"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [("date_order", "week", r"data\.date_order must be auto, day, month or year, found 'week'"),
     ("min_events", -1, r"data\.min_events must be at least 1, found -1")],
)  # fmt: skip
def test_settings_that_no_import_could_follow(name: str, value: object, message: str):
    """The message names the setting, what was found and what is possible."""
    with pytest.raises(SettingsError, match=message):
        ImportSettings(**{name: value})


def test_exports_are_safe_to_open():
    """Formulas become text, numbers and other columns stay."""
    frame = pd.DataFrame({"id": ["=1+1", "+49", "@x", "-5", "ok", None], "n": [1, 2, 3, 4, 5, 6]})
    safe = safe_frame(frame)
    assert safe["id"].tolist() == ["'=1+1", "+49", "'@x", "-5", "ok", None]
    assert safe["n"].tolist() == frame["n"].tolist()


def test_same_log_same_files(ingest, tmp_path: Path):
    """Importing twice gives the same bytes."""
    text = log(*rows("a", 30), *rows("b", 30), "c,x,soon")
    first = ingest(text, items="item_id,category\na0,A|b\na1,B\n", out="one")
    files = LogFiles(tmp_path / "log.csv", tmp_path / "items.csv")
    (tmp_path / "two").mkdir()
    import_files(files, tmp_path / "two", ImportSettings(min_events=1))
    for path in first.folder.iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
