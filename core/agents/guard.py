"""The door over HTTP: on the loopback alone, for who knows the token, and for no page of a browser."""

import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from mcp.server.transport_security import TransportSecuritySettings

from core.agents.server import Door

HOST: Final = "127.0.0.1"
PATH: Final = "/mcp"
Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


class Guard:
    """Lets through what was sent to this host by its own name, by no foreign page, and with the token.

    A page of another origin may reach a server on the loopback through a name that it lets point there; the browser
    then sends that name as Host, and the page's as Origin.
    """

    def __init__(self, app: App, port: int, token: str) -> None:
        self._app, self._token = app, f"Bearer {token}".encode()
        self._hosts = {f"{name}:{port}".encode() for name in (HOST, "localhost")}
        self._origins = {b"http://" + host for host in self._hosts}

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Answer or refuse."""
        if scope["type"] == "http" and (refused := self._refused(scope)):
            status, line = refused
            body = json.dumps({"error": line}).encode()
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        await self._app(scope, receive, send)

    def _refused(self, scope: Message) -> tuple[int, str] | None:
        """Status and line of what is not let through."""
        given: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            given.setdefault(name.lower(), []).append(value)
        hosts, origins = given.get(b"host", []), given.get(b"origin", [])
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return 421, f"This door answers to {HOST} only; ask it by that name."
        if any(origin not in self._origins for origin in origins):
            return 403, "Pages of other origins may not ask here."
        tokens = given.get(b"authorization", [])
        if len(tokens) != 1 or not hmac.compare_digest(tokens[0], self._token):
            return 401, "Send the token that was printed when this door was opened: Authorization: Bearer TOKEN."
        return None


def listening(door: Door, port: int, token: str) -> Guard:
    """The application of the door over HTTP, for a server on `HOST` and this port."""
    names = [f"{HOST}:{port}", f"localhost:{port}"]
    security = TransportSecuritySettings(allowed_hosts=names, allowed_origins=[f"http://{name}" for name in names])
    app = door.streamable_http_app(streamable_http_path=PATH, host=HOST, transport_security=security)
    return Guard(app, port, token)


def listen(door: Door, port: int, token: str) -> None:
    """Answer over HTTP until this process is stopped."""
    import uvicorn

    uvicorn.run(listening(door, port, token), host=HOST, port=port, log_level="warning", server_header=False)
