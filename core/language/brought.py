"""Vectors that people bring: of pictures, sounds, texts, anything, with the id of the item that each is of."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.errors import LanguageError
from core.language.encoder import Floats
from core.phrases import say

Doubles = NDArray[np.float64]

ID_COLUMNS = ("item_id", "item", "id")
"""How the column of the ids may be called, the first choice first."""
BESIDE = (".ids.txt", ".ids.csv", ".txt", ".csv")
"""How the file with the ids of a .npy ends, beside it, an id a line."""
IDS, VALUES, ABOUT = "ids.npy", "values.npy", "about.json"


@dataclass(frozen=True, eq=False)
class Brought:
    """Vectors of one source."""

    ids: NDArray[np.str_]
    """Id of the item of each, each once, (n,)."""
    values: Floats
    """As they were brought, but for their scale: the root of the mean square of all numbers is 1, (n, d)."""
    left_out: int = 0
    """Rows without id or vector, with an id that came before, or with a vector of zeros."""

    @property
    def fingerprint(self) -> str:
        """Hex digits of all of it."""
        whole = hashlib.sha256("\n".join(self.ids).encode("utf-8", "replace"))
        whole.update(np.ascontiguousarray(self.values).tobytes())
        return whole.hexdigest()[:16]

    def save(self, folder: Path) -> None:
        """Write a new folder."""
        folder.mkdir()
        np.save(folder / IDS, self.ids)
        np.save(folder / VALUES, self.values)
        about = {"fingerprint": self.fingerprint, "left_out": self.left_out}
        (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")

    def only(self, rows: NDArray[np.bool_]) -> "Brought":
        """Some of them, (n,)."""
        return Brought(self.ids[rows], self.values[rows], self.left_out)


def load(folder: Path) -> Brought:
    """What `Brought.save` wrote."""
    ids, values = (np.load(folder / file, allow_pickle=False) for file in (IDS, VALUES))
    return Brought(ids, values)


def read_vectors(path: Path) -> Brought:
    """Vectors and ids of a file; raises `LanguageError` where they are none.

    Parquet: a column of ids and one of lists, or one column for each number. NumPy: .npy, and beside it the ids.
    """
    if not path.is_file():
        raise LanguageError(say("errors.no_file", path=str(path)))
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(b"PAR1"):
        ids, values = _parquet(path)
    elif start == b"\x93NUMPY":
        ids, values = _numpy(path)
    else:
        raise LanguageError(say("errors.no_vectors_file", file=path.name))
    return _checked(path, ids, values)


def _parquet(path: Path) -> tuple[list[str | None], Doubles]:
    try:
        with pq.ParquetFile(path) as file:
            table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise LanguageError(say("errors.damaged_vectors", file=path.name, why=str(error)[:200])) from None
    key = _id_column(path, table)
    ids = [None if each is None else str(each) for each in table[key].to_pylist()]
    others = [name for name in table.column_names if name != key]
    lists = [name for name in others if _is_list(table.schema.field(name).type)]
    if len(lists) > 1:
        raise LanguageError(say("errors.several_vectors", file=path.name, found=", ".join(lists)))
    if lists:
        return ids, _of_lists(path, table[lists[0]].combine_chunks(), ids)
    words = [name for name in others if not _is_number(table.schema.field(name).type)]
    if words or not others:
        raise LanguageError(say("errors.no_numbers", file=path.name, name=words[0] if words else key))
    columns = [table[name].to_numpy().astype(np.float64) for name in others]
    return ids, np.stack(columns, axis=1)


def _id_column(path: Path, table: pa.Table) -> str:
    known = [name for wish in ID_COLUMNS for name in table.column_names if name.casefold() == wish]
    texts = [name for name in table.column_names if pa.types.is_string(table.schema.field(name).type)]
    found = known or (texts if len(texts) == 1 else [])
    if not found:
        columns = ", ".join(table.column_names[:20])
        raise LanguageError(say("errors.no_vector_ids", file=path.name, found=columns))
    return str(found[0])


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_floating(kind) or pa.types.is_integer(kind))


def _of_lists(path: Path, column: pa.Array, ids: list[str | None]) -> Doubles:
    """Rows of numbers; zeros where there is no list."""
    lengths = column.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    present = lengths > 0
    if not present.any() or not _is_number(column.type.value_type):
        raise LanguageError(say("errors.no_numbers", file=path.name, name="vector"))
    size = int(lengths[present][0])
    other = np.flatnonzero(present & (lengths != size))
    if len(other):
        row = int(other[0])
        said = say("errors.two_lengths", file=path.name, item=str(ids[row]), found=int(lengths[row]), expected=size)
        raise LanguageError(said)
    values = np.zeros((len(ids), size))
    values[present] = column.drop_null().flatten().to_numpy(zero_copy_only=False).reshape(-1, size)
    return values


def _numpy(path: Path) -> tuple[list[str | None], Doubles]:
    try:
        values = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        kind = "errors.pickled_vectors" if "object" in str(error).lower() else "errors.damaged_vectors"
        raise LanguageError(say(kind, file=path.name, why=str(error)[:200])) from None
    if values.ndim != 2 or not np.issubdtype(values.dtype, np.number) or np.iscomplexobj(values):
        shape = " x ".join(map(str, values.shape))
        raise LanguageError(say("errors.no_matrix", file=path.name, shape=shape, kind=str(values.dtype)))
    beside = next((found for end in BESIDE if (found := path.with_suffix(end)).is_file()), None)
    if beside is None:
        raise LanguageError(say("errors.no_ids_beside", file=path.name, expected=path.with_suffix(BESIDE[0]).name))
    lines = [line.strip().strip('"') for line in beside.read_text(encoding="utf-8-sig").splitlines()]
    if lines and lines[0].casefold() in ID_COLUMNS and len(lines) == len(values) + 1:
        lines = lines[1:]
    if len(lines) != len(values):
        said = say("errors.other_count", file=path.name, vectors=len(values), beside=beside.name, ids=len(lines))
        raise LanguageError(said)
    return [line or None for line in lines], values.astype(np.float64)


def _checked(path: Path, ids: list[str | None], values: Doubles) -> Brought:
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        found = say("errors.not_finite", file=path.name, item=str(ids[int(bad[0])]), rows=len(bad))
        raise LanguageError(found)
    first = {each: row for row, each in reversed(list(enumerate(ids))) if each}
    rows = np.array([row for row in sorted(first.values()) if values[row].any()], dtype=np.int64)
    if not len(rows) or not values.shape[1]:
        raise LanguageError(say("errors.empty_vectors", file=path.name))
    kept = values[rows] / np.abs(values[rows]).max()  # so that no square is infinite
    kept /= np.sqrt(np.mean(np.square(kept)))
    return Brought(np.array([ids[row] for row in rows], dtype=str), kept.astype(np.float32), len(ids) - len(rows))
