"""A cable pulled between a command and whoever answers it: `python -m bench.cables engine|worker|kafka`.

Two network namespaces with one cable between them, made for as long as this runs (root, and `ip` of iproute2): in one
of them Sail, a worker of Apache Spark or a broker of Kafka, in the other the commands. The cable is pulled amid each:
nobody says good-bye, packets are lost. It is plugged in again after some seconds, or only once the command has ended.
Right is: the result of an undisturbed run; or one line and exit code 2, nothing half-written, and the right result by
the same command once the cable is back.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from bench import kafka
from bench.cluster import Place, cluster
from bench.engine_kills import ENGINE, IMPORT, fresh, outcome, started, undisturbed
from bench.sail import log, sail
from bench.stream import copied, counted, prepared, states_off, wait_for
from core.stream.kafka.link import Link
from core.stream.kafka.payloads import Payloads
from core.stream.kafka.reach import Reach
from core.stream.kafka.topic import Topic
from core.workspace import Workspace

HERE, THERE = "meander-here", "meander-there"
"""Namespaces; the cable's end in each is called as it is."""
OWN, ADDRESS = "10.99.0.1", "10.99.0.2"
WITHIN = ("ip", "netns", "exec", THERE)
CHANGES = "changes"
FOR_EVER = 0
"""The cable stays pulled until the command has ended."""
PATIENCE = 600
"""Seconds after which a command is taken to hang."""


@contextlib.contextmanager
def namespaces() -> Iterator[None]:
    """Two, and a cable."""
    try:
        for name in (HERE, THERE):
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        _ip("-n", HERE, "link", "add", "here", "type", "veth", "peer", "name", "there", "netns", THERE)
        for name, end, address in ((HERE, "here", OWN), (THERE, "there", ADDRESS)):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", end)
            _ip("-n", name, "link", "set", end, "up")
        yield
    finally:
        for name in (HERE, THERE):
            subprocess.run(["ip", "netns", "delete", name], check=False, stderr=subprocess.DEVNULL)


def _ip(*told: str) -> None:
    subprocess.run(["ip", *told], check=True)


def pull() -> None:
    """Nothing passes any more."""
    _ip("-n", THERE, "link", "set", "there", "down")


def plug() -> None:
    """All passes again."""
    _ip("-n", THERE, "link", "set", "there", "up")


def engine(options: argparse.Namespace, root: Path) -> None:
    """Commands that ask Sail."""
    log(root, options.users)
    print(
        "| command | pulled after | for | ended after | how | the same again |\n|---|---|---|---|---|---|", flush=True
    )
    with sail(ADDRESS, WITHIN) as (address, _server):
        known = undisturbed(root, address, options.of)
        for name in options.of:
            wanted, seconds = known[name]
            for share in options.shares:
                for away in options.away:
                    work = fresh(name, root)
                    child = started(work, address)
                    time.sleep(share * seconds)
                    spent = _pulled(child, away)
                    told = outcome(work, child, wanted, ENGINE)
                    again = outcome(work, _done(started(work, address)), wanted, ENGINE) if "right" not in told else ""
                    print(f"| {name} | {share:.2f} | {_for(away)} | {spent:.0f} s | {told} | {again} |", flush=True)


def worker(options: argparse.Namespace, root: Path) -> None:
    """A worker of Apache Spark (at SPARK_HOME), one of two, amid a drift test."""
    log(root, options.users)
    (root / "spark").mkdir()
    with cluster(root / "spark", Place(OWN), Place(ADDRESS, WITHIN)) as found:
        wanted, seconds = undisturbed(root, found.address, ["drift"])["drift"]
        print(f"undisturbed: {seconds:.0f} s\n\n| pulled for | ended after | how |\n|---|---|---|", flush=True)
        for away in options.away:
            work = fresh("drift", root)
            child = started(work, found.address)
            while not found.jobs() and child.poll() is None:
                time.sleep(0.2)
            spent = _pulled(child, away)
            print(f"| {_for(away)} | {spent:.0f} s | {outcome(work, child, wanted, ENGINE)} |", flush=True)


def _pulled(child: "subprocess.Popen[bytes]", away: float) -> float:
    """Pull the cable for so many seconds; seconds until the command ended, with the cable back in the end."""
    began = time.monotonic()
    pull()
    back = threading.Timer(away or PATIENCE, plug)
    back.start()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(PATIENCE)
    spent = time.monotonic() - began
    child.kill()
    back.cancel()
    plug()
    time.sleep(1)
    return spent


