"""What the drift test of a large log costs: `python -m bench.drift scale [--users 100000]`.

A log of users with 100 events each in sessions of four is made in arrays. Printed are CPU seconds of the whole
process and peak memory of: scores and kinds alone, and with p-values.
"""

import resource
import time

import numpy as np
import pandas as pd

from core.data.catalogue import build_catalogue
from core.data.sequences import Sequences
from core.drift.verdict.detection import detect
from core.settings import DriftSettings

EVENTS, SESSION, CATEGORIES, ITEMS = 100, 4, 20, 2000
DRIFTED = 0.3
MINUTE = 60_000_000


def rows(users: int) -> list[dict[str, object]]:
    """A row for scores and kinds alone, and one with p-values; the making of the log and compilation left out."""
    detect(made(200, 2), DriftSettings())
    log = made(users, 1)
    return [_row("scores and kinds", log, p_values=False), _row("p-values, too", log, p_values=True)]


def _row(what: str, log: Sequences, *, p_values: bool) -> dict[str, object]:
    before = time.process_time()
    table = detect(log, DriftSettings(p_values=p_values))
    seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "what": what,
        "users": log.n_users,
        "events": len(log),
        "drifted": int(table["drifted"].sum()),
        "kinds told": int((table["kind"] != "").sum()),
        "CPU-s": round(seconds, 1),
        "peak MB so far, log included": round(peak),
    }


def made(users: int, seed: int) -> Sequences:
    """A log of many users, some of whom change from one mix to another in the middle of their history."""
    rng = np.random.default_rng(seed)
    typical = rng.dirichlet(np.full(CATEGORIES, 0.3), 30)
    taste, other = rng.integers(0, 30, users), rng.integers(0, 30, users)
    turn = np.where(rng.random(users) < DRIFTED, rng.integers(EVENTS // 4, 3 * EVENTS // 4, users), EVENTS)
    mix = np.where(np.arange(EVENTS) < turn[:, None], taste[:, None], other[:, None]).ravel()
    shares = typical.cumsum(axis=1)
    category = np.empty(users * EVENTS, np.int64)
    for number in range(30):
        members = np.flatnonzero(mix == number)
        category[members] = np.minimum(np.searchsorted(shares[number], rng.random(len(members))), CATEGORIES - 1)
    per_category = ITEMS // CATEGORIES
    item = (category * per_category + rng.integers(0, per_category, len(category))).astype(np.int32)
    return _sequences(users, item, rng)


def _sequences(users: int, item: np.ndarray, rng: np.random.Generator) -> Sequences:
    place = np.tile(np.arange(EVENTS), users)
    start = np.repeat(rng.integers(0, 180, users) * 1440 * MINUTE, EVENTS)
    time_of = start + (place // SESSION) * 1440 * MINUTE + (place % SESSION) * MINUTE
    ids = np.array([f"i{number}" for number in range(ITEMS)], dtype=object)
    shelf = [f"c{number // (ITEMS // CATEGORIES)}" for number in range(ITEMS)]
    items = pd.DataFrame({"item_id": ids, "title": ids, "category": shelf})
    names = np.array([f"u{number}" for number in range(users)], dtype=object)
    return Sequences(
        users=names,
        offsets=np.arange(0, users * EVENTS + 1, EVENTS),
        item=item,
        time=time_of.astype(np.int64),
        kind=np.zeros(len(item), np.int16),
        weight=np.ones(len(item), np.float32),
        session=np.repeat(np.arange(len(item) // SESSION), SESSION),
        kinds=("event",),
        catalogue=build_catalogue(ids, np.bincount(item, minlength=ITEMS), items),
        user_attributes=pd.DataFrame(index=np.arange(users)),
    )
