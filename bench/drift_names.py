"""How many users are named in logs in which nobody changed: real ones with sessions shuffled, and simulated ones.

Twenty small logs: two shuffles of each folder given, and two seeds of each world without drift. At 5 % accepted, a test
that keeps its promise names nobody in 19 of 20 such logs.
"""

import dataclasses
import time
from collections.abc import Callable, Iterable

import numpy as np

from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.drift.verdict.detection import detect
from core.settings import WORLDS, DriftSettings, NamingSettings, world

Shuffle = Callable[[Sequences, int], Sequences]
USERS, FEWEST_EVENTS = 250, 20
FEW = 0.001
"""Share of the judged who may be named in a log that counts as quiet."""


def rows(logs: Iterable[tuple[str, Sequences]], seeds: list[int], shuffled: Shuffle) -> list[dict[str, object]]:
    """A row for each log, and one that counts the quiet ones."""
    calm = [_row(f"{name}, shuffled {seed}", shuffled(_some(log, seed), seed)) for name, log in logs for seed in seeds]
    calm += [_row(f"{name}, seed {seed}", _calm(name, seed)) for name in WORLDS for seed in seeds]
    quiet = sum(bool(row["named"] == 0 or row["named"] < FEW * row["judged"]) for row in calm)
    return [*calm, {"log": f"quiet: {quiet} of {len(calm)}", "judged": sum(row["judged"] for row in calm)}]


def _row(name: str, log: Sequences) -> dict[str, object]:
    began = time.process_time()
    table = detect(log, DriftSettings())
    judged = table[table["status"] == "ok"]
    return {
        "log": name,
        "judged": len(judged),
        "named": int((judged["q_value"] <= NamingSettings().accept).sum()),
        "p < .05": round(float((judged["p_value"] < 0.05).mean()), 3),
        "smallest q": round(float(judged["q_value"].min()), 3),
        "CPU-s": round(time.process_time() - began, 1),
    }


def _some(log: Sequences, seed: int) -> Sequences:
    """Some users of a log, with histories that are long enough."""
    able = np.flatnonzero(log.lengths >= FEWEST_EVENTS)
    chosen = np.random.default_rng(seed).permutation(able)[:USERS]
    return log.only(np.sort(chosen))


def _calm(name: str, seed: int) -> Sequences:
    made = simulate(dataclasses.replace(world(name), users=USERS, seed=seed, drift=0.0))
    return build_sequences(made.events, made.items)
