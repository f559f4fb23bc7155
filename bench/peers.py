"""Well-kept peers on the same cut of a log, through this project's evaluator.

    python -m bench.peers FOLDER --python PEERS/bin/python --models sasrec,hstu [--kept DIR] [--seeds 1]

PEERS is an environment apart: `python -m venv PEERS`, then `PEERS/bin/pip install torch 'rectools[torch]'` (0.19.0).
The peer gets the training
part, chooses its epoch on the validation cases of ours, and gives its first hundred items for each test case; hiding,
ranks, means over users and paired differences are `core.model`'s. It is not asked about items that it never saw in
training: a target among them counts as not found, as does one whose history has no item that it knows. FOLDER and
`--kept` as for `bench.temporal`, whose results ours are read from or made.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FIT = Path(__file__).with_name("peers_fit.py")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", required=True, metavar="FILE")
    parser.add_argument("--models", default="sasrec,hstu")
    parser.add_argument("--kept", metavar="DIR", required=True)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=60, help="of a peer at most")
    options = parser.parse_args()
    print(json.dumps(compare(options), indent=1))


def compare(options: argparse.Namespace) -> dict[str, Any]:
    """Means by model and the differences of ours to each peer."""
    from bench.temporal import home
    from core import pipeline
    from core.model import evaluation
    from core.model.temporal import cut
    from core.settings import EvaluationSettings

    workspace = home(options.folder, Path(options.kept), [])
    dated = cut(pipeline.load(workspace, "log"), EvaluationSettings())
    ours = pipeline.temporal(workspace, "log", "blend,attention", seeds=options.seeds).get().ranks
    tables, costs = [ours], {}
    with tempfile.TemporaryDirectory() as place:
        lay_out(dated, Path(place))
        for name in options.models.split(","):
            command = [options.python, str(FIT), place, name, "--epochs", str(options.epochs)]
            subprocess.run(command, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
            costs[name] = json.loads((Path(place) / f"{name}.json").read_text())
            first = ours[(ours["model"] == "blend") & (ours["seed"] == 0)]
            lists = pd.read_csv(Path(place) / f"{name}.csv", dtype={"item_id": str})
            tables.append(first.assign(model=name, rank=ranks(dated, lists)))
    table = pd.concat(tables, ignore_index=True)
    rows = evaluation.summarise(table)[["model", "users", "ndcg@10", "ndcg@10_low", "ndcg@10_high", "hr@10"]]
    ahead = pd.concat([evaluation.paired(table, each) for each in ("blend", "attention")])
    ahead = ahead[(ahead["metric"] == "ndcg@10") & ahead["other"].isin(costs)]
    told = {"models": rows, "ahead": ahead}
    found = {name: json.loads(each.round(5).to_json(orient="records")) for name, each in told.items()}
    return {"log": options.folder.name, "fingerprint": dated.fingerprint, "cost": costs, **found}


def lay_out(dated: Any, folder: Path) -> None:
    """The training part, and validation and test cases with their histories, as tables of text."""
    train = dated.train
    _table(train, train.users[train.user], "user_id").to_csv(folder / "train.csv", index=False)
    validation = dated.parts.validation(1000, 0)
    for name, split in (("validation", validation), ("test", dated.test.split())):
        (folder / name).mkdir()
        histories = split.histories
        _table(histories, histories.user, "user_id").to_csv(folder / name / "histories.csv", index=False)
        last = np.where(histories.lengths > 0, histories.time[np.maximum(histories.offsets[1:] - 1, 0)], dated.tests)
        now = dated.log.time[dated.test.rows] if name == "test" else last
        targets = {"case": split.users, "item_id": dated.log.catalogue.items[split.targets], "datetime": _text(now)}
        pd.DataFrame(targets).to_csv(folder / name / "targets.csv", index=False)


def _table(log: Any, who: Any, column: str) -> pd.DataFrame:
    items = log.catalogue.items[log.item]
    return pd.DataFrame({column: who, "item_id": items, "weight": 1.0, "datetime": _text(log.time)})


def _text(times: Any) -> Any:
    return pd.to_datetime(times, unit="us").strftime("%Y-%m-%dT%H:%M:%S")


def ranks(dated: Any, lists: pd.DataFrame) -> Any:
    """Rank of each target in the list of its case, less what came at the same moment; 0 where it is not listed."""
    test, positions = dated.test, dated.log.catalogue.item_position
    targets, found = test.targets, np.zeros(len(test), dtype=np.int64)
    for case, items in lists.sort_values(["case", "rank"]).groupby("case")["item_id"]:
        listed = np.array([positions[item] for item in items])
        beside = dated.log.item[test.begins[case] : test.ends[case]]
        shown = listed[(listed == targets[case]) | ~np.isin(listed, beside)]
        place = np.flatnonzero(shown == targets[case])
        found[case] = place[0] + 1 if len(place) else 0
    return found


if __name__ == "__main__":
    main()
