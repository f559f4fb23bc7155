"""Whatever a file holds: no traceback, every row kept or counted. `MEANDER_FUZZ_CASES=2000` makes more of it."""

import csv
import gzip
import io
import itertools
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bench.fuzzing import mutated
from core.data.cleaning import Base, import_files
from core.data.log_files import LogFiles
from core.errors import EventsError
from core.settings import ImportSettings
from tests.data.importing import ALL, HEADER, Imported

CASES = int(os.environ.get("MEANDER_FUZZ_CASES", "10"))
pytestmark = pytest.mark.timeout(max(300, 2 * CASES))
FUZZED = hypothesis_settings(
    max_examples=CASES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
TIMES = (
    "1362062838",
    "1362062838000",
    "2013-02-28",
    "2013-02-28T14:47:18+02:00",
    "12/1/10 8:26",
    "02 28, 2014",
    "41334",
)
ODD = ("NaN", "", " ", '"', '""', "0", "-1", "1e400", "=1+1", "\\N", "\x00", "\ufeff", "a\nb", "\r", "::", "\t", "🙂")
CELLS = st.one_of(st.sampled_from(("a", "b", "x", *TIMES, *ODD)), st.text(max_size=8))
HEADERS = (
    HEADER.split(","),
    ["user_id:token", "item_id:token", "rating:float", "timestamp:float"],
    ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"],
    ["event_time", "event_type", "product_id", "category_code", "brand", "price", "user_id"],
)
SETTINGS = st.builds(
    ImportSettings,
    min_events=st.sampled_from([1, 1, 2]),
    min_item_events=st.sampled_from([1, 2]),
    most_per_hour=st.sampled_from([0, 2]),
    max_age_days=st.sampled_from([0, 30]),
    cancellations=st.booleans(),
    date_order=st.sampled_from(["auto", "day", "month"]),
    pseudonyms=st.booleans(),
    leave_out=st.sampled_from(["", "price,title", "rating, event"]),
)
LAYOUTS = list(
    itertools.product(
        [",", "\t", ";", "|"],
        [csv.QUOTE_ALL, csv.QUOTE_MINIMAL],
        ["\n", "\r\n"],
        ["utf-8", "utf-8-sig", "utf-16", "cp1252"],
    )
)
NAMES = (
    "Title",
    "TITLE",
    "",
    "line",
    "reason",
    "file",
    "file_line",
    "n0",
    "number",
    "moment",
    "problem",
    'a"b',
    "brand",
)
PLAIN = st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), CELLS)
OBJECTS = st.one_of(
    st.recursive(PLAIN, st.lists, max_leaves=3),
    st.dictionaries(
        st.sampled_from(["user_id", "item_id", "timestamp", "title", "a/b", "~", *NAMES]),
        st.one_of(PLAIN, st.lists(st.text(max_size=3), max_size=2)),
    ),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[str], list[list[str]]]:
    """A header as some log has it, and rows of any cells, nearly all as long as the header."""
    header = [*draw(st.sampled_from(HEADERS)), *draw(st.lists(st.sampled_from(NAMES), max_size=3))]
    row = st.lists(CELLS, min_size=len(header), max_size=len(header))
    rows = draw(st.lists(st.one_of(row, row, row, st.lists(CELLS, min_size=1, max_size=9)), min_size=1, max_size=12))
    return header, rows


def attempt(folder: Path, files: LogFiles, settings: ImportSettings = ALL, base: Base | None = None) -> Imported | None:
    """An import into an empty folder with its counts checked, None if it was refused with one line."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        summary = import_files(files, folder, settings, base=base, key="key")
    except EventsError as error:
        if "\n" in str(error):
            raise AssertionError(f"more than one line: {error}") from error
        return None
    finally:
        assert not list(folder.glob("scratch*"))
    return Imported(folder, summary)


def written(table: tuple[list[str], list[list[str]]], separator: str, quoting: Any, end: str) -> str:
    """The table as a CSV."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=end).writerows([table[0], *table[1]])
    return out.getvalue()


@FUZZED
@seed(0)
@given(tables(), st.sampled_from(LAYOUTS), st.booleans(), SETTINGS)
def test_tables_of_any_cells(tmp_path, table, layout, packed, settings):
    """Quoted, in any encoding, packed or not: counted, whatever the cells hold."""
    separator, quoting, end, encoding = layout
    data = written(table, separator, quoting, end).encode(encoding, "replace")
    path = tmp_path / "log.csv"
    path.write_bytes(gzip.compress(data) if packed else data)
    done = attempt(tmp_path / "out", LogFiles(path), settings)
    clean = not any(letter in cell for row in table[1] for cell in row for letter in '\0\r\n"\x1a\ufeff')
    if done and quoting == csv.QUOTE_ALL and clean:
        assert done.summary["rows_read"] == len(table[1])


