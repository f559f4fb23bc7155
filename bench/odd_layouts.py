"""How a table is written down: separators, JSON, Parquet, packing, encodings; for `python -m bench.ingest odd`."""

import bz2
import csv
import gzip
import io
import json
import lzma
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

from bench.odd_columns import Column
from bench.odd_words import ENCODINGS, WESTERN

LEADS = ("", "", "", "", "", "Export of the shop\n", "# written by a program\n", "Orders\n\n", "sep={separator}\n")
"""What may stand before a header."""
Dress = tuple[str, bytes, dict[str, str]]


@dataclass(frozen=True)
class Layout:
    """One way to write a table."""

    name: str
    write: Callable[[random.Random, "Layout", list[Column]], str | bytes]
    suffix: str = "csv"
    separator: str = ","
    often: int = 2
    quoting: bool = True
    """Whether cells may be quoted; else nothing inside of them may look like a separator."""
    header: bool = True
    nested: bool = False
    """Whether a record holds many events, which belong to one user."""
    inside: tuple[str, ...] = (", large", ' 5" wide', " \u201cnew\u201d")
    """What a title may hold."""


def written(rng: random.Random, layout: Layout, columns: list[Column], language: str) -> Dress:
    """Name, bytes, and what is odd about them."""
    content = layout.write(rng, layout, columns)
    tags = {"layout": layout.name, "encoding": "utf-8"}
    if isinstance(content, str):
        if rng.random() < 0.3:
            content = content.replace("\n", "\r\n")
        if rng.random() < 0.25:
            content, tags["encoding"] = _encoded(rng, content, language)
        content = content if isinstance(content, bytes) else content.encode()
    pack = rng.choice([*["none"] * 7, *PACKS])
    return (
        f"log.{layout.suffix}{PACKS[pack][0] if pack in PACKS else ''}",
        _packed(content, pack),
        tags | {"pack": pack},
    )


def _encoded(rng: random.Random, text: str, language: str) -> tuple[bytes, str]:
    """In another encoding than UTF-8 that has all its letters."""
    encoding = rng.choice(ENCODINGS.get(language, WESTERN))
    try:
        return text.encode(encoding), encoding
    except UnicodeEncodeError:
        return text.encode("utf-8-sig"), "utf-8-sig"


def _zipped(content: bytes) -> bytes:
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("log", content)
        return out.getvalue()


PACKS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": (".gz", lambda content: gzip.compress(content, mtime=0)),
    "bzip2": (".bz2", bz2.compress),
    "xz": (".xz", lzma.compress),
    "zip": (".zip", _zipped),
    "zstandard": (".zst", lambda content: bytes(pa.Codec("zstd").compress(content, asbytes=True))),
}


def _packed(content: bytes, pack: str) -> bytes:
    return PACKS[pack][1](content) if pack in PACKS else content


def _rows(columns: list[Column]) -> list[tuple[str, ...]]:
    return list(zip(*([str(cell) for cell in column.cells] for column in columns), strict=True))


def _delimited(rng: random.Random, layout: Layout, columns: list[Column]) -> str:
    """Rows with a separator; quotes where they must be, or everywhere."""
    lead = rng.choice(LEADS) if layout.header and layout.separator in ",;\t" else ""
    names = [tuple(column.name for column in columns)] if layout.header else []
    if not layout.quoting:
        lines = [layout.separator.join(row) for row in [*names, *_rows(columns)]]
        return lead.format(separator=layout.separator) + "\n".join(lines) + rng.choice(["\n", ""])
    out = io.StringIO()
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
    writer = csv.writer(out, delimiter=layout.separator, quoting=quoting, lineterminator="\n")
    writer.writerows([*names, *_rows(columns)])
    text = out.getvalue()
    return lead.format(separator=layout.separator) + (text if rng.random() < 0.8 else text.rstrip("\n"))


def _row_names(rng: random.Random, layout: Layout, columns: list[Column]) -> str:
    """As R writes a table: each row begins with its number, which the header has no cell for."""
    lines, rows = _delimited(rng, layout, columns).splitlines(), len(columns[0].cells)
    numbered = [f"{place}{layout.separator}{line}" for place, line in enumerate(lines[-rows:], start=1)]
    return "\n".join([*lines[:-rows], *numbered]) + "\n"


def _objects(columns: list[Column]) -> list[dict[str, object]]:
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*(column.cells for column in columns), strict=True)]


def _json_lines(rng: random.Random, _: Layout, columns: list[Column]) -> str:
    ascii_only = rng.random() < 0.3
    return "".join(json.dumps(value, ensure_ascii=ascii_only) + "\n" for value in _objects(columns))


