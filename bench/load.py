"""Many visitors of one page at once, without a browser: `python -m bench.load --port P [--sessions 50] [--page NAME]`.

Each session opens the websocket that Streamlit's own page opens, asks for a run of the script and reads all that is
sent until the run has ended. A visitor comes first and alone, so that what is made once is made; then all others come
at the same time. A line of JSON tells seconds to the end of the run (median, 95 %, longest), CPU seconds of the server
a visit, and the bytes that each was sent; of a user page (`--page user --steps 20`) also CPU seconds of a step, which
the slider's fragment takes alone. Only this machine is ever asked, by at most 200 sessions, for at most `--limit`
seconds. `python -m bench.load soak` keeps visitors coming for half an hour: see `bench/soak.py`.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import NamedTuple

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

HOST = "127.0.0.1"
MOST = 200
LARGEST = 64 * 2**20
"""Bytes of one message."""
ENDED = "script_finished"


class Visit(NamedTuple):
    """What one session waited for and was sent."""

    seconds: float
    bytes: int
    failed: bool


def main() -> None:
    if sys.argv[1:2] == ["soak"]:
        from bench import soak

        soak.main(sys.argv[2:])
        return
    options = _options()
    server = _server(options.port)
    first = asyncio.run(_visits(options, 1))[0]
    alone = _cost(options, server, 1)
    used = _cpu(server)
    visits = asyncio.run(_visits(options, options.sessions))
    spent = _cpu(server) - used
    told = {"page": options.page, "sessions": len(visits), "failed": sum(visit.failed for visit in visits)}
    waited = sorted(visit.seconds for visit in visits if not visit.failed)
    if waited:
        told |= {"median": statistics.median(waited), "p95": waited[int(0.95 * (len(waited) - 1))], "most": waited[-1]}
    if options.steps:
        told |= {"cpu_a_step": asyncio.run(_walk(options, server))}
    told |= {"first": first.seconds, "cpu_alone": alone, "cpu_a_visit": spent / len(visits), "bytes": visits[0].bytes}
    print(json.dumps({key: round(value, 3) if isinstance(value, float) else value for key, value in told.items()}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load")
    parser.add_argument("--port", type=int, required=True, help="of a server on this machine")
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--page", default="overview", help="end of the page's address")
    parser.add_argument("--query", default="", help="the link's parameters, such as user=u7&step=20")
    parser.add_argument("--steps", type=int, default=0, help="of a user page, that are walked through at the end")
    parser.add_argument("--limit", type=float, default=120.0, help="seconds after which a session counts as failed")
    options = parser.parse_args()
    if not 1 <= options.sessions <= MOST:
        parser.error(f"--sessions is {options.sessions}. Choose 1 to {MOST}.")
    return options


def _server(port: int) -> psutil.Process:
    """The process that listens on a port of this machine."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if any(each.laddr.port == port and each.status == psutil.CONN_LISTEN for each in process.net_connections()):
                return process
    raise SystemExit(f"Nothing listens on {HOST}:{port}. Start a server: python -m core serve --port {port}")


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _cost(options: argparse.Namespace, server: psutil.Process, sessions: int) -> float:
    """CPU seconds of the server for a visit that nobody comes beside."""
    used = _cpu(server)
    asyncio.run(_visits(options, sessions))
    return (_cpu(server) - used) / sessions


async def _visits(options: argparse.Namespace, sessions: int) -> list[Visit]:
    return await asyncio.gather(*(visit(options) for _ in range(sessions)))


async def visit(options: argparse.Namespace) -> Visit:
    """Open the page as a newcomer, and read until it is drawn."""
    start, seen = time.perf_counter(), 0
    try:
        async with asyncio.timeout(options.limit), _socket(options.port) as socket:
            await socket.send(_ask(ClientState(page_name=options.page, query_string=options.query)))
            async for size, message in _messages(socket):
                seen += size
                if _ended(message):
                    break
    except (OSError, TimeoutError):
        return Visit(time.perf_counter() - start, seen, failed=True)
    return Visit(time.perf_counter() - start, seen, failed=False)


async def _walk(options: argparse.Namespace, server: psutil.Process) -> float:
    """CPU seconds of a step: the fragment that holds the slider, asked for with one step after the other."""
    fragment = ""
    async with asyncio.timeout(options.limit), _socket(options.port) as socket:
        messages = _messages(socket)
        await socket.send(_ask(ClientState(page_name=options.page, query_string=options.query)))
        async for _, message in messages:
            if message.delta.new_element.slider.label and message.delta.fragment_id:
                fragment = message.delta.fragment_id
            if _ended(message):
                break
        used = _cpu(server)
        for step in range(1, options.steps + 1):
            query = f"{options.query}&step={step}"
            await socket.send(_ask(ClientState(page_name=options.page, query_string=query, fragment_id=fragment)))
            async for _, message in messages:
                if message.WhichOneof("type") == ENDED:
                    break
    return (_cpu(server) - used) / options.steps


def _socket(port: int) -> connect:
    address = f"ws://{HOST}:{port}/_stcore/stream"
    return connect(address, subprotocols=[Subprotocol("streamlit")], max_size=LARGEST, proxy=None)


async def _messages(socket: ClientConnection) -> AsyncIterator[tuple[int, ForwardMsg]]:
    """What is sent, message by message, with its bytes."""
    async for data in socket:
        yield len(data), ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())


def _ended(message: ForwardMsg) -> bool:
    """Whether a run has drawn its page, which it has not where it only asks for another."""
    return message.WhichOneof("type") == ENDED and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY


def _ask(state: ClientState) -> bytes:
    return bytes(BackMsg(rerun_script=state).SerializeToString())


if __name__ == "__main__":
    main()
