"""Logs as they come from other lands, tools and hands."""

import bz2
import io
import json
import lzma
import zipfile

import pytest

from core.data.checking import check
from core.data.cleaning import import_files
from core.data.log_files import LogFiles
from core.errors import EventsError

from .importing import ALL, Imported

ROWS = [("u1", "a", "2021-01-09 17:06:38"), ("u1", "b", "2021-01-10 18:00:00"), ("u2", "a", "2021-01-11 09:30:01")]
LOG = "user_id,item_id,timestamp\n" + "".join(",".join(row) + "\n" for row in ROWS)


PLACES = {"user_id": "1", "item_id": "2", "timestamp": "3"}


def written(tmp_path, content, name="log.csv"):
    """A file with this content."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def imported(path, tmp_path, columns=None):
    """All of a log, imported into a new folder."""
    folder = tmp_path / f"out-{path.name}"
    folder.mkdir()
    return Imported(folder, import_files(LogFiles(path, columns=columns), folder, ALL))


def triples(result):
    """User, item and time of all events."""
    return list(
        zip(result.events["user_id"], result.events["item_id"], result.events["timestamp"].astype(str), strict=True)
    )


@pytest.mark.parametrize(
    "header",
    [
        "用户ID,商品ID,时间戳",
        "ユーザーID,アイテムID,日時",
        "사용자,상품,시간",
        "Kundennummer,Artikelnummer,Zeitstempel",
        "utilisateur,article,date",
        "usuario,producto,fecha",
        "пользователь,товар,дата",
        "ＵＳＥＲ＿ＩＤ,Item-ID,Time Stamp",
    ],
)
def test_headers_in_other_languages(tmp_path, header):
    """The three columns are found by their names, whatever the language."""
    result = imported(written(tmp_path, LOG.replace("user_id,item_id,timestamp", header)), tmp_path)
    assert triples(result) == ROWS


@pytest.mark.parametrize(
    "lead", ["# made by a tool\n# version 2\n", "Export of the shop log\n\n", "sep=,\n", "\n\n#\n", "Report,2021\n\n"]
)
def test_what_stands_before_the_header_is_no_row(tmp_path, lead):
    """A title, comments or Excel's `sep=`: the header is found, also where the order of the columns is another."""
    turned = "timestamp,item_id,user_id\n" + "".join(f"{when},{item},{user}\n" for user, item, when in ROWS)
    result = imported(written(tmp_path, lead + turned), tmp_path)
    assert triples(result) == ROWS
    assert result.summary["rows_read"] == 3


def test_rows_before_names_are_rows(tmp_path):
    """As wide a row as any other is never taken for a title, even if a row of names follows."""
    result = imported(written(tmp_path, "u0,a,2021-01-01 00:00:00\n" + LOG), tmp_path, PLACES)
    assert result.summary["rows_read"] == 5
    assert result.summary["rows_kept"] == 4


def test_words_above_dates_are_a_header(tmp_path):
    """Names that nobody knows are not taken for a row where the column below holds dates."""
    result = imported(
        written(tmp_path, LOG.replace("user_id,item_id,timestamp", "a,b,c")), tmp_path,
        columns=PLACES,
    )  # fmt: skip
    assert result.summary["rows_read"] == 3


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("gb18030", "用户甲"), ("shift_jis", "ユーザー"), ("cp1251", "Мария"), ("latin-1", "Zoë"), ("utf-32", "Zoë")],
)
def test_encodings_of_other_scripts(tmp_path, encoding, name):
    """Ids are what they were, whichever of the usual encodings the file is in."""
    text = "user_id,item_id,timestamp\n" + "".join(f"{name}{n},a{n},{1_600_000_000 + n}\n" for n in range(9))
    result = imported(written(tmp_path, text.encode(encoding)), tmp_path)
    assert set(result.events["user_id"]) == {f"{name}{n}" for n in range(9)}


