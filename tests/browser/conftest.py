"""A real server with a small workspace, and a real headless Chromium that looks at it."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from core import jobs, pipeline
from core.data import LogFiles, schema
from core.settings import Settings, override
from core.workspace import VARIABLE, Workspace

ROOT = Path(__file__).parents[2]
DATA_SET = "small"
USERS, EVENTS = 12, 30
PATIENCE = 60_000
"""Milliseconds that a slow machine may take for one thing to appear."""
GRAVE = ("serious", "critical")
LOOKS = 6
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--in-process-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip


@dataclass
class Server:
    """The dashboard, running on this machine."""

    address: str
    process: subprocess.Popen[bytes]


@dataclass
class Watched:
    """A page with what went wrong on it: errors in its console, requests that left this machine."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    listeners: dict[Any, Callable[[Any], None]] = field(default_factory=dict)

    def leave(self) -> None:
        """Hear no more of the page, and leave it with nothing that it kept."""
        for event, listener in self.listeners.items():
            self.page.remove_listener(event, listener)
        self.page.evaluate("() => { try { localStorage.clear(); sessionStorage.clear(); } catch { /* none here */ } }")
        self.page.mouse.move(0, 0)

    def open(self, link: str) -> None:
        """Open a link in full, as from a bookmark, and wait until it is drawn."""
        self.page.goto(self.address + link, wait_until="domcontentloaded")
        self.settle()

    def settle(self) -> None:
        """Wait until the page is drawn and the server has nothing more to say."""
        self.page.wait_for_selector("[data-testid=stAppViewContainer] h1", timeout=PATIENCE)
        self.page.wait_for_selector("[data-test-script-state=notRunning]", state="attached", timeout=PATIENCE)

    def sees(self, text: str) -> None:
        """Wait for a text anywhere on the page."""
        self.page.get_by_text(text).first.wait_for(timeout=PATIENCE)

    def drop(self, *files: Path) -> None:
        """Give files to the zone for files, all at once."""
        self.settle()
        field_ = self.page.locator("[class*=st-key-drop_files] input[type=file]")
        field_.wait_for(state="attached", timeout=PATIENCE)
        field_.set_input_files(files)

    def background(self) -> str:
        """Colour behind the page."""
        script = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
        return str(self.page.evaluate(script))

    def darken(self) -> None:
        """Let the system turn dark, and wait until the page has followed."""
        light = self.background()
        self.page.emulate_media(color_scheme="dark")
        for _ in range(PATIENCE // 100):
            if self.background() != light:
                break
            self.page.wait_for_timeout(100)
        self.settle()

    def current(self) -> str:
        """Title of the link that is marked as the present page, which must lead to it."""
        marked = self.page.locator("[data-testid=stSidebar] [aria-current=page]")
        marked.wait_for(state="attached", timeout=PATIENCE)
        here = """link => {
            const name = ({ pathname }) => pathname === "/" ? "/overview" : pathname; // the first page has both
            return name(new URL(link.href)) === name(location) ? link.textContent : "another page";
        }"""
        return str(marked.evaluate(here))

    def barriers(self) -> list[str]:
        """What axe finds that keeps people out, of serious or critical impact: rule, element and why.

        What is gone within some seconds was only on its way, such as a colour between two themes.
        """
        for _ in range(LOOKS):
            found = self._grave()
            if not found:
                break
            self.page.wait_for_timeout(1000)
        return found

    def _grave(self) -> list[str]:
        # All rules are tried; of what keeps them nothing is told, which would take longer than to try them.
        there = self.page.evaluate("() => 'axe' in window")
        axe = Axe("null") if there else Axe()  # half a megabyte is read once for each page
        found = axe.run(self.page, options={"resultTypes": ["violations"]}).response["violations"]
        return [
            f"{rule['id']} at {node['target']}: {node['failureSummary']}"
            for rule in found
            if rule["impact"] in GRAVE
            for node in rule["nodes"]
        ]

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        script = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.page.evaluate(script))


Visit = Callable[..., Watched]


