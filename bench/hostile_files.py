"""Files that want more than to be read: too deep, too wide, too long, or not what they say; by kind and seed.

Each kind writes one file into a folder; none needs more memory or disk than some megabytes to be made.
"""

import json
import random
from pathlib import Path
from typing import Any

from bench import hostile_packs as packs
from bench.hostile_parts import HEADER, MEGABYTE, Make, log, write
from bench.hostile_texts import corpus

# ---- text that is too deep, too wide or too long ------------------------------------------------------------------


def deep_json(folder: Path, rng: random.Random) -> Path:
    """Brackets in brackets, as lines, as an array, as a dictionary of Python."""
    depth = rng.choice((200, 1500, 20_000, 400_000))
    inner = rng.choice(
        ("[" * depth + "]" * depth, "[" * depth, '{"a":' * depth + "1" + "}" * depth, "-" * depth + "1", "(" * depth)
    )
    row = {"user_id": "u1", "item_id": "i1", "timestamp": 1_600_000_000}
    text = json.dumps(row)[:-1] + f', "x": {inner}}}'
    lines = rng.choice(
        (
            f"{text}\n" * 3,
            f"{json.dumps(row)}\n{text}\n",
            f"[{text}]",
            f"[{inner}]",
            "{\n" + text[1:],
            str(row)[:-1] + f", 'x': {inner}}}\n",
        )
    )
    return write(folder, "deep.json", lines.encode())