@pytest.mark.parametrize(
    ("encoding", "header"),
    [("cp1251", "пользователь;товар;дата"), ("gb18030", "用户;商品;时间"), ("cp1252", "käufer;produkt;datum")],
)
def test_a_header_alone_tells_its_script(tmp_path, encoding, header):
    """A few words above rows without any other letter are read in their encoding."""
    text = f"{header}\n" + "".join(f"u{n % 3};a{n};2021-03-{n + 1:02}\n" for n in range(9))
    result = imported(written(tmp_path, text.encode(encoding)), tmp_path)
    assert list(result.summary["recipe"]["columns"].values()) == header.split(";")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("Sat, 09 Jan 2021 17:06:38 GMT", "2021-01-09 17:06:38"),
        ("[09/Jan/2021:17:06:38 +0100]", "2021-01-09 16:06:38"),
        ("20210109T170638Z", "2021-01-09 17:06:38"),
        ("2021年01月09日 17:06:38", "2021-01-09 17:06:38"),
        ("2021年1月9日", "2021-01-09"),
        ("2021-01-09 17:06:38,250", "2021-01-09 17:06:38.250000"),
    ],
)
def test_times_of_servers_and_other_lands(tmp_path, form, expected):
    """What web servers, mails and Chinese tables write for a time."""
    result = imported(written(tmp_path, f"user_id\titem_id\ttimestamp\nu1\ta\t{form}\n"), tmp_path)
    assert str(result.events["timestamp"].iloc[0]).removesuffix(" 00:00:00") == expected


def objects():
    """The rows as dictionaries, the user in one of its own."""
    return [{"user": {"id": user}, "item_id": item, "timestamp": when} for user, item, when in ROWS]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(objects()),
        json.dumps(objects(), indent=2),
        "".join(json.dumps(row) + "\n" for row in objects()),
        "".join(f"{row}\n" for row in objects()),
        "".join(f"{row}\n" for row in objects()).replace("'item_id'", "u'item_id'"),
    ],
    ids=["array", "pretty", "lines", "python", "python2"],
)
def test_objects_however_they_are_written(tmp_path, text):
    """Arrays, lines and what Python prints; objects in objects are taken apart; the forecast counts the same."""
    path = written(tmp_path, text, "log.json")
    result = imported(path, tmp_path)
    assert triples(result) == ROWS
    assert check(LogFiles(path), ALL).summary["rows_kept"] == 3


def test_an_array_that_breaks_off_is_refused(tmp_path):
    """Half a file is not half a log."""
    with pytest.raises(EventsError, match=r"array of JSON that breaks off or is damaged after 2 objects"):
        imported(written(tmp_path, json.dumps(objects())[:-20], "log.json"), tmp_path)


def test_packed_in_other_ways(tmp_path):
    """bz2 and xz, and a zip in which a system left its own files."""
    for name, pack in (("log.bz2", bz2.compress), ("log.xz", lzma.compress), ("log.zip", zipped)):
        assert triples(imported(written(tmp_path, pack(LOG.encode()), name), tmp_path)) == ROWS


def zipped(data):
    """A zip of a folder with one log and what two systems put beside it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("data/log.csv", "data/.DS_Store", "__MACOSX/data/._log.csv", "data/Thumbs.db"):
            archive.writestr(name, data)
    return packed.getvalue()


def test_one_column_cannot_be_two(tmp_path):
    """User and item are told apart even by who names them."""
    columns = {"user_id": "user_id", "item_id": "user_id"}
    with pytest.raises(EventsError, match=r"Column 'user_id' was named for more than one of user_id, item_id"):
        imported(written(tmp_path, LOG), tmp_path, columns=columns)


def test_numbers_as_people_write_them(tmp_path):
    """Points and commas of thousands and decimals; what stays unclear is no number."""
    amounts = ["1,234.50", "3,5", "1.234,5", "12,345", "7", "a lot"]
    rows = "".join(f"u1;a{n};{1_600_000_000 + n};{amount}\n" for n, amount in enumerate(amounts))
    result = imported(written(tmp_path, f"user_id;item_id;timestamp;quantity\n{rows}"), tmp_path)
    assert result.events["weight"].fillna(-1).tolist() == [1234.5, 3.5, 1234.5, 12345, 7, -1]
