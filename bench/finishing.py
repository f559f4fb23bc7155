"""What it gives to learn from validation events once they have decided: models and baselines with and without.

    python -m bench.finishing FOLDER... [--seed S] [--kept DIR] [--set section.field=value]

Folders as for `bench.model`. A model is trained once, as `core train` does; what validation chose is ranked beside what
is served, each with its blend and the baselines that know as much, by each user's last event. Differences are on the
same users. `published` is how figures in papers are reached. Prints a JSON object a log; what is kept in DIR is not
trained again.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd

BASELINES = ("tuned-rule", "sequence-rule", "ease", "markov", "two-items", "item-knn", "popularity")
PUBLISHED, SERVED = "published", "served"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", action="append", default=[], metavar="section.field=value")
    parser.add_argument("--kept", metavar="DIR")
    options = parser.parse_args()
    for folder in map(Path, options.folders):
        with tempfile.TemporaryDirectory() as place:
            changes = [f"training.seed={options.seed}", *options.set]
            found = measure(folder, Path(options.kept or place) / f"{folder.name}-{options.seed}", changes)
            print(json.dumps(found, indent=1), flush=True)


def measure(folder: Path, place: Path, changes: list[str]) -> dict[str, Any]:
    """All figures of one log."""
    import torch

    from bench.model import read
    from core import pipeline
    from core.model import evaluation
    from core.settings import Settings, override
    from core.workspace import Workspace

    torch.set_num_threads(1)
    workspace, began = Workspace(place), time.process_time()
    if not workspace.data_sets():
        read(folder, place)
    if not workspace.runs("log"):
        pipeline.train(workspace, "log", pipeline.new_run(workspace, "log", override(Settings(), changes)))
    run, spent = workspace.run("log"), time.process_time() - began
    table = ranks(workspace, run)
    means = evaluation.summarise(table)[["model", "users", "ndcg@10", "ndcg@10_low", "ndcg@10_high", "hr@10"]]
    told = {"log": folder.name, "run": run.metrics, "cpu_min_if_trained_now": round(spent / 60, 2)}
    return told | {"models": _records(means), "ahead": _records(ahead(table))}


def ranks(workspace: Any, run: Any) -> pd.DataFrame:
    """Ranks of last events both ways; the blend has the parts and weights that validation chose."""
    from core import pipeline
    from core.model import Blend, evaluation, fit_baselines
    from core.pipeline.rankers import HELD_OUT, TESTED, blend_recipe, chosen_model

    log = pipeline.load(workspace, "log")
    recipe, tables = blend_recipe(workspace, run, log).get(), []
    served = pipeline.model(workspace, "log", run.id, log)
    for way, model, kept in ((PUBLISHED, chosen_model(run, log), HELD_OUT), (SERVED, served, TESTED)):
        past = log.without_last(kept)
        rankers = [model, Blend(recipe, {model.name: model}).fit(past), *fit_baselines(BASELINES, past)]
        found = evaluation.user_ranks(rankers, log, holdout=kept)
        tables.append(found.assign(model=f"{way} " + found["model"]))
    return pd.concat(tables, ignore_index=True)


def ahead(table: pd.DataFrame) -> pd.DataFrame:
    """How far each is ahead of itself as papers would have it, and our two of the best baseline that knows as much."""
    from core.model import evaluation

    rows = []
    for name in ("blend", "attention", *BASELINES):
        found = evaluation.paired(table, f"{SERVED} {name}")
        rivals = [f"{PUBLISHED} {name}", *([f"{SERVED} {BASELINES[0]}"] if name not in BASELINES else [])]
        rows.append(found[(found["metric"] == "ndcg@10") & found["other"].isin(rivals)])
    return pd.concat(rows)[["model", "other", "users", "ahead", "low", "high"]]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(table.round(5).to_json(orient="records"))
    return found


if __name__ == "__main__":
    main()
