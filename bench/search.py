"""Questions in words: how many of the first ten items answer, by meaning, by words, and by both.

    python -m bench.search FOLDER [--model PATH]     FOLDER holds online-retail, movietweetings, ifdb

Questions and what answers them stand in `bench/search_queries.toml`: patterns by hand, which do not look at a method.
"""

import argparse
import re
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from core import pipeline
from core.data import LogFiles, Sequences
from core.drift import judged
from core.language import Encoder, ItemVectors, Whitening, best, relevance
from core.settings import LanguageSettings
from core.workspace import DataSet, Workspace

Scores: TypeAlias = Callable[[str], Any]
"""Of a question: a number for each item."""
QUESTIONS = Path(__file__).with_name("search_queries.toml")
SAMPLE = Path(__file__).parents[1] / "sample_data" / "simulated"
SHARES = (0.0, 0.25, 0.5, 1.0)
"""What the words themselves may count beside their meaning."""
COLUMNS = {"movietweetings": "title"}
"""Columns that are read where the others are what answers are judged by."""
FURTHER = {"ifdb": "tags", "groceries": "department"}
"""Column that answers are judged by beside the category, where they are not judged by the title."""
RISE, SURE = 0.1, 0.05
"""A user turned to something if its share of events rose by so much, and chance would do that so rarely."""


