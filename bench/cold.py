"""Items that nobody has had yet: how far they are found, and what that costs the others.

    python -m bench.cold FOLDER...       a row per log, seed, list and way: with what words mean, and without

A tenth of the items is held out: training sees none of their events, and of the histories only each user's last two
may be theirs, so that validation tells how often such items are taken. Folders, `--set` and `--out` as for
`bench.model`. The weights of both ways are the same; what differs is what newcomers are scored by.

- warm: the last event of each user whose last event is of another item, among all items, those had before hidden.
- cold, last: the same for users whose last event is of a held-out item; few.
- cold, each: for each user the last event of a held-out item in the whole history, after what came before it.
- among themselves: the place of the item of "cold, each" among held-out items alone.
"""

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SHARE = 0.1
FOUND = 50


@dataclass(frozen=True, eq=False)
class Cases:
    """Items to be found, and the histories before them."""

    histories: Any
    users: Any
    targets: Any

    def only(self, mask: Any) -> "Cases":
        """Some of them."""
        return Cases(self.histories, self.users[mask], self.targets[mask])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="section.field=value")
    parser.add_argument("--out", metavar="FILE")
    options = parser.parse_args()
    for folder in map(Path, options.folders):
        for seed in range(options.seeds):
            for row in measure(folder, seed, options.set):
                print(json.dumps(row), flush=True)
                if options.out:
                    with Path(options.out).open("a") as file:
                        file.write(json.dumps(row) + "\n")


def measure(folder: Path, seed: int, changes: list[str]) -> list[dict[str, Any]]:
    """Train once, and rank by the model and by the blend, with and without what words mean."""
    import torch

    from bench.model import read
    from core import pipeline
    from core.model import keep_meanings
    from core.model.blend_choice import choose
    from core.model.interest_model import InterestModel
    from core.model.storage import load
    from core.model.training import train
    from core.settings import Settings, override
    from core.workspace import Workspace

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        whole, workspace = read(folder, Path(place)), Workspace(Path(place))
        log, out = without_items(whole, seed)
        run = Path(place) / "run"
        keep_meanings(run, pipeline.item_vectors(workspace, workspace.data_set("log")))
        train(log, override(Settings(), [f"training.seed={seed}", *changes]), run)
        said = load(run, log)
        bare = InterestModel(said.network, said.popularity, said.settings)
        rows = []
        for way, model in (("without words", bare), ("with words", said)):
            for ranker in (model, choose(model, log)):
                found = quality(ranker, cases(whole, log, out), out)
                rows.append({"log": folder.name, "seed": seed, "list": ranker.name, "way": way, **found})
        return rows


def without_items(log: Any, seed: int) -> tuple[Any, Any]:
    """A log in which some items are in nobody's history but for the last two events, and which they are, (n_items,)."""
    had = np.unique(log.item)
    out = np.zeros(log.n_items, dtype=bool)
    out[np.random.default_rng(seed).choice(had, int(SHARE * len(had)), replace=False)] = True
    from_end = np.repeat(log.lengths, log.lengths) - log.event_index
    return log.keep(~out[log.item] | (from_end <= 2)), out


def cases(whole: Any, log: Any, out: Any) -> dict[str, Cases]:
    """What is to be found: see the head of this module."""
    from core.model.evaluation import held_out

    split = held_out(log, 1)
    last = Cases(split.histories, split.users, split.targets)
    cold = out[last.targets]
    return {"warm": last.only(~cold), "last": last.only(cold), "each": _each(whole, out)}


def _each(whole: Any, out: Any) -> Cases:
    """Of each user the last event of a held-out item that is new to the user, after the events before of the others."""
    kept, users, targets = np.zeros(len(whole), dtype=bool), [], []
    for user in range(whole.n_users):
        rows = whole.rows_of(user)
        items = whole.item[rows]
        first = np.zeros(len(items), dtype=bool)
        first[np.unique(items, return_index=True)[1]] = True
        found = np.flatnonzero(out[items] & first)
        before = np.flatnonzero(~out[items[: found[-1]]]) if len(found) else found
        if len(before):
            kept[rows.start + before] = True
            users.append(user)
            targets.append(items[found[-1]])
    return Cases(whole.keep(kept), np.array(users), np.array(targets, dtype=np.int64))


def quality(ranker: Any, wanted: dict[str, Cases], out: Any) -> dict[str, float]:
    """NDCG@10 of warm items, recall of cold ones among the first 50 of all, NDCG@10 among themselves."""
    from core.model.evaluation import gains

    ranks = {name: ranked(ranker, those) for name, those in wanted.items()}
    among = ranked(ranker, wanted["each"], np.flatnonzero(out))
    found = {"warm_ndcg@10": gains(ranks["warm"])["ndcg@10"].mean(), "warm_users": len(ranks["warm"])}
    for name in ("last", "each"):
        found |= {f"{name}_recall@{FOUND}": (ranks[name] <= FOUND).mean(), f"{name}_users": len(ranks[name])}
    found["among_ndcg@10"] = gains(among)["ndcg@10"].mean()
    return {name: round(float(value), 4) for name, value in found.items()}


def ranked(ranker: Any, those: Cases, among: Any = None) -> Any:
    """Rank of each item to be found among all, or some, items."""
    from core.model.ranking import hide_seen, in_batches, rank_of

    ranks, done = [np.empty(0, dtype=np.int64)], 0
    for users in in_batches(those.users, those.histories.n_items):
        scores = hide_seen(ranker.scores(those.histories, users), those.histories, users)
        targets = those.targets[done : done + len(users)]
        if among is not None:
            scores, targets = scores[:, among], np.searchsorted(among, targets)
        ranks.append(rank_of(scores, targets))
        done += len(users)
    return np.concatenate(ranks)


if __name__ == "__main__":
    main()
