"""Questions in words: how many of the first ten items answer, by meaning, by words, and by both; who turned to it.

    python -m bench.search FOLDER [--model PATH] [--turned SEED ...]  FOLDER holds online-retail, movietweetings, ifdb

With `--turned` users are judged alone, in logs of joined histories (`bench.drift_real`): whoever was joined and has a
share of events on items that answer which is higher by .1 or more behind the place of the join truly turned.

Questions and what answers them stand in `bench/search_queries.toml`: patterns by hand, which do not look at a method.
"""

import argparse
import re
import tempfile
import time
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from bench.drift_real import LOGS, read_people, splice
from core import pipeline
from core.data import LogFiles, Sequences
from core.language import Encoder, ItemVectors, Whitening, best, relevance
from core.settings import DriftSettings, LanguageSettings
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
RISE = 0.1
"""A user turned to something if its share of events rose by so much."""


def main() -> None:
    """Print a table of precision at 10 for each log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--turned", type=int, nargs="+", default=[], metavar="SEED", help="judge users, by these seeds")
    parser.add_argument("--model", action="append", default=[], help="a further language model, by its folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        workspace = Workspace(scratch)
        asked = tomllib.loads(QUESTIONS.read_text(encoding="utf-8"))
        if not options.turned:
            planted(workspace, asked["simulated"])
        asked.pop("simulated")
        for name, questions in asked.items():
            folder = next(place / name for place in (options.folder, SAMPLE.parent) if (place / name).is_dir())
            data_set = pipeline.import_log(workspace, name, LogFiles(*folder.glob("*.csv.gz"), folder / "items.csv"))
            for model in ("auto", *options.model) if not options.turned else ():
                settings = LanguageSettings(model=model, columns=COLUMNS.get(name, "auto"))
                report(workspace, data_set, settings, questions)
            for seed in options.turned if name in LOGS else ():
                joined(workspace, data_set, folder, questions, seed)


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

    def precision(scores: Scores, asked: dict[str, str]) -> str:
        found = [right[question][best(scores(text), 10)].sum() / 10 for question, text in asked.items()]
        return f"{np.mean(found):.3f} ({np.mean(found[::2]):.3f}, {np.mean(found[1::2]):.3f})"

    english = {question: question for question in questions}
    print(f"\n{data_set.name}, {encoder.name}: {len(questions)} questions, median "
          f"{np.median([each.sum() for each in right.values()]):.0f} of {len(source.known)} items answer")  # fmt: skip
    for name, scores in forms(search, encoder, source).items():
        print(f"  {name} {precision(scores, english)}")
    chinese = {question: told["zh"] for question, told in questions.items() if "zh" in told}
    if chinese:
        print(f"  asked in Chinese: {precision(search.index.scores, chinese)}, by words alone "
              f"{precision(search.index.terms.scores, chinese)}")  # fmt: skip
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

    plain = replace(search.index, named=None)

    return {
        "words alone": terms.scores,
        **{f"meaning + {share} words": both(share) for share in SHARES},
        "meaning + 0.5 words, and the first answers": plain.scores,
        "all that, and categories and tags": search.index.scores,
        "meaning not centred + 0.5 words": lambda text: source.values @ asked(text)[0] + 0.5 * terms.scores(text),
        "meaning, whitened": lambda text: whitened @ whitening.apply_to(asked(text))[0],
    }


def joined(workspace: Workspace, data_set: DataSet, folder: Path, questions: dict[str, Any], seed: int) -> None:
    """Users who turned to what is asked for, in joined histories: who is named, and how many of them did turn."""
    from core.drift import detect, seekers

    shape = LOGS[data_set.name]
    made = splice(read_people(folder, shape[1]), shape, seed)
    log, table = made.log, detect(made.log, DriftSettings())
    search = pipeline.Search.of(workspace, data_set, LanguageSettings(columns=COLUMNS.get(data_set.name, "auto")))
    places = search.catalogue.item_position  # an import drops zeros before an id
    place = np.array([places.get(item, places.get(item.lstrip("0"), -1)) for item in log.catalogue.items])
    assert (place >= 0).all(), "an item of the joined histories is not one of the log"
    right = {question: found[place] for question, found in answers(data_set, search, questions).items()}
    calm = set(made.truth.loc[~made.truth["drifted"], "user_id"])
    print(f"\n{data_set.name}, joined histories, seed {seed}: {len(made.truth)} users, {len(questions)} questions")
    for name, scores_of in (
        ("meaning and words", lambda question: relevance(search.index.scores(question))[place]),
        ("words alone", lambda question: relevance(search.index.terms.scores(question))[place]),
        ("items that answer", lambda question: right[question].astype(np.float32)),
    ):
        found = [seekers(log, table, scores_of(question), 20) for question in questions]
        true = [risen(log, made.truth, right[question]) for question in questions]
        print(f"  {name}: {told([each[each['how'] == 'to'] for each in found], true, calm)}")


def risen(log: Sequences, truth: pd.DataFrame, right: np.ndarray) -> set[str]:
    """Users of joined histories whose share of items that answer is higher by `RISE` behind the place of the join."""
    found = set()
    for user, cut in truth.loc[truth["drifted"], ["user_id", "change_events"]].itertuples(index=False):
        had = right[log.item[log.rows_of(log.find_user(user))]]
        if had[int(cut) :].mean() - had[: int(cut)].mean() >= RISE:
            found.add(user)
    return found


def told(found: list[pd.DataFrame], true: list[set[str]], calm: set[str]) -> str:
    """How many users are named, are right, could be among 20 a question, and are steady users though sure."""
    hits = sum(frame["user_id"].isin(users).sum() for frame, users in zip(found, true, strict=True))
    named = sum(map(len, found))
    most = sum(min(20, len(users)) for users in true)
    parts = [f"{hits / max(1, named):.3f} of {named} named (P@20 {hits / (20 * len(found)):.3f}, "
             f"at most {most / (20 * len(found)):.3f})"]  # fmt: skip
    for q in (0.05, 0.1):
        sure = [frame[frame["q_value"] <= q] for frame in found]
        steady = sum(frame["user_id"].isin(calm).sum() for frame in sure)
        count = sum(map(len, sure))
        rate = steady / (len(calm) * len(found))
        parts.append(f"q {q}: {count} named, {steady / max(1, count):.3f} of them steady, {rate:.5f} of the steady")
    return "; ".join(parts)


def planted(workspace: Workspace, questions: dict[str, Any]) -> None:
    """Of the first 20 users who turned to something in the sample: how many did, as is known."""
    from core.drift import seekers

    data_set = pipeline.import_log(workspace, "simulated", LogFiles(SAMPLE / "events.csv.gz", SAMPLE / "items.csv"))
    truth = pd.read_csv(SAMPLE / "truth.csv", dtype=str).fillna("").set_index("user_id")["to_categories"]
    table, log = pipeline.drift(workspace, "simulated").get(), pipeline.load(workspace, "simulated")
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


if __name__ == "__main__":
    main()
