"""Several servers of the dashboard on one workspace, behind a proxy that keeps each visitor at one of them."""

import contextlib
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

from core.cli.console import say, whole
from core.errors import InputError

MOST = 64
LOOK = 0.5
"""Seconds between two looks at who is alive."""
GRACE = 10.0
"""Seconds in which a server may end by itself."""
UPSTREAM = "meander"
"""What the proxy calls them: `deploy/nginx.conf`."""
COOKIES = "STREAMLIT_SERVER_COOKIE_SECRET"


def check(count: int) -> None:
    """Raise `InputError` for a number of servers that cannot be."""
    if not 1 <= count <= MOST:
        raise InputError(f"--workers must lie between 1 and {MOST}, found {count}.")


def upstream(host: str, ports: Sequence[int]) -> str:
    """What nginx is told of the servers; a visitor stays at one, by the cookie that `deploy/nginx.conf` sets.

    >>> print(upstream("127.0.0.1", [8501, 8502]))
    upstream meander {
        hash $meander_visitor consistent;
        server 127.0.0.1:8501;
        server 127.0.0.1:8502;
    }
    """
    servers = "".join(f"    server {host}:{port};\n" for port in ports)
    return f"upstream {UPSTREAM} {{\n    hash $meander_visitor consistent;\n{servers}}}"


def write_upstream(out: Path | None, host: str, ports: Sequence[int]) -> None:
    """Write that to a file, whole, or to standard output."""
    text = upstream(host, ports)
    if out is None:
        print(text, flush=True)
        return
    with whole(out) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")
    say(f"Servers for nginx in {out}")


def run(commands: Sequence[Sequence[str]]) -> int:
    """Run servers until one of them ends or this process is told to; then all end. Returns the exit code."""
    environment = {COOKIES: secrets.token_hex(32)} | os.environ  # a cookie of one is one of all
    ended = False

    def end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal ended
        ended = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with _started(commands, environment) as servers:
        while not ended and all(server.poll() is None for server in servers):
            time.sleep(LOOK)
        gone = [str(server.pid) for server in servers if server.poll() is not None]
    if not ended:
        say(f"A server ended (process {', '.join(gone)}); all were stopped. What it said stands above.")
    return 0 if ended else 1


@contextlib.contextmanager
def _started(
    commands: Sequence[Sequence[str]], environment: dict[str, str]
) -> "Iterator[list[subprocess.Popen[bytes]]]":
    servers = []
    try:
        for command in commands:
            servers.append(subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL))  # noqa: PERF401, those started end
        yield servers
    finally:
        for server in servers:
            server.terminate()
        until = time.monotonic() + GRACE
        for server in servers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(max(0.1, until - time.monotonic()))
            server.kill()
            server.wait()
