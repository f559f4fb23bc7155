"""A peer's side of `bench.peers`: runs where RecTools is installed, and needs nothing of this project.

    python bench/peers_fit.py FOLDER sasrec|hstu [--epochs 60] [--step 3] [--minutes 8] [--factors 256]

FOLDER holds `train.csv` (user_id, item_id, weight, datetime) and `known.csv` (validation events as well), and in
`validation` and `test` each `histories.csv` (the same, the number of a history in place of the user) and `targets.csv`
(user_id, item_id, datetime). The peer trains a few epochs at a time, until two steps have brought no better NDCG@10 on
validation, or it has taken so many CPU minutes, and is then trained anew on `known.csv` for as many epochs as were
best. `MODEL.csv` (user_id, item_id, rank) then holds its lists for the test, `MODEL.json` epochs, why it stopped, CPU
seconds and memory.
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
    parser.add_argument("--step", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--factors", type=int, default=256)
    options = parser.parse_args()
    cost = train(options)
    (options.folder / f"{options.model}.json").write_text(json.dumps(cost))


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Train by steps, then anew for as many epochs as were best; what it cost."""
    import torch
    from rectools.dataset import Dataset

    torch.set_num_threads(1)
    torch.manual_seed(0)
    folder, name = options.folder, options.model
    model = _model(name, options.factors)
    log = Dataset.construct(_read(folder / "train.csv"))
    validation, curve = Cases(folder / "validation"), []
    best, since, done, late, epochs = -1.0, 0, 0, False, 1
    while done < options.epochs and since < PATIENCE and not late:
        more = min(options.step, options.epochs - done)
        model.fit_partial(log, min_epochs=more, max_epochs=more)
        done += more
        curve.append(round(validation.ndcg(validation.lists(model)), 4))
        since += 1
        if curve[-1] > best:
            best, since, epochs = curve[-1], 0, done
        late = time.process_time() > 60 * options.minutes
        print(f"{name}: epoch {done}, validation NDCG@10 {curve[-1]}, {time.process_time():.0f} CPU-s", flush=True)
    torch.manual_seed(0)
    model = _model(name, options.factors)
    model.fit_partial(Dataset.construct(_read(folder / "known.csv")), min_epochs=epochs, max_epochs=epochs)
    Cases(folder / "test").lists(model).to_csv(folder / f"{name}.csv", index=False)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    why = "converged" if since >= PATIENCE else "out of time" if late else "all epochs"
    cost = {"cpu_s": round(time.process_time()), "peak_mb": round(memory)}
    return {"epochs": done, "best": epochs, "stopped": why, "factors": options.factors, "validation": curve, **cost}


def _model(name: str, factors: int) -> Any:
    """As RecTools' documentation trains them: 256 factors unless told, two blocks, softmax, the last 100 events."""
    from pytorch_lightning import Trainer
    from rectools.models import HSTUModel, SASRecModel

    def trainer() -> Any:
        return Trainer(
            max_epochs=1, accelerator="cpu", devices=1, logger=False, enable_progress_bar=False,
            enable_checkpointing=False, enable_model_summary=False,
        )  # fmt: skip

    common = {"get_trainer_func": trainer, "recommend_torch_device": "cpu", "deterministic": True, "n_factors": factors}
    return (SASRecModel if name == "sasrec" else HSTUModel)(**common)


class Cases:
    """Histories, each with an item to be found."""

    def __init__(self, folder: Path) -> None:
        from rectools.dataset import Dataset

        self.targets = _read(folder / "targets.csv")
        histories = _read(folder / "histories.csv")
        self.known = histories["user_id"].unique()
        self.histories = Dataset.construct(histories)

    def lists(self, model: Any) -> pd.DataFrame:
        """The first hundred items after each history that the model knows: user_id, item_id, rank."""
        now = self.targets.drop_duplicates("user_id").assign(weight=1.0)
        context = {"context": now[["user_id", "datetime", "weight"]]} if model.require_recommend_context else {}
        found = model.recommend(
            self.known, self.histories, LISTED, filter_viewed=True, on_unsupported_targets="ignore", **context
        )
        return found[["user_id", "item_id", "rank"]]

    def ndcg(self, lists: pd.DataFrame) -> float:
        """Mean NDCG@10 over what is to be found."""
        hits = lists.merge(self.targets, on=["user_id", "item_id"])
        return float((1 / np.log2(hits.loc[hits["rank"] <= 10, "rank"] + 1)).sum() / len(self.targets))


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"item_id": str}, parse_dates=["datetime"])


if __name__ == "__main__":
    main()
