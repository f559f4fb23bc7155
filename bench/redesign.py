"""A redesign in the middle of simulated logs: who is called drifted because of it: `python -m bench.redesign`.

The people of each world are the same with and without the redesign. Counted are users whose interests did not change:
how many are named at first sight, without what came on days that are found in the log, and with a marker at the day of
the redesign; and in the world that had none.
"""

import argparse

import numpy as np
import pandas as pd

from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.drift import NAMED, Mark, as_mark, breaks, detect, judged, offered, why_then
from core.settings import DriftSettings, SimulationSettings

DAYS = 365
DAY = 86_400_000_000
START = int(np.datetime64("2024-01-01", "us").astype(np.int64)) + DAYS // 2 * DAY


def measured(seed: int, users: int, strength: float) -> dict[str, float]:
    """One world: shares of steady users, in per cent, and of those who changed."""
    settings = {"seed": seed, "users": users, "cold": 0.0, "days": DAYS}
    plain, _ = _world(SimulationSettings(**settings))
    log, steady = _world(SimulationSettings(redesign=strength, **settings))
    table = detect(log, DriftSettings())
    days = breaks(log)
    looked = judged(offered.second_look(table, log, [Mark(START, START)], DriftSettings()))
    found = judged(offered.second_look(table, log, [as_mark(day) for day in days], DriftSettings()))
    calm = judged(detect(plain, DriftSettings()))
    told = {"calm": calm, "first": judged(table), "found": found, "marked": looked}
    tested = (table["status"] == "ok").to_numpy()
    row: dict[str, float] = {
        "seed": seed,
        "steady": int((tested & steady).sum()),
        "changed": int((tested & ~steady).sum()),
    }
    for name, seen in told.items():
        named = seen[NAMED].to_numpy()
        row[f"wrong_{name}"] = 100 * float(named[tested & steady].mean())
        row[f"found_{name}"] = 100 * float(named[tested & ~steady].mean())
        row[f"false_{name}"] = 100 * float(named[steady].sum() / max(1, named.sum()))
    apart = [abs((day - pd.Timestamp(START, unit="us")).days) for day in days]
    around = why_then.around(looked, log, [Mark(START, START)])
    row |= {"offered_day": int(min(apart, default=999) <= 3), "days": len(days), "calm_days": len(breaks(plain)),
            "more": float(around["more"].iloc[0]), "low": float(around["low"].iloc[0]),
            "placebo": float(around["p_value"].iloc[0])}  # fmt: skip
    return row


def _world(settings: SimulationSettings) -> tuple[Sequences, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """A log, and whose interests never change in it, a row of the drift table each."""
    made = simulate(settings)
    log = build_sequences(made.events, made.items, made.users)
    drifted = made.truth.set_index("user_id")["drifted"]
    return log, ~drifted.loc[list(log.users)].to_numpy(bool)


def main() -> None:
    """Print a row per world and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument("--users", type=int, default=300)
    parser.add_argument("--strength", type=float, default=1.0)
    parser.add_argument("--first", type=int, default=1, help="seed of the first world")
    options = parser.parse_args()
    rows = []
    for seed in range(options.first, options.first + options.worlds):
        rows.append(measured(seed, options.users, options.strength))
        print({name: round(value, 2) for name, value in rows[-1].items()}, flush=True)
    table = pd.DataFrame(rows)
    print(table.describe().loc[["mean", "min", "max"]].T.round(2).to_string())


if __name__ == "__main__":
    main()