def _array(rng: random.Random, _: Layout, columns: list[Column]) -> str:
    return json.dumps(_objects(columns), ensure_ascii=False, indent=rng.choice([None, 1]))


def _inner(_rng: random.Random, _: Layout, columns: list[Column]) -> str:
    """Who and what are objects of their own in each line."""
    lines = []
    for value in _objects(columns):
        inner: dict[str, object] = {}
        for column in columns:
            part = {"user": "actor", "item": "object", "title": "object", "category": "object"}.get(column.role)
            place = inner.setdefault(part, {}) if part else inner
            assert isinstance(place, dict)
            place[column.name] = value[column.name]
        lines.append(json.dumps(inner, ensure_ascii=False))
    return "\n".join(lines) + "\n"


def _python(_rng: random.Random, _: Layout, columns: list[Column]) -> str:
    return "".join(f"{value!r}\n" for value in _objects(columns))


def _by_user(columns: list[Column]) -> dict[object, list[dict[str, object]]]:
    user = next(column for column in columns if column.role == "user")
    groups: dict[object, list[dict[str, object]]] = {}
    for value in _objects(columns):
        groups.setdefault(value.pop(user.name), []).append(value)
    return groups


def _unrolled(_rng: random.Random, _: Layout, columns: list[Column]) -> str:
    """A line per user, with a list of events."""
    name = next(column.name for column in columns if column.role == "user")
    return "".join(
        json.dumps({name: user, "events": values}, ensure_ascii=False) + "\n"
        for user, values in _by_user(columns).items()
    )


def _binary(table: pa.Table, write: Callable[[pa.Table, io.BytesIO], object]) -> bytes:
    with io.BytesIO() as out:
        write(table, out)
        return out.getvalue()


def _table(columns: list[Column]) -> pa.Table:
    """Numbers stay numbers where no cell is missing."""
    cells = {column.name: [None if cell == "" else cell for cell in column.cells] for column in columns}
    kinds = {name: {type(cell) for cell in values if cell is not None} for name, values in cells.items()}
    return pa.table(
        {
            name: pa.array(map(_text, values)) if len(kinds[name]) > 1 else pa.array(values)
            for name, values in cells.items()
        }
    )


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)


def _parquet(_rng: random.Random, _: Layout, columns: list[Column]) -> bytes:
    return _binary(_table(columns), pq.write_table)


def _feather(_rng: random.Random, _: Layout, columns: list[Column]) -> bytes:
    return _binary(_table(columns), feather.write_feather)


def _lists(_rng: random.Random, _: Layout, columns: list[Column]) -> bytes:
    """A row of Parquet per user, with lists that run side by side."""
    groups = _by_user(columns)
    user = next(column for column in columns if column.role == "user")
    lists = {
        column.name: [[value[column.name] for value in values] for values in groups.values()]
        for column in columns
        if column is not user
    }
    return _binary(pa.table({user.name: list(groups), **lists}), pq.write_table)


NOTHING = ("",)
LAYOUTS = (
    Layout("comma", _delimited, often=12, inside=(", large", ' 5" wide', "\nsecond line")),
    Layout("semicolon", _delimited, separator=";", often=6),
    Layout("tab, quoted", _delimited, "tsv", "\t", 4),
    Layout("tab, bare", _delimited, "tsv", "\t", 5, quoting=False, inside=(' 5" wide', ", large", '"')),
    Layout("pipe", _delimited, "txt", "|"),
    Layout("caret", _delimited, "txt", "^", 1),
    Layout("tilde", _delimited, "txt", "~", 1, quoting=False, inside=NOTHING),
    Layout("double colon", _delimited, "dat", "::", quoting=False, inside=NOTHING),
    Layout("control character", _delimited, "txt", "\x01", 1, quoting=False, inside=NOTHING),
    Layout("comma, no header", _delimited, often=3, header=False),
    Layout("tab, no header", _delimited, "tsv", "\t", 2, quoting=False, header=False),
    Layout("double colon, no header", _delimited, "dat", "::", 2, quoting=False, header=False),
    Layout("row names", _row_names, often=2, inside=NOTHING),
    Layout("JSON lines", _json_lines, "jsonl", often=5, inside=(", large", ' 5" wide', "\nsecond line")),
    Layout("JSON array", _array, "json", often=3),
    Layout("objects in JSON lines", _inner, "jsonl", often=3),
    Layout("Python's dictionaries", _python, "json", often=1),
    Layout("list of objects per user", _unrolled, "jsonl", often=2, nested=True),
    Layout("Parquet", _parquet, "parquet", often=5),
    Layout("Feather", _feather, "feather", often=1),
    Layout("lists in Parquet", _lists, "parquet", often=2, nested=True),
)
