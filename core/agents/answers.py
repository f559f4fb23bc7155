"""One answer: a sentence, figures, rows in pages, what they mean, what to beware of, and what gives the same."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from core.agents.words import MEANS, PLAIN
from core.errors import InputError
from core.phrases import foreign

LONGEST, ENTRIES = 200, 30
"""Characters of a text and entries of a list that an answer holds at most."""


@dataclass(frozen=True)
class Page:
    """Which rows of a table."""

    offset: int = 0
    limit: int = 20

    def of(self, frame: pd.DataFrame, most: int) -> pd.DataFrame:
        """The rows; raises `InputError` for a page that there cannot be."""
        if self.offset < 0 or self.limit < 1:
            raise InputError(
                f"offset must be at least 0 and limit at least 1, found {self.offset} and {self.limit}. Begin with 0."
            )
        return frame.iloc[self.offset : self.offset + min(self.limit, most)]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a question comes to."""

    said: str
    """One sentence."""
    same_by: str
    """The command that gives the same."""
    not_claimed: tuple[str, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)
    rows: pd.DataFrame | None = None
    beware: Iterable[str] = ()
    means: Mapping[str, str] = field(default_factory=lambda: MEANS)
    """What columns and figures mean, of which those are told that are there."""

    def plain(self, page: Page, most: int) -> dict[str, Any]:
        """As JSON takes it, in bounds."""
        shown = None if self.rows is None else page.of(self.rows, most)
        columns = [] if shown is None else [str(name) for name in shown.columns]
        told: dict[str, Any] = {"answer": self.said}
        if self.figures:
            told["figures"] = bounded(dict(self.figures))
        if self.rows is not None and shown is not None:
            after = page.offset + len(shown)
            told |= {"rows": [bounded(row) for row in _short(shown).to_dict("records")], "total": len(self.rows)}
            told |= {"offset": page.offset, "next_offset": after if after < len(self.rows) else None}
        names = dict.fromkeys([*self.figures, *columns])
        told["means"] = {name: self.means[name] for name in names if name in self.means}
        told["beware"] = [foreign(line, 600) for line in dict.fromkeys(self.beware)]
        return told | {"not_claimed": list(self.not_claimed), "same_by": self.same_by}


def _short(rows: pd.DataFrame) -> pd.DataFrame:
    """Numbers of single precision with the digits that they have, as a CSV shows them."""
    single = [str(name) for name, kind in rows.dtypes.items() if kind == np.float32]
    return rows.assign(**{name: rows[name].astype(str).astype(np.float64) for name in single})


def record(*, said: str, same_by: str, **more: Any) -> Answer:
    """An answer about what is kept as it is, of which nothing needs to be explained."""
    return Answer(said=said, same_by=same_by, not_claimed=PLAIN, means={}, **more)


def bounded(value: Any) -> Any:
    """A value as JSON holds it: numbers as they are, null for what is none, no text or list without an end.

    >>> bounded({"q_value": np.float64(0.5), "found": ("a",), "time": pd.NaT, "n": np.int64(3)})
    {'q_value': 0.5, 'found': ['a'], 'time': None, 'n': 3}
    """
    if isinstance(value, Mapping):
        return {str(key): bounded(part) for key, part in value.items()}
    if isinstance(value, tuple | list | frozenset | np.ndarray):
        return [bounded(part) for part in list(value)[:ENTRIES]]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return foreign(value, LONGEST)
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, bool | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else foreign(value, LONGEST)
