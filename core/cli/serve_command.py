"""The command that becomes the server of the dashboard: on this machine alone, or for all who log in."""

import importlib.util
import os
import socket
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from core.cli import workers
from core.cli.commands import workspace_of
from core.cli.console import say
from core.errors import InputError, SettingsError
from core.phrases import say as phrase
from core.settings import (
    AT_ONCE,
    LOOPBACK,
    RULES,
    SECRETS,
    JobSettings,
    auth_of,
    check_provider,
    is_loopback,
    refuse_strangers,
)
from core.workspace import VARIABLE, rules, rules_file

PROJECT = Path(__file__).parents[2]
PORTS = range(1, 65536)
EVERYWHERE = "0.0.0.0"  # noqa: S104, only where people must log in
AUTHLIB = "Authlib==1.9.10"
SECRETS_NAME = Path(".streamlit") / "secrets.toml"


def serve_arguments(parser: ArgumentParser) -> None:
    """Where, for whom, and how much at once."""
    parser.add_argument("--port", type=int, default=8501, metavar="P", help="port (8501)")
    parser.add_argument("--jobs", type=int, metavar="J", help="jobs that run at the same time; the others wait (2)")
    parser.add_argument("--share", action="store_true", help="for the network, to all who log in: see docs/sharing.md")
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="servers on the ports from P on, behind nginx"
    )
    parser.add_argument("--upstream", type=Path, metavar="F", help="with --workers: where nginx reads of them (stdout)")
    parser.add_argument("--address", metavar="A", help="only on this address of the machine; else as --share does")


def serve_command(options: Namespace) -> None:
    """Become the server of the dashboard; nothing is sent to anyone."""
    workers.check(options.workers)
    ports = range(options.port, options.port + options.workers)
    for port in ports:
        check_port(port)
    if options.jobs is not None:
        JobSettings(at_once=options.jobs)
        os.environ[AT_ONCE] = str(options.jobs)
    address = options.address or (EVERYWHERE if options.share else LOOPBACK[1])
    flags = {"server.headless": "true", "browser.gatherUsageStats": "false",
             "server.address": address}  # fmt: skip
    flags |= _logins(options, address)
    os.environ[VARIABLE] = str(workspace_of(options).root)
    shown = address if address not in (EVERYWHERE, *LOOPBACK) else "localhost"
    say(f"Meander at http://{shown}:{options.port} (Ctrl-C stops it; training goes on in the background)")
    upstream = options.upstream and options.upstream.absolute()
    # An installed copy keeps the look beside the pages: Streamlit reads it from the folder that it starts in.
    os.chdir(_home())
    commands = [_command(flags | {"server.port": str(port)}) for port in ports]
    if options.workers > 1:
        workers.write_upstream(upstream, "127.0.0.1" if address in (EVERYWHERE, *LOOPBACK) else address, ports)
        sys.exit(workers.run(commands))
    os.execv(sys.executable, commands[0])  # noqa: S606


def _command(flags: dict[str, str]) -> list[str]:
    told = (f"--{key}={value}" for key, value in flags.items())
    return [sys.executable, "-m", "streamlit", "run", str(PROJECT / "app.py"), *told]


def _home() -> Path:
    return PROJECT if (PROJECT / ".streamlit").exists() else PROJECT / "pages"


def _logins(options: Namespace, address: str) -> dict[str, str]:
    """What the server is told where people log in; raises `SettingsError` where they would have to and cannot."""
    file = _secrets()
    section = auth_of(file) if file else {}
    if not section:
        if not is_loopback(address):
            raise refuse_strangers(str(file or Path.cwd() / SECRETS_NAME))
        return {}
    host = check_provider(section, str(file))
    if importlib.util.find_spec("authlib") is None:
        raise SettingsError(phrase("access.no_authlib", package=AUTHLIB))
    told = rules_file(workspace_of(options).root)
    os.environ[RULES] = str(told)
    if not rules.read(told).gives_any:
        say(phrase("access.nobody_yet"))
    return {"secrets.files": str(file), "server.allowedHosts": host, "server.enableCORS": "true",
            "server.enableXsrfProtection": "true", "server.enableAgentApi": "false"}  # fmt: skip


def _secrets() -> Path | None:
    """The file of secrets: where the variable says, else here, beside the program, or at home."""
    if told := os.environ.get(SECRETS):
        return Path(told).absolute()
    places = (Path.cwd(), _home(), Path.home())
    return next((file for place in places if (file := place / SECRETS_NAME).is_file()), None)


def check_port(port: int) -> None:
    """Raise `InputError` where a port cannot be listened on."""
    if port not in PORTS:
        raise InputError(f"--port must lie between 1 and 65535, found {port}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError as error:
            raise InputError(f"Port {port} cannot be used: {error.strerror}. Choose another: --port P.") from error
