"""Quality right after a change of interest, on hundreds of people who turn into somebody else.

    python -m bench.after_change FOLDER... [--seed 0] [--pairings 1] [--kept DIR] [--set section.field=value]

Named changes that fall into the test of a real log are too few to tell anything by. Here everybody whose test has two
events to be found and whose history has five is joined with another such person, drawn by the seed: up to the day of
the test the events are the one's, from then on the other's. Training and validation are those of `bench.temporal`, so
that nothing is learned from a joined history. Told are the first ten events of the other person, found after the
joined history, and the same events after the history that they truly have; of the model and the blend also as they are
without the last step of training (`core.model.finishing`), the blend with the same weights. FOLDER as for
`bench.model`; what was trained is kept in `--kept`.
"""

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.temporal import home

BASELINES = ("tuned-rule", "sequence-rule", "recent-popularity")
LEAST, CASES, FOLLOWED = 5, 2, 10
"""Events before the change, events to be found after it, and how many of them are looked at."""
WITHOUT = "without the last step"
SINCE = ("first", "2nd, 3rd", "4th to 6th", "7th to 10th")
EDGES = (0, 1, 3, 6)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seed", type=int, default=0, help="of the training and of who is joined with whom")
    parser.add_argument("--pairings", type=int, default=1, help="how many others each is joined with, one at a time")
    parser.add_argument("--kept", metavar="DIR", help="where what was trained stays")
    parser.add_argument("--set", action="append", default=[], metavar="section.field=value")
    parser.add_argument("--out", metavar="FILE")
    options = parser.parse_args()
    for folder in options.folders:
        with tempfile.TemporaryDirectory() as place:
            found = measure(folder, Path(options.kept or place), options)
        print(json.dumps(found, indent=1), flush=True)
        if options.out:
            with Path(options.out).open("a") as file:
                file.write(json.dumps(found) + "\n")


def measure(folder: Path, place: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Figures of one log."""
    import torch

    from core import pipeline
    from core.model import evaluation, temporal
    from core.settings import EvaluationSettings

    torch.set_num_threads(1)
    workspace = home(folder, place, options.set)
    dated = temporal.cut(pipeline.load(workspace, "log"), EvaluationSettings())
    served, before = trained(workspace, dated, place / f"{folder.name}-{options.seed}", options.seed)
    turned = [joined(dated, options.seed + more) for more in range(options.pairings)]
    who = np.sort(list(turned[0][1]))
    after = pd.concat(
        [
            by_other(beside(followed(served, each, who), followed(before, each, who)), dated.log.users, other)
            for each, other in turned
        ]
    )
    own = beside(followed(served, dated, who), followed(before, dated, who))
    ahead = pd.concat([evaluation.paired(after, name) for name in ("blend", "attention")])
    both = pd.concat([after.assign(model=after["model"] + ", changed"), own.assign(model=own["model"] + ", own")])
    tables = {
        "joined": evaluation.summarise(both)[["model", "users", "ndcg@10", "ndcg@10_low", "ndcg@10_high", "hr@10"]],
        "ahead": ahead[ahead["metric"] == "ndcg@10"],
        "ahead since": ahead_since(after),
        "since": evaluation.summarise(both, ("model", "since"))[["model", "since", "users", "ndcg@10"]],
    }
    told = {name: json.loads(table.round(5).to_json(orient="records")) for name, table in tables.items()}
    return {"log": folder.name, "fingerprint": dated.fingerprint, "joined users": len(who), **told}


def beside(served: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Ranks by what users get and, under names that say so, by the same without the last step."""
    return pd.concat([served, before.assign(model=before["model"] + f" {WITHOUT}")], ignore_index=True)


def ahead_since(after: pd.DataFrame) -> pd.DataFrame:
    """By how much the blend is ahead on the same users, by how many events of the other person came before."""
    from core.model import evaluation

    parts = [evaluation.paired(after[after["since"] == each], "blend").assign(since=each) for each in SINCE]
    table = pd.concat(parts, ignore_index=True)
    return table[table["metric"] == "ndcg@10"].drop(columns=["model", "metric"])


def trained(workspace: Any, dated: Any, folder: Path, seed: int) -> tuple[list[Any], list[Any]]:
    """The model, its blend and baselines, from what lay before the test; model and blend without the last step."""
    from core.model import Blend, choose, fit_tuned, keep_meanings, storage, training
    from core.pipeline.words import item_vectors
    from core.settings import from_dict

    settings = from_dict(workspace.run("log", None).settings)
    settings = replace(settings, training=replace(settings.training, seed=settings.training.seed + seed))
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        keep_meanings(folder, item_vectors(workspace, workspace.data_set("log"), settings.language))
        training.train(dated.parts, settings, folder)
        (folder / "done").touch()
    model, chosen = storage.load(folder, dated.log), storage.load(folder, dated.log, chosen=True)
    decided = choose(chosen, dated.parts)
    blend = Blend(decided.recipe, {model.name: model}).fit(dated.learned)
    return [model, blend, *fit_tuned(BASELINES, dated.parts)], [chosen, decided]


def by_other(table: pd.DataFrame, users: Any, other: dict[int, int]) -> pd.DataFrame:
    """The same with the person whose events are to be found in place of the one who turns into them.

    They are who is drawn anew for an interval, whatever the number of people that each is joined with.
    """
    names = {users[one]: users[another] for one, another in other.items()}
    return table.assign(user_id=table["user_id"].map(names))


def joined(dated: Any, seed: int) -> tuple[Any, dict[int, int]]:
    """The cut of a log of joined histories, and which integer user turns into which."""
    log, counts = dated.log, np.bincount(dated.test.users, minlength=dated.log.n_users)
    before = np.bincount(log.user[log.time < dated.tests], minlength=log.n_users)
    who = np.flatnonzero((counts >= CASES) & (before >= LEAST))
    order = np.random.default_rng(seed).permutation(who)
    other = dict(zip(order, np.roll(order, 1), strict=True))
    rows = []
    for user in range(log.n_users):
        begin = log.offsets[user]
        rows.append(np.arange(begin, begin + before[user]))
        if user in other:
            rows.append(np.arange(log.offsets[other[user]] + before[other[user]], log.offsets[other[user] + 1]))
    lengths = before + np.array([log.lengths[other[user]] - before[other[user]] if user in other else 0
                                 for user in range(log.n_users)])  # fmt: skip
    taken = np.concatenate(rows)
    changes = replace(
        log,
        offsets=np.concatenate(([0], np.cumsum(lengths))),
        **{name: getattr(log, name)[taken] for name in ("item", "time", "kind", "weight", "session")},
    )
    return replace(dated, log=changes), other


def followed(rankers: list[Any], dated: Any, who: Any) -> pd.DataFrame:
    """Ranks of the first events from the day of the test on, of some users: model, user_id, rank, since."""
    from core.model import foretelling

    found = foretelling.foretell(rankers, dated, [None] * len(rankers))
    table = pd.concat([each.ranks for each in found], ignore_index=True)
    log = dated.log
    before = dict(zip(log.users, np.bincount(log.user[log.time < dated.tests], minlength=log.n_users), strict=True))
    since = table["event_index"] - table["user_id"].map(before)
    table = table.assign(since=np.array(SINCE)[np.searchsorted(EDGES, since, side="right") - 1])
    return table[(since < FOLLOWED) & table["user_id"].isin(log.users[who])]


if __name__ == "__main__":
    main()
