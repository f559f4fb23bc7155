"""Which format a file is in, told from its first bytes; what cannot be read is called by its name."""

from pathlib import Path

from core.data import apart
from core.data.allowed import bomb, check_columns, most_bytes
from core.errors import EventsError
from core.phrases import say
from core.settings import intake

FIRST = 64
"""Bytes that tell."""
PARQUET = b"PAR1"
TABLES = {PARQUET: "Parquet", b"ARROW1": "Arrow", b"ORC": "ORC"}
"""Tables with types, which Arrow reads."""
UNREAD = {
    b"Obj\x01": "errors.is_avro",
    b"FEA1": "errors.is_feather",
    b"SQLite format 3": "errors.is_database",
    b"\x89HDF\r\n\x1a\n": "errors.is_hdf",
    b"\x93NUMPY": "errors.is_numpy",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "errors.is_old_workbook",
    b"7z\xbc\xaf\x27\x1c": "errors.is_other_pack",
    b"Rar!": "errors.is_other_pack",
    b"%PDF-": "errors.is_pdf",
    b"RDX2\n": "errors.is_r_data",
    b"RDX3\n": "errors.is_r_data",
    b"X\n\x00\x00\x00": "errors.is_r_data",
    b"$FL2": "errors.is_statistics",
    b"<stata_dta>": "errors.is_statistics",
    **{b"\x80" + bytes([version]): "errors.is_pickle" for version in (2, 3, 4, 5)},
}  # fmt: skip
"""How files begin that hold no log that can be read, and what is said of them."""


def table_kind(first: bytes) -> str:
    """Name of the format of a table with types by its first bytes; empty for any other file."""
    return next((name for magic, name in TABLES.items() if first.startswith(magic)), "")


def refuse_unread(first: bytes, name: str) -> None:
    """Raise `EventsError` for a format that is known but not read; `first`: bytes at the start of a file."""
    code = "errors.is_database" if first[8:12] == b"DUCK" else ""
    code = code or next((code for magic, code in UNREAD.items() if first.startswith(magic)), "")
    if code:
        raise EventsError(say(code, file=name))


def as_parquet(path: Path, kind: str, target: Path, name: str) -> Path:
    """A copy of an Arrow or ORC file as Parquet, a Parquet file as it is; raises `EventsError`."""
    if kind == TABLES[PARQUET]:
        check_parquet(path, name)
        return path
    apart.convert(kind, path, target, name)
    return target


def check_parquet(path: Path, name: str) -> None:
    """Raise `EventsError` for a Parquet file that says it holds more than a log of its size does."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    limits, size = intake(), path.stat().st_size
    try:
        with pq.ParquetFile(path) as file:
            about = file.metadata
            groups = (about.row_group(place) for place in range(about.num_row_groups))
            held = sum(max(0, group.total_byte_size) for group in groups)
            columns, rows = len(about.schema), about.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise EventsError(say("errors.damaged_parquet", file=name, why=_why(error))) from None
    if rows > max(limits.rows_free, limits.rows_a_byte * size):
        raise EventsError(say("errors.many_rows", file=name, rows=rows, bytes=size))
    if held > most_bytes(path, name):
        raise bomb(path, name)
    check_columns(columns, name)


def read_apart(kind: str, path: Path, target: Path, name: str) -> None:
    """Write an Arrow or ORC file as Parquet; raises `EventsError`."""
    import pyarrow as pa

    try:
        _write(path, kind, target, name)
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise EventsError(say("errors.damaged_table", file=name, kind=kind, why=_why(error))) from None


def _why(error: Exception) -> str:
    return str(error).splitlines()[0][:300] if str(error) else type(error).__name__


def _write(path: Path, kind: str, target: Path, name: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from pyarrow import orc

    if kind == "ORC":
        found = orc.ORCFile(path)
        parts, schema = (found.read_stripe(place) for place in range(found.nstripes)), found.schema
    else:
        reader = pa.ipc.open_file(pa.memory_map(str(path)))
        parts, schema = (reader.get_batch(place) for place in range(reader.num_record_batches)), reader.schema
    size, most = 0, most_bytes(path)
    check_columns(len(schema), name)
    with pq.ParquetWriter(target, schema) as writer:
        for part in parts:
            part.validate(full=True)
            size += part.nbytes
            if size > most:
                raise bomb(path, name)
            writer.write_batch(part)
