"""Files that want more than to be read: kept, counted, or refused with one line, in bounded memory."""

import random
import re
import resource

import pytest

from bench import attacks, hostile_files, hostile_logs, hostile_packs
from bench.hostile_parts import log, write
from bench.hostile_texts import corpus
from core.cli import main
from core.data import unpacking, workbooks
from core.data.allowed import most_bytes
from core.data.log_files import LogFiles
from core.data.readers import preview, read_sample
from core.errors import EventsError, InputError
from core.workspace import Workspace, inbox

ENDLESS = {
    "zip_bomb": "unpacks to more than|damaged",
    "tar_lies": "unpacks to more than",
    "sparse": "unpacks to more than|looks like a binary",
    "parquet_rows": "says that its .* bytes hold|unpacks to more than",
    "wide_json": "columns, expected",
    "entities": "damaged or locked Excel",
}
"""Kinds that are refused by what they say of themselves, and how."""


def looked_at(path, folder) -> None:
    """Unpack a file, and tell its layout, as an import begins."""
    most_bytes(path)
    unpacking.unpacked(path, folder)
    read_sample(path)


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_is_endless_is_refused(tmp_path, kind):
    """By one line, by its first bytes or by what it says of itself: nothing of it is unpacked to memory."""
    path = hostile_files.KINDS[kind](tmp_path, random.Random(f"{kind}0"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(EventsError, match=ENDLESS[kind]) as refused:
        looked_at(path, tmp_path)
    assert len(str(refused.value).splitlines()) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 << 10


def test_a_cell_in_the_last_corner(tmp_path, monkeypatch):
    """A workbook whose reader would need hundreds of gigabytes: the reader ends, this process does not."""
    monkeypatch.setenv("MEANDER_INTAKE__READER_MB", "400")
    cell = '<row r="1048576"><c r="XFD1048576"><v>9</v></c></row>'
    path = write(tmp_path, "far.xlsx", hostile_packs.workbook(hostile_packs.rows_of_sheet(cell)))
    with (
        pytest.raises(EventsError, match="cannot be read within 400 MB of memory, or is damaged"),
        workbooks.as_text(path) as text,
    ):
        text.read()


def test_links_and_formulas_of_a_workbook_are_words(tmp_path):
    """What Excel saved in a cell is read; nothing is computed, asked for, or opened."""
    path = hostile_packs.outside_links(tmp_path, random.Random(1))
    frame = preview(path).frame
    assert frame["user_id"].tolist() == ["1", "u9"]
    assert not [each for each in tmp_path.rglob("*") if "escaped" in each.name]


@pytest.mark.parametrize("kind", ["zip_path", "tar_path", "symlink", "injured_pack"])
def test_names_in_an_archive_write_nothing(tmp_path, kind):
    """Ways out of the folder, links and devices in an archive: one member's bytes are read, or a line says why not."""
    inside = tmp_path / "in"
    inside.mkdir()
    for seed in range(3):
        path = hostile_files.KINDS[kind](inside, random.Random(f"{kind}{seed}"))
        line = attacks.refused(lambda path=path: preview(path))
        assert "\n" not in line
        assert [each.name for each in tmp_path.iterdir()] == ["in"]
        assert len(list(inside.iterdir())) == 1
        path.unlink()


@pytest.mark.parametrize("kind", ["injured_table", "deep_json", "nested", "odd_bytes", "hostile_cells"])
def test_every_case_has_an_end(tmp_path, kind):
    """Some files of each kind, looked at as the page does: no traceback, whatever they hold."""
    for seed in range(1 if kind == "hostile_cells" else 3):
        place = tmp_path / str(seed)
        place.mkdir()
        path = hostile_files.KINDS[kind](place, random.Random(f"{kind}{seed}"))
        assert len(attacks.refused(lambda path=path: preview(path)).splitlines()) <= 1


def test_a_word_that_stands_in_every_row(ingest, tmp_path):
    """A Parquet file that keeps a long word once: what its rows come to is counted before any of it is made."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, word = 2000, pa.array(["u" * (1 << 17)])
    users = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), word)
    table = pa.table(
        {"user_id": users, "item_id": [f"i{n}" for n in range(rows)], "timestamp": list(range(10**9, 10**9 + rows))}
    )
    pq.write_table(table, tmp_path / "words.parquet", dictionary_pagesize_limit=1 << 30)
    with pytest.raises(EventsError, match="words\\.parquet unpacks to more than"):
        ingest((tmp_path / "words.parquet").read_bytes(), "words.parquet")


@pytest.mark.parametrize(
    ("variable", "value", "text", "said"),
    [
        ("COLUMNS", "10", ",".join(f"c{n}" for n in range(12)), "has 12 columns, expected 10 at most"),
        ("UNPACKED_MOST_MB", "1", None, "holds more than 1 MB, unpacked"),
    ],
)
def test_limits_are_settings(tmp_path, monkeypatch, variable, value, text, said):
    """Each limit is a setting of the server, which the line that refuses names."""
    import gzip

    monkeypatch.setenv(f"MEANDER_INTAKE__{variable}", value)
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress((f"{text}\n" * 3 if text else log() + "u1,i1,1\n" * 200_000).encode()))
    with pytest.raises(EventsError, match=said):
        looked_at(path, tmp_path)


def test_a_line_without_an_end(ingest, monkeypatch):
    """It is rejected and counted, and takes no more memory than a record may; the lines around it stay."""
    monkeypatch.setenv("MEANDER_INTAKE__LINE_CHARACTERS", "5000")
    done = ingest(log(20) + 'u1,"' + "x" * 100_000 + "\n" + "u9,i9,1600009999\n")
    assert done.summary["reasons"] == {"row is longer than 5,000 characters": 1}
    assert done.summary["rows_kept"] == 21


def test_ids_that_look_alike_stay_apart(ingest):
    """By form, width or case: each counts for itself, and how many there are is said."""
    users = ("caf\u00e9", "cafe\u0301", "ann", "\uff41\uff4e\uff4e", "bob")
    done = ingest(
        "\n".join(["user_id,item_id,timestamp", *(f"{users[n % 5]},i{n % 7},{10**9 + n}" for n in range(50))])
    )
    assert set(done.users["user_id"]) == set(users)
    assert any(
        "4 ids in user_id differ from another one only by case, width, accents" in each for each in done.cautions
    )


def test_check_sees_what_an_import_would(tmp_path):
    """The forecast of the page refuses the same file with the same line."""
    from core.data.checking import check
    from core.settings import ImportSettings

    path = hostile_files.KINDS["wide_json"](tmp_path, random.Random("widest"))
    with pytest.raises(EventsError, match="columns, expected"):
        check(LogFiles(path), ImportSettings())


def test_hostile_texts_through_the_whole_product(tmp_path):
    """As ids, titles, categories and notes: what comes out as page, table, archive and audit is text."""
    texts = [each.text[:500] for each in corpus(11, 16)]
    assert hostile_logs.through(tmp_path / "texts", texts, 11) == "done"


@pytest.mark.parametrize("text", ["\x1b[2J\x1b]0;pwned\x07.csv", "a\x9b31m\u2028b.csv", "a\nb\r.csv"])
def test_a_terminal_obeys_no_name(capsys, tmp_path, text):
    """Signs that move a terminal's cursor are left out of what a command says of a file or a user."""
    assert main(["--workspace", str(tmp_path / "w"), "import", str(tmp_path / text), "--name", "x"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Error: No file ")
    assert len(said.splitlines()) == 1
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028]", said.rstrip("\n"))


def test_links_in_the_inbox_are_not_followed(tmp_path):
    """A link is not offered, and one that took the place of a file is refused when it is imported."""
    workspace = Workspace(tmp_path / "w")
    place = inbox.folder(workspace)
    (tmp_path / "secret.csv").write_text(log())
    (place / "log.csv").write_text(log())
    (place / "link.csv").symlink_to(tmp_path / "secret.csv")
    assert [waiting.path.name for waiting in inbox.files(workspace)] == ["log.csv"]
    inbox.refuse_link(workspace, place / "log.csv")
    with pytest.raises(InputError, match=r"link\.csv in the inbox is a link to another file, which is not followed"):
        inbox.refuse_link(workspace, place / "link.csv")
