"""Under pseudonyms nothing that depends on the user is stored in clear, whatever its column is called."""

import json
import random
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.data.cleaning import import_files
from core.data.log_files import LogFiles
from core.settings import ImportSettings

NAMES = ("name", "title", "description", "department", "category", "event", "country", "brand", "city", "action",
         "product name", "price", "session_id", "rating", "comment", "quantity")  # fmt: skip
HIDDEN = ImportSettings(pseudonyms=True, min_events=4)
SURNAMES = [f"Secret{n:02d}x" for n in range(12)]


def cell(kind: str, person: int, item: int, row: int) -> str:
    """What a column holds: a name, a sentence about the user, or the id of somebody else."""
    return {
        "name": f"Ms {SURNAMES[person]}",
        "sentence": f"{SURNAMES[person]} liked {item} on day {row}",
        "number": str(460_700_000_000 + person),
        "other": SURNAMES[(person + item) % len(SURNAMES)],
    }[kind]


def stored(folder: Path) -> str:
    """All that an import wrote, decoded."""
    parts = [path.read_text("utf-8") for path in folder.glob("*.csv")]
    return "\n".join(parts + [pd.read_parquet(path).to_csv() for path in folder.glob("*.parquet")])


@settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(
    columns=st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(("name", "sentence", "number", "other"))),
        min_size=3,
        max_size=8,
        unique_by=lambda column: column[0],
    ),
    filled=st.sampled_from((0.3, 0.9, 1.0)),
    items=st.sampled_from((3, 20, 300)),
    seed=st.integers(0, 1000),
)
def test_no_word_about_a_user_is_in_any_file(columns, filled: float, items: int, seed: int):
    """Events, items, users, waiting rows, rejects and summary hold no name, sentence, number or id of a person."""
    dice = random.Random(seed)
    rows = [",".join(["user_id", "item_id", "timestamp", *(name for name, _ in columns)])]
    for person in range(len(SURNAMES)):
        for row in range(3 if person == 0 else 12):
            item = dice.randrange(items)
            cells = [cell(kind, person, item, row) if dice.random() < filled else "" for _, kind in columns]
            moment = "soon" if dice.random() < 0.05 else f"2024-01-{row + 1:02d}T10:00:00"
            rows.append(",".join([SURNAMES[person], f"i{item}", moment, *cells]))
    with tempfile.TemporaryDirectory() as scratch:
        log, out = Path(scratch) / "log.csv", Path(scratch) / "out"
        out.mkdir()
        log.write_text("\n".join(rows) + "\n", encoding="utf-8")
        summary = import_files(LogFiles(log), out, HIDDEN, key="k")
        text = stored(out) + json.dumps(summary)
    assert "Secret" not in text
    assert "4607000000" not in text


def log_with(header: str, *cells) -> str:
    """Ten people, twelve events each; further columns from functions of person, item and row."""
    rows = [f"user_id,item_id,timestamp,{header}"]
    for row in range(12):
        for person in range(10):
            item = (person * 7 + row * 5) % 8
            more = ",".join(make(person, item, row) for make in cells)
            rows.append(f"p{person:03d}@x.org,i{item},2024-01-{row + 1:02d}T{person:02d}:00:00,{more}")
    return "\n".join(rows) + "\n"


def test_what_tells_about_items_stays(ingest):
    """Titles and prices of items are stored under pseudonyms, a name of the user is not, and the import says so."""
    text = log_with(
        "product_name,customer_name,price,country", lambda _p, i, _r: f"Lamp {i}", lambda p, _i, _r: f"Ms {p}",
        lambda _p, i, _r: f"{i}.50", lambda p, _i, _r: "SE" if p % 2 else "NO",
    )  # fmt: skip
    done = ingest(text.replace("customer_name", "name"), settings=HIDDEN, key="k")
    assert set(done.items["title"]) == {f"Lamp {n}" for n in range(8)}
    assert done.items["price"].tolist() == [n + 0.5 for n in range(8)]
    assert list(done.users) == ["user_id", "country"]
    assert "Ms " not in stored(done.folder)


def test_people_among_the_items_are_hidden_too(ingest):
    """Who is followed is a user as well: the item has the pseudonym that the user has."""
    rows = [f"ann{n}@x.org,ann{(n + step) % 9}@x.org,{1_700_000_000 + step}" for n in range(9) for step in range(1, 6)]
    done = ingest("user_id,item_id,timestamp\n" + "\n".join(rows) + "\n", settings=HIDDEN, key="k")
    assert set(done.events["item_id"]) == set(done.events["user_id"])
    assert "ann" not in stored(done.folder)


def test_sellers_in_an_items_file_are_hidden(ingest):
    """An items file may name users: their ids get the same pseudonyms."""
    rows = [f"ann{n},i{step},{1_700_000_000 + step}" for n in range(9) for step in range(6)]
    items = "item_id,title,seller\n" + "".join(f"i{n},Lamp {n},ann{n}\n" for n in range(6))
    done = ingest("user_id,item_id,timestamp\n" + "\n".join(rows) + "\n", settings=HIDDEN, key="k", items=items)
    assert set(done.items["seller"]) <= set(done.users["user_id"])
    assert done.items["title"].tolist() == [f"Lamp {n}" for n in range(6)]


def test_columns_of_a_users_file_that_tell_people_apart_are_left_out(ingest):
    """Whatever it is called: a text or a long number of each user's own; what many share stays."""
    rows = [f"ann{n},i{step},{1_700_000_000 + step}" for n in range(20) for step in range(6)]
    users = "user_id,Kontakt,Karte,age,region\n" + "".join(
        f"ann{n},ann{n} at home,{4_000_000 + n},{20 + n},{'north' if n % 2 else 'south'}\n" for n in range(20)
    )
    done = ingest("user_id,item_id,timestamp\n" + "\n".join(rows) + "\n", settings=HIDDEN, key="k", users=users)
    assert list(done.users) == ["user_id", "age", "region"]
