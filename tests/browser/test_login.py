"""A shared server in a real browser, with a real provider of logins: in, what each role sees, out, and the end."""

import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Page

from core import pipeline
from core.data import export
from core.settings import RULES, SECRETS
from core.workspace import Workspace, rules
from tests.browser.conftest import DATA_SET, PATIENCE, Server, Watched, free_port, lent, running

# The provider of these tests asks its own library in an older way, in a thread of the tests.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")

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
def stranger(window: Page, shared: Shared) -> Iterator[Watched]:
    """The common window, of somebody who has not been here: it keeps no cookie, and nothing that a page stored."""
    assert not window.context.cookies()
    with lent(window, shared.server.address) as visit:
        yield visit()


def enter(visitor: Watched, name: str, provider: str = "long") -> None:
    """Log in by the button, at the provider's own page, and wait for ours."""
    visitor.page.get_by_role("button", name=f"Log in with {provider}").click()
    visitor.page.locator("input[name=sub]").fill(name)
    visitor.page.get_by_role("button", name="Authorize").click()
    visitor.page.wait_for_url(f"{visitor.address}/**")
    visitor.settle()


def test_a_stranger_reaches_a_screen_and_nothing_else(stranger, shared):
    """Not with a cookie of their own making; one who logs in has no role by that alone."""
    forged = {"name": "_streamlit_user", "value": "2|1:0|10:1|15:_streamlit_user|4:e30=|00"}
    stranger.page.context.add_cookies([forged | {"url": shared.server.address}])
    stranger.open(f"/overview?dataset={DATA_SET}")
    assert DATA_SET not in stranger.page.locator("body").inner_text()
    for path, code in (("/media/a.png", 403), ("/_stcore/metrics", 404), ("/_stcore/agent/openapi.json", 404),
                       ("/_stcore/health", 200)):  # fmt: skip
        assert status(shared.server.address + path) == code
    enter(stranger, "nemo")
    stranger.sees("nothing here has been opened for you yet")
    stranger.sees(address("nemo"))
    assert DATA_SET not in stranger.page.locator("body").inner_text()
    assert not stranger.barriers()
    assert not [error for error in stranger.errors if "404" not in error and "ERR_NAME" not in error]


def test_a_viewer_follows_a_link_by_pseudonym_and_sees_no_id(stranger, shared):
    """Through the login and back to the very page, which holds no id, no button that deletes and no page to import."""
    hidden = export.mask("u1", shared.workspace.secret())
    stranger.open(f"/user?dataset={DATA_SET}&user={hidden}")
    enter(stranger, "vera")
    stranger.sees("the interests changed")
    assert hidden in stranger.page.url
    assert not re.search(r"\bu[0-9]+\b", stranger.page.content())
    assert stranger.page.get_by_role("link", name="Add a log").count() == 0
    assert stranger.page.get_by_test_id("stAlertContentError").count() == 0
    stranger.page.get_by_role("link", name="Library").click()
    assert may_delete(stranger) == {False}
    who = pipeline.audit_table(shared.workspace)
    opened = who[who["what"] == "opened"].iloc[-1]
    assert (opened["who"], opened["person"], opened["door"]) == (address("vera"), "u1", "page")


def test_an_editor_imports_and_deletes_nothing_and_leaves(stranger):
    """Ids as they are, the page to import, a button to delete that says what it takes; then logged out for good."""
    stranger.open(f"/library?dataset={DATA_SET}")
    enter(stranger, "ed")
    stranger.page.get_by_role("link", name="Add a log").wait_for(timeout=PATIENCE)
    assert may_delete(stranger) == {False}
    stranger.page.get_by_role("button", name="Log out").click()
    stranger.page.wait_for_url("**/end_session**", timeout=PATIENCE)
    stranger.open(f"/library?dataset={DATA_SET}")
    stranger.page.get_by_role("button", name="Log in with long").wait_for(timeout=PATIENCE)
    assert DATA_SET not in stranger.page.locator("body").inner_text()


def test_a_login_ends_when_its_token_does(stranger):
    """At the next click, though the cookie is there still and nobody has left the page; until then an admin deletes."""
    stranger.open(f"/library?dataset={DATA_SET}")
    begun = time.monotonic()
    enter(stranger, "ada", "brief")
    assert may_delete(stranger) == {True}
    stranger.page.wait_for_timeout(max(0.0, 1000 * (BRIEF + 1 - (time.monotonic() - begun))))
    stranger.page.get_by_test_id("stSidebar").get_by_role("link", name="Overview").click()
    stranger.sees("Your login has ended")
    assert DATA_SET not in stranger.page.locator("body").inner_text()


def may_delete(visitor: Watched) -> set[bool]:
    """Whether the buttons of the library that delete a data set can be pressed; other tests leave more data sets."""
    buttons = visitor.page.get_by_role("button", name="Delete")
    buttons.first.wait_for(timeout=PATIENCE)
    return {button.is_enabled() for button in buttons.all()}


def status(link: str) -> int:
    """What the server answers whoever is not logged in."""
    try:
        with urllib.request.urlopen(link, timeout=10) as answer:  # noqa: S310, our own address
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