@FUZZED
@seed(0)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=12), st.sampled_from([",", "\t", "::"]))
def test_any_text(tmp_path, rows, separator):
    """Cells as they are, quotes and line breaks unbalanced."""
    text = "\n".join([separator.join(HEADER.split(",")), *(separator.join(row) for row in rows)])
    (tmp_path / "log.csv").write_bytes(text.encode("utf-8", "replace"))
    attempt(tmp_path / "out", LogFiles(tmp_path / "log.csv"))


@FUZZED
@seed(0)
@given(st.lists(OBJECTS, min_size=1, max_size=10))
def test_any_json_lines(tmp_path, values):
    """Objects with any values, and lines that are none."""
    lines = ['{"user_id": "a", "item_id": "x", "timestamp": 1362062838}', *map(json.dumps, values)]
    (tmp_path / "log.jsonl").write_bytes("\n".join(lines).encode("utf-8", "replace"))
    done = attempt(tmp_path / "out", LogFiles(tmp_path / "log.jsonl"))
    assert done is None or done.summary["rows_read"] == len(lines)


@pytest.mark.parametrize("half", ["\\udfff", "\\ud800"])
def test_halves_of_characters_in_json_are_counted(tmp_path, half):
    """Lines that name half of a character, as keys or values, are no JSON to a database: rejected and counted."""
    good = [f'{{"user_id": "a{n}", "item_id": "x", "timestamp": {1362062838 + n}}}' for n in range(5)]
    bad = [f'{{"user_id": "b", "item_id": "y{half}", "timestamp": 1362062838}}', f'{{"k{half}z": 1}}']
    (tmp_path / "log.jsonl").write_text("\n".join([bad[0], *good, bad[1]]))
    done = attempt(tmp_path / "out", LogFiles(tmp_path / "log.jsonl"), ImportSettings(min_events=1))
    assert (done.summary["rows_read"], done.summary["rows_rejected"]) == (7, 2)


@FUZZED
@seed(0)
@given(tables(), tables(), SETTINGS)
def test_items_users_and_logs_that_are_added(tmp_path, first, second, settings):
    """Files of items and users of any cells, and a second log on top of the first, with the first one's counts."""
    for name, table in (("log", first), ("next", second)):
        (tmp_path / f"{name}.csv").write_text(written(table, ",", csv.QUOTE_ALL, "\n"), "utf-8", "replace", newline="")
    for name in ("item_id", "user_id"):
        table = ([name, "category", *NAMES], [row[:4] for row in second[1]])
        (tmp_path / f"{name}.csv").write_text(written(table, ",", csv.QUOTE_ALL, "\n"), "utf-8", "replace", newline="")
    items, users = tmp_path / "item_id.csv", tmp_path / "user_id.csv"
    done = attempt(tmp_path / "one", LogFiles(tmp_path / "log.csv", items, users), settings)
    if done:
        base = Base(done.folder, done.summary)
        attempt(tmp_path / "two", LogFiles(tmp_path / "next.csv", items, users), settings, base)


SHAPES = {
    "movielens.dat": [f"{n % 7}::{n:04d}::{n % 5 + 1}::{1362062838 + n}" for n in range(60)],
    "u.data": [f"{n % 7}\t{n}\t{n % 5 + 1}\t{881250949 + n}" for n in range(60)],
    "retail.csv": [",".join(HEADERS[2]), *(f'5{n},8{n},"T, {n}",{n - 5},12/{n % 28 + 1}/10 8:26,2.5,17{n % 9},UK'
                                           for n in range(60))],
    "recbole.inter": ["\t".join(HEADERS[1]), *(f"{n % 7}\t{n}\t3\t{881250949 + n}" for n in range(60))],
    "shop.csv": [",".join(HEADERS[3]), *(f"2019-10-01 00:00:{n:02d} UTC,view,{n},a.b,x,3,{n % 7}" for n in range(60))],
    "reviews.json": [json.dumps({"reviewerID": f"A{n % 7}", "asin": f"B{n}", "overall": 5.0, "reviewText": 'a "b", c',
                                 "unixReviewTime": 1362062838 + n}) for n in range(60)],
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_mutations_of_logs(tmp_path: Path, name: str):
    """Bytes changed, cut and doubled, lines torn, quotes and separators strewn in."""
    whole = "\n".join(SHAPES[name]).encode() + b"\n"
    rng = random.Random(name)
    for _ in range(max(3, CASES // len(SHAPES))):
        (tmp_path / name).write_bytes(mutated(whole, rng))
        attempt(tmp_path / "out", LogFiles(tmp_path / name))
