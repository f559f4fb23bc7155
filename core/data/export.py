"""Files that leave the product: CSV that a spreadsheet opens as text, and user ids masked where that is wished.

A cell that a spreadsheet would run as a formula gets an apostrophe before it: all other cells, ids and numbers among
them, stay as they are. Who reads the files by a program and has ids that begin with = + - or @ asks for them exact.
"""

import hashlib
import re
from pathlib import Path

import numpy as np
import pandas as pd

from core.data import schema

FORMULA = "^[=+@\t\r\n＝＋－＠-]"
"""How a cell begins that a spreadsheet would run; the wide signs in East Asia."""
MASK = 20
"""Hexadecimal digits of a pseudonym."""


def in_text(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of a frame with text in place of lists: columns of tuples, entries with `schema.LIST_SEPARATOR` between.

    >>> in_text(pd.DataFrame({"found": [("folk", "rock"), ()]}))["found"].tolist()
    ['folk;rock', '']
    """
    lists = [name for name, column in frame.items() if len(column) and isinstance(column.iloc[0], tuple)]
    return frame.assign(**{str(name): frame[name].map(_joined) for name in lists})


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of a frame whose texts, names of columns too, a spreadsheet takes for texts.

    >>> safe_frame(pd.DataFrame({"user_id": ["=cmd()", "-5", "ann"]}))["user_id"].tolist()
    ["'=cmd()", '-5', 'ann']
    """
    texts = frame.select_dtypes(include=["object", "string", "category"])
    safe = frame.assign(**{str(name): _safe(column) for name, column in texts.items()})
    return safe.set_axis(_safe(pd.Series(frame.columns, dtype=object)).tolist(), axis="columns")


def safe_name(name: str) -> str:
    """The name of a column as a spreadsheet takes it for text.

    >>> safe_name("=1+1"), safe_name("title")
    ("'=1+1", 'title')
    """
    return str(_safe(pd.Series([name], dtype=object)).iloc[0]) if re.search(FORMULA, name) else name


def csv(frame: pd.DataFrame, key: str = "") -> str:
    """A frame as CSV, safe to open; user ids are masked where a `key` is given."""
    return safe_frame(in_text(masked(frame, key) if key else frame)).to_csv(index=False)


def mask(user: str, key: str) -> str:
    """A keyed hash in place of a user id, the same as an import with pseudonyms makes with this key."""
    return hashlib.sha256((key + user).encode()).hexdigest()[:MASK]


def masked(frame: pd.DataFrame, key: str, column: str = schema.USER) -> pd.DataFrame:
    """A copy of a frame with keyed hashes in place of user ids; `column` is where these stand."""
    users = frame[column].astype(object)
    known = {user: mask(str(user), key) for user in users.dropna().unique()}
    return frame.assign(**{column: users.map(known)})


def masked_file(path: Path, key: str, column: str) -> str:
    """A CSV of ours with keyed hashes in place of the user ids in a column."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    return masked(frame, key, column).to_csv(index=False)


def _joined(entries: tuple[object, ...]) -> str:
    return schema.LIST_SEPARATOR.join(map(str, entries))


def _safe(column: pd.Series) -> pd.Series:
    text = column.astype("string")
    number = pd.to_numeric(text, errors="coerce").astype("float64").replace([np.inf, -np.inf], np.nan)
    runs = text.str.contains(FORMULA, regex=True, na=False) & number.isna()
    return column.astype(object).where(~runs, "'" + text.astype(object))
