"""A workspace, and a language model that reads at once."""

from pathlib import Path

import pytest

from core.settings import LanguageSettings
from core.workspace import Workspace
from tests.language.models import tiny_model


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def model(tmp_path: Path) -> LanguageSettings:
    """Settings with a tiny model."""
    return LanguageSettings(model=str(tiny_model(tmp_path / "tiny")))
