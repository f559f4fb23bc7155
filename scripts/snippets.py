"""Run every block marked `sh` of the documents, page by page, in an empty folder; the first that fails ends it.

    python scripts/snippets.py [PAGE ...]

Blocks of one page share a folder and a workspace of their own, so that what one makes the next may use.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def main(pages: list[str]) -> int:
    """Run the blocks of some pages, of all by default; 1 where one failed."""
    for path in [ROOT / "docs" / page for page in pages] or sorted((ROOT / "docs").glob("*.md")):
        blocks = BLOCK.findall(path.read_text("utf-8"))
        with tempfile.TemporaryDirectory(prefix="snippets-") as folder:
            for block in blocks:
                if run(block, Path(folder)):
                    sys.stderr.write(f"{path.name}: this block failed:\n{block}")
                    return 1
        if blocks:
            sys.stderr.write(f"{path.name}: {len(blocks)} blocks run\n")
    return 0


def run(block: str, folder: Path) -> int:
    """Run one block in a folder, with the project and its workspace there; what it says is told where it fails."""
    found = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONPATH": str(ROOT),
        "MEANDER_WORKSPACE": str(folder / "workspace"),
    }
    done = subprocess.run(["sh", "-euc", block], cwd=folder, env=found, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout[-2000:] + done.stderr[-2000:])
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
