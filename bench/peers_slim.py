"""A second peer's side of `bench.peers`: SLIM as LensKit has it; runs where that is installed, and needs no more.

    python bench/peers_slim.py FOLDER slim [--minutes 8]

FOLDER and what is written there as for `bench/peers_fit.py`. The setting with the best NDCG@10 on validation events is
taken, of those that were tried before the time was up, and learns from `known.csv`.
"""

import argparse
import json
import resource
import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

LISTED = 100
SETTINGS = tuple(product((1.0, 0.3, 3.0), (1.0, 10.0)))
"""Weights of the absolute and of the squared bound; first what the library does unless told."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("model", choices=("slim",))
    parser.add_argument("--minutes", type=float, default=8)
    options = parser.parse_args()
    (options.folder / f"{options.model}.json").write_text(json.dumps(train(options)))


def train(options: argparse.Namespace) -> dict[str, Any]:
    """Try the settings, and learn anew by the best with validation events as well; what that cost."""
    from lenskit.data import from_interactions_df
    from lenskit.knn import SLIMScorer
    from lenskit.training import TrainingOptions

    folder, curve, best = options.folder, {}, (-1.0, SETTINGS[0])
    train, known = (
        from_interactions_df(_read(folder / f"{part}.csv")[["user_id", "item_id"]].drop_duplicates())
        for part in ("train", "known")
    )

    def fitted(log: Any, l1: float, l2: float) -> Any:
        model = SLIMScorer(l1_reg=l1, l2_reg=l2)
        model.train(log, TrainingOptions(rng=0))
        return model

    for l1, l2 in SETTINGS:
        model = fitted(train, l1, l2)
        found = ndcg(lists(model, folder / "validation"), folder / "validation")
        curve[f"{l1}, {l2}"] = round(found, 4)
        if found > best[0]:
            best = (found, (l1, l2))
        print(f"slim: {l1}, {l2}, validation NDCG@10 {found:.4f}, {time.process_time():.0f} CPU-s", flush=True)
        if time.process_time() > 60 * options.minutes:
            break
    lists(fitted(known, *best[1]), folder / "test").to_csv(folder / f"{options.model}.csv", index=False)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"validation": curve, "cpu_s": round(time.process_time()), "peak_mb": round(memory)}


def lists(model: Any, folder: Path) -> pd.DataFrame:
    """The first hundred items after each history that the model knows: user_id, item_id, rank."""
    from lenskit.data import ItemList, RecQuery

    every, rows = ItemList(model.items.ids()), []
    for user, items in _read(folder / "histories.csv").groupby("user_id")["item_id"]:
        scores = model(RecQuery(user_items=ItemList(items.unique())), every).scores()
        scores = np.where(np.isnan(scores) | (scores <= 0) | np.isin(every.ids(), items), -np.inf, scores)
        order = np.argsort(-scores, kind="stable")[:LISTED]
        order = order[np.isfinite(scores[order])]
        rows.append(pd.DataFrame({"user_id": user, "item_id": every.ids()[order], "rank": np.arange(len(order)) + 1}))
    return pd.concat(rows, ignore_index=True)


def ndcg(found: pd.DataFrame, folder: Path) -> float:
    """Mean NDCG@10 over what is to be found."""
    targets = _read(folder / "targets.csv")
    hits = found.merge(targets, on=["user_id", "item_id"])
    return float((1 / np.log2(hits.loc[hits["rank"] <= 10, "rank"] + 1)).sum() / len(targets))


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"item_id": str})


if __name__ == "__main__":
    main()
