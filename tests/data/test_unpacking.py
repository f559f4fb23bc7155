"""What a log may be packed in, and what is said where it is not read."""

import gzip
import io
import sqlite3
import tarfile
import zipfile

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import feather, orc

from core.data.checking import check
from core.data.log_files import LogFiles
from core.data.readers import preview
from core.errors import EventsError
from tests.data.importing import ALL

ROWS = [("u1", "a", "2021-01-09 17:06:38"), ("u1", "b", "2021-01-10 18:00:00"), ("u2", "a", "2021-01-11 09:30:01")]
LOG = "user_id,item_id,timestamp\n" + "".join(",".join(row) + "\n" for row in ROWS)
FRAME = pd.DataFrame(ROWS, columns=["user_id", "item_id", "timestamp"]).assign(
    timestamp=lambda frame: pd.to_datetime(frame["timestamp"])
)


def tar(*files: tuple[str, bytes], mode: str = "w:gz") -> bytes:
    """An archive of files, in a folder as people pack them."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        folder = tarfile.TarInfo("set")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in files:
            member = tarfile.TarInfo(f"set/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def written(write) -> bytes:
    """What a function writes into a file that it is given."""
    out = io.BytesIO()
    write(out)
    return out.getvalue()


def sheet(rows: list[list[object]]) -> str:
    cells = (f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(cells)}</sheetData></worksheet>'


def cell(value: object) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return f"<c><v>{value}</v></c>"


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(**sheets: list[list[object]]) -> bytes:
    """A workbook as small as the format allows."""
    listed = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, start=1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{LINKS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    out, package = io.BytesIO(), LINKS.replace("officeDocument", "package")
    root = f'<Relationship Id="r1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{package}">{root}</Relationships>')
        book = f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{listed}</sheets></workbook>'
        archive.writestr("xl/workbook.xml", book)
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}">{links}</Relationships>')
        for n, rows in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", sheet(rows))
    return out.getvalue()


TABLE = [["user_id", "item_id", "timestamp"], *([user, item, when] for user, item, when in ROWS)]
PACKED = {
    "log.tar": tar(("log.csv", LOG.encode()), mode="w"),
    "log.tgz": tar(("log.csv", LOG.encode()), ("._log.csv", b"\0\1")),
    "log.tar.bz2": tar(("log.csv", LOG.encode()), mode="w:bz2"),
    "log.csv.zst": pa.compress(LOG.encode(), codec="zstd", asbytes=True),
    "two.csv.zst": b"".join(
        pa.compress(part, codec="zstd", asbytes=True) for part in (LOG[:40].encode(), LOG[40:].encode())
    ),
    "two.csv.gz": gzip.compress(LOG[:40].encode()) + gzip.compress(LOG[40:].encode()),
    "log.feather": written(lambda out: feather.write_feather(FRAME, out)),
    "log.arrow": written(lambda out: feather.write_feather(FRAME, out, compression="uncompressed")),
    "log.orc": written(lambda out: orc.write_table(pa.Table.from_pandas(FRAME), out)),
    "log.xlsx": workbook(Notes=[["Made by the shop", "on Monday"], ["see", "there"]], Log=TABLE),
}


def triples(done) -> list[tuple[str, str, str]]:
    return list(zip(done.events["user_id"], done.events["item_id"], done.events["timestamp"].astype(str), strict=True))


@pytest.mark.parametrize("name", PACKED)
def test_one_log_however_it_is_packed(ingest, tmp_path, name):
    """The same events come of it, the preview shows them, and the check counts them."""
    done = ingest(PACKED[name], name)
    assert triples(done) == ROWS
    assert preview(tmp_path / name).frame.iloc[:, 0].tolist() == ["u1", "u1", "u2"]
    assert check(LogFiles(tmp_path / name), ALL).summary["rows_kept"] == 3


def test_numbers_of_a_workbook_are_whole(ingest):
    """Excel keeps each number with a point; an id of 7 is 7."""
    rows = [["user_id", "item_id", "timestamp"], [7.0, 12.0, 1_600_000_000.0], [7.5, "x", 1_600_000_001.0]]
    done = ingest(workbook(Log=rows), "log.xlsx")
    assert done.events[["user_id", "item_id"]].to_numpy().tolist() == [["7", "12"], ["7.5", "x"]]


def test_several_files_in_an_archive_are_named(ingest):
    """As with a zip, nobody guesses which is the log."""
    with pytest.raises(EventsError, match=r"ml\.tgz holds 2 files \(set/a\.csv, set/b\.csv\), expected one"):
        ingest(tar(("a.csv", b"x"), ("b.csv", b"y")), "ml.tgz")


def database() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.execute("create table log (a, b)")
    return connection.serialize()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Obj\x01\x04\x14avro.codec", "is an Avro file"),
        (database(), "is a database"),
        (b"\x80\x04\x95\x10\x00", "is a pickle, which may run code"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel workbook"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "7z or RAR"),
        (gzip.compress(b"RDX3\nX\n\0\0\0", mtime=0), "saved data of R"),
        (b"\x28\xb5\x2f\xfdnothing of the kind", "damaged packed file .ZSTD"),
        (b"ARROW1\0\0nothing", "damaged file of Arrow"),
        (workbook(Empty=[]), "without a sheet"),
        (PACKED["log.xlsx"][:200], "damaged or locked zip"),
    ],
)
def test_what_is_not_read_is_called_by_its_name(ingest, content, said):
    """Whoever has such a file learns which format it is and what to do."""
    with pytest.raises(EventsError, match=said):
        ingest(content, "log.bin")


@pytest.mark.parametrize("name", ["log.tgz", "log.csv.zst", "log.xlsx"])
def test_bombs_have_a_limit(ingest, monkeypatch, name):
    """What unpacks to far more than it is large is refused before it fills disk or memory."""
    monkeypatch.setenv("MEANDER_INTAKE__UNPACKED_FREE_MB", "1")
    zeros = b"\0" * (8 << 20)
    content = {
        "log.tgz": tar(("log.csv", zeros)),
        "log.csv.zst": pa.compress(zeros, codec="zstd", asbytes=True),
        "log.xlsx": workbook(Log=[["a" * (8 << 20), "b"], ["c", "d"]]),
    }[name]
    with pytest.raises(EventsError, match="unpacks to more than"):
        ingest(content, name)
