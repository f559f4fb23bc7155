"""Vectors and relations that people bring: read, matched by id, kept beside the versions; what is none is refused."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core import pipeline
from core.cli import main
from core.data import LogFiles, load_sequences
from core.language import Whitening, related
from core.pipeline.sources import keep_known, sources
from core.settings import ImportSettings
from core.workspace import Workspace

ITEMS = [f"{n:05d}" for n in range(12)]
RANDOM = np.random.default_rng(4)
VALUES = RANDOM.normal(size=(12, 6)) * 30


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def log(tmp_path):
    """A log over twelve items whose ids have leading zeros."""
    rows = [(f"u{n % 6}", ITEMS[n * 5 % 12], f"2024-01-{n % 28 + 1:02d}") for n in range(60)]
    path = tmp_path / "log.csv"
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(path, index=False)
    return path


@pytest.fixture
def bring(workspace, log):
    """Imports the log with files beside it on the command line; returns the exit code."""

    def run(*options):
        return main(["import", str(log), "--name", "log", "--min-events", "1", "--workspace", str(workspace.root),
                     "--set", "language.model=none", *map(str, options)])  # fmt: skip

    return run


def lists(path, ids=ITEMS, values=VALUES):
    pq.write_table(pa.table({"item_id": ids, "vector": [list(row) for row in values]}), path)
    return path


def numbers(path, ids=ITEMS, values=VALUES):
    frame = pd.DataFrame({f"v{n}": values[:, n] for n in range(values.shape[1])})
    frame.insert(0, "item_id", ids)
    frame.to_parquet(path)
    return path


def array(path, ids=ITEMS, values=VALUES):
    np.save(path, values)
    path.with_suffix(".txt").write_text("\n".join(["item_id", *map(str, ids)]))
    return path


@pytest.mark.parametrize(("write", "name"), [(lists, "a.parquet"), (numbers, "b.parquet"), (array, "c.npy")])
def test_vectors_are_of_the_items_with_their_ids(workspace, bring, tmp_path, write, name):
    """Whatever form they come in and in whatever order, up to their scale; items without one are not known."""
    order = RANDOM.permutation(12)[:9]
    assert bring("--vectors", write(tmp_path / name, [ITEMS[n] for n in order], VALUES[order])) == 0
    data_set = workspace.data_set("log")
    (found,) = pipeline.item_vectors(workspace, data_set)
    assert found.name == name[0]
    items = load_sequences(data_set).catalogue.items
    assert found.known.tolist() == [item in {ITEMS[n] for n in order} for item in items]
    rows = [list(items).index(ITEMS[n]) for n in order]
    scale = found.values[rows[0], 0] / VALUES[order[0], 0]
    assert np.allclose(found.values[rows], VALUES[order] * scale, rtol=1e-5)
    assert not found.values[~found.known].any()
    assert np.isclose(np.square(found.values[rows]).mean(), 1, atol=1e-3)
    assert Whitening.of(found).apply(found).shape == (12, 6)


def test_ids_that_lost_their_zeros_are_found(workspace, bring, tmp_path, capsys):
    """By the rule of the import; how many are matched, written otherwise and unknown is said."""
    path = numbers(tmp_path / "covers.parquet", ids=[*map(int, ITEMS[:10]), 700, 800])
    assert bring("--vectors", path, "--json") == 0
    told = json.loads(capsys.readouterr().out)["sources"]
    assert told == [{"name": "covers", "rows": 12, "matched": 10, "by_number": 10, "left_out": 0, "items": 10,
                     "without": 2}]  # fmt: skip
    (found,) = sources(workspace.data_set("log"))
    assert found.known.sum() == 10
    assert bring("--vectors", path) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.startswith(
        "covers: 10 of 12 ids are of items of this log (10 of them written otherwise), 2 are unknown"
    )


def test_sources_stand_side_by_side(workspace, bring, tmp_path):
    """Each with its name and length, also after the next version; a file of the same name replaces its source."""
    assert bring("--vectors", lists(tmp_path / "covers.parquet"), "--vectors", array(tmp_path / "sounds.npy",
                 values=VALUES[:, :3])) == 0  # fmt: skip
    first = sources(workspace.data_set("log"))
    assert [(each.name, each.values.shape) for each in first] == [("covers", (12, 6)), ("sounds", (12, 3))]
    assert bring() == 0
    data_set = workspace.data_set("log")
    assert data_set.version == 2
    assert [each.fingerprint for each in sources(data_set)] == [each.fingerprint for each in first]
    assert bring("--vectors", lists(tmp_path / "covers.parquet", values=VALUES + 1)) == 0
    again = sources(data_set)
    assert [each.name for each in again] == ["covers", "sounds"]
    assert again[0].fingerprint != first[0].fingerprint
    pipeline.delete(workspace, "log")
    assert not list(workspace.root.rglob("vectors-*"))


def with_bad(values, row, number):
    changed = values.copy()
    changed[row, 2] = number
    return changed


def ragged(path):
    pq.write_table(pa.table({"item_id": ["a", "b"], "vector": [[1.0, 2.0], [1.0, 2.0, 3.0]]}), path)
    return path


def objects(path):
    np.save(path, np.array([{"run": "me"}], dtype=object), allow_pickle=True)
    return path


def alone(path):
    np.save(path, VALUES)
    return path


def plain(path):
    path.write_text("item_id,v0\n1,2\n")
    return path


def worded(path):
    pd.DataFrame({"item_id": ITEMS, "v0": 1.0, "note": "hello"}).to_parquet(path)
    return path


def nameless(path):
    pd.DataFrame(VALUES, columns=list("abcdef")).to_parquet(path)
    return path


def torn(path):
    lists(path)
    path.write_bytes(path.read_bytes()[:200])
    return path


REFUSED = [
    ("a.parquet", lambda path: lists(path, values=with_bad(VALUES, 3, np.nan)),
     "a.parquet has vectors with numbers that are missing or infinite (NaN): 1, the first of item '00003'."),
    ("a.npy", lambda path: array(path, values=with_bad(VALUES, 0, np.inf)), "(NaN): 1, the first of item '00000'"),
    ("a.parquet", ragged, "two lengths: that of item 'b' has 3 numbers, others 2."),
    ("a.npy", objects, "a.npy holds objects as a pickle, which may run code"),
    ("a.npy", alone, "Expected a.ids.txt with an id a line"),
    ("a.npy", lambda path: array(path, ids=ITEMS[:7]), "12 vectors, but a.txt has 8 ids."),
    ("a.npy", lambda path: array(path, values=VALUES[:, 0]), "holds an array of 12 of float64, expected a matrix"),
    ("a.csv", plain, "a.csv holds no vectors that are read here. Expected Parquet"),
    ("a.parquet", worded, "Column 'note' of a.parquet holds no numbers."),
    ("a.parquet", nameless, "a.parquet has no column of ids. Found: a, b, c, d, e, f. Call it item_id."),
    ("a.parquet", torn, "a.parquet is damaged"),
    ("a.parquet", lambda path: lists(path, values=VALUES * 0), "no row with an id and a vector"),
    ("words.parquet", lists, "words.parquet cannot give its name to a source"),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=[text[:40] for _, _, text in REFUSED])
def test_what_is_no_vectors_is_refused_before_anything_is_imported(workspace, bring, tmp_path, capsys, case):
    """In one line that names the file; the log is not imported then."""
    name, write, text = case
    assert bring("--vectors", write(tmp_path / name)) == 2
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert text in told
    assert workspace.data_sets() == []


def test_vectors_of_another_log_are_refused(workspace, bring, tmp_path, capsys):
    """With an id of theirs and one of the log; nothing of them is kept."""
    assert bring("--vectors", lists(tmp_path / "covers.parquet", ids=[f"x{n}" for n in range(12)])) == 2
    assert "None of the ids of covers is one of an item of 'log': found 'x0', expected ids as '00000'" in (
        capsys.readouterr().err
    )
    assert sources(workspace.data_set("log")) == ()


def test_rows_that_say_nothing_are_counted(workspace, bring, tmp_path, capsys):
    """Without an id, without a list, all zeros, or of an item that came before."""
    ids = ["00000", None, "00002", "00003", "00000", "00005"]
    vectors = [[1.0, 2.0], [1.0, 2.0], None, [0.0, 0.0], [9.0, 9.0], [3.0, 1.0]]
    pq.write_table(pa.table({"item_id": ids, "vector": vectors}), tmp_path / "covers.parquet")
    assert bring("--vectors", tmp_path / "covers.parquet", "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)["sources"]
    assert (told["matched"], told["left_out"]) == (2, 4)
    (found,) = sources(workspace.data_set("log"))
    assert np.flatnonzero(found.known).tolist() == [0, 5]
    assert np.isclose(found.values[0, 1] / found.values[0, 0], 2)


def test_what_is_forgotten_of_items_is_forgotten_of_what_was_brought(workspace, bring, tmp_path):
    """Rows of items that the data set has no more, in vectors and relations."""
    links = tmp_path / "links.csv"
    links.write_text("item_id,relation,entity\n00001,author,Ann\n00002,author,Ann\n00777,author,Ann\n")
    assert bring("--vectors", lists(tmp_path / "covers.parquet", ids=[*ITEMS[:11], "00777"]), "--relations", links) == 0
    data_set = workspace.data_set("log")
    before = sources(data_set)
    keep_known(workspace, data_set)
    kept = b"".join(path.read_bytes() for path in data_set.language.rglob("*.npy"))
    assert "00777".encode("utf-32-le") not in kept
    assert "00777" not in set(pd.read_parquet(data_set.language / "relations.parquet")["item_id"])
    assert [each.known.sum() for each in sources(data_set)] == [each.known.sum() for each in before]


@pytest.mark.parametrize("header", ["item_id,relation,entity", "film,what,who", "tail,head,relation"])
def test_items_that_share_an_entity_are_alike(workspace, bring, tmp_path, header, capsys):
    """Whatever the columns are called; an entity of one item says nothing, an item without one is not known."""
    people = {"Ann": [1, 2, 3], "Bob": [4, 5, 6], "Eve": [7]}
    rows = [(f"{n:05d}", "author", name) for name, items in people.items() for n in items]
    if header.startswith("tail"):
        rows = [(entity, item, relation) for item, relation, entity in rows]
    path = tmp_path / "links.csv"
    path.write_text("\n".join([header, *(",".join(row) for row in rows)]))
    assert bring("--relations", path, "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)["sources"]
    assert (told["name"], told["rows"], told["matched"], told["items"]) == ("relations", 7, 7, 7)
    (found,) = sources(workspace.data_set("log"))
    assert np.flatnonzero(found.known).tolist() == [1, 2, 3, 4, 5, 6]
    alike = found.values @ found.values.T
    assert np.allclose(alike[1, [2, 3]], 1, atol=1e-5)
    assert np.allclose(alike[1, [4, 5, 6]], 0, atol=1e-5)


def test_relations_of_two_columns_and_of_none(workspace, bring, tmp_path, capsys):
    """The second column names the relation; four unknown ones are refused, as are rows without an entity."""
    path = tmp_path / "links.tsv"
    path.write_text("item_id\tauthor\n" + "".join(f"{item}\tAnn {int(item) % 2}\n" for item in ITEMS))
    assert bring("--relations", path) == 0
    kept = pd.read_parquet(workspace.data_set("log").language / "relations.parquet")
    assert set(kept["relation"]) == {"author"}
    path.write_text("a,b,c,d\n1,2,3,4\n5,6,7,8\n")
    assert bring("--relations", path) == 2
    assert "Expected item_id, relation, entity." in capsys.readouterr().err
    path.write_text("item_id,relation,entity\n1,author,\n2,author,\n")
    assert bring("--relations", path) == 2
    assert "has no row with an item and an entity" in capsys.readouterr().err


def test_many_entities_become_few_directions():
    """Works of one author stay closest where there are hundreds of authors; the same again is the same."""
    item = np.arange(600)
    author = np.array([f"a{n // 4}" for n in item], dtype=object)
    genre = np.array([f"g{n // 4 % 5}" for n in item], dtype=object)
    relation = np.array(["author"] * 600 + ["genre"] * 600, dtype=object)
    found = related(np.tile(item, 2), relation, np.concatenate([author, genre]), 601)
    assert found.shape == (601, 64)
    assert not found[600].any()
    alike = found[:600] @ found[:600].T
    same, other = alike[0, 1:4].mean(), alike[0, 4:20].mean()
    assert same > 0.9 > other
    assert (related(np.tile(item, 2), relation, np.concatenate([author, genre]), 601) == found).all()


def test_an_import_without_them_is_as_before(workspace, log):
    """No file, no source."""
    data_set = pipeline.import_log(workspace, "log", LogFiles(log), ImportSettings(min_events=1))
    assert sources(data_set) == ()
