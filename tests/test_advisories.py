"""Known holes of packages are found by a dated list; an old list says so."""

import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
import advisories  # noqa: E402 - a script, not a module of the product

TOLD = tomllib.loads(advisories.LIST.read_text("utf-8"))


def test_what_is_pinned_and_installed_has_no_known_hole():
    """The list is held against all that is installed, and against what the project names."""
    assert not list(advisories.holes(TOLD, {**advisories.pinned(), **advisories.installed()}))
    assert {"streamlit", "torch", "duckdb"} <= set(advisories.pinned())
    known = set(advisories.installed()) | set(advisories.pinned())
    assert sum(advisories.plain(hole["package"]) in known for hole in TOLD["hole"]) > 10, "the list is about others"


@pytest.mark.parametrize(
    ("package", "version", "found"),
    [("torch", "2.5.1", True), ("torch", "2.5.1+cpu", True), ("torch", "2.13.0", False), ("PyArrow", "13.0.0", True),
     ("pyarrow", "14.0.1", False), ("duckdb", "1.4.1", True), ("Authlib", "1.9.10", False)],
)  # fmt: skip
def test_a_version_in_the_range_is_told(package, version, found):
    """By its range, whatever the spelling of the name, with the name of the hole."""
    lines = list(advisories.holes(TOLD, {advisories.plain(package): version}))
    assert bool(lines) is found
    assert all("CVE-" in line and version in line for line in lines)


def test_the_script_fails_for_a_hole_and_warns_of_age(tmp_path, capsys, monkeypatch):
    """Exit code 1 for a hole of what is installed; a list of some months ago warns, one of yesterday does not."""
    monkeypatch.setattr(advisories, "audited", lambda: False)
    listed = tmp_path / "list.toml"
    hole = '[[hole]]\npackage = "pytest"\naffected = ">=1"\nname = "CVE-0"\nwhat = "made up"\n'
    for days, warned in ((1, False), (120, True)):
        until = (datetime.now(UTC).date() - timedelta(days=days)).isoformat()
        listed.write_text(f"until = {until}\nhole = []\n")
        assert advisories.main(listed) == 0
        assert ("days ago" in capsys.readouterr().err) is warned
        listed.write_text(f"until = {until}\n{hole}")
        assert advisories.main(listed) == 1
        assert "pytest" in capsys.readouterr().err
