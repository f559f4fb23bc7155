"""Explanations and lag against planted truth, and their time: `python -m bench.explain`.

causes   users with one interest among noise, scattered over their history: do the named events belong to it?
lag      a recommender that follows a change after exactly 10 events must read 10
speed    milliseconds of one explanation of a history of 200 events, and of one what-if list
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from core.data.sequences import Sequences, build_sequences
from core.explain.attribution import left_out
from core.explain.faithfulness import fallen
from core.explain.gradients import integrated_gradients
from core.explain.lag import adaptation
from core.explain.methods import METHODS, effects, effects_of
from core.explain.surrogate import explain_by_attributes
from core.explain.whatif import Edits, compare
from core.model import storage, training
from core.model.blend import Blend
from core.model.blend_choice import choose
from core.model.ranking import hide_seen
from core.settings import Settings, override

CATEGORIES, ITEMS, SHARE = 12, 15, 0.3
CASES = 60


def planted(users: int, lengths: tuple[int, int], seed: int = 0) -> Sequences:
    """Each user has one interest: a share of the events anywhere, and the last; all others are of any category."""
    random, rows = np.random.default_rng(seed), []
    for user in range(users):
        length, interest = int(random.integers(*lengths)), random.integers(CATEGORIES)
        category = np.where(random.random(length) < SHARE, interest, random.integers(0, CATEGORIES, length))
        category[-1] = interest
        rows += [(f"u{user}", f"c{c:02}-{random.integers(ITEMS)}", step) for step, c in enumerate(category)]
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    items = pd.DataFrame({"item_id": [f"c{c:02}-{item}" for c in range(CATEGORIES) for item in range(ITEMS)]})
    events["timestamp"] = pd.to_datetime(events["timestamp"], unit="h")
    return build_sequences(events, items.assign(category=items["item_id"].str[:3]))


def trained(sequences: Sequences, changes: list[str]) -> storage.InterestModel:
    with tempfile.TemporaryDirectory() as folder:
        training.train(sequences, override(Settings(), ["training.finish=false", *changes]), Path(folder))
        return storage.load(Path(folder), sequences)


def causes() -> None:
    """Precision at 3 of the category of named events, and area under the comprehensiveness curve."""
    sequences = planted(1000, (20, 40))
    model = trained(sequences, ["training.epochs=60", "training.patience=60"])
    blend, histories = choose(model, sequences), sequences.without_last(1)
    category, rows = sequences.catalogue.first_category, []
    for user in range(CASES):
        for name, ranker in (("attention", model), ("blend", blend)):
            item = first_item(ranker, histories, user)
            had = category[histories.item[histories.rows_of(user)]]
            for method in ("recency", *METHODS):
                found = effects(method, model, histories, user, item) if method == "recency" else None
                found = effects_of(method, ranker, histories, user, item) if found is None else found
                order = np.argsort(-found, kind="stable")
                area = fallen(ranker, histories, user, item, order)[0].mean()
                rows.append((name, method, (had[order[:3]] == category[item]).mean(), area))
    table = pd.DataFrame(rows, columns=["list", "method", "precision_at_3", "comprehensiveness"])
    print(table.groupby(["list", "method"], sort=False).mean().round(3).to_string())


def first_item(ranker: storage.InterestModel | Blend, sequences: Sequences, user: int) -> int:
    users = np.array([user])
    return int(hide_seen(ranker.scores(sequences, users), sequences, users).argmax())


class Follower:
    """Serves the old interest until it has seen 10 events of the new one."""

    name = "after-10"

    def scores(self, histories: Sequences, users: np.ndarray) -> np.ndarray:
        """1 for items of the category served, and a little chance."""
        names = np.array([str(item)[:2] for item in histories.catalogue.items])
        served = np.where(histories.lengths[users] >= 40, "c1", "c0")
        noise = np.random.default_rng(0).random(histories.n_items)
        return ((names == served[:, None]) + 0.1 * noise).astype(np.float32)


def lag() -> None:
    """Users who turn from category 0 to 1 after 30 of 70 events, one event in five of another."""
    random, rows = np.random.default_rng(0), []
    for user in range(200):
        for step in range(70):
            category = random.integers(2, 5) if random.random() < 0.2 else int(step >= 30)
            rows.append((f"u{user}", f"c{category}-{random.integers(100)}", step))
    events = pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"])
    events["timestamp"] = pd.to_datetime(events["timestamp"], unit="h")
    items = pd.DataFrame({"item_id": sorted(set(events["item_id"]))})
    sequences = build_sequences(events, items.assign(category=items["item_id"].str[:2]))
    changes = pd.DataFrame({"user_id": sequences.users, "change_event": 30})
    lags, _ = adaptation([Follower()], sequences, changes)
    print(lags["lag"].describe()[["count", "mean", "min", "50%", "max"]].round(2).to_string())


def speed() -> None:
    """Median of 10 runs each, histories of 200 events."""
    sequences = planted(200, (200, 201), seed=1)
    model = trained(sequences, ["training.epochs=1"])
    blend = choose(model, sequences)
    timed = {
        "leave-one-out, model": lambda user: left_out(model, sequences, user, 3),
        "leave-one-out, blend": lambda user: left_out(blend, sequences, user, 3),
        "integrated gradients": lambda user: integrated_gradients(model, sequences, user, 3),
        "shapley, blend": lambda user: effects_of("shapley", blend, sequences, user, 3),
        "attributes by a surrogate, blend": lambda user: explain_by_attributes(blend, sequences, user, 3),
        "what-if list, blend": lambda user: compare(blend, sequences, user, Edits(removed=(5, 7))),
    }
    for name, run in timed.items():
        run(0)
        spent = []
        for user in range(1, 11):
            began = time.perf_counter(), time.process_time()
            run(user)
            spent.append((time.perf_counter() - began[0], time.process_time() - began[1]))
        wall, cpu = 1000 * np.median(spent, axis=0)
        print(f"{name}: {wall:.0f} ms, of which {cpu:.0f} CPU-ms")


if __name__ == "__main__":
    parts = {"causes": causes, "lag": lag, "speed": speed}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*parts, []], help="all unless named")
    for chosen in parser.parse_args().parts or parts:
        print(f"\n## {chosen}\n")
        parts[chosen]()
