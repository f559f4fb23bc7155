"""What it costs to narrow the overview to a cohort, and the same of everybody.

    python -m bench.cohorts [USERS] [MEMBERS]

A simulated log; the drift table is made without p-values (which cost the most and are kept anyway), and every tenth
user is taken for named. Printed are CPU seconds of each part that the page asks for once, and whole.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from core import pipeline
from core.data import LogFiles
from core.data.simulate import simulate
from core.drift import Cohort, cards, cohorts, detect, for_charts, lifecycle, turns
from core.drift import population as populations
from core.settings import DriftSettings, SimulationSettings
from core.workspace import Workspace

T = TypeVar("T")


def timed(name: str, make: Callable[[], T]) -> T:
    """What is made, with the CPU seconds that it took."""
    began = time.process_time()
    made = make()
    print(f"| {name} | {time.process_time() - began:.3f} |", flush=True)
    return made


def log(folder: Path, users: int) -> Workspace:
    """A workspace with a simulated log."""
    made = simulate(SimulationSettings(users=users, seed=3))
    for part in ("events", "items"):
        getattr(made, part).to_csv(folder / f"{part}.csv", index=False)
    workspace = Workspace(folder / "workspace")
    pipeline.import_log(workspace, "log", LogFiles(folder / "events.csv", folder / "items.csv"))
    return workspace


def verdicts(sequences: Any) -> Any:
    """A drift table as the overview reads it: every tenth user with a change is named."""
    table = detect(sequences, DriftSettings(p_values=False))
    table = table.assign(p_value=0.5, q_value=0.5, sure="no sign", named=False)
    changed = np.flatnonzero(table["changes"].map(len))[::10]
    table.loc[table.index[changed], ["named", "q_value", "p_value", "sure"]] = [True, 0.01, 0.001, "very sure"]
    return turns.drawn(table, sequences)


def page(table: Any, sequences: Any) -> None:
    """What the overview asks for of some users."""
    populations.look_at(table, sequences)
    cards(cohorts.telling(table), sequences)


def main() -> int:
    """Print the table."""
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    members = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        workspace = log(Path(folder), users)
        sequences = for_charts(pipeline.load(workspace, "log"), 0)
        table = verdicts(sequences)
        listed = [str(user) for user in sequences.users[:members]]
        print(f"{len(sequences):,} events of {users:,} users, {members:,} in the cohort\n\n| part | CPU-s |\n|---|---|")
        timed("everybody: the page's tables", lambda: page(table, sequences))
        timed("save by ids", lambda: pipeline.save_cohort(workspace, "log", "some", users=listed))
        began = time.process_time()
        found = timed("who is in it", lambda: pipeline.cohort_users(workspace, "log", "some", table, sequences))
        theirs = timed("their events", lambda: cohorts.events_of(found, sequences))
        timed("the page's tables", lambda: page(found, theirs))
        print(f"| **cohort applied to the overview** | **{time.process_time() - began:.3f}** |")
        pipeline.save_cohort(workspace, "log", "rule", Cohort(min_events=50))
        timed("who fits a rule", lambda: pipeline.cohort_users(workspace, "log", "rule", table, sequences))
        timed("who came, stayed, left", lambda: lifecycle.life(found, theirs, sequences))
    return 0


if __name__ == "__main__":
    sys.exit(main())
