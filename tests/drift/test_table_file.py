"""The drift table comes back from disk as it was, lists and changes too."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core.drift.verdict import table_file
from core.drift.verdict.changes import Change

names = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=3).map(tuple)
places = st.integers(0, 2**40)
changes = st.builds(Change, places, places, places, names, names, st.floats(0, 1))
rows = st.tuples(st.lists(places, max_size=3).map(tuple), names, st.lists(changes, max_size=3).map(tuple))


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(rows, min_size=1, max_size=8))
def test_tables_come_back(tmp_path, told):
    """Whatever names hold, separators and quotes among them, and where nobody changed."""
    table = pd.DataFrame({"user_id": [f"u{number}" for number in range(len(told))], "score": np.nan})
    for place, name in enumerate(("change_events", "to_categories", "changes")):
        table[name] = table_file.no_entries(len(table))
        for row, cells in enumerate(told):
            table.at[row, name] = cells[place]
    table_file.save(table, tmp_path / "table.parquet")
    again = table_file.load(tmp_path / "table.parquet")
    pd.testing.assert_frame_equal(again, table)
    assert [type(cell) for cell in again["changes"]] == [tuple] * len(table)


def test_what_detect_tells_is_kept_in_types(table, tmp_path):
    """Each cell is a list of numbers, of names or of changes, none of them text that would have to be taken apart."""
    path = tmp_path / "table.parquet"
    table_file.save(table, path)
    pd.testing.assert_frame_equal(table_file.load(path), table, check_dtype=False)
    kept = pq.read_schema(path)
    assert kept.names == list(table.columns)
    for name, kind in table_file.LISTS.items():
        assert name not in kept.names or kept.field(name).type == kind
    assert pa.types.is_struct(kept.field("changes").type.value_type)


@pytest.mark.parametrize("users", [0, 3])
def test_a_table_in_which_nothing_is_told(tmp_path, users):
    """Types are those of any other table."""
    table = pd.DataFrame({"user_id": [str(user) for user in range(users)], "changes": table_file.no_entries(users)})
    table_file.save(table, tmp_path / "table.parquet")
    assert table_file.load(tmp_path / "table.parquet")["changes"].tolist() == [()] * users
    assert pq.read_schema(tmp_path / "table.parquet").field("changes").type == table_file.LISTS["changes"]
