"""Several servers on one workspace: what nginx is told of them, and that they live and end together."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from core import jobs
from core.cli import main, workers
from core.jobs import worker
from core.workspace import VARIABLE, Workspace

ROOT = Path(__file__).parents[2]
PATIENCE = 120


def free_ports() -> int:
    """The first of two ports behind each other that nobody listens on."""
    for port in range(20_000, 60_000, 7):
        with suppress(OSError), socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", port))
            two.bind(("127.0.0.1", port + 1))
            return port
    raise AssertionError("no free ports")


def answers(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
        return answer.status == 200
    return False


def wait_for(what) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end
        time.sleep(0.2)


def test_two_servers_share_a_workspace_and_end_together(tmp_path):
    """Both answer, on the ports that nginx is told; one workspace and one secret of cookies; when one ends, all do."""
    port, upstream = free_ports(), tmp_path / "upstream.conf"
    environment = os.environ | {VARIABLE: str(tmp_path / "workspace"), "OMP_NUM_THREADS": "1"}
    command = [
        sys.executable,
        "-m",
        "core",
        "serve",
        "--port",
        str(port),
        "--workers",
        "2",
        "--upstream",
        str(upstream),
    ]
    with (tmp_path / "log").open("wb") as log:
        parent = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for(lambda: parent.poll() is not None or (answers(port) and answers(port + 1)))
        assert parent.poll() is None, (tmp_path / "log").read_text()
        assert upstream.read_text().strip() == workers.upstream("127.0.0.1", [port, port + 1])
        children = psutil.Process(parent.pid).children()
        told = [child.environ() for child in children]
        assert len(children) == 2
        assert {each[VARIABLE] for each in told} == {str(tmp_path / "workspace")}
        assert len({each[workers.COOKIES] for each in told}) == 1
        children[0].send_signal(signal.SIGKILL)
        assert parent.wait(PATIENCE) == 1
        assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
        assert "A server ended" in (tmp_path / "log").read_text()
    finally:
        parent.terminate()
        parent.wait(PATIENCE)


def test_what_one_process_queues_another_sees(tmp_path, monkeypatch):
    """Jobs and data sets lie in the workspace, not in a server: whichever server a visitor is at shows them."""
    monkeypatch.setattr(worker, "ensure_worker", lambda _workspace: None)
    workspace = Workspace(tmp_path / "workspace")
    job = jobs.submit(workspace, "drift", {"name": "log"})
    script = "import sys; from core import jobs; from core.workspace import Workspace; "
    script += "print(jobs.get(Workspace(sys.argv[1]), sys.argv[2]).status)"
    done = subprocess.run(
        [sys.executable, "-c", script, str(workspace.root), job], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "queued"


@pytest.mark.parametrize("count", ["0", "65"])
def test_a_number_of_servers_that_cannot_be(count, capsys, tmp_path):
    """It is refused before anything starts."""
    assert main(["--workspace", str(tmp_path / "w"), "serve", "--workers", count]) == 2
    assert re.search(rf"--workers must lie between 1 and 64, found {count}", capsys.readouterr().err)