def main() -> None:
    """Print a table of precision at 10 for each log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", action="append", default=[], help="a further language model, by its folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        workspace = Workspace(scratch)
        asked = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))
        planted(workspace, asked.pop("simulated"))
        for name, questions in asked.items():
            folder = next(place / name for place in (options.folder, SAMPLE.parent) if (place / name).is_dir())
            data_set = pipeline.import_log(workspace, name, LogFiles(*folder.glob("*.csv.gz"), folder / "items.csv"))
            for model in ("auto", *options.model):
                settings = LanguageSettings(model=model, columns=COLUMNS.get(name, "auto"))
                report(workspace, data_set, settings, questions)
            turned(workspace, data_set, questions)


def answers(data_set: DataSet, search: pipeline.Search, questions: dict[str, Any]) -> dict[str, np.ndarray]:
    """Which items answer each question."""
    catalogue = search.catalogue
    texts = [str(title) for title in catalogue.titles]
    if further := FURTHER.get(data_set.name):
        kinds = catalogue.main_category(np.arange(len(texts)))
        others = catalogue.attributes[further].fillna("")
        texts = [f"{kind or ''}, {other}" for kind, other in zip(kinds, others, strict=True)]
    return {
        question: np.array([bool(re.search(told["is"], text, re.IGNORECASE)) for text in texts])
        for question, told in questions.items()
    }


def report(workspace: Workspace, data_set: DataSet, settings: LanguageSettings, questions: dict[str, Any]) -> None:
    """Precision at 10 of one log with one model."""
    search = pipeline.Search.of(workspace, data_set, settings)
    right = answers(data_set, search, questions)
    encoder, source = search.index.encoder, pipeline.spoken(workspace, data_set, settings).vectors
    assert encoder is not None
    assert source is not None

    def precision(scores: Scores, asked: dict[str, str]) -> float:
        return float(np.mean([right[question][best(scores(text), 10)].sum() / 10 for question, text in asked.items()]))

    english = {question: question for question in questions}
    print(f"\n{data_set.name}, {encoder.name}: {len(questions)} questions, median "
          f"{np.median([each.sum() for each in right.values()]):.0f} of {len(source.known)} items answer")  # fmt: skip
    for name, scores in forms(search, encoder, source).items():
        print(f"  {name} {precision(scores, english):.3f}")
    chinese = {question: told["zh"] for question, told in questions.items() if "zh" in told}
    if chinese:
        print(f"  asked in Chinese: {precision(search.index.scores, chinese):.3f}, by words alone "
              f"{precision(search.index.terms.scores, chinese):.3f}")  # fmt: skip
    start = time.process_time()
    for question in questions:
        search.items(question)
    print(f"  {1000 * (time.process_time() - start) / len(questions):.1f} CPU-ms a question")


def forms(search: pipeline.Search, encoder: Encoder, source: ItemVectors) -> dict[str, Scores]:
    """Ways to score the items for a question, by what they are called."""
    terms, whitening = search.index.terms, Whitening.of(source)
    whitened = whitening.apply(source)

    def asked(text: str) -> Any:
        return encoder.encode([text], query=True)

    def both(share: float) -> Scores:
        return lambda text: search.index.vectors @ asked(text)[0] + share * terms.scores(text)

    return {
        "words alone": terms.scores,
        **{f"meaning + {share} words": both(share) for share in SHARES},
        "meaning not centred + 0.5 words": lambda text: source.values @ asked(text)[0] + 0.5 * terms.scores(text),
        "meaning, whitened": lambda text: whitened @ whitening.apply_to(asked(text))[0],
    }


def turned(workspace: Workspace, data_set: DataSet, questions: dict[str, Any]) -> None:
    """Of the first users who turned to something: how many did, judged by the items that answer."""
    settings = LanguageSettings(columns=COLUMNS.get(data_set.name, "auto"))
    search = pipeline.Search.of(workspace, data_set, settings)
    right = answers(data_set, search, questions)
    table = judged(pipeline.drift(workspace, data_set.name).get())
    log = pipeline.load(workspace, data_set.name)
    from core.drift import seekers

    for name, scores_of in (("meaning + .5 words", search.index.scores), ("words alone", search.index.terms.scores)):
        found = []
        for question in questions:
            users = seekers(log, table, relevance(scores_of(question)), 20)
            rows = users[users["how"] == "to"]
            found += [rose(log, right[question], str(user), int(event))
                      for user, event in zip(rows["user_id"], rows["event"], strict=True)]  # fmt: skip
        print(f"  who turned to it (first 20, {len(found)} users in all), {name}: {np.mean(found):.3f}")


def planted(workspace: Workspace, questions: dict[str, Any]) -> None:
    """Of the first 20 users who turned to something in the sample: how many did, as is known."""
    from core.drift import seekers

    data_set = pipeline.import_log(workspace, "simulated", LogFiles(SAMPLE / "events.csv.gz", SAMPLE / "items.csv"))
    truth = pd.read_csv(SAMPLE / "truth.csv", dtype=str).fillna("").set_index("user_id")["to_categories"]
    table, log = judged(pipeline.drift(workspace, "simulated").get()), pipeline.load(workspace, "simulated")
    print(
        f"\nsimulated: {(table['changes'].map(len) > 0).sum()} of {len(table)} users with a change in the drift table"
    )
    for columns in ("auto", "title"):
        search = pipeline.Search.of(workspace, data_set, LanguageSettings(columns=columns))
        for name, scores_of in (
            ("meaning + .5 words", search.index.scores),
            ("words alone", search.index.terms.scores),
        ):
            found = []
            for question, told in questions.items():
                users = seekers(log, table, relevance(scores_of(question)), 20)
                chosen = users.loc[users["how"] == "to", "user_id"]
                found += [told["to"] in truth[str(user)].split(";") for user in chosen]
            print(f"  who turned to it (first 20, {len(found)} users in all), {columns}, {name}: {np.mean(found):.3f}")


def rose(log: Sequences, right: np.ndarray, user: str, event: int) -> bool:
    """Whether the share of items that answer rose at an event of a user beyond chance (Fisher's test)."""
    from scipy.stats import fisher_exact

    rows = log.rows_of(log.find_user(user))
    had = right[log.item[rows]]
    before, after = had[:event], had[event:]
    table = [[after.sum(), (~after).sum()], [before.sum(), (~before).sum()]]
    return bool(after.mean() - before.mean() >= RISE and fisher_exact(table, "greater").pvalue <= SURE)


if __name__ == "__main__":
    main()
