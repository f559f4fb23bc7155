"""Importing a log: what is kept, what is rejected and why, and what the files then hold."""

import gzip
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from core.data.cleaning import import_files
from core.data.log_files import LogFiles
from core.errors import EventsError, JobCancelledError
from core.settings import ImportSettings
from tests.data.importing import ALL, HEADER, log


def test_a_plain_log(ingest):
    """Events come out sorted by user, time and file order, ids as text."""
    done = ingest(log("b,0013442,1362062838", "a,x,1362062900", "a,y,1362062838", "a,z,1362062838"))
    assert done.events["user_id"].tolist() == ["a", "a", "a", "b"]
    assert done.events["item_id"].tolist() == ["y", "z", "x", "0013442"]
    assert done.events["timestamp"].iloc[0] == pd.Timestamp("2013-02-28 14:47:18")
    assert done.summary["users"] == 2
    assert done.summary["items"] == 4
    assert done.summary["first"] == "2013-02-28T14:47:18"
    assert not list(done.folder.glob("scratch*"))


def test_mixed_times(ingest):
    """Seconds, milliseconds, ISO and dates may stand in one column."""
    done = ingest(log("a,x,1362062838", "a,y,1362062838000", "a,z,2013-02-28T14:47:18", "a,w,2/28/13 14:47", "a,v,NaN"))
    assert done.events["timestamp"].dt.floor("min").nunique() == 1
    assert done.summary["reasons"] == {"timestamp is missing": 1}


def test_day_or_month_first_is_decided_from_the_whole_column(ingest):
    """One date that can be read only one way decides for all."""
    month = ingest(log("a,x,1/2/2013 8:26", "a,y,12/31/2013 8:26"))
    assert month.events["timestamp"].dt.month.tolist() == [1, 12]
    day = ingest(log("a,x,1/2/2013 8:26", "a,y,31/12/2013 8:26"))
    assert day.events["timestamp"].dt.month.tolist() == [2, 12]
    assert "day first" in day.summary["time_notes"][0]


def test_positions_are_an_order_without_a_clock(ingest):
    """0, 1, 2 ... of each user is a position: the log is ordinal and microseconds count places."""
    done = ingest(log("a,x,0", "a,y,1", "b,x,0", "b,z,1", "b,y,2"))
    assert done.summary["ordinal"] is True
    assert done.events["timestamp"].astype("int64").tolist() == [0, 1, 0, 1, 2]
    assert "first" not in done.summary


def test_positions_without_any_user(ingest):
    """A log whose only number is a position of nobody is refused in one line, or what else it holds is kept."""
    done = ingest(log("a,x,2024-01-01", ",,0"))
    assert done.summary["reasons"] == {"user_id is missing": 1}


def test_impossible_times_are_rejected(ingest):
    """0 and -1 among real times, and years that no log has, are no times."""
    done = ingest(log("a,x,1362062838", "a,y,0", "a,z,-1", "a,w,9999-01-01", "a,v,1e300", "a,u,soon", "a,t,"))
    assert done.summary["reasons"] == {
        "timestamp is impossible": 3,
        "timestamp is missing": 1,
        "timestamp is not a time": 2,
    }
    assert done.rejects["line"].tolist() == ["3", "4", "5", "6", "7", "8"]


def test_duplicates_keep_the_first(ingest):
    """Same user, item, time and kind is one event; another kind or rating-only difference tells them apart or not."""
    done = ingest(
        log("a,x,1362062838,view,1", "a,x,1362062838,view,2", "a,x,1362062838,buy,3", header=HEADER + ",event,rating")
    )
    assert done.summary["duplicates"] == 1
    assert sorted(done.events["rating"]) == [1, 3]


def test_users_with_few_events_are_rejected(ingest):
    """They are counted with their reason, and stand in rejects.csv as they were."""
    rows = [f"a,x{n},{1362062838 + n}" for n in range(5)] + ["b,x,1362062838"]
    done = ingest(log(*rows), settings=ImportSettings(min_events=5))
    assert done.summary["reasons"] == {"user has fewer than 5 events": 1}
    assert done.rejects.to_dict("records") == [
        {
            "line": "7",
            "reason": "user has fewer than 5 events",
            "user_id": "b",
            "item_id": "x",
            "timestamp": "1362062838",
        }
    ]


def test_missing_ids_are_rejected(ingest):
    """Empty cells and what programs write for them are no ids."""
    missing = ["", "  ", "NaN", "null", "None", "\\N"]
    rows = [row for cell in missing for row in (f"{cell},x,1362062838", f"a,{cell},1362062838")]
    done = ingest(log("a,x,1362062838", *rows))
    assert done.summary["reasons"] == {"user_id is missing": 6, "item_id is missing": 6}


