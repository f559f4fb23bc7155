"""Apache Spark itself on the loopback: a master, two workers of one core, and a Spark Connect server.

Each is a process that `spark-class` of the Spark at `SPARK_HOME` starts, with little memory. Their clock stands in New
York: what a log says of times must not depend on where a cluster stands. Whatever they started is gone at the end.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

import psutil

from bench.sail import cost_of, free_port

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
WORKERS = 2
JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ActiveProcessorCount=1"
"""Short runs on a small machine."""
SUBMIT = "org.apache.spark.deploy.SparkSubmit"
START_SECONDS = 240


class Place(NamedTuple):
    """Where a process is."""

    host: str = HOST
    within: tuple[str, ...] = ()
    """A command that runs it."""


HERE = Place()


@dataclass(frozen=True, eq=False)
class Cluster:
    """Where it listens, and its processes."""

    address: str
    """For Spark Connect."""
    page: str
    """Of the server, which tells of jobs."""
    server: "subprocess.Popen[bytes]"
    workers: "list[subprocess.Popen[bytes]]"

    def jobs(self, status: str = "running") -> int:
        """How many jobs of all sessions are in a state."""
        return sum(len(_asked(f"{self.page}/{app}/jobs?status={status}")) for app in self._apps())

    def cost(self) -> tuple[float, float]:
        """CPU seconds so far and the sum of peak MB of server, workers, executors and their Pythons."""
        alive = [each for started in (self.server, *self.workers) for each in _session_of(started)]
        costs = [cost_of(each.pid) for each in alive]
        return sum(seconds for seconds, _ in costs), sum(megabytes for _, megabytes in costs)

    def _apps(self) -> list[str]:
        return [each["id"] for each in _asked(self.page)]


@contextlib.contextmanager
def cluster(folder: Path, here: Place = HERE, last: Place | None = None) -> Iterator[Cluster]:
    """All of it, its files and what it says (`*.log`) in a folder; raises `TimeoutError` where it does not listen.

    `last` is where the last worker is, if not where all else is.
    """
    master, connect, page = free_port(), free_port(), free_port()
    spark = f"spark://{here.host}:{master}"
    with contextlib.ExitStack() as started:
        told = ["--host", here.host, "--port", str(master), "--webui-port", str(free_port())]
        first = _start(started, here, folder / "master.log", "org.apache.spark.deploy.master.Master", *told)
        _listening(here.host, master, first, folder / "master.log")
        places = [here] * (WORKERS - 1) + [last or here]
        workers = [_worker(started, place, folder, spark, number) for number, place in enumerate(places)]
        settings = _settings(folder, here.host, connect, page)
        server = _start(
            started, here, folder / "server.log", SUBMIT, "--master", spark,
            *(part for name, value in settings.items() for part in ("--conf", f"{name}={value}")),
            "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal",
        )  # fmt: skip
        _listening(here.host, connect, server, folder / "server.log")
        told_by = f"http://{here.host}:{page}/api/v1/applications"
        yield Cluster(f"sc://{here.host}:{connect}", told_by, server, workers)


def _worker(
    started: contextlib.ExitStack, place: Place, folder: Path, spark: str, number: int
) -> "subprocess.Popen[bytes]":
    kind, own = "org.apache.spark.deploy.worker.Worker", str(folder / f"worker{number}")
    told = ["--host", place.host, "--cores", "1", "--memory", "1g", "--webui-port", str(free_port()), "--work-dir"]
    return _start(started, place, folder / f"worker{number}.log", kind, *told, own, spark)


def _settings(folder: Path, host: str, connect: int, page: int) -> dict[str, object]:
    return {
        "spark.connect.grpc.binding.address": host,
        "spark.connect.grpc.binding.port": connect,
        "spark.driver.host": host,
        "spark.driver.bindAddress": host,
        "spark.driver.extraJavaOptions": JAVA,
        "spark.executor.memory": "512m",
        "spark.executor.extraJavaOptions": JAVA,
        "spark.sql.shuffle.partitions": 2,
        "spark.sql.warehouse.dir": folder / "warehouse",
        "spark.ui.port": page,
        "spark.local.dir": folder / "local",
        "spark.log.level": "WARN",
    }


def _start(started: contextlib.ExitStack, place: Place, log: Path, kind: str, *told: str) -> "subprocess.Popen[bytes]":
    """A process of Spark in a session of its own, all of which is killed at the end."""
    home = Path(os.environ["SPARK_HOME"])
    known = os.environ | {
        "SPARK_LOCAL_IP": place.host,
        "SPARK_DAEMON_MEMORY": "700m" if kind == SUBMIT else "128m",
        "SPARK_DAEMON_JAVA_OPTS": JAVA,
        "SPARK_LOCAL_DIRS": str(log.parent / "local"),
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "TZ": "America/New_York",
    }
    stream = started.enter_context(log.open("wb"))
    command = [*place.within, str(home / "bin" / "spark-class"), kind, *told]
    process = subprocess.Popen(
        command, cwd=log.parent, env=known, stdout=stream, stderr=subprocess.STDOUT, start_new_session=True
    )
    started.callback(_stop, process)
    return process


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for each in _session_of(process):
        with contextlib.suppress(psutil.NoSuchProcess):
            each.send_signal(signal.SIGKILL)
    process.wait()


def _session_of(process: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    """It and all that it began, also those whose parent has ended."""
    found = []
    for each in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(each.pid) == process.pid:
                found.append(each)
    return found


def _listening(host: str, port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait for a process to listen; raises `TimeoutError` with what it said."""
    for _ in range(START_SECONDS * 4):
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.25)
    said = log.read_text().splitlines()
    raise TimeoutError("\n".join([line for line in said if "ERROR" in line or "Exception" in line] or said[-9:]))


def _asked(address: str) -> list[dict[str, str]]:
    with urlopen(address, timeout=30) as answer:  # noqa: S310, our own address
        found: list[dict[str, str]] = json.load(answer)
        return found
