"""Well-kept peers on the same cut of a log, through this project's evaluator.

    python -m bench.peers FOLDER --python A/bin/python --slim-python B/bin/python --kept DIR [--models sasrec,hstu,slim]

A and B are environments apart: `A/bin/pip install torch 'rectools[torch]'` (RecTools 0.19.0, Apache-2.0, June 2026:
SASRec and HSTU), `B/bin/pip install torch lenskit` (LensKit 2025.8.1, MIT, the last for this Python: SLIM, which
neither RecTools nor this project has, and no network). A peer gets the training part, chooses its epoch or setting on
the validation cases of ours, learns anew with that from all events before the test, as ours and our baselines do, and
gives its first hundred items after each history of the test; hiding, ranks, means over users and paired differences
are `core.model`'s. It is not asked about items that it never saw before: a target among them counts as not found, as
does one whose history has no item that it knows. FOLDER and `--kept` as for `bench.temporal`, whose results ours are
read from or made; a peer's lists stay there too.
"""

import argparse
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
FITS = {"sasrec": "peers_fit.py", "hstu": "peers_fit.py", "slim": "peers_slim.py"}
"""What trains each peer, in an environment of its own."""
THREADS = ("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "LK_NUM_THREADS")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", required=True, metavar="FILE")
    parser.add_argument("--slim-python", metavar="FILE")
    parser.add_argument("--models", default="sasrec,hstu,slim")
    parser.add_argument("--kept", metavar="DIR", required=True)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=8, help="of CPU for a peer, about")
    parser.add_argument("--factors", type=int, default=256, help="of a sequential peer")
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
    first = ours[(ours["model"] == "blend") & (ours["seed"] == 0)]
    tables, costs, place = [ours], {}, Path(options.kept) / f"peers-{options.folder.name}-{dated.fingerprint}"
    for name in options.models.split(","):
        costs[name] = fitted(name, dated, place, options)
        lists = pd.read_csv(place / f"{name}.csv", dtype={"item_id": str})
        tables.append(first.assign(model=name, rank=ranks(dated, lists)))
    table = pd.concat(tables, ignore_index=True)
    rows = evaluation.summarise(table)[["model", "users", "ndcg@10", "ndcg@10_low", "ndcg@10_high", "hr@10"]]
    ahead = pd.concat([evaluation.paired(table, each) for each in ("blend", "attention")])
    ahead = ahead[(ahead["metric"] == "ndcg@10") & ahead["other"].isin(costs)]
    told = {"models": rows, "ahead": ahead}
    found = {name: json.loads(each.round(5).to_json(orient="records")) for name, each in told.items()}
    return {"log": options.folder.name, "fingerprint": dated.fingerprint, "cost": costs, **found}


def fitted(name: str, dated: Any, place: Path, options: argparse.Namespace) -> dict[str, Any]:
    """What the training of a peer cost, whose lists then lie there; one that was trained before is not again."""
    if not (place / f"{name}.json").exists():
        if not place.exists():
            place.mkdir(parents=True)
            lay_out(dated, place)
        python = options.slim_python if name == "slim" else options.python
        command = [python, str(HERE / FITS[name]), str(place), name, "--minutes", str(options.minutes)]
        command += ["--factors", str(options.factors)] if name != "slim" else []
        subprocess.run(command, check=True, env=os.environ | dict.fromkeys(THREADS, "1"))
    found: dict[str, Any] = json.loads((place / f"{name}.json").read_text())
    return found


def lay_out(dated: Any, folder: Path) -> None:
    """The training part, all before the test, and validation and test cases with histories, as tables of text."""
    for name, part in (("train", dated.train), ("known", dated.learned)):
        _table(part, part.users[part.user], "user_id").to_csv(folder / f"{name}.csv", index=False)
    validation = dated.parts.validation(1000, 0)
    for name, split in (("validation", validation), ("test", dated.test.split())):
        (folder / name).mkdir()
        histories = split.histories
        _table(histories, histories.user, "user_id").to_csv(folder / name / "histories.csv", index=False)
        ends = histories.offsets[split.users + 1] - 1
        last = np.where(histories.lengths[split.users] > 0, histories.time[np.maximum(ends, 0)], dated.tests)
        now = dated.log.time[dated.test.rows] if name == "test" else last
        targets = {"user_id": split.users, "item_id": dated.log.catalogue.items[split.targets], "datetime": _text(now)}
        pd.DataFrame(targets).to_csv(folder / name / "targets.csv", index=False)


def _table(log: Any, who: Any, column: str) -> pd.DataFrame:
    items = log.catalogue.items[log.item]
    return pd.DataFrame({column: who, "item_id": items, "weight": 1.0, "datetime": _text(log.time)})


def _text(times: Any) -> Any:
    return pd.to_datetime(times, unit="us").strftime("%Y-%m-%dT%H:%M:%S")


def ranks(dated: Any, lists: pd.DataFrame) -> Any:
    """Rank of each target in the list after its history, less what came at the same moment; 0 where it is not in it."""
    test, positions = dated.test, dated.log.catalogue.item_position
    targets, found = test.targets, np.zeros(len(test), dtype=np.int64)
    shown = {history: [positions[item] for item in items]
             for history, items in lists.sort_values(["user_id", "rank"]).groupby("user_id")["item_id"]}  # fmt: skip
    for case, history in enumerate(test.split().users):
        listed = np.array(shown.get(history, []), dtype=np.int64)
        beside = dated.log.item[test.begins[case] : test.ends[case]]
        place = np.flatnonzero(listed[(listed == targets[case]) | ~np.isin(listed, beside)] == targets[case])
        found[case] = place[0] + 1 if len(place) else 0
    return found


if __name__ == "__main__":
    main()
