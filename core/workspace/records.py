"""What lies in a workspace: versions of data sets, and runs."""

import contextlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.workspace import far

EVENTS = "events.parquet"


@dataclass(frozen=True)
class DataSet:
    """One version of an imported log; its files never change."""

    name: str
    version: int
    created: str
    """ISO 8601, UTC."""
    summary: dict[str, Any]
    """What `import` reported (rows_read, rows_kept, users, items ...) and facts of the log (ordinal, first, last)."""
    folder: Path
    origin: str = ""
    """Random; all versions of a data set have the same, one that is imported after it was deleted has another."""

    @property
    def id(self) -> str:
        """What no other version has, of this data set or of one that had or will have its name."""
        return f"{self.version}-{self.origin}"

    @property
    def change_lock(self) -> Path:
        """Held by whoever makes the next version out of this one."""
        return self.folder.parent / "change.lock"

    @property
    def events(self) -> Path:
        """Canonical events, sorted by user, time and file order; brought here first if they lie at an address."""
        return far.at_hand(self.folder / EVENTS, self)

    @property
    def some_events(self) -> Any:
        """The same for whoever reads a part of them: a path, or a file whose parts are fetched."""
        return far.readable(self.folder / EVENTS)

    @property
    def source(self) -> str:
        """Where workers of an engine find the events (`far.opened`)."""
        return far.source(self.folder / EVENTS)

    @property
    def items(self) -> Path:
        """Canonical items; always there, with at least the ids that have events."""
        return self.folder / "items.parquet"

    @property
    def users(self) -> Path:
        """Canonical users; always there, with at least the ids that have events."""
        return self.folder / "users.parquet"

    @property
    def texts(self) -> Path:
        """What was said of items on their events; there only if the log has such a column."""
        return far.at_hand(self.folder / "texts.parquet", self)

    @property
    def rejects(self) -> Path:
        """Rows that were left out, with line number and reason."""
        return self.folder / "rejects.csv"

    @property
    def journal(self) -> Path:
        """Database of the events that were followed and are in no version yet; it outlives versions."""
        return self.folder.parent / "stream.db"

    @property
    def language(self) -> Path:
        """Folder of what the words of its items mean, and of vectors that were brought; it outlives versions."""
        return _made(self.folder.parent / "language")

    @property
    def derived(self) -> Path:
        """Folder of what was computed from this version."""
        return _made(self.folder / "derived")


@dataclass(frozen=True)
class Run:
    """One trained model with its settings and metrics."""

    id: str
    data_set: str
    version: int
    created: str
    status: str
    """running, done, stopped (cancelled, or its process is gone) or failed; all but done can be resumed."""
    settings: dict[str, Any]
    metrics: dict[str, Any]
    folder: Path

    @property
    def curve(self) -> Path:
        """Learning curve, a row per epoch; not there before the first epoch ends."""
        return self.folder / "curve.csv"

    @property
    def derived(self) -> Path:
        """Folder of what was computed with this run."""
        return _made(self.folder / "derived")


def new_run_id() -> str:
    """An id for a run; in the order of time."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def _made(folder: Path) -> Path:
    with contextlib.suppress(FileNotFoundError):  # what was deleted is not made anew
        folder.mkdir(exist_ok=True)
    return folder
