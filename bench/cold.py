"""Items that nobody has had yet, and users who have had little: how far they are found, and what that costs the others.

    python -m bench.cold FOLDER...         a row per log, seed, list and way: with what words mean, and without
    python -m bench.cold users FOLDER...   a row per log, seed, number of events and list: users who have had few

A tenth of the items is held out: training sees none of their events, and of the histories only each user's last two
may be theirs, so that validation tells how often such items are taken. Folders, `--set` and `--out` as for
`bench.model`; `--runs DIR` keeps the trained runs there, and trains none that is there again. The weights of both ways
are the same; what differs is what newcomers are scored by.

- warm: the last event of each user whose last event is of another item, among all items, those had before hidden.
- cold, last: the same for users whose last event is of a held-out item; few.
- cold, each: for each user the last event of a held-out item in the whole history, after what came before it.
- among themselves: the place of the item of "cold, each" among held-out items alone.

Of users, nothing is held out but the last two events of each: the last is to be found after the 0, 1, 2 or 3 before.
"""

import argparse
import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SHARE = 0.1
FOUND = 50
SIMPLE = ("popularity", "recent-popularity", "item-knn", "content")
"""What a list for somebody new must not fall behind."""


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
    parser.add_argument("folders", nargs="+", help="`users` before them: users who have had few events")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="section.field=value")
    parser.add_argument("--runs", metavar="DIR")
    parser.add_argument("--out", metavar="FILE")
    options = parser.parse_args()
    measured = users if options.folders[0] == "users" else items
    for folder in options.folders[measured is users :]:
        for seed in range(options.seeds):
            with _at(options.runs) as place:
                for row in measured(Path(folder), seed, options.set, place):
                    print(json.dumps(row), flush=True)
                    if options.out:
                        with Path(options.out).open("a") as file:
                            file.write(json.dumps(row) + "\n")


@contextlib.contextmanager
def _at(runs: str | None) -> Iterator[Path]:
    """Where logs and runs lie."""
    if runs:
        yield Path(runs)
    else:
        with tempfile.TemporaryDirectory() as place:
            yield Path(place)


def log_of(folder: Path, place: Path) -> tuple[Any, Any]:
    """An imported log, and what its items mean."""
    from bench.model import read
    from core import pipeline
    from core.workspace import Workspace

    workspace = Workspace(place / folder.name)
    whole = pipeline.load(workspace, "log") if workspace.root.exists() else read(folder, place / folder.name)
    return whole, pipeline.item_vectors(workspace, workspace.data_set("log"))


def trained(log: Any, vectors: Any, run: Path, settings: list[str]) -> Any:
    """A model of a log, as it is trained here if it does not lie in the folder yet."""
    import torch

    from core.model import keep_meanings
    from core.model.storage import load
    from core.model.training import train
    from core.settings import Settings, override

    torch.set_num_threads(1)
    done = run / "done"
    if not done.exists():
        keep_meanings(run, vectors)
        train(log, override(Settings(), ["training.finish=false", *settings]), run, resume=True)
        done.touch()
    return load(run, log)


def items(folder: Path, seed: int, changes: list[str], place: Path) -> Iterator[dict[str, Any]]:
    """Train once, and rank by the model and by the blend, with and without what words mean."""
    from core.model.blend_choice import choose
    from core.model.interest_model import InterestModel

    whole, vectors = log_of(folder, place)
    log, out = without_items(whole, seed)
    said = trained(log, vectors, place / f"{folder.name}-{seed}", [f"training.seed={seed}", *changes])
    bare = InterestModel(said.network, said.popularity, said.settings)
    wanted = cases(whole, log, out)
    for way, model in (("without words", bare), ("with words", said)):
        for ranker in (model, choose(model, log)):
            yield {"log": folder.name, "seed": seed, "list": ranker.name, "way": way, **quality(ranker, wanted, out)}


def users(folder: Path, seed: int, changes: list[str], place: Path) -> Iterator[dict[str, Any]]:
    """Train once, and rank each user's last event after the few events before it."""
    from core.model import fit_baselines
    from core.model.blend_choice import choose
    from core.model.evaluation import USER_EVENTS, USERS, Split, held_out, last_events, metrics, ranks

    log, vectors = log_of(folder, place)
    model = trained(log, vectors, place / f"{folder.name}-{seed}-all", [f"training.seed={seed}", *changes])
    baselines = fit_baselines(SIMPLE, log.without_last(2), said=model.said if model.meanings else None)
    split, rankers = held_out(log, 1, limit=USERS, seed=seed), (choose(model, log), model, *baselines)
    for events in (*USER_EVENTS, None):
        few = split.histories if events is None else last_events(split.histories, events)
        for ranker in rankers:
            found = ranks(ranker, Split(few, split.users, split.targets))
            row = {"ndcg@10": metrics(found)["ndcg@10"], f"recall@{FOUND}": ((found > 0) & (found <= FOUND)).mean()}
            told = {name: round(float(value), 4) for name, value in row.items()}
            yield {"log": folder.name, "seed": seed, "events": events, "list": ranker.name, **told}


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
