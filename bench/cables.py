"""A cable pulled between a command and whoever answers it: `python -m bench.cables engine|kafka`.

Two network namespaces with one cable between them, made for as long as this runs (root, and `ip` of iproute2): in one
of them Sail or a broker of Kafka, in the other the commands. The cable is pulled amid each: nobody says good-bye,
packets are lost. It is plugged in again after some seconds, or only once the command has ended. Right is: the result
of an undisturbed run; or one line and exit code 2, nothing half-written, and the right result by the same command
once the cable is back.
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
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from bench import kafka
from bench.engine_kills import ENGINE, IMPORT, fresh, outcome, started, undisturbed
from bench.sail import log, sail
from bench.stream import copied, counted, prepared, states_off, wait_for

HERE, THERE = "meander-here", "meander-there"
"""Namespaces; the cable's end in each is called as it is."""
ADDRESS = "10.99.0.2"
WITHIN = ("ip", "netns", "exec", THERE)
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
        for name, end, address in ((HERE, "here", "10.99.0.1"), (THERE, "there", ADDRESS)):
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
    """A stream that follows a topic."""
    new = prepared(root, options.messages)
    servers, broker = kafka.started(root / "broker", ADDRESS, WITHIN)
    try:
        kafka.send(servers, new)
        print("| stream | ended after | how | counts in the end |\n|---|---|---|---|", flush=True)
        for away in options.away:
            followed(root, new, servers, away)
    finally:
        broker.kill()
        broker.wait()


def followed(root: Path, new: pd.DataFrame, servers: str, away: float) -> None:
    """Pull the cable amid a stream that is to go to the end of the topic."""
    workspace = copied(root, f"pulled-{away}")
    child = subprocess.Popen(kafka.once(workspace, servers), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wait_for(workspace, len(new) // 5)
    spent = _pulled(child, away)
    at, said = counted(workspace), child.communicate()[1].decode().strip().splitlines()
    how = f"exit code {child.returncode} at {at:,} events" + (f": {said[-1]}" if child.returncode and said else "")
    done = subprocess.run(kafka.once(workspace, servers), check=True, capture_output=True, text=True)
    counts = json.loads(done.stdout)
    exact = (counts["events"], counts["repeats"], counts["rows"], counts["lag"]) == (len(new), 0, len(new), 0)
    off = states_off(workspace, new)
    told = f"{'exact' if exact else f'WRONG {counts}'}, states off by {off:.1e}"
    print(f"| pulled for {_for(away)} | {spent:.0f} s | {how} | {told} |", flush=True)


def main() -> None:
    """Run one of them, in a namespace."""
    parser = argparse.ArgumentParser(prog="python -m bench.cables", description=__doc__)
    parser.add_argument("what", choices=("engine", "kafka"))
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
        {"engine": engine, "kafka": topic}[options.what](options, Path(scratch))


if __name__ == "__main__":
    main()