def log(users: int = USERS, events: int = EVENTS) -> str:
    """A CSV log in which every user's taste turns half-way."""
    rows = [",".join(schema.REQUIRED)]
    for user in range(users):
        for event in range(events):
            item = (user + 3 * event) % 10 + (0 if event < events // 2 else 10)
            rows.append(f"u{user},i{item},{1_700_000_000 + 40_000 * event + user}")
    return "\n".join(rows) + "\n"


def catalogue() -> str:
    """Items of the log, ten of each of two categories."""
    rows = [f"i{item},Item {item},{'tea' if item < 10 else 'cake'}" for item in range(20)]
    return "\n".join([",".join(schema.ITEM_COLUMNS), *rows]) + "\n"


@pytest.fixture(scope="session")
def small_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one data set: imported, trained, looked through for drift, and mapped."""
    folder = tmp_path_factory.mktemp("browser")
    (folder / "events.csv").write_text(log(), encoding="utf-8")
    (folder / "items.csv").write_text(catalogue(), encoding="utf-8")
    workspace = Workspace(folder / "workspace")
    files = LogFiles(folder / "events.csv", folder / "items.csv")
    pipeline.import_log(workspace, DATA_SET, files)
    settings = override(Settings(), ["training.epochs=2", "model.embedding_size=16"])
    pipeline.train(workspace, DATA_SET, pipeline.new_run(workspace, DATA_SET, settings))
    pipeline.drift(workspace, DATA_SET).get()
    pipeline.atlas(workspace, DATA_SET).get()
    pipeline.terrain(workspace, DATA_SET).get()  # else the first page with a map has both made in a job
    return workspace.root


@pytest.fixture(scope="session")
def server(small_workspace: Path) -> Iterator[Server]:
    """The dashboard on the small workspace."""
    with serving(small_workspace) as server:
        yield server


@pytest.fixture
def fresh_server(small_workspace: Path) -> Iterator[Server]:
    """A server that nobody has been to yet."""
    with serving(small_workspace) as server:
        yield server


@contextlib.contextmanager
def serving(workspace: Path) -> Iterator[Server]:
    """Serve a workspace as `make run` does."""
    port = free_port()
    with running(
        ["core", "--workspace", str(workspace), "serve", "--port", str(port)], port, workspace.parent
    ) as server:
        yield server
    # What follows an import by itself would train and measure long after the tests that look at it.
    for job in jobs.active(Workspace(workspace)):
        jobs.cancel(Workspace(workspace), job.id)


@contextlib.contextmanager
def running(module: list[str], port: int, folder: Path) -> Iterator[Server]:
    """Run `python -m MODULE ...` until it answers on a port of this machine; `folder` takes its output."""
    output = folder / f"server-{port}.log"
    with output.open("wb") as sink:
        environment = {**os.environ, VARIABLE: str(folder / "workspace"), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", *module]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sink, stderr=sink)
    try:
        _wait_for(f"http://127.0.0.1:{port}", process, output)
        yield Server(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=60)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of the browser."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Headless Chromium: playwright's own if it is installed, else the system's."""
    browser = playwright.chromium.launch(executable_path=chromium(playwright), args=ARGUMENTS)
    yield browser
    browser.close()


def chromium(playwright: Playwright) -> str:
    """Path of a Chromium; fails if there is none."""
    own = Path(playwright.chromium.executable_path)
    if own.exists():
        return str(own)
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        pytest.fail("No Chromium found. Install one: apt-get install chromium, or playwright install chromium.")
    return found


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[Page]:
    """A window for all who need none of their own: what a server sends each of them is read and compiled once."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def visit(window: Page, server: Server) -> Iterator[Visit]:
    """Look at the server in the common window: `visit(dark=True, width=390)`; it is left as it was found."""
    with lent(window, server.address) as visit:
        yield visit


@contextlib.contextmanager
def lent(window: Page, address: str, *, stay: bool = False) -> Iterator[Visit]:
    """A function that gives the common window, and further ones beside it; nothing of a test is there for the next.

    To `stay` is to leave the page in the window: whoever asks for that empties it.
    """
    given: list[Watched] = []

    def visit(*, dark: bool = False, width: int = 1280, height: int = 720, still: bool = False) -> Watched:
        page = window.context.new_page() if given else window
        page.set_viewport_size({"width": width, "height": height})
        motion: Literal["reduce", "no-preference"] = "reduce" if still else "no-preference"
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion=motion)
        given.append(watch(page, address))
        return given[-1]

    yield visit
    for watched in given:
        watched.leave()
        if watched.page is not window:
            watched.page.close()
        elif not stay:
            window.goto("about:blank")
    window.context.clear_cookies()


@pytest.fixture
def first_visit(browser: Browser, fresh_server: Server) -> Iterator[Visit]:
    """Open a window on a server that nobody has been to yet."""
    with windows(browser, fresh_server) as visit:
        yield visit


@contextlib.contextmanager
def windows(browser: Browser, server: Server) -> Iterator[Visit]:
    """A function that opens windows on a server, each a visitor of its own."""
    contexts: list[BrowserContext] = []

    def visit() -> Watched:
        context = browser.new_context()
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return watch(context.new_page(), server.address)

    yield visit
    for context in contexts:
        context.close()


def watch(page: Page, address: str) -> Watched:
    """Note errors and strangers of a page from now on."""
    watched = Watched(page, address)

    def hear(message: ConsoleMessage) -> None:
        # A page of its own address is asked for its own health by Streamlit, in vain and without harm.
        if message.type == "error" and "_stcore" not in message.location.get("url", ""):
            watched.errors.append(message.text)

    def see(request: Request) -> None:
        if not request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
            watched.strangers.append(request.url)

    def fail(error: Error) -> None:
        watched.errors.append(f"{error}: {error.stack}")

    watched.listeners = {"console": hear, "pageerror": fail, "request": see}
    for event, listener in watched.listeners.items():
        page.on(event, listener)
    return watched


def _wait_for(address: str, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):  # noqa: S310, our own address
                return
        except OSError:  # not there yet, or closed again before it answered
            time.sleep(0.2)
    pytest.fail(f"The server did not start: {output.read_text(errors='replace')[-2000:]}")