def wide_json(folder: Path, rng: random.Random) -> Path:
    """Objects of thousands of keys, all of them other ones in each line."""
    count = rng.choice((300, 3000, 40_000))
    rows = (
        {"user_id": f"u{n}", "item_id": "i", "timestamp": n + 10**9} | {f"k{n}_{at}": at for at in range(count)}
        for n in range(3)
    )
    return write(folder, "wide.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())


def many_lists(folder: Path, rng: random.Random) -> Path:
    """Lists that unroll to millions of rows."""
    count = rng.choice((10_000, 1_000_000))
    row = {"user_id": "u" * 200, "timestamp": 10**9, "items": [{"item_id": "i"}] * count}
    return write(folder, "lists.jsonl", (json.dumps(row, separators=(",", ":")) + "\n").encode())


def wide_text(folder: Path, rng: random.Random) -> Path:
    """Thousands of columns."""
    count = rng.choice((500, 5000, 200_000))
    more = "".join(f",c{n}" for n in range(count)) if rng.random() < 0.7 else "," * count
    rows = "".join(f"u{n},i{n},{10**9 + n}{',' * count}\n" for n in range(3))
    return write(folder, "wide.csv", f"{HEADER}{more}\n{rows}".encode())


def long_line(folder: Path, rng: random.Random) -> Path:
    """One line of many megabytes: letters, quotes, separators, with and without an end."""
    size, unit = (
        rng.randint(2, 40) * MEGABYTE,
        rng.choice(("a", '"', ",", '""', 'a,"', "\t", " ", "\\", "é", '","', "0")),
    )
    text = unit * (size // len(unit))
    place = rng.choice(
        ("{log}{long}", "{long}\n{log}", "{log}u1,{long},1600000000\n{log}", '{log}"{long}\n{log}', "{header}{long}")
    )
    return write(folder, "long.csv", place.format(log=log(), long=text, header=HEADER).encode())


def open_quotes(folder: Path, rng: random.Random) -> Path:
    """Quotes that never close, or close in every line, over many lines."""
    lines = log(400).splitlines()
    for place in range(1, len(lines)):
        if rng.random() < 0.5:
            cells = lines[place].split(",")
            cells[rng.randrange(3)] = rng.choice(
                ('"', '"x', 'x"', '""', '"""', '\\"', '"' * rng.randint(1, 999), '"\n"', '"' + "x" * 9999)
            )
            lines[place] = ",".join(cells)
    return write(folder, "quotes.csv", "\n".join(lines).encode())


def sparse(folder: Path, rng: random.Random) -> Path:
    """A file that is mostly a hole."""
    path = write(folder, "sparse.csv", log(rng.choice((5, 90_000))).encode())
    with path.open("r+b") as stream:
        stream.truncate(rng.choice((2, 8, 40)) << 30)
    return path


def odd_bytes(folder: Path, rng: random.Random) -> Path:
    """Ends of lines, marks and zero bytes where nobody expects them; other encodings than it says."""
    text = log().replace(
        "\n", rng.choice(("\r", "\r\r\n", "\x85", "\u2028", "\n\0", "\x1a\n", "\n\ufeff", "\x0b", "\x1c"))
    )
    data = text.encode(
        rng.choice(("utf-8", "utf-16", "utf-16-be", "utf-32", "utf-7", "cp1252", "shift_jis")), "replace"
    )
    return write(
        folder, "odd.csv", rng.choice((b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0\xfe\xff", b"sep=,\n", b"+/v8-")) + data
    )


def hostile_cells(folder: Path, rng: random.Random) -> Path:
    """Hostile texts as ids, titles, categories and names of columns."""
    texts = [hostile.text for hostile in corpus(rng.randrange(10**6), 60)]
    names = [*HEADER.split(","), "title", "category", rng.choice(texts)[:200], rng.choice(texts)[:200]]
    rows = [{name: rng.choice(texts) for name in names} | {"timestamp": 10**9 + n} for n in range(80)]
    if rng.random() < 0.5:
        return write(folder, "cells.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())
    quoted = (
        '"{}"'.format(str(cell).replace('"', '""'))
        for row in [dict(zip(names, names, strict=True)), *rows]
        for cell in row.values()
    )
    cells = list(quoted)
    width = len(dict.fromkeys(names))
    lines = (",".join(cells[at : at + width]) for at in range(0, len(cells), width))
    return write(folder, "cells.csv", "\n".join(lines).encode("utf-8", "surrogatepass"))


# ---- tables with types --------------------------------------------------------------------------------------------


def parquet_rows(folder: Path, rng: random.Random) -> Path:
    """Hundreds of millions of rows that are all one row, in some kilobytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    group, groups = 1_000_000, rng.choice((3, 40))
    text = pa.DictionaryArray.from_arrays(pa.array([0] * group, pa.int8()), pa.array(["u" * rng.choice((1, 1000))]))
    table = pa.table({"user_id": text, "item_id": text, "timestamp": pa.array([10**9] * group)})
    with pq.ParquetWriter(folder / "rows.parquet", table.schema, compression="zstd") as out:
        for _ in range(groups):
            out.write_table(table)
    return folder / "rows.parquet"


def parquet_words(folder: Path, rng: random.Random) -> Path:
    """A dictionary whose one word is megabytes long, and stands in every row."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, long = rng.choice((1_000, 60_000)), "u" * (rng.choice((1, 8, 60)) * MEGABYTE)
    word = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([long]))
    table = pa.table(
        {"user_id": word, "item_id": [f"i{n}" for n in range(rows)], "timestamp": list(range(10**9, 10**9 + rows))}
    )
    pq.write_table(table, folder / "words.parquet", compression="zstd", dictionary_pagesize_limit=1 << 30)
    return folder / "words.parquet"


def parquet_shape(folder: Path, rng: random.Random) -> Path:
    """Thousands of columns, structs in structs, lists of millions, names that are SQL."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Any] = {"user_id": ["a", "b"], "item_id": ["x", "y"], "timestamp": [10**9, 10**9 + 1]}
    kind = rng.randrange(4)
    if kind == 0:
        columns |= {f"c{n}": ["1", "2"] for n in range(rng.choice((500, 3000)))}
    elif kind == 1:
        value: Any = {"z": 1}
        for _ in range(rng.choice((5, 60))):
            value = {"a": value}
        columns["deep"] = [value, value]
    elif kind == 2:
        columns = {
            "user_id": ["a"],
            "timestamp": [10**9],
            "items": [[{"item_id": "x"}] * rng.choice((1000, 2_000_000))],
        }
    else:
        columns |= {
            hostile.text[:300]: ["1", "2"]
            for hostile in corpus(rng.randrange(10**6), 30)
            if hostile.kind != "surrogate"
        }
    pq.write_table(pa.table(columns), folder / "shape.parquet", compression="zstd")
    return folder / "shape.parquet"


def small_table(folder: Path, kind: str) -> bytes:
    """The bytes of a table that would be read gladly."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import feather, orc

    table = pa.table(
        {
            "user_id": [f"u{n % 7}" for n in range(200)],
            "item_id": pa.array([f"i{n % 9}" for n in range(200)]).dictionary_encode(),
            "timestamp": list(range(10**9, 10**9 + 200)),
            "tags": [["a", "b"]] * 200,
        }
    )
    path = folder / f"small.{kind}"
    if kind == "parquet":
        pq.write_table(table, path)
    elif kind == "orc":
        orc.write_table(table.set_column(1, "item_id", table["item_id"].cast("string")), path)
    else:
        feather.write_feather(table, path, compression="zstd" if kind == "arrow" else "uncompressed")
    return path.read_bytes()


def injured_table(folder: Path, rng: random.Random) -> Path:
    """Parquet, Arrow and ORC with bytes changed, above all where they say how much there is."""
    kind = rng.choice(("parquet", "arrow", "feather", "orc"))
    data = bytearray(small_table(folder, kind))
    for _ in range(rng.randint(1, 8)):
        place = rng.choice((rng.randrange(8, len(data)), len(data) - rng.randint(5, min(600, len(data) - 8))))
        data[place] = rng.choice((rng.randrange(256), 0, 255, 127, 128))
    if rng.random() < 0.2:
        del data[rng.randrange(len(data)) :]
    return write(folder, f"injured.{kind}", bytes(data))


KINDS: dict[str, Make] = {
    make.__name__: make
    for make in (
        packs.zip_bomb,
        packs.stream_bomb,
        packs.nested,
        packs.many_members,
        packs.zip_path,
        packs.tar_path,
        packs.tar_lies,
        packs.symlink,
        deep_json,
        wide_json,
        many_lists,
        wide_text,
        long_line,
        open_quotes,
        sparse,
        odd_bytes,
        hostile_cells,
        parquet_rows,
        parquet_words,
        parquet_shape,
        injured_table,
        packs.entities,
        packs.far_cells,
        packs.outside_links,
        packs.packed_workbook,
        packs.injured_pack,
    )
}
"""Each kind by its name."""
