"""The dashboard without a browser, on a small workspace; jobs are queued, and no worker takes them."""

import functools
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from core import jobs, pipeline
from core.data.simulate import simulate
from core.jobs import table
from core.settings import Settings, SimulationSettings, override
from core.workspace import VARIABLE, Workspace

ROOT = Path(__file__).parents[2]
PATIENCE = 60
"""Seconds that a slow machine may take for one run of a page."""
DATA_SET = "small"
SMALL = ["training.epochs=1", "model.embedding_size=16", "model.blocks=1", "model.window=50"]
"""Settings of a model that trains in a second."""

Open = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def _packages_are_looked_through_once() -> Iterator[None]:
    """Every start of an app would read what all installed packages say of themselves: a third of a test's time."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _runs_are_waited_for() -> Iterator[None]:
    """The end of a run wakes who waits for it, who would else ask a thousand times a second, in the run's own time."""

    def ended(runner: LocalScriptRunner, timeout: float) -> None:
        assert runner._script_thread
        runner._script_thread.join(timeout)
        if not runner.script_stopped():
            asks(runner, 0)  # gives up, and says so

    asks = local_script_runner.require_widgets_deltas
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "require_widgets_deltas", ended)
        yield


@pytest.fixture(scope="session", autouse=True)
def _garbage_is_not_looked_for_after_each_run() -> Iterator[None]:
    """A server does, and has little to look through (`pages._serving`); here it would be what all tests made so far."""
    config.set_option("runner.postScriptGC", False)
    yield
    config.set_option("runner.postScriptGC", True)


@pytest.fixture(scope="session")
def made_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one simulated data set, made once; never change it."""
    root = tmp_path_factory.mktemp("pages") / "workspace"
    publish(Workspace(root), DATA_SET)
    return root


@pytest.fixture
def workspace(made_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A copy of the small workspace, used by the dashboard, in which nothing runs by itself."""
    root = tmp_path / "workspace"
    shutil.copytree(made_workspace, root)
    return use(root, monkeypatch)


@pytest.fixture
def empty_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace without any data set, used by the dashboard; nothing comes with it."""
    monkeypatch.setattr("core.pipeline.shipped.FOLDER", tmp_path / "nothing")
    return use(tmp_path / "empty", monkeypatch)


@pytest.fixture
def open_page() -> Open:
    """Open a page by its path below `pages/`, with a link's parameters: `open_page("data/library.py", dataset="x")`."""
    return open_at


def open_at(path: str, **link: str) -> AppTest:
    """Open a page by its path below `pages/`."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    app.query_params.update(link)
    app.switch_page(f"pages/{path}").run()
    assert not app.exception, app.exception[0].stack_trace
    return app


@pytest.fixture(scope="session")
def made_explored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a trained model, a drift table, and what pages compute in passing; made once, never changed."""
    root = tmp_path_factory.mktemp("explored") / "workspace"
    workspace = Workspace(root)
    publish(workspace, DATA_SET, users=60)
    pipeline.drift(workspace, DATA_SET).get()
    pipeline.train(workspace, DATA_SET, pipeline.new_run(workspace, DATA_SET, override(Settings(), SMALL)))
    opened = root.with_name("opened")
    shutil.copytree(root, opened)
    with pytest.MonkeyPatch.context() as patch:
        use(opened, patch)
        for page in ("overview", "user", "atlas"):
            open_at(f"explore/{page}.py")
    for derived in opened.rglob("derived"):
        shutil.copytree(derived, root / derived.relative_to(opened), dirs_exist_ok=True)
    shutil.rmtree(opened)
    return root


@pytest.fixture
def explored(made_explored: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A copy of that workspace, used by the dashboard, for a test of its own."""
    root = tmp_path / "explored"
    shutil.copytree(made_explored, root)
    return use(root, monkeypatch)


@pytest.fixture
def open_explored(request: pytest.FixtureRequest, made_explored: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open a page on that workspace: on the copy of a test that asks for `explored`, else on one of all who only look.

    The latter is as it was made whenever a test begins; pages find in their caches what they showed the test before.
    """
    if "explored" in request.fixturenames:
        assert request.getfixturevalue("explored").data_sets()
        return open_at
    root = made_explored.with_name("looked_at")
    if files(root) != _looked_at.get(root):
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(made_explored, root)
        _looked_at[root] = files(root)
    assert use(root, monkeypatch).data_sets()
    return open_at


_looked_at: dict[Path, dict[str, tuple[int, int]]] = {}
"""Files of the workspace of all who only look, as a test has to find them."""


def files(root: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file below a folder."""
    found = {str(path): path.stat() for path in root.rglob("*") if path.is_file()}
    return {path: (known.st_size, known.st_mtime_ns) for path, known in found.items()}


def publish(workspace: Workspace, name: str, users: int = 40) -> None:
    """A simulated data set, as `import` would leave it."""
    simulated = simulate(SimulationSettings(users=users, categories=5, items_per_category=8, days=90))
    rows = len(simulated.events)
    summary = {"rows_read": rows + 1, "rows_kept": rows, "rows_rejected": 1, "reasons": {"impossible time": 1}}
    summary |= {"duplicates": 0, "users": users, "items": len(simulated.items), "categories": 5, "ordinal": False}
    summary |= {"first": "2024-01-01T00:00:00", "last": "2024-03-30T00:00:00", "session_gap_minutes": 30.0}
    with workspace.staging() as folder:
        for part in ("events", "items", "users"):
            getattr(simulated, part).to_parquet(folder / f"{part}.parquet")
        (folder / "rejects.csv").write_text("line,reason\n3,impossible time\n", encoding="utf-8")
        workspace.publish(name, folder, summary)


def finish(workspace: Workspace, job: jobs.Job, status: str, **values: object) -> None:
    """End a queued job as a worker would."""
    table.move(workspace, job, status, **values)


def labels(elements: Iterable[Any]) -> list[str]:
    """Labels of buttons and other controls."""
    return [element.label for element in elements]


def use(root: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Make a workspace the one of the dashboard; no worker takes its jobs."""
    monkeypatch.setenv(VARIABLE, str(root))
    monkeypatch.setattr("core.jobs.worker.ensure_worker", lambda _workspace: None)
    monkeypatch.setattr("core.jobs.ensure_worker", lambda _workspace: None)
    return Workspace(root)
