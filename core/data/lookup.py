"""One user's events out of any number, without reading the others."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data import schema
from core.errors import UnknownUserError
from core.phrases import say
from core.workspace import DataSet


def user_events(data_set: DataSet, user_id: str) -> pd.DataFrame:
    """Canonical events of one user in time order; raises `UnknownUserError`.

    Events lie sorted by user in row groups that say which users they begin and end with, so that one or two are read.
    """
    with pq.ParquetFile(data_set.some_events) as file:
        groups = groups_of(file, user_id)
        rows = file.read_row_groups(groups) if groups else file.schema_arrow.empty_table()
    mine: pa.Table = rows.filter(pc.equal(rows[schema.USER], user_id))
    if not len(mine):
        raise UnknownUserError(
            say(
                "errors.no_user_of",
                user=user_id[:80],
                data_set=data_set.name,
                users=data_set.summary.get("users", 0),
                some=_some_user(data_set.some_events),
            )
        )
    events: pd.DataFrame = mine.to_pandas()
    return events


def all_users(data_set: DataSet) -> list[str]:
    """Ids of all users with events."""
    users = pq.read_table(data_set.events, columns=[schema.USER])[schema.USER]
    return [str(user) for user in pc.unique(users).to_pylist()]


def groups_of(file: pq.ParquetFile, user_id: str) -> list[int]:
    """Row groups that may hold the user; one that says nothing may."""
    column = file.schema_arrow.get_field_index(schema.USER)
    found = []
    for group in range(file.num_row_groups):
        about = file.metadata.row_group(group).column(column).statistics
        if about is None or not about.has_min_max or about.min <= user_id <= about.max:
            found.append(group)
    return found


def _some_user(events: Any) -> str:
    with pq.ParquetFile(events) as file:
        return str(next(file.iter_batches(1, columns=[schema.USER])).column(0)[0])
