"""Keep a small workspace as a version of the product writes it, for the test that brings it up to today's form.

    python scripts/keep_workspace.py TREE NAME

TREE is a folder with that version of the product (as by `git archive VERSION | tar -x -C TREE`), run with the Python
that runs this; NAME.zip goes to `tests/workspace/written_by`. Run it at each release, and before the form of a
workspace changes. Commands that the version does not have are passed over.
"""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TARGET = Path(__file__).parents[1] / "tests" / "workspace" / "written_by"
PEOPLE = ("ann", "ben", "cem", "dora", "eva", "finn")
ROWS = "".join(
    f"{who},i{(7 * place + step * step) % 11},2024-0{1 + step // 4}-{1 + 5 * (step % 4) + place:02d}T10:{step:02d}:00\n"
    for place, who in enumerate(PEOPLE)
    for step in range(12)
)
HEADER = "user_id,item_id,timestamp\n"
LATER = "ann,i3,2024-05-01T10:00:00\nben,i4,2024-05-01T11:00:00\n"
ITEMS = "item_id,category\n" + "".join(f"i{number},{'tea' if number % 2 else 'coffee'}\n" for number in range(11))
COMMANDS = (
    "import log.csv --items items.csv --name tea --min-events 1",
    "import log.csv --items items.csv --name tea --min-events 1",
    "drift tea --out drift.csv",
    "train tea --epochs 1 --set model.embedding_size=8 --set model.blocks=1",
    "notes tea --user ann --add turned",
    "stream tea --source stream.csv --once --model popularity",
)
KEPT_OUT = ("checkpoint", "lock", ".lock", ".db-shm")
"""How names of files end that are not kept."""


def written(tree: Path, folder: Path) -> Path:
    """The workspace that a version of the product makes of a small log."""
    texts = {"log.csv": HEADER + ROWS, "items.csv": ITEMS, "stream.csv": HEADER + LATER}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    root = folder / "workspace"
    for command in COMMANDS:
        words = [str(folder / word) if "." in word and "=" not in word else word for word in command.split()]
        line = [sys.executable, "-m", "core", *words, "--workspace", str(root)]
        subprocess.run(line, cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, check=False)
    return root


def pack(root: Path, target: Path) -> None:
    """All files of a workspace but locks, as a zip."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.name.endswith(KEPT_OUT) and not path.stem.startswith("checkpoint"):
                file.write(path, path.relative_to(root))


def main() -> int:
    """Keep the workspace of one version."""
    tree, name = Path(sys.argv[1]).absolute(), sys.argv[2]
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pack(written(tree, Path(folder)), TARGET / f"{name}.zip")
    sys.stdout.write(f"{TARGET / name}.zip\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