def test_ids_of_any_kind(ingest):
    """An id is text and stays as it is."""
    users = [
        "two words",
        "a,b",
        'say "hi"',
        "🙂",
        "../../etc/passwd",
        "x" * 10_000,
        "007",
        "1.0",
        "=1+1",
        "line\nbreak",
    ]
    quoted = ['"' + user.replace('"', '""') + '"' for user in users]
    done = ingest(log(*(f"{user},x,1362062838" for user in quoted)))
    assert set(done.events["user_id"]) == set(users)


def test_formulas_in_rejects_are_only_text(ingest):
    """A cell that a spreadsheet would run gets an apostrophe; a negative number does not."""
    done = ingest(log("a,x,1362062838", "=cmd(),-5,soon"))
    assert done.rejects.loc[0, ["user_id", "item_id"]].tolist() == ["'=cmd()", "-5"]


DIALECTS = {
    "tab": ("\t", True), "semicolon": (";", True), "bar": ("|", True), "colons": ("::", True), "comma": (",", True),
    "tab without header": ("\t", False), "colons without header": ("::", False), "comma without header": (",", False),
}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_separators_with_and_without_header(ingest, dialect: str):
    """The separator is found, and columns without names are told by their values."""
    separator, header = DIALECTS[dialect]
    rows = [["user_id", "item_id", "rating", "timestamp"]] if header else []
    rows += [[str(n % 7), f"{n:04d}", str(n % 5 + 1), str(1362062838 + n)] for n in range(40)]
    done = ingest("\n".join(separator.join(row) for row in rows))
    assert len(done.events) == 40
    assert done.events["item_id"].min() == "0000"
    assert sorted(set(done.events["rating"])) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252"])
def test_encodings(ingest, encoding: str):
    """Text of any usual encoding is read as what it says."""
    done = ingest(log("Zoë,café,1362062838", *(f"u{n},i,1362062838" for n in range(60))).encode(encoding))
    assert "Zoë" in done.events["user_id"].tolist()


def test_packed_logs(ingest, tmp_path: Path):
    """.gz and .zip are unpacked, whatever the name says."""
    text = log("a,x,1362062838", "b,y,1362062838")
    assert len(ingest(gzip.compress(text.encode()), "log.csv").events) == 2
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("inner/log.csv", text)
    assert len(ingest((tmp_path / "packed.zip").read_bytes(), "log.zip").events) == 2


def test_parquet_and_json_lines(ingest, tmp_path: Path):
    """Typed columns and lists come out as from text."""
    frame = pd.DataFrame({
        "user_id": [1, 2], "item_id": ["x", "y"], "timestamp": pd.to_datetime(["2013-02-28 14:47:18"] * 2),
        "category": [["A", "B"], ["B"]],
    })  # fmt: skip
    frame.to_parquet(tmp_path / "frame.parquet")
    done = ingest((tmp_path / "frame.parquet").read_bytes(), "log.parquet")
    assert done.items["category"].tolist() == ["A|B", "B"]
    lines = [
        {"user_id": 1, "item_id": "x", "timestamp": 1362062838},
        {"user_id": 2, "item_id": "y/z", "timestamp": "2013-02-28"},
    ]
    done = ingest("\n".join([*map(json.dumps, lines), "{broken", "", "[1]"]), "log.jsonl")
    assert done.events["item_id"].tolist() == ["x", "y/z"]
    assert done.summary["reasons"] == {"not a JSON object": 2}


def test_typed_headers(ingest):
    """The types of RecBole are no part of the names."""
    done = ingest(
        log("1\tx\t3\t881250949", header="user_id:token\titem_id:token\trating:float\ttimestamp:float"), "a.inter"
    )
    assert list(done.events) == ["user_id", "item_id", "timestamp", "rating"]


def test_columns_can_be_named(ingest):
    """By name or number, where the guess would miss or choose another."""
    text = log("a,x,1362062838,1999-01-01", header="who,what,when_seen,created")
    done = ingest(text, columns={"user_id": "who", "item_id": "2", "timestamp": "when_seen"})
    assert done.events["timestamp"].iloc[0] == pd.Timestamp("2013-02-28 14:47:18")


