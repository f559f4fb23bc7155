"""The command that opens a door for agents: every question of the command line, read-only."""

import os
import secrets
from argparse import ArgumentParser, Namespace
from dataclasses import replace

from core import settings as configuration
from core.cli.arguments import MASK_HELP
from core.cli.commands import workspace_of
from core.cli.console import say
from core.cli.serve_command import check_port
from core.errors import InputError
from core.settings import Settings
from core.workspace import actors

TOKEN = "MEANDER_MCP_TOKEN"  # noqa: S105
"""The variable that holds the token; one is made up and printed where it is not set."""
LEAST = 16
"""Letters of a token."""
MISSING = (
    "The door for agents needs the package mcp, which is not installed. Install it: "
    "pip install -r requirements-doors.txt (or pip install 'meander[doors]')."
)


def mcp_arguments(parser: ArgumentParser) -> None:
    """By which way, and what is hidden."""
    parser.add_argument(
        "--http", action="store_true", help="over HTTP on this machine alone, with a token; else over stdin and stdout"
    )
    parser.add_argument("--port", type=int, default=8765, metavar="P", help="with --http: port (8765)")
    parser.add_argument("--mask", action="store_true", help=f"{MASK_HELP}; the same as --set doors.mask_ids=true")
    parser.add_argument("--set", action="append", default=[], metavar="doors.field=value", help="other settings")


def mcp_command(options: Namespace) -> None:
    """Answer agents until they leave, or until this is stopped."""
    settings = configuration.override(Settings(), options.set).doors
    settings = replace(settings, mask_ids=settings.mask_ids or options.mask)
    try:
        from core.agents import HOST, PATH, listen, server
    except ModuleNotFoundError as error:
        raise InputError(MISSING) from error
    workspace = workspace_of(options)
    workspace.data_sets()  # a workspace that cannot be read is told of now, not to the first who asks
    door = server(workspace, settings)
    with actors.acting(replace(actors.actor(), door="agent")):
        if not options.http:
            door.run("stdio")
            return
        check_port(options.port)
        token = _token()
        shown = f"the value of {TOKEN}" if os.environ.get(TOKEN) else token
        say(f"Agents at http://{HOST}:{options.port}{PATH} (Ctrl-C stops it). Authorization: Bearer {shown}")
        listen(door, options.port, token)


def _token() -> str:
    """The token that was set, else a new one; raises `InputError` for one that is soon guessed."""
    given = os.environ.get(TOKEN, "")
    if given and (len(given) < LEAST or not given.isascii() or not given.isprintable() or " " in given):
        raise InputError(
            f"{TOKEN} must be at least {LEAST} letters, digits and signs without blanks. Choose a longer one."
        )
    return given or secrets.token_urlsafe(32)
