"""A log with rows of every fate, and what an import makes of it: for tests that import it here and elsewhere."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.data.cleaning import import_files
from core.data.log_files import LogFiles
from core.settings import ImportSettings

FILES = ("events.parquet", "items.parquet", "users.parquet", "waiting.parquet")
STRICT = ImportSettings(min_events=4, min_item_events=2, max_age_days=250, leave_out_kinds="shown", most_per_hour=6)


@dataclass(frozen=True, eq=False)
class Written:
    """What an import writes."""

    summary: dict[str, Any]
    tables: list[pd.DataFrame]
    rejects: str


def rows_of_every_fate(rows: int = 1500) -> pd.DataFrame:
    """Ties, repeats, odd times of several formats, odd numbers, fast users, rare items, rows without ids."""
    rng = np.random.default_rng(5)
    moments = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300 * 24, rows), unit="h")
    frame = pd.DataFrame({
        "user_id": [f"u{each}" for each in rng.integers(0, 120, rows)],
        "item_id": [f"i{each}" for each in rng.zipf(1.4, rows) % 400],
        "timestamp": moments.strftime("%Y-%m-%d %H:%M:%S"),
        "event": rng.choice(["view", "buy", "shown"], rows),
        "rating": [f"{each:,}" for each in rng.integers(1, 3000, rows)],
        "shop": rng.choice(["a shop", 'the "best" one', "one, two"], rows),
    })  # fmt: skip
    frame.loc[::97, "timestamp"] = "yesterday"
    frame.loc[::89, "timestamp"] = "17/03/2024 10:00"
    frame.loc[::83, "user_id"] = ""
    frame.loc[400:420, ["user_id", "timestamp"]] = ["fast", "2024-05-05 05:05:05"]
    return pd.concat([frame, frame.iloc[::40].assign(rating="7")], ignore_index=True)


def files_of(folder: Path, settings: ImportSettings, files: LogFiles) -> Written:
    """What an import into a folder writes: summary, tables, rejects."""
    folder.mkdir()
    summary = import_files(files, folder, settings, key="k")
    tables = [pd.read_parquet(folder / name) for name in FILES if (folder / name).exists()]
    return Written(summary, tables, (folder / "rejects.csv").read_text())


def assert_same(here: Written, there: Written) -> None:
    """Every file and every count is the same; how many dates told their order is counted in the first rows alone."""
    told = re.compile(r"day first: \d+ dates")
    one, other = (told.sub("day first", json.dumps(found.summary, default=str)) for found in (here, there))
    assert one == other
    for mine, theirs in zip(here.tables, there.tables, strict=True):
        pd.testing.assert_frame_equal(mine, theirs)
    assert there.rejects == here.rejects
