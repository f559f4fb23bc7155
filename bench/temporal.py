"""Quality after a date on real logs: the default beside all baselines, by a global temporal split.

    python -m bench.temporal FOLDER... [--seeds 3] [--models all] [--set section.field=value] [--out FILE]

Folders as for `bench.model`; a log without a clock has no date and is left out with a line. Models are trained on what
lay before a date, choose on validation, and are tested on the newest tenth of the events; see `core.model.temporal`.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.model import read

COLUMNS = ("users", "ndcg@10", "ndcg@10_low", "ndcg@10_high", "hr@10", "mrr@10")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--models", default="all")
    parser.add_argument("--set", action="append", default=[], metavar="section.field=value")
    parser.add_argument("--out", metavar="FILE")
    parser.add_argument("--kept", metavar="DIR", help="keep what was trained there: more seeds later train only those")
    options = parser.parse_args()
    for folder in map(Path, options.folders):
        found = measure(folder, options)
        print(json.dumps(found, indent=1), flush=True)
        if options.out:
            with Path(options.out).open("a") as file:
                file.write(json.dumps(found) + "\n")


def measure(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one log; the CPU seconds hold training, tuning, tests, and the drift test that names changes."""
    import torch

    from core import pipeline
    from core.errors import InputError

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        workspace = home(folder, Path(options.kept or place), options.set)
        began = time.process_time()
        try:
            found = pipeline.temporal(workspace, "log", options.models, seeds=options.seeds).get()
        except InputError as error:
            return {"log": folder.name, "left out": str(error)}
        return {"log": folder.name, "cpu_s": round(time.process_time() - began), **figures(found)}


def home(folder: Path, place: Path, changes: list[str]) -> Any:
    """A workspace with a log, named `log`, and a run that has its settings and no model."""
    from core import pipeline
    from core.settings import Settings, override
    from core.workspace import Workspace

    workspace = Workspace(place / folder.name)
    if not workspace.data_sets():
        read(folder, workspace.root)
        run = pipeline.new_run(workspace, "log", override(Settings(), changes))
        workspace.update_run(run, "done", {})  # its settings are all that is asked of it
    return workspace


def figures(found: Any) -> dict[str, Any]:
    """What a table is made of."""
    quality, about = found.quality, found.about.iloc[0]
    ahead = quality.ahead[quality.ahead["metric"] == "ndcg@10"]
    after = found.ahead_after_change
    return {
        "cut": {name: str(value) for name, value in about.items()},
        "models": _rows(quality.models, ("model", *COLUMNS)),
        "ahead": _rows(ahead, ("model", "other", "ahead", "low", "high")),
        "kinds": _rows(found.kinds, ("model", "kind", "users", "ndcg@10")),
        "after_change": _rows(found.after_change, ("model", "when", "users", "ndcg@10", "ndcg@10_low", "ndcg@10_high")),
        "ahead_after": _rows(after[after["metric"] == "ndcg@10"], ("model", "other", "users", "ahead", "low", "high")),
        "beside": _rows(found.beside, tuple(found.beside.columns)),
        "calibration": _rows(found.calibration, tuple(found.calibration.columns)),
        "reliability": _rows(found.reliability, tuple(found.reliability.columns)),
    }


def _rows(table: Any, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(table[list(columns)].round(5).to_json(orient="records"))
    return rows


if __name__ == "__main__":
    main()
