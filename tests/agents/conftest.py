"""One session with the server over stdio, as agents hold it, and the command line beside it."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from anyio.from_thread import start_blocking_portal
from mcp import StdioServerParameters
from mcp.client.client import Client
from mcp.client.stdio import stdio_client

from core import pipeline
from core.cli import main
from core.workspace import Workspace

ROOT = Path(__file__).parents[2]
SAMPLE = pipeline.SAMPLE
Ask = Callable[..., dict[str, Any]]


class Refused(Exception):
    """What the server said in place of an answer."""


@pytest.fixture(scope="session")
def workspace(tmp_path_factory) -> Workspace:
    """The sample with all that comes with it."""
    made = Workspace(tmp_path_factory.mktemp("agents"))
    pipeline.import_sample(made)
    return made


@pytest.fixture(scope="session")
def ask(workspace) -> Iterator[Ask]:
    """Ask the server by the name of a tool; raises `Refused` with its line."""
    with _session(workspace) as (client, portal):

        def question(tool: str, **given: Any) -> dict[str, Any]:
            found = portal.call(lambda: client.call_tool(tool, given))
            if found.is_error:
                raise Refused(found.content[0].text)
            assert json.loads(found.content[0].text) == found.structured_content
            return found.structured_content

        question.client, question.portal = client, portal
        yield question


class _session:
    """A server process that is asked until the block ends."""

    def __init__(self, workspace: Workspace) -> None:
        command = ["-m", "core", "--workspace", str(workspace.root), "mcp"]
        environment = {"OMP_NUM_THREADS": "1", "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        self._server = StdioServerParameters(command=sys.executable, args=command, cwd=ROOT, env=environment)

    def __enter__(self):
        self._portal_context = start_blocking_portal()
        self._portal = self._portal_context.__enter__()
        self._client = self._portal.wrap_async_context_manager(Client(stdio_client(self._server)))
        return self._client.__enter__(), self._portal

    def __exit__(self, *error: object) -> None:
        self._client.__exit__(*error)
        self._portal_context.__exit__(*error)


@pytest.fixture(scope="session")
def told(workspace) -> Callable[..., str]:
    """What a command prints, of the same workspace."""

    def run(*command: object) -> str:
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(io.StringIO()):
            assert main(["--workspace", str(workspace.root), *map(str, command)]) == 0
        return out.getvalue()

    return run


@pytest.fixture(scope="session")
def table(told) -> Callable[..., pd.DataFrame]:
    """The CSV that a command prints."""
    return lambda *command: pd.read_csv(io.StringIO(told(*command)), dtype={"user_id": str, "item_id": str})
