"""How soon a live watcher notices a change, and how often it cries wolf: `python -m bench.drift live`.

Clear changes are the first of users with abrupt changes of magnitude .4 or more, with 20 events or more before it. The
delay is from the first event after the change to the last before the flag, 1 at best. Users of 20 events or more count.
Who is named among all, by e-values at the accepted share of false alarms, is judged over all users.
"""

import time

import numpy as np
import pandas as pd

from bench.drift import WORLDS
from core.data import schema
from core.data.sequences import build_sequences
from core.data.simulate import simulate
from core.drift import judged_live
from core.drift.live import watcher
from core.settings import DriftSettings, SimulationSettings

CLEAR, BEFORE = 0.4, 20


def rows(seeds: list[int]) -> list[dict[str, object]]:
    """A row per world and seed."""
    return [_row(label, seed) for label in WORLDS for seed in seeds]


def _row(label: str, seed: int) -> dict[str, object]:
    world = simulate(SimulationSettings(seed=seed, **WORLDS[label]))
    sequences = build_sequences(world.events, world.items, world.users)
    began = time.process_time()
    flags = watcher.watch(sequences, DriftSettings())
    seconds = time.process_time() - began
    return {"world": label, "seed": seed, **figures(world.truth, flags), "CPU-s": round(seconds, 1)}


def figures(truth: pd.DataFrame, flags: pd.DataFrame) -> dict[str, float]:
    """Share ever flagged without drift; of clear changes the share missed and the median delay, in events.

    And of all users who are named their number, and the share of them who have not drifted.
    """
    table = truth.merge(judged_live(flags).drop(columns="n_events"), on=schema.USER)
    named, calm = table["named"].to_numpy(), ~table["drifted"].astype(bool).to_numpy()
    table = table[table["n_events"] >= BEFORE]
    drifted = table["drifted"].astype(bool)
    first = pd.to_numeric(table["change_events"].astype(str).str.split(schema.LIST_SEPARATOR).str[0], errors="coerce")
    large = pd.to_numeric(table["magnitude"], errors="coerce") >= CLEAR
    clear = drifted & (table["kind"] == "abrupt") & large & (first >= BEFORE)
    delay = (table["flag_event"] - first + 1)[clear].to_numpy()
    found = table["flagged"][clear].to_numpy() & (delay > 0)
    told = {
        "named": int(named.sum()),
        "false among the named": round(float(calm[named].mean()) if named.any() else 0, 3),
    }
    return told | {
        "flagged without drift": round(float(table["flagged"][~drifted].mean()), 3),
        "clear changes": int(clear.sum()),
        "missed": round(float(1 - found.mean()), 3),
        "median delay, noticed": float(np.median(delay[found])) if found.any() else float("nan"),
        "median delay, missed never": float(np.median(np.where(found, delay, np.inf))),
    }
