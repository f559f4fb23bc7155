"""Whether the drift test can be believed on a log: by changes planted in it, and by the truth where that is known."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.errors import OvertakenError
from core.pipeline.gate import needs
from core.pipeline.importing import load
from core.pipeline.results import FRAME, Result
from core.progress import Progress
from core.settings import EDITOR, VIEWER, DriftSettings
from core.workspace import DataSet, Workspace

if TYPE_CHECKING:
    from core.drift import Agreement
    from core.settings import NamingSettings

USERS = 1000
"""Users whom changes are planted among, at most."""
LARGE = 20_000
"""Of logs with more users some lend what is planted: what was kept before they were drawn is another result."""


@needs(VIEWER)
def planted(
    workspace: Workspace,
    name: str,
    users: int = USERS,
    settings: DriftSettings | None = None,
    seed: int = 1,
    engine: str = "",
) -> Result[pd.DataFrame]:
    """What the drift test says of changes planted in the log's own histories: see `core.drift.verdict.trial.tried`.

    `engine`: address of one whose workers read the log; the table is the same.
    """
    settings, found = settings or DriftSettings(), workspace.data_set(name)

    def compute(progress: Progress) -> pd.DataFrame:
        if engine:
            from core.pipeline.spreading import planted_by

            return planted_by(found, users, settings, seed, engine, progress)
        from core.drift import tried

        return tried(load(workspace, name), users, settings, seed, progress)

    arguments = {"users": users, "seed": seed}
    drawn = ("drawn",) if found.summary.get("users", 0) > LARGE else ()
    return Result(workspace, found, "planted", (settings, users, seed, *drawn), compute, FRAME, arguments)


@needs(VIEWER)
def proof(tried: pd.DataFrame, naming: "NamingSettings", *, more: bool = True) -> dict[str, Any]:
    """What `planted` came to, as `core.drift.verdict.proof.figures` tells it; without `more` what tables begin with."""
    from core.drift import proof as proofs

    return {name: value for name, value in proofs.figures(tried, naming).items() if more or name not in proofs.MORE}


@needs(EDITOR)
def keep_truth(workspace: Workspace, found: DataSet, file: Path) -> None:
    """Keep what really happened to the users of a made-up log, beside the version that it is the truth of."""
    with contextlib.suppress(OvertakenError):
        _truth(workspace, found, file).get()


@needs(VIEWER)
def truth(workspace: Workspace, name: str) -> pd.DataFrame | None:
    """What really happened to the users of a log, a row each, as `core.data.simulate` tells it; None where unknown."""
    kept = _truth(workspace, workspace.data_set(name))
    return kept.get() if kept.ready else None


@needs(VIEWER)
def agreement(workspace: Workspace, name: str, table: pd.DataFrame, naming: "NamingSettings") -> "Agreement | None":
    """Who is named by a drift table beside who really changed; None where that is not known."""
    from core.drift import agreement as compared

    known = truth(workspace, name)
    return None if known is None else compared(table, known, naming)


def _truth(workspace: Workspace, found: DataSet, file: Path = Path()) -> Result[pd.DataFrame]:
    """As it is kept; only an import makes it, out of its file."""
    return Result(workspace, found, "truth", (), lambda _: pd.read_csv(file, dtype={"user_id": str}), FRAME, {})
