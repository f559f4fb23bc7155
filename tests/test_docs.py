"""What the documents say is true."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli.parser import build

ROOT = Path(__file__).parents[1]
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "sample_data/README.md"]


def test_the_architecture_names_every_file():
    """Each page and each core file stands in ARCHITECTURE.md with the first line of its docstring."""
    check = [sys.executable, "scripts/list_files.py", "--check"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run: python scripts/list_files.py {done.stderr}"


def test_the_readme_shows_every_command():
    """A command that is not in the README is not found by anyone."""
    text = (ROOT / "README.md").read_text()
    shown = set(re.findall(r"python -m core (\w+)", text))
    offered = set(re.findall(r"^    (\w+) ", build().format_help(), re.MULTILINE))
    assert shown <= offered, "the README shows a command that there is not"
    assert offered <= shown | {"stream"}, "a command is missing in the README"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    """Files that a document links to are there."""
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        assert target.startswith("https://") or (path.parent / target).exists(), f"{document}: {target}"


def test_what_is_installed_is_pinned():
    """Every requirement has one exact version, so that today's tests are tomorrow's."""
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        assert not line or line.startswith("#") or "==" in line, line
