"""Known holes of what is installed: `python scripts/advisories.py [LIST]`; the exit code is 1 where there is one.

pip-audit is asked where it is installed and reaches its list; the list kept beside this script is read always. That
says up to which day it was gathered, and a warning comes once that was more than 90 days ago.
"""

import importlib.util
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

from packaging.specifiers import SpecifierSet

LIST = Path(__file__).with_name("advisories.toml")
PINNED = (Path(__file__).parents[1] / "requirements.txt",)
FRESH_DAYS = 90
PATIENCE = 120
"""Seconds that pip-audit may take."""


def main(listed: Path) -> int:
    """Look, and say."""
    told = tomllib.loads(listed.read_text("utf-8"))
    found = list(holes(told, {**pinned(), **installed()}))
    for line in found:
        sys.stderr.write(f"{line}\n")
    if (days := age(told)) > FRESH_DAYS:
        sys.stderr.write(
            f"Warning: {listed.name} was gathered {days} days ago. Look again (pip-audit), and move its day.\n"
        )
    return int(bool(found) or audited())


def holes(told: Mapping[str, Any], versions: Mapping[str, str]) -> Iterator[str]:
    """A line for each hole of the list that a version has."""
    for hole in told["hole"]:
        version = versions.get(plain(hole["package"]))
        if version and SpecifierSet(hole["affected"], prereleases=True).contains(version.partition("+")[0]):
            yield f"{hole['package']} {version}: {hole['name']} ({hole['what']}; affected {hole['affected']})"


def age(told: Mapping[str, Any]) -> int:
    """Days since the list was gathered."""
    until: date = told["until"]
    return (datetime.now(UTC).date() - until).days


def installed() -> dict[str, str]:
    """Version of each package that is installed here."""
    return {plain(found.metadata["Name"]): found.version for found in distributions() if found.metadata["Name"]}


def pinned() -> dict[str, str]:
    """Version of each package that the project names, installed here or not."""
    lines = (line for file in PINNED for line in file.read_text("utf-8").splitlines())
    pairs = (re.match(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.]+)", line) for line in lines)
    return {plain(pair[1]): pair[2] for pair in pairs if pair}


def plain(name: str) -> str:
    """The name of a package as all its spellings are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def audited() -> bool:
    """Whether pip-audit found something; it is passed over where it is missing or reaches nobody."""
    if importlib.util.find_spec("pip_audit") is None:
        return False
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--format", "columns"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return False
    if done.returncode and "known vulnerabilit" in done.stdout + done.stderr:
        sys.stderr.write(done.stdout + done.stderr)
        return True
    return False


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else LIST))
