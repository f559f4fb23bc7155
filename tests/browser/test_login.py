"""A shared server in a real browser, with a real provider of logins: in, what each role sees, out, and the end."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser

from core.settings import RULES, SECRETS
from core.workspace import Workspace, rules
from tests.browser.conftest import DATA_SET, Server, Watched, free_port, running, windows

BRIEF = 12
"""Seconds that a login at the second provider lasts."""
PEOPLE = {"vera": "viewer", "ed": "editor", "ada": "admin"}


@dataclass
class Shared:
    """A server that people log in at."""

    server: Server
    workspace: Workspace
    rules: Path


@pytest.fixture(scope="module")
def shared(small_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """The small workspace behind two providers, the second of which gives logins that end soon."""
    folder, port = tmp_path_factory.mktemp("shared"), free_port()
    people = [User(sub=name, claims={"email": address(name)}) for name in (*PEOPLE, "nemo")]
    grants = "".join(f'[[grants]]\nperson = "{address(name)}"\nrole = "{role}"\n' for name, role in PEOPLE.items())
    (folder / rules.FILE).write_text(grants, encoding="utf-8")
    with ExitStack() as stack:
        ends = [timedelta(hours=1), timedelta(seconds=BRIEF)]
        made = (run_server_in_thread(access_token_max_age=end, user_claims=people) for end in ends)
        providers = [stack.enter_context(each).server_port for each in made]
        (folder / "secrets.toml").write_text(secrets(port, *providers), encoding="utf-8")
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv(SECRETS, str(folder / "secrets.toml"))
        patch.setenv(RULES, str(folder / rules.FILE))
        command = ["core", "--workspace", str(small_workspace), "serve", "--port", str(port)]
        server = stack.enter_context(running(command, port, folder))
        here = Server(server.address.replace("127.0.0.1", "localhost"), server.process)
        yield Shared(here, Workspace(small_workspace), folder / rules.FILE)


def address(name: str) -> str:
    return f"{name}@example.org"


def secrets(port: int, *providers: int) -> str:
    """A file of secrets with two providers."""
    head = f'[auth]\nredirect_uri = "http://localhost:{port}/oauth2callback"\ncookie_secret = "{"k" * 40}"\n'
    parts = [
        f'[auth.{name}]\nclient_id = "meander"\nclient_secret = "x"\n'
        f'server_metadata_url = "http://localhost:{place}/.well-known/openid-configuration"\n'
        for name, place in zip(("long", "brief"), providers, strict=True)
    ]
    return head + "".join(parts)


@pytest.fixture
def stranger(browser: Browser, shared: Shared) -> Iterator[Watched]:
    """A window of somebody who has not been here."""
    with windows(browser, shared.server) as visit:
        yield visit()


def enter(visitor: Watched, name: str, provider: str = "long") -> None:
    """Log in by the button, at the provider's own page, and wait for ours."""
    visitor.page.get_by_role("button", name=f"Log in with {provider}").click()
    visitor.page.locator("input[name=sub]").fill(name)
    visitor.page.get_by_role("button", name="Authorize").click()
    visitor.page.wait_for_url(f"{visitor.address}/**")
    visitor.settle()


def test_try(stranger, shared, tmp_path):
    """X"""
    stranger.open(f"/user?dataset={DATA_SET}&user=u1")
    stranger.page.screenshot(path="/tmp/login/in.png")
    stranger.page.get_by_role("button", name="Log in with long").click()
    stranger.page.wait_for_timeout(2000)
    stranger.page.screenshot(path="/tmp/login/prov.png")
    print(stranger.page.url, stranger.page.content()[:3000])
