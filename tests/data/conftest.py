"""The importer that tests of the data room use."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.data.cleaning import import_files
from core.data.log_files import LogFiles
from core.settings import ImportSettings
from tests.data.importing import ALL, Imported


@pytest.fixture
def ingest(tmp_path: Path) -> Callable[..., Imported]:
    """Import a text under any name and settings."""

    def run(content: str | bytes, name: str = "log.csv", settings: ImportSettings = ALL, **more: Any) -> Imported:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        for kind in ("items", "users"):
            if kind in more:
                (tmp_path / f"{kind}.csv").write_text(more[kind], encoding="utf-8")
                more[kind] = tmp_path / f"{kind}.csv"
        folder = tmp_path / more.pop("out", "out")
        folder.mkdir(exist_ok=True)
        how = {name: more.pop(name) for name in ("base", "key", "progress") if name in more}
        return Imported(folder, import_files(LogFiles(path, **more), folder, settings, **how))

    return run
