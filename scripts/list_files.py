"""Write the list of files in ARCHITECTURE.md from the first line of each file's docstring; `--check` only compares."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
START, END = "<!-- files: python scripts/list_files.py -->\n", "<!-- end of files -->"


def files() -> list[Path]:
    """Every file of the product in Python, in the order of reading."""
    return [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py")), *sorted((ROOT / "core").rglob("*.py"))]


def line(path: Path) -> str:
    """A row of the list."""
    about = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
    return f"| `{path.relative_to(ROOT)}` | {about.replace('|', chr(92) + '|')} |\n"


def written(text: str) -> str:
    """The text of ARCHITECTURE.md with the list as it should be."""
    before, _, rest = text.partition(START)
    rows = "".join(line(path) for path in files())
    return f"{before}{START}\n| file | what it is |\n|---|---|\n{rows}\n{END}{rest.partition(END)[2]}"


def main() -> int:
    """Write the list, or with `--check` say whether it is true."""
    text = ARCHITECTURE.read_text()
    if "--check" in sys.argv:
        return int(written(text) != text)
    ARCHITECTURE.write_text(written(text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
