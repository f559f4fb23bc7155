"""What the documents say is true."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli.parser import build

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "sample_data/README.md"),
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
    "docs/commands/index.md",
]


def test_the_architecture_names_every_file():
    """Each page and each core file stands in ARCHITECTURE.md with the first line of its docstring."""
    check = [sys.executable, "scripts/list_files.py", "--check"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run: python scripts/list_files.py {done.stderr}"


def test_each_command_has_a_page_that_is_up_to_date():
    """What the pages of commands say is what the parser takes."""
    check = [sys.executable, "scripts/command_pages.py", "--check"]
    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run: python scripts/command_pages.py {done.stderr}"


def test_the_page_on_agents_names_every_tool():
    """An agent's owner finds each question in docs/agents.md, and no other."""
    from core.agents.questions import QUESTIONS

    rows = re.findall(r"^\| (`.*?`) \| ", (ROOT / "docs" / "agents.md").read_text(), re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == sorted(each.__name__ for each in QUESTIONS)


def test_the_readme_shows_every_command():
    """A command that is not in the README is not found by anyone."""
    text = (ROOT / "README.md").read_text()
    shown = set(re.findall(r"python -m core ([\w-]+)", text))
    offered = set(re.findall(r"^    ([\w-]+)(?: |$)", build().format_help(), re.MULTILINE))
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
    texts = [(ROOT / f"requirements{part}.txt").read_text() for part in ("", "-doors", "-docs", "-scale")]
    for line in "\n".join(texts).splitlines():
        assert not line or line.startswith("#") or "==" in line, line


def defined(name: str) -> bool:
    """Whether a dotted name of the project is a module, or a function or class in one."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        base = ROOT.joinpath(*parts[:count])
        file = next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.exists()), None)
        if file:
            body = ast.parse(file.read_text()).body
            for part in parts[count:]:
                found = [
                    node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == part
                ]
                if not found:
                    return False
                body = found[0].body
            return True
    return False


def test_the_trips_pass_functions_that_are_there():
    """Whoever follows a trip in ARCHITECTURE.md finds each function that it names."""
    trips = (ROOT / "ARCHITECTURE.md").read_text().partition("## Four trips")[2].partition("\n## ")[0]
    names = re.findall(r"`((?:core|pages)\.[\w.]+)`", trips)
    assert len(names) > 30
    assert not [name for name in names if not defined(name)]
