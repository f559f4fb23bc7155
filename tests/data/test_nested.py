"""Rows that hold lists, structs and names with dots; logs of one person."""

import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import phrases
from core.data import recipe
from core.data.log_files import LogFiles
from core.data.unrolling import as_rows
from core.errors import EventsError
from core.settings import ImportSettings
from tests.data.importing import ALL

START = 1_600_000_000
VISITS = [("s1", [("a", 0), ("b", 1)]), ("s2", [("a", 2)]), ("s3", [])]
TRIPLES = [("s1", "a", START), ("s1", "b", START + 1), ("s2", "a", START + 2)]


def triples(done) -> list[tuple[str, str, int]]:
    seconds = done.events["timestamp"].astype("datetime64[s]").astype("int64")
    return list(zip(done.events["user_id"], done.events["item_id"], seconds, strict=True))


def told(done) -> list[str]:
    return [str(phrases.unpacked(note)) for note in done.summary["notes"]]


def lines(*values: object) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def parquet(rows: list[dict[str, object]]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


SESSIONS = [
    {"session": user, "events": [{"aid": item, "ts": (START + at) * 1000, "type": "clicks"} for item, at in events]}
    for user, events in VISITS
]
BASKETS = [
    {"user": {"id": user}, "timestamp": START + at, "tags": [{"key": "x", "value": "y"}],
     "items": [{"product_id": item, "name": item.upper(), "quantity": 2}]}
    for user, item, at in [("s1", "a", 0), ("s1", "b", 1), ("s2", "a", 2)]
]  # fmt: skip
PARALLEL = [
    {"uid": user, "item_id": [item for item, _ in events], "timestamp": [START + at for _, at in events],
     "genres": ["x"]}
    for user, events in VISITS
]  # fmt: skip


@pytest.mark.parametrize(
    "write", [lambda rows: lines(*rows), json.dumps, lambda rows: json.dumps(rows, indent=1), parquet]
)
@pytest.mark.parametrize(("rows", "rejected"), [(SESSIONS, 1), (BASKETS, 0), (PARALLEL, 1)])
def test_lists_are_unrolled(ingest, rows, rejected, write):
    """Sessions with their events, orders with their items, users with parallel lists; an empty list is one bad row."""
    done = ingest(write(rows), "log.json")
    assert triples(done) == TRIPLES
    assert done.summary["rows_rejected"] == rejected
    assert any("lists were unrolled" in note for note in told(done))


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_inside_of_one_object(ingest, indent):
    """As interfaces answer: all events in one list, on one line or over many."""
    events = [{"user_id": u, "item_id": i, "timestamp": t} for u, i, t in TRIPLES]
    assert triples(ingest(json.dumps({"count": 3, "data": {"events": events}}, indent=indent), "a.json")) == TRIPLES


def test_what_stands_in_a_list_belongs_to_its_row(ingest):
    """Names, quantities and kinds beside the item are its own."""
    assert ingest(lines(*SESSIONS)).events["event"].tolist() == ["clicks"] * 3
    done = ingest(lines(*BASKETS), out="second")
    assert done.items["title"].tolist() == ["A", "B"]
    assert done.events["weight"].tolist() == [2.0] * 3


def test_lists_beside_whole_events_stay(ingest):
    """A row that has user, item and time is one event, whatever lists it holds besides."""
    done = ingest(
        lines({"user_id": "u", "item_id": "a", "timestamp": START, "seen": [{"item_id": "b"}, {"item_id": "c"}]})
    )
    assert triples(done) == [("u", "a", START)]
    assert done.summary["notes"] == []


PARTS = st.one_of(st.none(), st.integers(), st.dictionaries(st.sampled_from("ab"), st.integers()))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(PARTS, max_size=4), max_size=6))
def test_unrolling_loses_nothing(rows):
    """Each element is a row, a row without elements one as well, and what stands outside stands in each."""
    lines_of = [json.dumps({"u": n, "in": {"x": row}}) for n, row in enumerate(rows)]
    found = [json.loads(line) for line in as_rows(lines_of, ["/in/x"])]
    assert found == [{"u": n, "in": {"x": part}} for n, row in enumerate(rows) for part in (row or [None])]


