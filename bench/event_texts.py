"""What people searched as the words of items whose titles are codes: how many of the first ten answer a question.

    python -m bench.event_texts FOLDER [--name online-retail]  FOLDER holds the log, with titles

The log is made of a real one: titles become codes, and a share of the events has a query of two words of the title its
item had; every fifth query is one for another item. Questions and answers are those of `bench.search`, judged by the
titles that were taken away.
"""

import argparse
import re
import tempfile
import time
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd

from bench.search import QUESTIONS
from core import pipeline
from core.data import LogFiles
from core.language import best
from core.workspace import Workspace

SHARES = (0.02, 0.1)
"""Shares of the events that have a query."""
ASTRAY = 0.2
"""Share of the queries that were for something else."""


def main() -> None:
    """Print precision at 10 by the words that items have."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--name", default="online-retail")
    options = parser.parse_args()
    folder, asked = options.folder / options.name, tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))[options.name]
    events = pd.read_csv(next(folder.glob("*.csv.gz")), dtype=str)
    items = pd.read_csv(folder / "items.csv", dtype=str).drop_duplicates("item_id")
    titles = items.set_index("item_id")["title"].fillna("")
    codes = pd.DataFrame({"item_id": items["item_id"], "title": [f"SKU{n:05d}" for n in range(len(items))]})
    for share in SHARES:
        measured(
            events.assign(query=queries(events["item_id"], titles, share)), codes, titles, asked, f"codes, {share:.0%}"
        )
    named = items[["item_id", "title"]]
    measured(events, named, titles, asked, "titles")
    measured(events.assign(query=queries(events["item_id"], titles, 0.1)), named, titles, asked, "titles, 10%")


def queries(item: pd.Series, titles: pd.Series, share: float) -> np.ndarray:
    """Two words of the title of each item, or of any, in a share of the rows; empty in the others, (n_rows,)."""
    random = np.random.default_rng(0)
    chosen = np.flatnonzero(random.random(len(item)) < share)
    meant = item.to_numpy()[chosen]
    astray = random.random(len(chosen)) < ASTRAY
    meant[astray] = random.choice(titles.index.to_numpy(), astray.sum())
    found = np.full(len(item), "", dtype=object)
    for row, title in zip(chosen, titles.reindex(meant).fillna(""), strict=True):
        words = str(title).lower().split()
        found[row] = " ".join(random.permutation(words)[:2])
    return found


def measured(
    events: pd.DataFrame, items: pd.DataFrame, titles: pd.Series, asked: dict[str, dict[str, str]], name: str
) -> None:
    """Import and ask; a line with precision at 10, items that say something, and CPU seconds of the import."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        events.to_csv(folder / "log.csv", index=False)
        items.to_csv(folder / "items.csv", index=False)
        workspace = Workspace(folder / "workspace")
        start = time.process_time()
        data_set = pipeline.import_log(workspace, "log", LogFiles(folder / "log.csv", folder / "items.csv"))
        spent = time.process_time() - start
        size = data_set.texts.stat().st_size / 1e6 if data_set.texts.exists() else 0.0
        search = pipeline.Search.of(workspace, data_set)
        called = titles.reindex(search.catalogue.items).fillna("")
        right = {question: np.array([bool(re.search(told["is"], title, re.IGNORECASE)) for title in called])
                 for question, told in asked.items()}  # fmt: skip
        found = [right[question][best(search.index.scores(question), 10)].sum() / 10 for question in asked]
        words = [right[question][best(search.index.terms.scores(question), 10)].sum() / 10 for question in asked]
        told = data_set.summary.get("event_texts", [])
        print(f"{name}: {np.mean(found):.3f} (by words alone {np.mean(words):.3f}); taken {told}, {size:.1f} MB; "
              f"import {spent:.1f} CPU-s", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
