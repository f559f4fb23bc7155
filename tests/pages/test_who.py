"""Who is let in by a login, until when, and what strangers can reach."""

import time
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from core.settings import EDITOR, LOGIN_HOURS, NOBODY, RULES, VIEWER
from core.workspace import VARIABLE, rules
from pages import _door as door
from pages import _who as who

US = "meander"
ISSUER = "https://login.example.org"
PROVIDER = {"client_id": US, "server_metadata_url": f"{ISSUER}/.well-known/openid-configuration"}


@pytest.fixture
def _shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider, and rules that know two people."""
    monkeypatch.setattr(who, "providers", lambda: {who.DEFAULT: PROVIDER})
    monkeypatch.setenv(VARIABLE, str(tmp_path / "w"))
    monkeypatch.setenv(RULES, str(tmp_path / rules.FILE))
    people = {"vera@example.org": VIEWER, "ed@example.org": EDITOR}
    grants = "".join(f'[[grants]]\nperson = "{person}"\nrole = "{role}"\n' for person, role in people.items())
    (tmp_path / rules.FILE).write_text(grants, encoding="utf-8")


def claims(**changes: Any) -> dict[str, Any]:
    now = time.time()
    made = {"is_logged_in": True, "provider": who.DEFAULT, "aud": US, "iss": ISSUER, "iat": now - 60, "exp": now + 600}
    found = made | {"email": "vera@example.org"} | changes
    return {key: value for key, value in found.items() if value is not None}


@pytest.mark.usefixtures("_shared")
@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"iss": f"{ISSUER}/"}, ""),
        ({"aud": [US, "other"], "azp": US}, ""),
        ({"email_verified": True}, ""),
        ({"email": "VERA@example.org"}, ""),
        ({"is_logged_in": False}, who.OUT),
        ({"exp": time.time() - 1}, who.ENDED),
        ({"exp": None}, who.ENDED),
        ({"exp": "9999999999"}, who.ENDED),
        ({"exp": True}, who.ENDED),
        ({"exp": float("nan")}, who.ENDED),
        ({"iat": None}, who.ENDED),
        ({"iat": time.time() - 13 * 3600}, who.ENDED),
        ({"aud": "other"}, who.WRONG),
        ({"aud": None}, who.WRONG),
        ({"aud": [US, "other"]}, who.WRONG),
        ({"aud": [US, "other"], "azp": "other"}, who.WRONG),
        ({"iss": "https://evil.example.org"}, who.WRONG),
        ({"iss": None}, who.WRONG),
        ({"provider": "another"}, who.WRONG),
        ({"provider": None}, who.WRONG),
        ({"email": "mallory@example.org"}, who.STRANGER),
        ({"email": None}, who.STRANGER),
        ({"email": ["vera@example.org"]}, who.STRANGER),
        ({"email_verified": False}, who.STRANGER),
        ({"email_verified": "false"}, who.STRANGER),
    ],
)
def test_a_login_is_looked_at_again_whenever_something_is_asked(changes, why):
    """Its end, its beginning, whom it was made for and by whom; an address that is not known to be theirs is none."""
    found = who.admitted(claims(**changes))
    assert found.why == why
    assert (found.actor.role == NOBODY) is bool(why)


@pytest.mark.usefixtures("_shared")
def test_a_login_lasts_no_longer_than_the_variable_says(monkeypatch):
    """Also where the provider's token would."""
    monkeypatch.setenv(LOGIN_HOURS, "1")
    assert who.admitted(claims(iat=time.time() - 3500)).why == ""
    assert who.admitted(claims(iat=time.time() - 3700)).why == who.ENDED


@pytest.mark.usefixtures("_shared")
def test_outside_of_any_page_nobody_does_anything():
    """A thread of a shared server that belongs to no visitor is not taken for the owner of the machine."""
    assert who.visitor().actor.role == NOBODY


@pytest.mark.usefixtures("_shared")
def test_rules_that_break_while_the_server_runs_let_nobody_in(tmp_path):
    """Until they are mended."""
    good = (tmp_path / rules.FILE).read_text(encoding="utf-8")
    (tmp_path / rules.FILE).write_text("[[grants]", encoding="utf-8")
    assert who.admitted(claims()).why == who.BROKEN
    (tmp_path / rules.FILE).write_text(good, encoding="utf-8")
    assert who.admitted(claims()).why == ""


def served(monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]) -> TestClient:
    """A door before an application that answers everything, asked with the cookie of a login."""
    monkeypatch.setattr(door, "_claims", lambda _scope: told)

    def answer(_request: Any) -> PlainTextResponse:
        made = PlainTextResponse("inside", headers={"location": "/"})
        made.set_cookie("_streamlit_user", "x", max_age=30 * 24 * 3600, httponly=True)
        return made

    routes = [Route("/{path:path}", answer, methods=["GET", "PUT", "DELETE"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(door.Door)]), follow_redirects=False)


SHUT = ("/_stcore/metrics", "/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/agent/openapi.json",
        "/_stcore/script-health-check")  # fmt: skip


@pytest.mark.usefixtures("_shared")
@pytest.mark.parametrize(
    ("told", "media", "upload"),
    [
        ({}, 403, 403),
        (claims(exp=time.time() - 1), 403, 403),
        (claims(aud="other"), 403, 403),
        (claims(email="mallory@example.org"), 403, 403),
        (claims(exp=time.time() + 3600), 200, 403),
        (claims(email="ed@example.org", exp=time.time() + 3600), 200, 200),
    ],
)
def test_files_are_for_those_who_are_logged_in_and_uploads_for_editors(told, media, upload, monkeypatch):
    """Figures about the server, and its interface for programs, are for nobody; scripts and styles for all."""
    client = served(monkeypatch, told)
    assert client.get("/media/abc.png").status_code == media
    for method in (client.put, client.delete):
        assert method("/_stcore/upload_file/session/file").status_code == upload
    assert {client.get(path).status_code for path in SHUT} == {404}
    assert client.get("/static/media/font.woff2").status_code == 200


@pytest.mark.usefixtures("_shared")
def test_the_cookie_of_a_login_lives_as_long_as_the_login(monkeypatch):
    """Half a day instead of 30, and only over lines that nobody reads."""
    monkeypatch.setattr(door, "_is_secure", lambda: True)
    answer = served(monkeypatch, {}).get("/oauth2callback")
    assert "Max-Age=43200" in answer.headers["set-cookie"]
    assert answer.headers["set-cookie"].endswith("; Secure")
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.usefixtures("_shared")
@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/user?dataset=shop&user=%3D1", "/user?dataset=shop&user=%3D1"),
        ("http://evil.example/user", "/"),
        ("http://testserver//evil.example/", "/"),
        ("http://testserver/\\evil.example", "/"),
        ("http://testserver/" + "x" * 3000, "/"),
        ("", "/"),
    ],
)
def test_a_login_leads_back_to_the_page_that_was_asked_for(came_from, leads_to, monkeypatch):
    """And to no other place, whatever link somebody was sent."""
    client = served(monkeypatch, {})
    client.get("/auth/login", headers={"referer": came_from})
    assert client.get("/oauth2callback").headers["location"] == leads_to


def test_where_nobody_logs_in_only_what_is_for_nobody_is_shut(monkeypatch):
    """The door changes nothing else of what Streamlit answers."""
    monkeypatch.setattr(who, "providers", dict)
    client = served(monkeypatch, {})
    assert {client.get(path).status_code for path in SHUT} == {404}
    answer = client.get("/media/abc.png")
    assert answer.status_code == 200
    assert "x-frame-options" not in answer.headers
