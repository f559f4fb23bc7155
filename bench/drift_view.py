"""The model's view of drift: false alarms where nobody drifted, and what it sees.

    python -m bench.drift_view simulated [--seed 901]    with drift, against the truth, and without any
    python -m bench.drift_view shuffled FOLDER ...       real logs, and the same with sessions shuffled

Each log, shuffled ones too, is trained on by itself: a model that has learned an order by heart must not see drift in
it. A FOLDER holds interactions.csv.gz and items.csv.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from bench.drift import _auc, shuffled
from core import pipeline
from core.data import LogFiles, schema
from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.drift.by_model import model_view
from core.drift.verdict.detection import detect
from core.model import storage, training
from core.settings import DriftSettings, ImportSettings, Settings, SimulationSettings
from core.workspace import Workspace


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("simulated", "shuffled"))
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--seed", type=int, default=901)
    options = parser.parse_args()
    if options.what == "simulated":
        rows = [_simulated(options.seed, drift) for drift in (0.4, 0.0)]
    else:
        rows = [row for folder in options.folders for row in _shuffled(folder)]
    print(pd.DataFrame(rows).round(3).to_string(index=False))


def _both(log: Sequences) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The drift table of a log, and the view of a model that was trained on it."""
    with tempfile.TemporaryDirectory() as folder:
        training.train(log, Settings(), Path(folder))
        model = storage.load(Path(folder), log)
    return detect(log, DriftSettings()), model_view.view(log, model.item_vectors, model.states, DriftSettings())


def _row(label: str, log: Sequences, judged: np.ndarray | None = None) -> dict[str, object]:
    tables = _both(log)
    row: dict[str, object] = {"log": label}
    for name, table in zip(("categories", "model"), tables, strict=True):
        known = (table["status"] == "ok").to_numpy()
        row[name] = float(table.loc[known, "drifted"].mean())
        if judged is not None:
            row[f"{name}: false alarms"] = float(table.loc[known & ~judged, "drifted"].mean())
            row[f"{name}: AUC"] = _auc(table["score"].to_numpy(float), judged) if judged.any() else np.nan
    return row


def _simulated(seed: int, drift: float) -> dict[str, object]:
    world = simulate(SimulationSettings(seed=seed, users=1500, drift=drift))
    log = build_sequences(world.events, world.items)
    truth = world.truth.set_index(schema.USER).loc[list(log.users), "drifted"]
    return _row(f"simulated, {drift:.0%} drift", log, truth.to_numpy(bool))


def _shuffled(folder: Path) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as root:
        workspace = Workspace(root)
        files = LogFiles(folder / "interactions.csv.gz", folder / "items.csv")
        pipeline.import_log(workspace, "log", files, ImportSettings())
        log = pipeline.load(workspace, "log")
    return [_row(folder.name, log), _row(f"{folder.name}, shuffled", shuffled(log, 77))]


if __name__ == "__main__":
    main()
