"""What `pip install .` brings."""

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling import build

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pins(text: str) -> list[str]:
    """The lines of a requirements file that name a package."""
    return [line for line in text.splitlines() if re.match(r"[a-z]", line)]


def test_pins_agree():
    """An installed copy runs on the packages that `make run` installs, version by version."""
    run, _ = (ROOT / "requirements.txt").read_text().split("# tests and checks")
    assert pins(run) == PROJECT["dependencies"]
    for extra in ("doors", "scale"):
        assert pins((ROOT / f"requirements-{extra}.txt").read_text()) == PROJECT["optional-dependencies"][extra]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this tree, unpacked: its folder, and the names in it."""
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        name = build.build_wheel(str(folder))
    with zipfile.ZipFile(folder / name) as file:
        file.extractall(folder / "unpacked")
        return folder / "unpacked", file.namelist()


def test_a_wheel_holds_what_the_dashboard_needs(wheel):
    """First page, pages, their words, scripts and look, what packages hand out, and the sample; no tests."""
    _, names = wheel
    for needed in ("app.py", "pages/explore/overview.py", "pages/_texts/zh.toml", "pages/.streamlit/config.toml",
                   "core/drift/__init__.pyi", "sample_data/simulated/events.csv.gz",
                   "sample_data/computed/manifest.json"):  # fmt: skip
        assert needed in names
    assert any(name.startswith("core/player/page/") and name.endswith(".js") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "bench/", ".venv/"))]


def test_a_wheel_brings_a_command(wheel):
    """`meander` is the same as `python -m core`."""
    folder, _ = wheel
    entry = next(folder.glob("*.dist-info/entry_points.txt")).read_text()
    assert "meander = core.cli:main" in entry
