"""A growing log followed into states: `python -m bench.stream [throughput] [latency] [kills] [--events N]`.

A simulated log in two parts, the first imported and trained on (one epoch: weights do not matter here). `throughput`:
events a second of the command on the whole second part, and states against a batch run. `latency`: from an event to
the user's new list, in process, and through a file that another process follows. `kills`: the log grows while the
stream is killed five times, 5 % of its rows are repeats; counts and states are compared.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import pipeline, settings
from core.data import LogFiles
from core.data.growing import NEW, NewEvent
from core.data.sequences import build_sequences
from core.lists import Server
from core.settings import Settings, SimulationSettings
from core.workspace import Workspace

COLUMNS = ["user_id", "item_id", "timestamp", "event"]
KILLS, REPEATS, LISTS = 5, 20, 500
PARTS = ("throughput", "latency", "kills")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=list(PARTS), metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--events", type=int, default=200_000, metavar="N", help="events of the second part")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="meander-stream-") as scratch:
        new = prepared(Path(scratch), options.events)
        for part in options.parts or PARTS:
            globals()[part](Path(scratch), new)


def prepared(folder: Path, count: int) -> pd.DataFrame:
    """The second part of the log; the first is a data set with a run, in a workspace of its own."""
    pipeline.simulate(folder, SimulationSettings(users=count // 45, seed=3))
    events = pd.read_csv(folder / "events.csv", dtype=str).sort_values("timestamp", kind="stable")
    events = events.drop_duplicates(COLUMNS)
    events[:-count].to_csv(folder / "old.csv", index=False)
    workspace = Workspace(folder / "made")
    chosen = settings.override(Settings(), ["data.min_events=1", "training.epochs=1"])
    files = LogFiles(folder / "old.csv", folder / "items.csv", folder / "users.csv")
    pipeline.import_log(workspace, "log", files, chosen.data)
    pipeline.train(workspace, "log", pipeline.new_run(workspace, "log", chosen))
    model = pipeline.model(workspace, "log").settings.model
    print(f"{len(events) - count:,} events imported, {count:,} new; {model.blocks} blocks, window {model.window}")
    return events[-count:].reset_index(drop=True)


def throughput(folder: Path, new: pd.DataFrame) -> None:
    """The command on a file that is there."""
    workspace = copied(folder, "throughput")
    new.to_csv(folder / "new.csv", index=False)
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*command(workspace, folder), "--once", "--json"], check=True, capture_output=True, text=True)
    spent, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    counts = json.loads(done.stdout)
    print(f"throughput: {counts['events']:,} events in {spent:.1f} s and {cpu:.1f} CPU-s with the start: "
          f"{counts['events'] / spent:,.0f} a second, {counts['events'] / cpu:,.0f} a CPU second; "
          f"states off by {states_off(workspace, new):.1e} at most")  # fmt: skip


def latency(folder: Path, new: pd.DataFrame) -> None:
    """From an event to a list: in process, and through a file."""
    workspace = copied(folder, "latency")
    log, model = pipeline.load(workspace, "log"), pipeline.model(workspace, "log")
    server = Server(pipeline.ranker(workspace, workspace.run("log"), pipeline.BLEND, log, log, model), log, model=model)
    spent, cpu = [], []
    for row in new[:LISTS].itertuples():
        began, before = time.perf_counter(), time.process_time()
        moment = int(pd.Timestamp(str(row.timestamp)).value // 1000)
        user = str(row.user_id)
        server.extend([NewEvent(user, log.find_item(str(row.item_id)), moment, server.kind(str(row.event)))])
        server.state(user), server.top(user)
        spent.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - before))
    told("in process", spent)
    told("in process, CPU time", cpu)
    new[:1].to_csv(folder / "new.csv", index=False)
    users = [flag for user in new["user_id"][:LISTS].unique() for flag in ("--follow", user)]
    process = subprocess.Popen([*command(workspace, folder), *users], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    process.stdout.readline()
    spent = []
    for _, row in new[1:LISTS].iterrows():
        began = time.perf_counter()
        with (folder / "new.csv").open("a") as log:
            log.write(",".join(row[COLUMNS]) + "\n")
        process.stdout.readline()
        spent.append(1000 * (time.perf_counter() - began))
    process.kill()
    told("through a file", spent)


def kills(folder: Path, new: pd.DataFrame) -> None:
    """Five kills while the log grows; then to its end."""
    workspace, random = copied(folder, "kills"), np.random.default_rng(0)
    again = new.sample(len(new) // REPEATS, random_state=1)
    place = np.minimum(again.index + random.integers(0, 5000, len(again)), len(new) - 1)
    rows = pd.concat([new.assign(place=new.index), again.assign(place=place)]).sort_values("place", kind="stable")
    lines = rows[COLUMNS].to_csv(index=False).splitlines(keepends=True)
    for kill in range(KILLS):
        share = len(lines) * (kill + 1) // (KILLS + 1)
        text = "".join(lines[:share])
        (folder / "new.csv").write_text(text[: len(text) - 7])  # the last line has not ended
        process = subprocess.Popen(command(workspace, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(workspace, int(random.integers(len(new) * kill, len(new) * (kill + 1))) // (KILLS + 1) + 1)
        process.kill()
        process.wait()
        print(f"  killed at {counted(workspace):,} events", flush=True)
    (folder / "new.csv").write_text("".join(lines))
    done = subprocess.run([*command(workspace, folder), "--once", "--json"], check=True, capture_output=True, text=True)
    counts = json.loads(done.stdout)
    exact = (counts["events"], counts["repeats"], counts["rows"]) == (len(new), len(again), len(lines) - 1)
    off, users = states_off(workspace, new), new["user_id"].nunique()
    print(f"kills: counts {'exact' if exact else 'WRONG'} {counts}; states of {users:,} users off by {off:.1e} at most")


def states_off(workspace: Workspace, new: pd.DataFrame) -> float:
    """The largest difference of any entry of any state from a run over all events at once."""
    base = pipeline.load(workspace, "log")
    model: Any = pipeline.model(workspace, "log", None, base)
    found = workspace.data_set("log")
    both = pd.concat([pd.read_parquet(found.events), new.assign(timestamp=pd.to_datetime(new["timestamp"]))])
    ordered = both.sort_values(["user_id", "timestamp"], kind="stable", ignore_index=True)
    whole = build_sequences(ordered, pd.read_parquet(found.items))
    known = base.catalogue.item_position
    kept = np.array([str(item) in known for item in whole.catalogue.items])[whole.item]
    assert kept.all(), "the simulated log has no items that are new"
    kinds = np.array([base.kinds.index(kind) for kind in whole.kinds], dtype=np.int16)
    people = np.array([base.user_position.get(user, NEW) for user in whole.users])
    whole = replace(whole, kind=kinds[whole.kind], kinds=base.kinds, catalogue=base.catalogue, people=people)
    expected = model.states(whole)[whole.offsets[1:] - 1]
    journal = pipeline.streamed(workspace, "log")
    assert journal is not None
    states = journal.states()
    assert set(states) == set(new["user_id"]), (len(states), journal.counts())
    return max(float(np.abs(state - expected[whole.user_position[user]]).max()) for user, (_, state) in states.items())


def copied(folder: Path, name: str) -> Workspace:
    subprocess.run(["cp", "-r", str(folder / "made"), str(folder / name)], check=True)
    (folder / "new.csv").unlink(missing_ok=True)
    return Workspace(folder / name)


def command(workspace: Workspace, folder: Path) -> list[str]:
    own = ["--workspace", str(workspace.root)]
    return [sys.executable, "-m", "core", "stream", "log", "--source", str(folder / "new.csv"), *own]


def counted(workspace: Workspace) -> int:
    journal = pipeline.streamed(workspace, "log")
    return journal.counts().get("events", 0) if journal else 0


def wait_for(workspace: Workspace, events: int) -> None:
    """Until the stream has taken so many events in."""
    patience = time.monotonic() + 300
    while counted(workspace) < events and time.monotonic() < patience:
        time.sleep(0.05)


def told(where: str, spent: list[float]) -> None:
    print(f"latency {where}: median {np.median(spent):.1f} ms, 95 % within {np.quantile(spent, 0.95):.1f} ms; "
          f"load of the machine {os.getloadavg()[0]:.1f}")  # fmt: skip


if __name__ == "__main__":
    main()