def _done(child: "subprocess.Popen[bytes]") -> "subprocess.Popen[bytes]":
    child.wait(PATIENCE)
    return child


def _for(away: float) -> str:
    return f"{away:.0f} s" if away else "until it ended"


def topic(options: argparse.Namespace, root: Path) -> None:
    """A stream that follows a topic and publishes changes to another one; half of the messages come later."""
    new = prepared(root, options.messages)
    print("| pulled for | done after | how | in the end | changes |\n|---|---|---|---|---|", flush=True)
    for away in options.away:
        servers, broker = kafka.started(root / f"broker-{away:.0f}", ADDRESS, WITHIN)
        try:
            followed(copied(root, f"pulled-{away:.0f}"), new, servers, away)
        finally:
            broker.kill()
            broker.wait()


def followed(workspace: Workspace, new: pd.DataFrame, servers: str, away: float) -> None:
    """Pull the cable amid a stream; once it is back, let the stream come to the end of the topic."""
    kafka.make(servers, CHANGES, 1)
    half, sink = len(new) // 2, ["--sink", f"kafka://{servers}/{CHANGES}"]
    kafka.send(servers, new[:half])
    child = subprocess.Popen(
        [*kafka.command(workspace, servers), *sink], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    wait_for(workspace, half // 4)
    if away:
        pull()
        time.sleep(away)
        plug()
        began, spent = time.monotonic(), 0.0
    else:
        spent = _pulled(child, away)
    at = counted(workspace)
    kafka.send(servers, new[half:])
    if away:
        wait_for(workspace, len(new))
        spent = time.monotonic() - began
        child.kill()
    said = child.communicate()[1].decode().strip().splitlines()
    told = f"{at:,} events by then" + (f", exit code {child.returncode}: {said[-1]}" if not away else "")
    done = subprocess.run([*kafka.once(workspace, servers), *sink], check=True, capture_output=True, text=True)
    counts = Counter(json.loads(done.stdout))
    exact = [counts[name] for name in ("events", "repeats", "rows", "lag")] == [len(new), 0, len(new), 0]
    end = f"{'exact' if exact else f'WRONG {dict(counts)}'}, states off by {states_off(workspace, new):.1e}"
    print(f"| {_for(away)} | {spent:.0f} s | {told} | {end} | {published(servers)} |", flush=True)


def published(servers: str) -> str:
    """How many changes a topic holds, and whether each is there once."""
    source, numbers = Topic(Link.of(f"kafka://{servers}/{CHANGES}"), {}, Reach({}), Payloads()), list[int]()
    while source.behind:
        numbers += [json.loads(text or "")["sequence"] for text in source.read(500).texts]
    source.close()
    return f"{len(numbers):,}{'' if sorted(numbers) == list(range(1, len(numbers) + 1)) else ' WRONG'}"


def main() -> None:
    """Run one of them, in a namespace."""
    parser = argparse.ArgumentParser(prog="python -m bench.cables", description=__doc__)
    parser.add_argument("what", choices=("engine", "worker", "kafka"))
    parser.add_argument("--users", type=int, default=60)
    parser.add_argument("--messages", type=int, default=40_000)
    parser.add_argument("--of", nargs="+", default=[IMPORT, "drift"], metavar="COMMAND")
    parser.add_argument("--shares", nargs="+", type=float, default=[0.3, 0.6, 0.85], help="of the undisturbed time")
    parser.add_argument("--away", nargs="+", type=float, default=[20, FOR_EVER], help="seconds; 0: until it ended")
    parser.add_argument("--inside", action="store_true", help="in the namespaces already")
    options = parser.parse_args()
    if not options.inside:
        with namespaces():
            told = [sys.executable, "-m", "bench.cables", *sys.argv[1:], "--inside"]
            raise SystemExit(subprocess.call(["ip", "netns", "exec", HERE, *told]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["OMP_NUM_THREADS"] = "1"
    with tempfile.TemporaryDirectory(prefix="cables-") as scratch:
        {"engine": engine, "worker": worker, "kafka": topic}[options.what](options, Path(scratch))


if __name__ == "__main__":
    main()
