"""One session with the server over stdio, as agents hold it, and the command line beside it."""

import contextlib
import io
import json
import os
import sys
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from anyio.from_thread import start_blocking_portal
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


def command_line(root: Path, *command: object) -> str:
    """What a command prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert main(["--workspace", str(root), *map(str, command)]) == 0
    return out.getvalue()


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    """The sample with all that comes with it and a note, and a small log beside it that nothing is known of yet."""
    folder = tmp_path_factory.mktemp("agents")
    made = Workspace(folder / "workspace")
    pipeline.import_sample(made)
    simulate.write(simulate.simulate(SimulationSettings(users=30, days=60)), folder)
    command_line(made.root, "import", folder / "events.csv", "--items", folder / "items.csv", "--name", "small")
    command_line(made.root, "notes", "sample", "--user", "u000213", "--add", "asked about travel", "--event", "236")
    return made


@contextlib.contextmanager
def session(workspace, *options):
    """Ask a server by the name of a tool until the block ends; what it refuses raises `RefusedError` with its line."""
    command = ["-m", "core", "--workspace", str(workspace.root), "mcp", *options]
    environment = {"OMP_NUM_THREADS": "1", "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    server = StdioServerParameters(command=sys.executable, args=command, cwd=ROOT, env=environment)
    transport = Client(stdio_client(server), mode="legacy")
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(transport) as client:

        def ask(tool, **given):
            found = portal.call(lambda: client.call_tool(tool, given))
            if found.is_error:
                raise RefusedError(found.content[0].text)
            assert json.loads(found.content[0].text) == found.structured_content
            return found.structured_content

        ask.tools = portal.call(client.list_tools).tools
        ask.instructions = client.instructions
        yield ask


@pytest.fixture(scope="session")
def ask(workspace):
    """One process that answers all questions."""
    with session(workspace) as asked:
        yield asked


@pytest.fixture(scope="session")
def told(workspace):
    """What a command of the same workspace prints, run once."""
    return cache(lambda *command: command_line(workspace.root, *command))


@pytest.fixture(scope="session")
def table(told):
    """The CSV that a command prints."""
    ids = {"user_id": str, "item_id": str}
    return lambda *command: pd.read_csv(io.StringIO(told(*command)), dtype=ids)


@pytest.fixture(scope="session")
def printed(told):
    """The JSON that a command prints."""
    return lambda *command: json.loads(told(*command, "--json"))
