"""What it costs to narrow the overview to a cohort, and the same of everybody.

    python -m bench.cohorts [USERS] [MEMBERS]

A log of chance with 40 events a user, in whose drift table every third user has a change and every ninth is named: what
a test would say of it plays no part here. Printed are CPU seconds of each part that the page asks for, and whole.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from core import pipeline
from core.drift import Change, Cohort, cards, cohorts, lifecycle, turns
from core.drift import population as populations
from core.workspace import Workspace

T = TypeVar("T")
EVENTS, ITEMS, CATEGORIES = 40, 5_000, 40


def timed(name: str, make: Callable[[], T]) -> T:
    """What is made, with the CPU seconds that it took."""
    began = time.process_time()
    made = make()
    print(f"| {name} | {time.process_time() - began:.3f} |", flush=True)
    return made


def publish(folder: Path, users: int) -> Workspace:
    """A workspace with a log of chance."""
    rng, rows = np.random.default_rng(3), users * EVENTS
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(
        np.sort(rng.integers(0, 360 * 86_400, (users, EVENTS))).ravel(), "s"
    )
    items = rng.zipf(1.3, rows).clip(max=ITEMS) - 1
    names = np.char.mod("u%06d", np.repeat(np.arange(users), EVENTS))
    events = pd.DataFrame({"user_id": names, "item_id": np.char.mod("i%d", items), "timestamp": times})
    known = np.arange(ITEMS)
    catalogue = pd.DataFrame({"item_id": np.char.mod("i%d", known), "category": np.char.mod("c%d", known % CATEGORIES)})
    workspace = Workspace(folder / "workspace")
    with workspace.staging() as staged:
        events.to_parquet(staged / "events.parquet")
        catalogue.to_parquet(staged / "items.parquet")
        pd.DataFrame({"user_id": np.unique(names)}).to_parquet(staged / "users.parquet")
        workspace.publish("log", staged, {"rows_kept": rows, "users": users, "items": ITEMS})
    return workspace


def verdicts(sequences: Any) -> Any:
    """A drift table as the overview reads it."""
    number = np.arange(sequences.n_users)
    change = (Change(EVENTS // 2, EVENTS // 2 - 3, EVENTS // 2 + 3, ("c0",), ("c1",), 0.5),)
    named = number % 9 == 0
    table = pd.DataFrame(
        {"user_id": sequences.users, "n_events": EVENTS, "status": "ok", "score": 1.0, "drifted": number % 3 == 0,
         "p_value": np.where(named, 0.001, 0.5), "q_value": np.where(named, 0.01, 0.5), "named": named,
         "sure": np.where(named, "very sure", "no sign"), "kind": np.where(number % 3 == 0, "abrupt", ""),
         "direction": np.where(number % 3 == 0, "shift", ""), "magnitude": np.where(number % 3 == 0, 0.5, np.nan)}
    )  # fmt: skip
    columns = {"changes": change, "change_events": (EVENTS // 2,), "change_times": ("2024-06-01T00:00:00",),
               "from_categories": ("c0",), "to_categories": ("c1",)}  # fmt: skip
    for name, cell in columns.items():
        table[name] = pd.Series([cell if at % 3 == 0 else () for at in number], dtype=object)
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
        workspace = publish(Path(folder), users)
        sequences = pipeline.load(workspace, "log")
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