def test_attributes_in_the_log_become_items_and_users(ingest):
    """Online Retail as it comes: titles and prices of items, countries of users, quantities as weights."""
    header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
    done = ingest(
        log(
            "1,85123A,HOLDER,6,12/1/10 8:26,2.55,17850,France",
            "2,71053,LANTERN,-2,12/13/10 8:26,3.39,17850,France",
            header=header,
        )
    )
    assert done.items.to_dict("records") == [
        {"item_id": "71053", "title": "LANTERN", "price": 3.39},
        {"item_id": "85123A", "title": "HOLDER", "price": 2.55},
    ]
    assert done.users.to_dict("records") == [{"user_id": "17850", "country": "France"}]
    assert done.events["weight"].tolist() == [6, -2]


def test_items_file(ingest):
    """All rows of the file stay, events without a row get one, ids that lost their zeros are matched."""
    done = ingest(
        log("a,x,1362062838", "a,118,1362062839", "a,q,1362062840"),
        items="movieId,title,genres,year,code\nx,Ex,A|B,1999,01\n0118,Zeros,B,2001.5,02\nidle,Idle,,,\n,none,,,\nx,again,,,\n",
    )
    table = done.items.set_index("item_id")
    assert list(done.items) == ["item_id", "title", "category", "year", "code"]
    assert table.loc["118", "title"] == "Zeros"
    assert table["year"].dropna().tolist() == [2001.5, 1999]
    assert table.loc["x", "code"] == "01"
    assert set(table.index) == {"x", "118", "q", "idle"}
    assert done.summary["items_matched_by_number"] == 1
    assert done.summary["items_without_events"] == 1
    assert done.summary["items_without_row"] == 1
    assert done.summary["item_rows_left_out"] == 2


def test_items_without_header(ingest):
    """The .dat files of MovieLens: id, title and genres are told by their values."""
    movies = "".join(f"{n}::Film {n}, The (1995)::{'Action|Drama' if n % 2 else 'Comedy'}\n" for n in range(30))
    done = ingest(log("a,1,1362062838"), items=movies)
    assert done.items.set_index("item_id").loc["1"].tolist() == ["Film 1, The (1995)", "Action|Drama"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [(["A/B", "A", "B", "B/C", "C"], "A|B"), (["A, B", "A", "B", "B, C", "C"], "A|B"), (["A|B", "A", "B"], "A|B"),
     (["['A', 'B']", "['A']", "['B']", "['C']", "['B']"], "A|B")],
)  # fmt: skip
def test_separators_of_categories(ingest, cells: list[str], expected: str):
    """What parts categories throughout the file is understood."""
    rows = [f'{n},"{cell}"' for n, cell in enumerate(cells)]
    done = ingest(log("a,0,1362062838"), items="\n".join(["item_id,category", *rows]))
    assert done.items.set_index("item_id").loc["0", "category"] == expected


def test_users_file(ingest):
    """Attributes follow the users of the file and of the log."""
    done = ingest(log("a,x,1362062838", "b,x,1362062838"), users="user_id,age\na,30\nidle,40\n")
    assert done.users["user_id"].tolist() == ["a", "b", "idle"]
    assert done.users["age"].tolist()[0] == 30


