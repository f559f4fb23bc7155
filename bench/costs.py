"""What single questions cost on a large log: `python -m bench.costs [NAME...] [--users N] [--categories N] ...`.

A log of four events a user is made in arrays. Each measure runs in a process of its own that may take 6 GB; told are
CPU milliseconds and how far memory rose above the log. A measure that says how often something was done counts it.
"""

import argparse
import multiprocessing
import resource
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench import costs_job
from core.data.catalogue import Catalogue
from core.data.sequences import Sequences
from core.drift.overview import population
from core.lists import basis, shaped
from core.player import tables
from core.player import user as playback
from core.player.block import pack
from core.settings import ListSettings

EVENTS, DAYS, MINUTE = 4, 700, 60_000_000
BYTES = 6 << 30
"""What a measure may take."""
HISTORY, CANDIDATES = 5000, 200
Row = dict[str, object]


def timed(ask: Callable[[int], object], times: int) -> float:
    """Median CPU milliseconds of some calls, each told its number."""
    spent = []
    for number in range(times):
        start = time.process_time()
        ask(number)
        spent.append(1000 * (time.process_time() - start))
    return round(float(np.median(spent)), 2)


def only(log: Sequences) -> Row:
    """One user's history as a log, and that of a hundred."""
    users = np.random.default_rng(1).integers(0, log.n_users, (11, 100))
    log.only(users[0])
    one = timed(lambda number: log.only(users[number, :1]), 11)
    return {"one user, ms": one, "a hundred, ms": timed(lambda number: log.only(users[number]), 11)}


def shares(log: Sequences) -> Row:
    """What a list asks of the categories: likeness of 200 candidates, one user's mix, and a filter."""
    items = np.random.default_rng(2).integers(0, log.n_items, (8, CANDIDATES))
    wanted = ListSettings(categories=log.catalogue.categories[3:5])

    def asked(number: int) -> None:
        shaped.likeness(log.catalogue, items[number])
        shaped.user_mix(log, number)
        shaped.allowed(log, wanted)

    return {"first, ms": timed(lambda _: asked(0), 1), "again, ms": timed(asked, 8)}


def lanes(log: Sequences) -> Row:
    """The player's lanes of a history of 5,000 events."""
    items = np.random.default_rng(3).integers(0, log.n_items, HISTORY)

    def lane(_: int) -> None:
        names, local = playback.own_categories(log.catalogue, items)
        playback.local_shares(log.catalogue, items, local, len(names))

    return {"first, ms": timed(lane, 1), "again, ms": timed(lane, 5)}


def periods(log: Sequences) -> Row:
    """What everyone was after in each period."""
    found = population.category_shares(log)
    return {"rows": len(found), "ms": timed(lambda _: population.category_shares(log), 1)}


def groups(log: Sequences) -> Row:
    """Drifted users over time in twenty groups of users, and by each of twenty categories that they turned to."""
    table = _drift_table(log)
    of = pd.Series(np.random.default_rng(4).integers(0, 20, len(table)).astype(str))
    population.share_over_time(table.head(1000), log)
    return {
        "20 groups, ms": timed(lambda _: population.share_by_group(table, log, of), 1),
        "20 categories found, ms": timed(lambda _: population.share_by_target(table, log), 1),
    }


def near(log: Sequences) -> Row:
    """Who may have been meant by an id that is unknown: one with a zero too few, and one with a letter too many."""
    users = [str(user) for user in log.users]
    few = users[:300_000]
    return {
        "300,000 ids, a zero too few, ms": timed(lambda _: basis.near(few, "U00123"), 3),
        "300,000 ids, a letter too many, ms": timed(lambda _: basis.near(few, "u00123x4"), 3),
        "all ids, a letter too many, ms": timed(lambda _: basis.near(users, "u00123x4"), 3),
    }


def newcomers(log: Sequences) -> Row:
    """A new item of a stream beside the vectors of all items, and states after the events that follow."""
    from core.model.following import Follower

    network, small = costs_job.network(len(log.catalogue.categories))
    import torch

    follower = Follower(network, torch.randn(log.n_items, network.settings.embedding_size or 64))
    known = {"category": small.catalogue.categories[5]}
    return {"an item, ms": timed(lambda _: follower.add_item(known), 21)}


