"""One user's events out of many."""

from pathlib import Path

import pandas as pd
import pytest

from core.data.cleaning import import_files
from core.data.log_files import LogFiles
from core.data.lookup import user_events
from core.errors import UnknownUserError
from core.workspace import DataSet
from tests.data.importing import ALL, log


@pytest.fixture(scope="module")
def data_set(tmp_path_factory: pytest.TempPathFactory) -> DataSet:
    """A data set in many row groups."""
    users = [f"u{number}" for number in range(100)] + ["ü", "🙂", "x" * 5000]
    rows = [f"{user},i{place},{1_362_062_838 + place}" for place in range(60) for user in users]
    folder = tmp_path_factory.mktemp("many")
    (folder / "log.csv").write_text(log(*rows), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.data.engine.ROW_GROUP", 2048)
        summary = import_files(LogFiles(folder / "log.csv"), folder, ALL)
    return DataSet("many", 1, "", summary, folder)


def test_a_user_is_found_whole(data_set: DataSet):
    """Events are those of the user, in time order, wherever row groups part."""
    everything = pd.read_parquet(data_set.events)
    for user in ("u0", "u41", "u99", "ü", "🙂", "x" * 5000):
        found = user_events(data_set, user)
        pd.testing.assert_frame_equal(found, everything[everything["user_id"] == user].reset_index(drop=True))
        assert len(found) == 60


@pytest.mark.parametrize("user", ["nobody", "", "u", "zzzz"])
def test_unknown_users(data_set: DataSet, user: str):
    """The message shows an id that exists."""
    with pytest.raises(UnknownUserError, match=rf"No user '{user}' in data set 'many' of 103 users\. .*example 'u0'"):
        user_events(data_set, user)


def test_events_are_sorted(data_set: DataSet):
    """By user, then time: what the lookup stands on."""
    events = pd.read_parquet(data_set.events)
    assert events["user_id"].is_monotonic_increasing
    assert not Path(data_set.folder / "waiting.parquet").exists()
