"""Workspaces whose jobs wait, one of them with all that is kept of people, and a language model that reads at once."""

from pathlib import Path

import pytest

from core.settings import LanguageSettings
from core.workspace import Workspace
from tests.language.models import tiny_model
from tests.workspace.people import fill


@pytest.fixture(autouse=True)
def _nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are queued, and no worker takes them."""
    without_worker(monkeypatch)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with all that is kept of people, in two versions, made once; never change it."""
    folder = tmp_path_factory.mktemp("people")
    with pytest.MonkeyPatch.context() as patch:
        without_worker(patch)
        fill(Workspace(folder / "workspace"), folder)
    return folder / "workspace"


def without_worker(patch: pytest.MonkeyPatch) -> None:
    """Start no worker, whoever asks for one."""
    patch.setattr("core.jobs.worker.ensure_worker", lambda _workspace: None)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def model(tmp_path: Path) -> LanguageSettings:
    """Settings with a tiny model."""
    return LanguageSettings(model=str(tiny_model(tmp_path / "tiny")))
