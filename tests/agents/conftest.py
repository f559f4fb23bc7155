"""One session with the server over stdio, as agents hold it, and the command line beside it."""

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.client.stdio import stdio_client

from core import pipeline
from core.cli import main
from core.data import simulate
from core.settings import SimulationSettings
from core.workspace import Workspace

ROOT = Path(__file__).parents[2]


class RefusedError(Exception):
    """What the server said in place of an answer."""


@dataclass(frozen=True)
class Asking:
    """A server that can be asked by the name of a tool; what it refuses raises `RefusedError` with its line."""

    client: Client
    portal: BlockingPortal

    def __call__(self, tool: str, **given: Any) -> dict[str, Any]:
        """The answer, the same as text and as values."""
        found: Any = self.portal.call(lambda: self.client.call_tool(tool, given))
        if found.is_error:
            raise RefusedError(found.content[0].text)
        answer: dict[str, Any] = found.structured_content
        assert json.loads(found.content[0].text) == answer
        return answer


def command_line(root: Path, *command: object) -> str:
    """What a command prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert main(["--workspace", str(root), *map(str, command)]) == 0
    return out.getvalue()


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample with all that comes with it and a note, and a small log beside it that nothing is known of yet."""
    folder = tmp_path_factory.mktemp("agents")
    made = Workspace(folder / "workspace")
    pipeline.import_sample(made)
    simulate.write(simulate.simulate(SimulationSettings(users=30, days=60)), folder)
    command_line(made.root, "import", folder / "events.csv", "--items", folder / "items.csv", "--name", "small")
    command_line(made.root, "notes", "sample", "--user", "u000213", "--add", "asked about travel", "--event", "236")
    return made


@contextlib.contextmanager
def session(workspace: Workspace) -> Iterator[Asking]:
    """A server in a process of its own, until the block ends."""
    command = ["-m", "core", "--workspace", str(workspace.root), "mcp"]
    environment = {"OMP_NUM_THREADS": "1", "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    server = StdioServerParameters(command=sys.executable, args=command, cwd=ROOT, env=environment)
    transport = Client(stdio_client(server), mode="legacy")
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(transport) as client:
        yield Asking(client, portal)


@pytest.fixture(scope="session")
def ask(workspace: Workspace) -> Iterator[Asking]:
    """One process that answers all questions."""
    with session(workspace) as asked:
        yield asked


@pytest.fixture(scope="session")
def told(workspace: Workspace) -> Callable[..., str]:
    """What a command of the same workspace prints, run once."""
    return cache(lambda *command: command_line(workspace.root, *command))


@pytest.fixture(scope="session")
def table(told: Callable[..., str]) -> Callable[..., pd.DataFrame]:
    """The CSV that a command prints."""
    return lambda *command: pd.read_csv(io.StringIO(told(*command)), dtype={"user_id": "str", "item_id": "str"})


@pytest.fixture(scope="session")
def printed(told: Callable[..., str]) -> Callable[..., Any]:
    """The JSON that a command prints."""
    return lambda *command: json.loads(told(*command, "--json"))
