"""Columns of events as numbers: codes of texts, kinds of behaviour, weights and sessions."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


def codes_of(column: pd.Series) -> tuple[Ints, NDArray[np.object_]]:
    """Integer codes of a column of text and the text of each code; missing is -1."""
    column = column.astype("category")
    codes: Ints = np.asarray(column.cat.codes, dtype=np.int64)
    names: NDArray[np.object_] = np.asarray(column.cat.categories, dtype=object)
    return codes, names


def kinds_of(events: pd.DataFrame) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    """Kind of each event and the names of the kinds, most events first."""
    if schema.EVENT not in events or events.empty:
        return np.zeros(len(events), dtype=np.int16), (schema.EVENT,)
    codes, names = codes_of(events[schema.EVENT])
    names = np.append(names, schema.EVENT)
    codes = np.where(codes < 0, len(names) - 1, codes)
    counts = np.bincount(codes, minlength=len(names))
    order = [code for code in np.argsort(-counts, kind="stable") if counts[code]]
    place = np.zeros(len(names), dtype=np.int16)
    place[order] = np.arange(len(order))
    return place[codes], tuple(str(names[code]) for code in order)


def weights_of(events: pd.DataFrame) -> Floats:
    """The weight of each event, 1 where it is missing; without weights its rating, the median where it is missing."""
    if schema.WEIGHT in events:
        column, missing = events[schema.WEIGHT], 1.0
    elif schema.RATING in events and events[schema.RATING].notna().any():
        column, missing = events[schema.RATING], float(events[schema.RATING].median())
    else:
        return np.ones(len(events), dtype=np.float32)
    weights: Floats = column.fillna(missing).to_numpy(dtype=np.float32)
    return weights


def sessions_of(events: pd.DataFrame, first: Ints, time: Ints, gap_minutes: float) -> Ints:
    """Session of each event: the log's own where it has them, else by gaps; a gap below 0 parts all events."""
    starts = np.diff(time, prepend=0) > gap_minutes * 60e6
    if schema.SESSION in events:
        code, _ = codes_of(events[schema.SESSION])
        before = np.concatenate(([-1], code[:-1]))[: len(code)]
        starts = np.where((code < 0) & (before < 0), starts, code != before)
    starts[first] = True
    return np.cumsum(starts, dtype=np.int64) - 1