def test_structs_are_taken_apart(ingest):
    """As objects of JSON are."""
    rows = [{"user": {"id": u}, "event": {"item_id": i, "ts": t, "name": "view"}} for u, i, t in TRIPLES]
    assert triples(ingest(parquet(rows), "log.parquet")) == TRIPLES


def test_names_behind_a_dot(ingest):
    """Tables of Hive put their own name before each column; what is of a device is not of the item."""
    header = "logs.user_id,logs.item_id,logs.title,device.category,logs.created_at"
    done = ingest("\n".join([header, *(f"{u},{i},{i.upper()},mobile,{t}" for u, i, t in TRIPLES)]))
    assert triples(done) == TRIPLES
    assert list(done.items) == ["item_id", "title"]


def test_keys_that_come_late(ingest):
    """Events without items may fill the start of a stream: the others' keys are found behind them."""
    views = [{"user_id": "u", "event": "page", "timestamp": START + n} for n in range(1500)]
    done = ingest(lines(*views, *({"user_id": u, "item_id": i, "event": "buy", "timestamp": t} for u, i, t in TRIPLES)))
    assert triples(done) == TRIPLES


DAYS = [f"2021-03-0{n}" for n in range(1, 4)]
OF_ONE = {
    "music.json": json.dumps(
        [{"ts": f"{day}T08:00:00Z", "ms_played": 5, "spotify_track_uri": f"t:{day}",
          "master_metadata_track_name": f"Song {day}"} for day in DAYS]
    ),
    "seen.csv": "Title,Date\n" + "".join(f"Film {day},{day}\n" for day in DAYS),
    "diary.csv": "Date,Name,Year,Letterboxd URI\n" + "".join(f"{day},A,1999,https://b/{day}\n" for day in DAYS),
    "watched.json": json.dumps(
        [{"titleUrl": f"https://y/{day}", "title": "Seen", "subtitles": [{"name": "c", "url": "x"}],
          "time": f"{day}T08:00:00Z"} for day in DAYS]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_ONE)
def test_logs_of_one_person(ingest, name):
    """Nobody guesses that there is one user: it is asked, and `user_id=@me` is the answer."""
    with pytest.raises(EventsError, match=r"Missing column\(s\) user_id\..*user_id=@me if it is the log of one person"):
        ingest(OF_ONE[name], name)
    done = ingest(OF_ONE[name], name, columns={"user_id": "@me"})
    assert done.events["user_id"].unique().tolist() == ["me"]
    assert done.summary["items"] == 3


def test_a_constant_is_kept_for_the_next_log(ingest):
    """The recipe has it, the order of the rows may be the time, and under pseudonyms it is hidden like any id."""
    settings = ImportSettings(min_events=1, pseudonyms=True)
    done = ingest(
        "Title,Year\nA,1999\nB,2001\n", columns={"user_id": "@me", "timestamp": "#"}, settings=settings, key="k"
    )
    assert len(done.events) == 2
    assert not any(cell == b"me" for cell in done.events["user_id"])
    files, _ = recipe.replayed(done.summary, LogFiles(done.folder))
    assert files.columns is not None
    assert files.columns["user_id"] == "@me"


def test_items_are_no_constants(ingest):
    """Only who, and what kind of event, can be the same in all rows."""
    with pytest.raises(EventsError, match="No column '@x' for item_id"):
        ingest("user_id,timestamp,b\nu,1600000000,c\n", columns={"item_id": "@x"})


def test_sessions_stand_for_users(ingest):
    """Where a log knows nobody but its sessions, these are the users, and the import says so."""
    done = ingest("SessionId,item_id,timestamp\n" + "".join(f"{u},{i},{t}\n" for u, i, t in TRIPLES), settings=ALL)
    assert triples(done) == TRIPLES
    assert told(done) == ["no column names the users: each session in SessionId counts as one"]
    alone = ingest("SessionId,item_id,timestamp\nx,a,1\nx,c,1\ny,b,2\n", columns={"user_id": "@me"}, out="second")
    assert alone.events["session_id"].tolist() == ["x", "x", "y"]
