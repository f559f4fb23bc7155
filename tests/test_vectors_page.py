"""The page on vectors of pictures and sounds is true: its example runs, and what it makes is taken in."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

from core import pipeline
from core.cli import main
from core.language import Whitening
from core.workspace import Workspace

PAGE = Path(__file__).parents[1] / "docs" / "vectors.md"


def test_the_example_brings_pictures_and_sounds(tmp_path):
    """Each item is nearest to those of its kind, by its picture and by its sound."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    log = tmp_path / "log.csv"
    rows = [f"u{n % 6},{n * 5 % 12:04d},2024-01-{n % 28 + 1:02d}" for n in range(60)]
    log.write_text("\n".join(["user_id,item_id,timestamp", *rows]))
    root = tmp_path / "workspace"
    asked = ["import", str(log), "--name", "shop", "--workspace", str(root)]
    assert main([*asked, "--vectors", str(tmp_path / "covers.parquet"), "--vectors", str(tmp_path / "sounds.npy")]) == 0
    workspace = Workspace(root)
    found = pipeline.item_vectors(workspace, workspace.data_set("shop"))
    assert [source.name for source in found] == ["covers", "sounds"]
    for source in found:
        assert source.known.all()
        white = Whitening.of(source, size=2).apply(source)
        alike = white @ white.T - 2 * np.eye(12)
        assert (alike.argmax(1) % 3 == np.arange(12) % 3).all()