BAD = {
    "empty": (b"", r"log\.csv is empty \(0 bytes\)"),
    "blank": (b"\n\n \n", r"log\.csv is empty: it has only blank lines"),
    "only a header": (log().encode(), r"log\.csv has a header but no rows"),
    "binary": (bytes(range(256)) * 10, r"log\.csv looks like a binary file, not a log\. Expected text"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00" * 20, r"looks like a binary file"),
    "no header": (b"a,x,y\nb,y,z\n", r"Missing column\(s\) timestamp\. log\.csv has no header.*--columns timestamp"),
    "no time": (b"user_id,item_id,stars\na,x,5\n", r"Missing column\(s\) timestamp\. Found: user_id, item_id, stars\."),
    "unknown names": (b"a,b,c\n1,2,3\n", r"Missing column\(s\) user_id, item_id, timestamp\. Found: a, b, c"),
    "text for times": (log("a,x,soon", "b,y,later").encode(), r"'timestamp' holds no times: found 'soon', expected"),
    "one column": (b"user\na\nb\n", r"log\.csv has one column only; its first line is 'user'"),
    "broken gzip": (b"\x1f\x8b\x08\x00garbage", r"log\.csv is a damaged packed file"),
    "broken zip": (b"PK\x03\x04garbage", r"log\.csv is a damaged or locked zip file"),
    "broken parquet": (b"PAR1garbage", r"log\.csv is a damaged Parquet file"),
    "no objects": (b"{1\n{2\n", r"holds no JSON object a line"),
    "all missing": (log(",,", ",,").encode(), r"None of 2 rows of log\.csv can be used: user_id is missing in 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_one_clear_line(ingest, case: str):
    """The line says what was found, what was expected and what to do."""
    content, message = BAD[case]
    with pytest.raises(EventsError, match=message) as raised:
        ingest(content)
    assert "\n" not in str(raised.value)


def test_too_few_events_for_anyone(ingest):
    """The message says how long the longest history is."""
    with pytest.raises(
        EventsError, match=r"No user has 5 events: the longest history of 1 users.*has 1\. .*--min-events 1"
    ):
        ingest(log("a,x,1362062838"), settings=ImportSettings(min_events=5))


def test_unknown_names_in_columns(ingest):
    """Both sides of a mapping are checked."""
    with pytest.raises(EventsError, match=r"No column 'who' for user_id\. Found: user_id, item_id, timestamp"):
        ingest(log("a,x,1362062838"), columns={"user_id": "who"})
    with pytest.raises(EventsError, match=r"No column 'usr' to fill\. Choose from user_id"):
        ingest(log("a,x,1362062838"), columns={"usr": "user_id"})


def test_missing_file(tmp_path: Path):
    """The path is in the message."""
    with pytest.raises(EventsError, match=r"No file .*nothing\.csv\. Check the path"):
        import_files(LogFiles(tmp_path / "nothing.csv"), tmp_path, ALL)


def test_zip_with_two_files(ingest, tmp_path: Path):
    """The message names what is in the archive."""
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "y")
    with pytest.raises(EventsError, match=r"log\.zip holds 2 files \(a\.csv, b\.csv\), expected one"):
        ingest((tmp_path / "two.zip").read_bytes(), "log.zip")


def test_bombs_are_refused(ingest, monkeypatch: pytest.MonkeyPatch):
    """A packed file that unpacks to far more than a log would is not unpacked to its end."""
    monkeypatch.setenv("MEANDER_INTAKE__UNPACKED_FREE_MB", "1")
    with pytest.raises(EventsError, match=r"unpacks to more than 200 times its"):
        ingest(gzip.compress(b"a" * (20 << 20)), "log.csv.gz")


def test_items_file_without_ids(ingest):
    """An items file must say which column holds the ids."""
    with pytest.raises(EventsError, match=r"Missing column item_id in items\.csv\. Found: name, colour_code"):
        ingest(log("a,x,1362062838"), items="name,colour_code\nEx,3\n")


def test_small_logs(ingest):
    """One user, one item, all events at one time: a small log is a log."""
    done = ingest(log("a,x,1362062838", "a,y,1362062838"))
    assert done.summary["users"] == 1
    done = ingest(log("a,x,1362062838", "b,x,1362062838"))
    assert done.summary["items"] == 1


def test_ragged_rows_keep_their_line_numbers(ingest):
    """Short rows count if they have what is needed; long rows, stray quotes and blank lines lose no line."""
    rows = [
        "a,x,1362062838,5",
        "",
        "b,y,1362062838",
        "c,z",
        "d,w,1362062838,1,2,3",
        'e,5" disc,1362062838,2',
        'f,"open,1362062838,3',
    ]
    done = ingest(log(*rows, header=HEADER + ",rating"))
    assert done.events["user_id"].tolist() == ["a", "b", "e", "f"]
    assert done.summary["reasons"]["row has more than 4 cells"] == 1
    assert {"5", "6"} <= set(done.rejects["line"])


def test_quoted_line_breaks(ingest):
    """A quoted cell may hold separators and line breaks; lines are counted as an editor shows them."""
    done = ingest(log('"a\nb","x,y",1362062838', "c,z,soon"))
    assert done.events["user_id"].tolist() == ["a\nb"]
    assert done.rejects["line"].tolist() == ["4"]


def test_line_ends(ingest):
    """Unix, Windows and old Mac line ends."""
    for end in ("\n", "\r\n", "\r"):
        assert len(ingest(log("a,x,1362062838", "b,y,1362062839").replace("\n", end)).events) == 2


def test_cancelling_leaves_no_scratch(ingest, tmp_path: Path):
    """The error of the caller comes through and the scratch folder goes."""

    def stop(share: float, _: str) -> None:
        if share > 0.5:
            raise JobCancelledError("cancelled")

    with pytest.raises(JobCancelledError, match="cancelled"):
        ingest(log("a,x,1362062838"), progress=stop)
    assert not list((tmp_path / "out").glob("scratch*"))
