"""The way into a shared server: what strangers can reach of it, how long cookies live, and where a login leads to.

Beside this door Streamlit answers whoever asks with its own scripts and styles, its health, and a connection on which
the screen to log in at is drawn. Files and uploads are for those who are logged in; figures about the server, and its
interface for programs, for nobody.
"""

import importlib.util
import json
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, unquote, urlparse

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from streamlit import config
from streamlit.auth_util import get_secrets_auth_section
from streamlit.web.server.starlette.starlette_server_config import AUTH_COOKIE_MAX_AGE_SECONDS, USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from core.errors import MeanderError
from core.settings import EDITOR, VIEWER, check_provider, is_loopback, refuse_strangers
from core.workspace import chosen_root, rules, rules_file
from pages import _who as who

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
FILES, UPLOADS = "media/", "_stcore/upload_file/"
LOGIN, CALLBACK = "/auth/login", "/oauth2callback"
BACK, BACK_SECONDS, LONGEST = "meander_back", 600, 2000
"""The cookie that holds from which page somebody went to log in, how long, and characters at most."""
HEADERS = {
    b"x-frame-options": b"SAMEORIGIN",
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
}


def check() -> None:
    """Refuse to start where strangers would get in, or those who should would not; the process ends with a line."""
    section, address = get_secrets_auth_section().to_dict(), config.get_option("server.address")
    try:
        if not section:
            if not is_loopback(address):
                raise refuse_strangers(".streamlit/secrets.toml")
            return
        check_provider(section, ".streamlit/secrets.toml")
        rules.read(rules_file(chosen_root()))
    except MeanderError as error:
        raise SystemExit(f"Error: {error}") from None
    if importlib.util.find_spec("authlib") is None:
        raise SystemExit("Error: Logins need the package Authlib, which is not installed.")


class Door:
    """Stands before Streamlit's own routes; where nobody has to log in it only keeps shut what is for nobody."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        """Before an ASGI application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or say no."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif any(shut in path for shut in CLOSED):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        elif not who.providers():
            await self.app(scope, receive, send)
        elif not allowed(scope, path):
            await PlainTextResponse("Log in first.", 403)(scope, receive, send)
        else:
            await self.app(scope, receive, _changed(scope, path, send))


def allowed(scope: Scope, path: str) -> bool:
    """Whether whoever asks may have a file, or send one."""
    page = path.removeprefix("/" + str(config.get_option("server.baseUrlPath") or "").strip("/")).lstrip("/")
    role = EDITOR if page.startswith(UPLOADS) else VIEWER if page.startswith(FILES) else None
    if role is None:
        return True
    claims = _claims(scope)
    groups = who.admitted(claims).groups
    return any(who.admitted(claims, group).actor.may(role) for group in groups)


def _claims(scope: Scope) -> dict[str, Any]:
    """What the cookie of a login says, if it was signed by us; nothing else is believed."""
    found = _get_signed_cookie_with_chunks(HTTPConnection(scope).cookies, USER_COOKIE_NAME)
    claims = json.loads(found) if found else {}
    return claims if isinstance(claims, dict) else {}


def _changed(scope: Scope, path: str, send: Send) -> Send:
    """Sends what an application answers, with other cookies and headers."""

    async def sent(message: Scope) -> None:
        if message["type"] == "http.response.start":
            headers = [(name, _cookie(value) if name.lower() == b"set-cookie" else value)
                       for name, value in message["headers"]]  # fmt: skip
            message = {**message, "headers": [*_led(scope, path, headers), *HEADERS.items()]}
        await send(message)

    return sent


def _cookie(value: bytes) -> bytes:
    """A cookie of a login that lives as long as the login, and goes over no open line."""
    if not value.startswith(USER_COOKIE_NAME.encode()):
        return value
    value = value.replace(b"Max-Age=%d" % AUTH_COOKIE_MAX_AGE_SECONDS, b"Max-Age=%d" % (3600 * who.login_hours()))
    return value + (b"; Secure" if _is_secure() else b"")


def _is_secure() -> bool:
    return str(get_secrets_auth_section().get("redirect_uri", "")).startswith("https://")


def _led(scope: Scope, path: str, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers that remember from which page somebody went to log in, or lead there once they have."""
    asked = HTTPConnection(scope)
    if path.endswith(LOGIN):
        whence = urlparse(asked.headers.get("referer", ""))
        page = whence.path + (f"?{whence.query}" if whence.query else "")
        here = whence.netloc == asked.headers.get("host") and is_page(page)
        return [*headers, (b"set-cookie", _back(page, BACK_SECONDS))] if here else headers
    page = unquote(asked.cookies.get(BACK, ""))
    if not path.endswith(CALLBACK) or not is_page(page):
        return headers
    rest = [(name, value) for name, value in headers if name.lower() != b"location"]
    return [*rest, (b"location", quote(page, safe="/?&=%").encode()), (b"set-cookie", _back("", 0))]


def is_page(page: str) -> bool:
    r"""Whether an address leads to a page of ours and nowhere else.

    >>> is_page("/user?dataset=shop"), is_page("//evil.example/"), is_page("/\\evil.example"), is_page("https:x")
    (True, False, False, False)
    """
    return page.startswith("/") and page[1:2] not in ("/", "\\") and page.isprintable() and len(page) <= LONGEST


def _back(page: str, seconds: int) -> bytes:
    cookie: SimpleCookie = SimpleCookie()
    cookie[BACK] = quote(page, safe="")
    for name, value in {"path": "/", "max-age": seconds, "httponly": True, "samesite": "Lax"}.items():
        cookie[BACK][name] = value
    return cookie[BACK].OutputString().encode()