def table(log: Sequences) -> Row:
    """The list of one step out of a history of 5,000 events."""
    rng = np.random.default_rng(5)
    ids = np.unique(rng.integers(0, log.n_items, 6000))
    values = {"steps": HISTORY, "ordinal": False}
    values |= {"ids": log.catalogue.items[ids].tolist(), "titles": log.catalogue.titles[ids].tolist()}
    arrays: dict[str, Any] = {
        "time": np.arange(HISTORY) * 1e7,
        "item": rng.integers(0, len(ids), HISTORY).astype(np.int32),
        "list_item": rng.integers(0, len(ids), (HISTORY, 10)).astype(np.int32),
        "list_score": rng.random((HISTORY, 10), dtype=np.float32),
        "next_rank": rng.integers(0, 9, HISTORY).astype(np.int32),
    }
    block = pack(values, arrays)
    tables.list_at(block, log.catalogue, 0)
    return {"a step, ms": timed(lambda number: tables.list_at(block, log.catalogue, number), 11)}


MEASURES: dict[str, Callable[[Sequences], Row]] = {
    "only": only,
    "shares": shares,
    "lanes": lanes,
    "periods": periods,
    "groups": groups,
    "near": near,
    "newcomers": newcomers,
    "table": table,
    "job": costs_job.job,
    "slider": costs_job.slider,
}


def made(users: int, items: int, categories: int) -> Sequences:
    """The log: two years, every second item with two categories."""
    rng = np.random.default_rng(0)
    count = users * EVENTS
    time_of = np.sort(rng.integers(0, DAYS * 1440, (users, EVENTS)), axis=1).ravel() * MINUTE
    return Sequences(
        users=_ids("u", users),
        offsets=np.arange(0, count + 1, EVENTS),
        item=rng.integers(0, items, count, dtype=np.int32),
        time=time_of,
        kind=np.zeros(count, np.int16),
        weight=np.ones(count, np.float32),
        session=np.arange(count),
        kinds=("event",),
        catalogue=_catalogue(items, categories, rng),
        user_attributes=pd.DataFrame(index=range(users)),
    )


def _catalogue(items: int, categories: int, rng: np.random.Generator) -> Catalogue:
    held = 1 + np.arange(items) % 2
    first = rng.integers(0, categories, items)
    index = np.repeat(first, held)
    second = np.cumsum(held)[held == 2] - 1
    index[second] = (index[second] + 1 + rng.integers(0, categories - 1, len(second))) % categories
    ids = _ids("i", items)
    names = tuple(f"c{number}" for number in range(categories))
    return Catalogue(ids, ids, names, np.concatenate(([0], np.cumsum(held))), index, pd.DataFrame(index=range(items)))


def _ids(letter: str, count: int) -> np.ndarray:
    return np.array([f"{letter}{number:07}" for number in range(count)], dtype=object)


def _drift_table(log: Sequences) -> pd.DataFrame:
    """As a drift test would give it: a fifth of the users changed at their second event."""
    drifted = np.arange(log.n_users) % 5 == 0
    return pd.DataFrame(
        {
            "user_id": log.users,
            "status": "ok",
            "drifted": drifted,
            "change_events": np.where(drifted, "1", ""),
            "to_categories": np.array(log.catalogue.categories[:20], dtype=object)[np.arange(log.n_users) // 5 % 20],
        }
    )


def measured(log: Sequences, name: str) -> Row:
    """One measure in this process, with its memory."""
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
    before, start = _memory("VmRSS"), time.process_time()
    try:
        row = MEASURES[name](log)
    except MemoryError:
        row = {"ms": "more than 6 GB"}
    return {"measure": name, **row, "CPU-s in all": round(time.process_time() - start, 1),
            "MB above the log": round(_memory("VmHWM") - before)}  # fmt: skip


def _memory(what: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    for option, size in (("users", 1_000_000), ("items", 1_000_000), ("categories", 5000)):
        parser.add_argument(f"--{option}", type=int, default=size)
    options = parser.parse_args()
    log = made(options.users, options.items, options.categories)
    with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
        for row in pool.imap(partial(measured, log), options.names or list(MEASURES)):
            print("; ".join(f"{name}: {value}" for name, value in row.items()), flush=True)


if __name__ == "__main__":
    main()
