"""Which item of a data set a row of another file is about: ids are compared as those of an items file are."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.data.attributes import MATCHED_SHARE, by_number
from core.data.engine import open_engine

Ints = NDArray[np.int64]


def places(found: Iterable[object], items: NDArray[np.object_]) -> tuple[Ints, int]:
    """Integer item of each id that was found, -1 for those that there are not, (n,); and how many differ in writing.

    Ids that differ only by leading zeros or a final `.0` (0013442, 13442.0) are the same where that is certain, and
    where it finds an item for half of those rows that have none of their own.
    """
    index = pd.Index(items)
    ids = pd.Series([str(each).strip() for each in found], dtype=object)
    place = index.get_indexer(pd.Index(ids)).astype(np.int64)
    if (place >= 0).all() or not len(items):
        return place, 0
    with open_engine() as engine:
        for name, column in {"found": ids.unique(), "known": items}.items():
            pd.DataFrame({schema.ITEM: column.astype(str)}).to_parquet(engine.scratch / f"{name}.parquet")
        rows, known = (engine.parquet(name, engine.scratch / f"{name}.parquet") for name in ("found", "known"))
        pairs, lone, _ = by_number(rows, known, schema.ITEM, engine)
        same = pairs.execute()
    if len(same) < max(1, MATCHED_SHARE * lone):
        return place, 0
    renamed = ids.map(dict(zip(same["row"], same["id"], strict=True)))
    other = renamed.notna().to_numpy()
    place[other] = index.get_indexer(pd.Index(renamed[other]))
    return place, int(other.sum())
