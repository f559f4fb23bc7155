"""A topic of Kafka followed into states: `python -m bench.kafka [--messages N]`.

The log of `bench.stream`: its second part and 5 % repeats as JSON in a topic of four partitions, keyed by user, at a
broker of its own (noida-db, on disk). The stream is killed five times while the topic grows; counts and states are
compared. Then the whole topic is read by a stream that was never killed, and timed.
"""

import argparse
import json
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import noida_db
import numpy as np
import pandas as pd
from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from bench.stream import COLUMNS, KILLS, REPEATS, copied, counted, prepared, states_off, wait_for
from core.workspace import Workspace

PARTITIONS, TOPIC = 4, "events"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000, metavar="N", help="different messages (200,000)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="meander-kafka-") as scratch:
        folder = Path(scratch)
        new = prepared(folder, options.messages)
        servers, broker = started(folder / "broker")
        try:
            kills(folder, new, servers)
            throughput(folder, new, servers)
        finally:
            broker.kill()
            broker.wait()


def kills(folder: Path, new: pd.DataFrame, servers: str) -> None:
    """Five kills while the topic grows; then to its end."""
    workspace, random = copied(folder, "kills"), np.random.default_rng(0)
    again = new.sample(len(new) // REPEATS, random_state=1)
    place = np.minimum(again.index + random.integers(0, 5000, len(again)), len(new) - 1)
    rows = pd.concat([new.assign(place=new.index), again.assign(place=place)]).sort_values("place", kind="stable")
    rows, sent = rows[COLUMNS].reset_index(drop=True), 0
    for kill in range(KILLS):
        share = len(rows) * (kill + 1) // (KILLS + 1)
        send(servers, rows[sent:share])
        sent = share
        process = subprocess.Popen(command(workspace, servers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(workspace, int(random.integers(len(new) * kill, len(new) * (kill + 1))) // (KILLS + 1) + 1)
        process.kill()
        process.wait()
        print(f"  killed at {counted(workspace):,} events", flush=True)
    send(servers, rows[sent:])
    counts = json.loads(subprocess.run(once(workspace, servers), check=True, capture_output=True, text=True).stdout)
    told("killed five times", workspace, new, counts, len(rows))


def throughput(folder: Path, new: pd.DataFrame, servers: str) -> None:
    """The whole topic at once."""
    workspace = copied(folder, "throughput")
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(once(workspace, servers), check=True, capture_output=True, text=True)
    spent, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, counts = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, json.loads(done.stdout)
    print(f"{counts['rows']:,} messages in {spent:.1f} s and {cpu:.1f} CPU-s with the start: "
          f"{counts['rows'] / spent:,.0f} a second, {counts['rows'] / cpu:,.0f} a CPU second")  # fmt: skip
    told("not killed", workspace, new, counts, counts["rows"])


def told(what: str, workspace: Workspace, new: pd.DataFrame, counts: dict[str, int], messages: int) -> None:
    found = (counts["events"], counts["repeats"], counts["rows"], counts["lag"])
    exact = found == (len(new), messages - len(new), messages, 0)
    off, users = states_off(workspace, new), new["user_id"].nunique()
    print(f"{what}: counts {'exact' if exact else 'WRONG'} {counts}", flush=True)
    print(f"{what}: states of {users:,} users off by {off:.1e} at most", flush=True)


def send(servers: str, rows: pd.DataFrame) -> None:
    producer = Producer({"bootstrap.servers": servers, "linger.ms": 5, "queue.buffering.max.messages": 1_000_000})
    for row in rows.to_dict("records"):
        producer.produce(TOPIC, json.dumps(row), key=str(row["user_id"]))
    assert producer.flush(120) == 0


def started(folder: Path, host: str = "127.0.0.1", within: Sequence[str] = ()) -> tuple[str, "subprocess.Popen[bytes]"]:
    """A broker with the topic; `within`: a command that runs it."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
    program = str(Path(noida_db.__file__).with_name("noida-db"))
    command = [
        program,
        "start",
        "--only",
        "kafka",
        "--kafka-port",
        str(port),
        "--data-dir",
        str(folder),
        "--host",
        host,
    ]
    broker = subprocess.Popen([*within, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    admin = AdminClient({"bootstrap.servers": f"{host}:{port}", "log_level": 0})
    patience = time.monotonic() + 60
    while True:
        try:
            admin.list_topics(timeout=1)
            break
        except KafkaException:
            assert time.monotonic() < patience, "the broker does not answer"
    make(f"{host}:{port}", TOPIC, PARTITIONS)
    return f"{host}:{port}", broker


def make(servers: str, topic: str, partitions: int) -> None:
    """Make a topic."""
    admin = AdminClient({"bootstrap.servers": servers, "log_level": 0})
    for done in admin.create_topics([NewTopic(topic, partitions, 1)]).values():
        done.result()


def command(workspace: Workspace, servers: str) -> list[str]:
    source = ["--source", f"kafka://{servers}/{TOPIC}", "--workspace", str(workspace.root)]
    return [sys.executable, "-m", "core", "stream", "log", *source]


def once(workspace: Workspace, servers: str) -> list[str]:
    return [*command(workspace, servers), "--once", "--json"]


if __name__ == "__main__":
    main()
