"""A peer's side of `bench.peers`: runs where RecTools is installed, and needs nothing of this project.

    python bench/peers_fit.py FOLDER sasrec|hstu [--epochs 60] [--step 5]

FOLDER holds `train.csv` (user_id, item_id, weight, datetime), and in `validation` and `test` each `histories.csv` (the
same, a case in place of the user) and `targets.csv` (case, item_id, datetime). The peer trains a few epochs at a time,
keeps the lists of the epoch with the best NDCG@10 on validation, and stops after two steps without a better one.
`MODEL.csv` (case, item_id, rank) then holds those of the test, `MODEL.json` epochs, CPU seconds and memory.
"""

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

LISTED = 100
PATIENCE = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", choices=("sasrec", "hstu"))
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--step", type=int, default=5)
    options = parser.parse_args()
    cost = train(options.folder, options.model, options.epochs, options.step)
    (options.folder / f"{options.model}.json").write_text(json.dumps(cost))


def train(folder: Path, name: str, epochs: int, step: int) -> dict[str, Any]:
    """Train by steps; what it cost to the end of patience."""
    import torch
    from rectools.dataset import Dataset

    torch.set_num_threads(1)
    torch.manual_seed(0)
    model = _model(name)
    log = Dataset.construct(_read(folder / "train.csv"))
    validation, test = Cases(folder / "validation"), Cases(folder / "test")
    best, since, done = -1.0, 0, 0
    while done < epochs and since < PATIENCE:
        more = min(step, epochs - done)
        model.fit_partial(log, min_epochs=more, max_epochs=more)
        done += more
        quality = validation.ndcg(validation.lists(model))
        since += 1
        if quality > best:
            best, since = quality, 0
            test.lists(model).to_csv(folder / f"{name}.csv", index=False)
        print(f"{name}: epoch {done}, validation NDCG@10 {quality:.4f}", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"epochs": done, "validation": best, "cpu_s": round(time.process_time()), "peak_mb": round(memory)}


def _model(name: str) -> Any:
    """As RecTools' documentation trains them: 256 factors, two blocks, full softmax, the last 100 events."""
    from pytorch_lightning import Trainer
    from rectools.models import HSTUModel, SASRecModel

    def trainer() -> Any:
        return Trainer(
            max_epochs=1, accelerator="cpu", devices=1, logger=False, enable_progress_bar=False,
            enable_checkpointing=False, enable_model_summary=False,
        )  # fmt: skip

    common = {"get_trainer_func": trainer, "recommend_torch_device": "cpu", "deterministic": True}
    return (SASRecModel if name == "sasrec" else HSTUModel)(**common)


class Cases:
    """Histories, each with an item to be found."""

    def __init__(self, folder: Path) -> None:
        from rectools.dataset import Dataset

        self.targets = pd.read_csv(folder / "targets.csv", dtype={"item_id": str})
        histories = _read(folder / "histories.csv")
        self.known = histories["user_id"].unique()
        self.histories = Dataset.construct(histories)

    def lists(self, model: Any) -> pd.DataFrame:
        """The first hundred items for each case with a history that the model knows: case, item_id, rank."""
        now = self.targets.rename(columns={"case": "user_id"}).assign(weight=1.0)
        context = {"context": now[["user_id", "datetime", "weight"]]} if model.require_recommend_context else {}
        found = model.recommend(
            self.known, self.histories, LISTED, filter_viewed=True, on_unsupported_targets="ignore", **context
        )
        return found.rename(columns={"user_id": "case"})[["case", "item_id", "rank"]]

    def ndcg(self, lists: pd.DataFrame) -> float:
        """Mean NDCG@10 over cases."""
        hits = lists.merge(self.targets, on=["case", "item_id"])
        return float((1 / np.log2(hits.loc[hits["rank"] <= 10, "rank"] + 1)).sum() / len(self.targets))


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"item_id": str}, parse_dates=["datetime"])


if __name__ == "__main__":
    main()
