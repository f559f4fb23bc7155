"""The drift table on disk: Parquet whose cells are lists where the table's are, so that nothing is read out of text."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.drift.verdict.changes import Change

CHANGES: Final = "changes"
"""The column that tells each change by itself."""
_NAMES: Final = pa.list_(pa.string())
_CHANGE: Final = pa.struct(
    [("event", pa.int64()), ("low", pa.int64()), ("high", pa.int64()), ("left", _NAMES), ("found", _NAMES),
     ("magnitude", pa.float64())]
)  # fmt: skip
LISTS: Final[Mapping[str, pa.DataType]] = {
    "change_events": pa.list_(pa.int64()),
    "change_times": _NAMES,
    "from_categories": _NAMES,
    "to_categories": _NAMES,
    "from_groups": _NAMES,
    "to_groups": _NAMES,
    CHANGES: pa.list_(_CHANGE),
}
"""Columns of the drift table, and of the model's view, whose cells are tuples; those that a table has."""


def no_entries(rows: int) -> NDArray[Any]:
    """Cells without an entry, for a column of lists, (rows,)."""
    cells = np.empty(rows, dtype=object)
    cells.fill(())
    return cells


def save(table: pd.DataFrame, path: Path) -> None:
    """Write a drift table, or the model's view."""
    lists = [name for name in LISTS if name in table]
    plain = pa.Table.from_pandas(table.drop(columns=lists), preserve_index=False)
    for name in lists:
        plain = plain.append_column(name, entries(name, table[name]))
    pq.write_table(plain.select([str(name) for name in table.columns]), path)


def load(path: Path) -> pd.DataFrame:
    """A table as it was saved."""
    kept = pq.read_table(path)
    lists = [name for name in kept.column_names if name in LISTS]
    table: pd.DataFrame = kept.drop_columns(lists).to_pandas()
    for name in lists:
        table[name] = cells_of(name, kept.column(name))
    return table[list(kept.column_names)]


def entries(name: str, column: Iterable[Any]) -> pa.Array:
    """A column of `LISTS` as Arrow has it."""
    cells = [[asdict(change) for change in cell] for cell in column] if name == CHANGES else list(column)
    return pa.array(cells, LISTS[name])


def cells_of(name: str, column: pa.ChunkedArray) -> NDArray[Any]:
    """A column of `LISTS` as tuples; most cells are empty, and cost nothing."""
    made: Callable[[list[Any]], tuple[Any, ...]] = _changes if name == CHANGES else tuple
    cells = no_entries(len(column))
    filled = np.flatnonzero(pc.list_value_length(column).to_numpy() > 0)
    for place, cell in zip(filled.tolist(), column.take(pa.array(filled)).to_pylist(), strict=True):
        cells[place] = made(cell)
    return cells


def _changes(told: list[dict[str, Any]]) -> tuple[Change, ...]:
    return tuple(Change(**each | {side: tuple(each[side]) for side in ("left", "found")}) for each in told)
