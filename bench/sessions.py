"""Steady users under six shapes of a session column, imported and tested: `python -m bench.sessions [--users 600]`.

Nobody drifts, so that the share of users called drifted should be the 5 % that were asked for, whatever a log calls its
sessions: a line of JSON per shape with what the import took for sessions, users tested, and the share called drifted.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.data import schema
from core.data.cleaning import import_files
from core.data.log_files import LogFiles
from core.data.sequences import Sequences, build_sequences
from core.data.simulate import Simulation, simulate
from core.drift.verdict.detection import detect
from core.settings import DriftSettings, ImportSettings, SimulationSettings

PAUSE = np.timedelta64(30, "m")
WEEKLY = 5
"""Numbers of visits after which one returns."""


def steady(users: int, seed: int) -> Simulation:
    """A log in which nobody drifts."""
    return simulate(SimulationSettings(users=users, seed=seed, drift=0.0, cold=0.0))


def _visits(events: pd.DataFrame) -> "pd.Series[int]":
    """Number of the visit of each event, by pauses, within its user."""
    pause = events.groupby(schema.USER)[schema.TIME].diff() > PAUSE
    return pause.groupby(events[schema.USER]).cumsum()


def _rows(events: pd.DataFrame) -> "pd.Series[str]":
    return "q" + pd.Series(np.arange(len(events)), events.index).astype(str)


SHAPES: Mapping[str, Callable[[pd.DataFrame], "pd.Series[Any] | None"]] = {
    "true sessions": lambda events: events[schema.USER] + "-" + _visits(events).astype(str),
    "none": lambda _events: None,
    "an id per row": _rows,
    "an order on purchases only": lambda events: _rows(events).where(events[schema.EVENT] == "purchase"),
    "a device per user": lambda events: "device-" + events[schema.USER],
    "an id that returns across weeks": lambda events: (
        events[schema.USER] + "-" + (_visits(events) % WEEKLY).astype(str)
    ),
}
"""What a log may call a session, by the kind of it."""


def imported(simulation: Simulation, shape: str, folder: Path) -> tuple[Sequences, dict[str, Any]]:
    """The log with sessions of a shape, through the import; and the summary."""
    events, session = simulation.events, SHAPES[shape](simulation.events)
    if session is not None:
        events = events.assign(**{schema.SESSION: session})
    events.sort_values(schema.TIME, kind="stable").to_csv(folder / "log.csv", index=False)
    simulation.items.to_csv(folder / "items.csv", index=False)
    out = folder / "out"
    out.mkdir()
    summary = import_files(LogFiles(folder / "log.csv", folder / "items.csv"), out, ImportSettings())
    frames = [pd.read_parquet(out / f"{name}.parquet") for name in ("events", "items", "users")]
    return build_sequences(*frames), summary


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    simulation = steady(options.users, options.seed)
    for shape in SHAPES:
        with tempfile.TemporaryDirectory(prefix="meander-bench-") as scratch:
            sequences, summary = imported(simulation, shape, Path(scratch))
        table = detect(sequences, DriftSettings())
        tested = table[table["status"] == "ok"]
        drifted = round(float(tested["drifted"].mean()), 4)
        print(json.dumps({"shape": shape, "sessions": summary["sessions"], "tested": len(tested), "drifted": drifted}))


if __name__ == "__main__":
    main()
