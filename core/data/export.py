"""CSV that a spreadsheet opens as text: no cell of ours is ever run as a formula."""

from typing import TYPE_CHECKING

import pandas as pd

from core.data import times

if TYPE_CHECKING:
    from ibis.expr.types import StringColumn

FORMULA = r"^[=+@\t\r-]"
"""How a cell begins that a spreadsheet would run."""


def safe_cell(cell: "StringColumn") -> "StringColumn":
    """A text with an apostrophe before what would run as a formula; numbers stay numbers."""
    runs = cell.re_search(FORMULA) & times.numeric(cell).isnull()
    return runs.ifelse("'" + cell, cell)


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of a frame whose texts a spreadsheet takes for texts.

    >>> safe_frame(pd.DataFrame({"user_id": ["=cmd()", "-5", "ann"]}))["user_id"].tolist()
    ["'=cmd()", '-5', 'ann']
    """
    texts = frame.select_dtypes(include=["object", "string", "category"])
    return frame.assign(**{str(name): _safe(column) for name, column in texts.items()})


def _safe(column: pd.Series) -> pd.Series:
    text = column.astype("string")
    runs = text.str.contains(FORMULA, regex=True, na=False) & pd.to_numeric(text, errors="coerce").isna()
    return column.where(~runs, "'" + text.astype(object))
