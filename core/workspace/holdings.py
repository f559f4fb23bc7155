"""Which files a workspace holds, who owns each, and what it may know of a person: whoever adds a kind writes it here.

`core forget` goes by this list, `core export-person` and `core backup` as well; a test fails when a workspace holds a
file that the list does not know.
"""

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final


class Treatment(Enum):
    """What becomes of a file when a person is forgotten."""

    NOTHING = "nothing"
    """It knows nobody: it stays."""
    ROWS = "rows"
    """Parquet with a row per event or user: those of the person go."""
    LINES = "lines"
    """Text: lines that name the person go."""
    TEXT = "text"
    """JSON: the person's id is hidden in it."""
    WEIGHTS = "weights"
    """Tensors: whom a run has seen is a list in them, which the person is taken out of."""
    JOURNAL = "journal"
    """SQLite: what was streamed of the person goes."""
    MADE = "made"
    """Computed from events, and made anew without the person when someone asks for it."""
    DATABASE = "database"
    """SQLite of the workspace: notes go, lists of markers lose the id, and it is hidden in all other rows."""
    LIST = "list"
    """What lies at an address: made anew with what is put there."""
    SENT = "sent"
    """A log on its way into a data set: gone with the jobs that were to read it."""


@dataclass(frozen=True)
class Holding:
    """A kind of file."""

    pattern: str
    """Of its path below the workspace; `*` is a name, `**` any number of them."""
    owner: str
    """The part of the product that writes it."""
    treatment: Treatment
    saved: bool = True
    """It is a part of a backup: what is not can be made anew, or is on its way."""


_T = Treatment
VERSION, RUN = "data/*/v*", "data/*/runs/*"
HOLDINGS: Final = (
    Holding("meander.db", "core.workspace.tables", _T.DATABASE),
    Holding("meander.db-*", "core.workspace.tables", _T.DATABASE, saved=False),
    Holding("store.json", "core.workspace.far", _T.NOTHING, saved=False),
    Holding(".*.draft", "core.workspace.far", _T.NOTHING, saved=False),
    Holding("secret.key", "core.workspace.secret", _T.NOTHING),
    Holding("access.toml", "core.workspace.granting", _T.NOTHING),
    Holding("access.draft", "core.workspace.granting", _T.NOTHING, saved=False),
    Holding("queue.db", "core.jobs.table", _T.NOTHING, saved=False),
    Holding("queue.db-*", "core.jobs.table", _T.NOTHING, saved=False),
    Holding("*.lock", "core.locks", _T.NOTHING, saved=False),
    Holding("worker.log", "core.jobs.worker", _T.LINES, saved=False),
    Holding("jobs/*.lock", "core.locks", _T.NOTHING, saved=False),
    Holding("jobs/*.log", "core.jobs.worker", _T.LINES),
    Holding("staging/**", "core.workspace.place", _T.SENT, saved=False),
    Holding("uploads/**", "core.workspace.uploads", _T.SENT, saved=False),
    Holding("inbox/**", "core.workspace.inbox", _T.SENT, saved=False),
    Holding("data/**/*.lock", "core.locks", _T.NOTHING, saved=False),
    Holding("data/*/forgetting.json", "core.workspace.leaving", _T.SENT),
    Holding(f"{VERSION}/elsewhere.json", "core.workspace.far", _T.LIST),
    Holding(f"{VERSION}/*.part", "core.workspace.keeping", _T.MADE, saved=False),
    Holding(f"{VERSION}/events.parquet", "core.data.cleaning", _T.ROWS),
    Holding(f"{VERSION}/waiting.parquet", "core.data.cleaning", _T.ROWS),
    Holding(f"{VERSION}/users.parquet", "core.data.entities", _T.ROWS),
    Holding(f"{VERSION}/items.parquet", "core.data.entities", _T.ROWS),
    Holding(f"{VERSION}/texts.parquet", "core.data.event_texts", _T.ROWS),
    Holding(f"{VERSION}/rejects.csv", "core.data.rejects", _T.LINES),
    Holding(f"{VERSION}/derived/truth-*.parquet", "core.pipeline.proving", _T.ROWS),
    Holding(f"{VERSION}/derived/**", "core.pipeline.results", _T.MADE),
    Holding("data/*/stream.db", "core.stream.journal", _T.JOURNAL),
    Holding("data/*/stream.db-*", "core.stream.journal", _T.JOURNAL, saved=False),
    Holding("data/*/language/settings.json", "core.pipeline.words", _T.NOTHING),
    Holding("data/*/language/relations.parquet", "core.pipeline.sources", _T.ROWS),
    Holding("data/*/language/*/*.npy", "core.language.kept", _T.NOTHING),
    Holding("data/*/language/*/about.json", "core.language.kept", _T.NOTHING),
    Holding(f"{RUN}/lock", "core.locks", _T.NOTHING, saved=False),
    Holding(f"{RUN}/model.json", "core.model.storage", _T.TEXT),
    Holding(f"{RUN}/start.json", "core.model.warm", _T.TEXT),
    Holding(f"{RUN}/newcomers.json", "core.model.calibration", _T.NOTHING),
    Holding(f"{RUN}/curve.csv", "core.model.curve", _T.NOTHING),
    Holding(f"{RUN}/meanings.safetensors", "core.model.meanings", _T.NOTHING),
    Holding(f"{RUN}/start_meanings.safetensors", "core.model.warm", _T.NOTHING),
    Holding(f"{RUN}/*.safetensors", "core.model.checkpoints", _T.WEIGHTS),
    Holding(f"{RUN}/*.draft", "core.model.checkpoints", _T.MADE, saved=False),
    Holding(f"{RUN}/derived/**", "core.pipeline.results", _T.MADE),
)
"""The first pattern that fits counts."""


def holding(path: Path | str) -> Holding | None:
    """The kind of a file by its path below the workspace; None where no part of the product writes such a file."""
    return next((each for each in HOLDINGS if _expression(each.pattern).fullmatch(str(path))), None)


def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*)", pattern)
    known = {"**/": r"(?:[^/]+/)*", "**": r".+", "*": r"[^/]*"}
    return re.compile("".join(known.get(part, re.escape(part)) for part in parts))
