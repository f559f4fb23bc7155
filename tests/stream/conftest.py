"""A log in two parts, the first a data set with a model, and a broker of Kafka."""

import itertools
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import pipeline, settings
from core.data import LogFiles
from core.data.sequences import build_sequences
from core.settings import Settings, SimulationSettings, StreamSettings
from core.workspace import Workspace

COLUMNS = ["user_id", "item_id", "timestamp", "event"]
World = tuple[Workspace, pd.DataFrame, pd.DataFrame]
"""The workspace, what it was made of, and what is new."""
ONCE = StreamSettings(once=True, at_once=400)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A simulated log in two parts, the first imported and trained on; copied by those who write."""
    folder = tmp_path_factory.mktemp("stream")
    pipeline.simulate(folder, SimulationSettings(users=120, seed=5, mean_events=40))
    events = pd.read_csv(folder / "events.csv", dtype=str).sort_values("timestamp", kind="stable")
    events = events.drop_duplicates(COLUMNS)
    cut = len(events) * 2 // 3
    events[:cut].to_csv(folder / "old.csv", index=False)
    workspace = Workspace(folder / "workspace")
    files = LogFiles(folder / "old.csv", folder / "items.csv")
    chosen = settings.override(Settings(), ["data.min_events=1", "training.epochs=1", "model.window=16"])
    pipeline.import_log(workspace, "log", files, chosen.data)
    pipeline.train(workspace, "log", pipeline.new_run(workspace, "log", chosen))
    return workspace, events[:cut], events[cut:].reset_index(drop=True)


@pytest.fixture
def log(world: World, tmp_path: Path) -> tuple[Workspace, pd.DataFrame]:
    """The workspace as it was, and what is new."""
    shutil.copytree(world[0].root, tmp_path / "workspace")
    return Workspace(tmp_path / "workspace"), world[2]


def batch_states(workspace: Workspace, events: pd.DataFrame) -> dict[str, Any]:
    """Last state of each user by a run over all events at once."""
    base = pipeline.load(workspace, "log")
    model = pipeline.model(workspace, "log", None, base)
    old = pd.read_parquet(workspace.data_set("log").events)
    both = pd.concat([old, events.assign(timestamp=pd.to_datetime(events["timestamp"]))], ignore_index=True)
    items = pd.read_parquet(workspace.data_set("log").items)
    whole = build_sequences(both.sort_values(["user_id", "timestamp"], kind="stable"), items)
    kinds = np.array([base.kinds.index(kind) for kind in whole.kinds], dtype=np.int16)
    people = np.array([base.user_position.get(user, -1) for user in whole.users])
    whole = replace(whole, kind=kinds[whole.kind], kinds=base.kinds, catalogue=base.catalogue, people=people)
    states = model.states(whole)
    return {user: states[row] for user, row in zip(whole.users, whole.offsets[1:] - 1, strict=True)}


def check(workspace: Workspace, events: pd.DataFrame) -> None:
    """The journal holds all events, and the states of a batch."""
    journal = pipeline.streamed(workspace, "log")
    assert journal is not None
    kept, expected = journal.states(), batch_states(workspace, events)
    assert set(kept) == set(events["user_id"])
    assert journal.size() == len(events)
    for user, (_, state) in kept.items():
        np.testing.assert_allclose(state, expected[user], atol=1e-5)


@dataclass
class Broker:
    """A real broker on the disk of this machine."""

    servers: str
    command: list[str]
    process: subprocess.Popen[bytes]
    names: Iterator[int]

    def admin(self) -> Any:
        """Who makes topics and deletes them."""
        from confluent_kafka.admin import AdminClient

        return AdminClient({"bootstrap.servers": self.servers, "log_level": 0})

    def topic(self, partitions: int = 1) -> str:
        """A new topic; its name."""
        from confluent_kafka.cimpl import NewTopic

        name = f"topic-{next(self.names)}"
        admin = self.admin()
        for done in admin.create_topics([NewTopic(name, partitions, 1)]).values():
            done.result()
        return name

    def link(self, topic: str) -> str:
        """What the topic is called on the command line."""
        return f"kafka://{self.servers}/{topic}"

    def send(self, topic: str, values: Iterable[bytes], keys: Sequence[str] | None = None) -> None:
        """Write messages, in order within a partition; a key goes to one partition."""
        from confluent_kafka import Producer

        producer = Producer({"bootstrap.servers": self.servers, "linger.ms": 5})
        for place, value in enumerate(values):
            producer.produce(topic, value, key=keys[place] if keys is not None else None)
        assert producer.flush(20) == 0

    def read(self, topic: str) -> list[Any]:
        """All committed messages of a topic."""
        from confluent_kafka import Consumer, TopicPartition

        reader = Consumer({"bootstrap.servers": self.servers, "group.id": "tests", "enable.partition.eof": True})
        parts = list(reader.list_topics(topic, 10).topics[topic].partitions)
        reader.assign([TopicPartition(topic, part, 0) for part in parts])
        found: list[Any] = []
        ended: set[int] = set()
        while len(ended) < len(parts):
            for message in reader.consume(1000, 0.1):
                if message.error():
                    ended.add(int(message.partition() or 0))
                else:
                    found.append(message)
        reader.close()
        return found

    def restart(self) -> None:
        """Killed, and started again on what it had written: this one writes to the disk once a second."""
        time.sleep(1.5)
        self.process.kill()
        self.process.wait()
        self.process = started(self.command, self.servers)


def started(command: list[str], servers: str) -> subprocess.Popen[bytes]:
    """A broker that answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    host, port = servers.split(":")
    patience = time.monotonic() + 30
    while time.monotonic() < patience:
        with socket.socket() as line:
            if line.connect_ex((host, int(port))) == 0:
                return process
        time.sleep(0.02)
    raise AssertionError("the broker does not answer")


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker with a folder and a port of its own, killed at the end."""
    import noida_db

    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        port = line.getsockname()[1]
    program = str(Path(noida_db.__file__).with_name("noida-db"))
    folder = tmp_path_factory.mktemp("broker")
    command = [program, "start", "--only", "kafka", "--kafka-port", str(port), "--data-dir", str(folder)]
    servers = f"127.0.0.1:{port}"
    found = Broker(servers, command, started(command, servers), itertools.count())
    yield found
    found.process.kill()
    found.process.wait()


def as_json(events: pd.DataFrame) -> list[bytes]:
    """Events as messages."""
    return [json.dumps(row).encode() for row in events.to_dict("records")]
