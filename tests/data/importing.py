"""What tests of imports share: a text goes in, the written files come out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from core import phrases
from core.settings import ImportSettings

HEADER = "user_id,item_id,timestamp"
ALL = ImportSettings(min_events=1)
START = datetime(2023, 5, 1, 8, tzinfo=UTC)
PLACES = [(row % 8, row * 5 % 13, START + timedelta(hours=3 * row)) for row in range(80)]
"""Person, thing and moment of each row."""


class Imported:
    """What an import made of a text."""

    def __init__(self, folder: Path, summary: dict[str, Any]) -> None:
        self.summary = summary
        self.folder = folder
        self.events = pd.read_parquet(folder / "events.parquet")
        self.items = pd.read_parquet(folder / "items.parquet")
        self.users = pd.read_parquet(folder / "users.parquet")
        self.rejects = pd.read_csv(folder / "rejects.csv", dtype=str, keep_default_na=False)
        assert summary["rows_read"] == summary["rows_kept"] + summary["rows_rejected"] + summary["duplicates"]
        assert summary["rows_kept"] == len(self.events)
        assert summary["rows_rejected"] == sum(summary["reasons"].values())
        assert all(phrases.read(text) for text in [*summary["reasons"], *summary["time_notes"]])
        assert "added" in summary or summary["rows_rejected"] == len(self.rejects)

    @property
    def cautions(self) -> list[str]:
        """What the import says to beware of."""
        return [phrases.unpacked(text) for text in self.summary["cautions"]]


def log(*rows: str, header: str = HEADER) -> str:
    """The text of a log."""
    return "\n".join([header, *rows]) + "\n"


def written(header: str, row: Callable[..., str]) -> str:
    """A log of eighty rows; `row` makes one from its number, person, thing and moment."""
    return "\n".join([header, *(row(n, *PLACES[n]) for n in range(len(PLACES)))]) + "\n"
