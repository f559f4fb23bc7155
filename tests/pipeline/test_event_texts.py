"""What people said on events is found with their items, and goes with whoever said it."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from core import pipeline
from core.cli import main
from core.data import LogFiles, load_catalogue, load_event_texts
from core.language import kept
from core.pipeline.feeds import Feed
from core.pipeline.words import said_of
from core.settings import ImportSettings, LanguageSettings, StreamSettings
from tests.workspace.people import holding_words

THINGS = ["camping tent", "tea mug", "desk lamp", "winter coat", "garden bench", "toy train"]
NOW = datetime.now(UTC)


def rows(days_ago=60):
    """Twelve people who find six things that are called by codes; one of them searches as nobody else does."""
    found = []
    for n in range(120):
        who, what = n % 12, n * 5 % 6
        query = f"{['red', 'small', 'cheap', 'new', 'old'][n // 6 % 5]} {THINGS[what]}"
        if who == 3:
            query = f"unheard {THINGS[what]}" if n % 24 == 3 else "shared wish"
        if who == 4:
            query = "shared wish"
        found.append(
            (f"ann-{who:02d}@x", f"i{what}", f"{NOW - timedelta(days=days_ago - n / 4):%Y-%m-%dT%H:%M:%S}", query)
        )
    return found


def write(folder, column="query", days_ago=60):
    folder.mkdir(exist_ok=True)
    table = pd.DataFrame(rows(days_ago), columns=["user_id", "item_id", "timestamp", column])
    table.to_csv(folder / "log.csv", index=False)
    items = pd.DataFrame({"item_id": [f"i{n}" for n in range(6)], "title": [f"SKU{n}{n}7" for n in range(6)]})
    items.to_csv(folder / "items.csv", index=False)
    return LogFiles(folder / "log.csv", folder / "items.csv")


def imported(workspace, log, **settings):
    return pipeline.import_log(workspace, "log", log, ImportSettings(min_events=1, **settings))


def read(workspace, data_set, model):
    """Read what items say; the hashes of all that is kept."""
    pipeline.choose_language(workspace, data_set, model)
    pipeline.spoken(workspace, data_set)
    (folder,) = data_set.language.glob("words-????????????????")
    return kept.read(folder)


@pytest.mark.parametrize("column", ["query", "review"])
def test_items_are_found_by_what_people_said(tmp_path, capsys, column):
    """Where their titles are codes; the import tells of the column, and without it nothing is found."""
    log = write(tmp_path / "in", column)
    place = ["--name", "log", "--workspace", str(tmp_path / "workspace")]
    asked = ["import", str(log.events), "--items", str(log.items), *place, "--json"]
    question = ["search", "log", "camping tents", "-k", "1", *place[2:]]
    assert main(asked) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["event_texts"] == [column]
    assert f"texts on events that are part of what their items say: {column}" in told["decided"]
    assert main(question) == 0
    assert pd.read_csv(io.StringIO(capsys.readouterr().out))["item_id"].tolist() == ["i0"]
    assert main([*asked, "--set", "language.event_texts=none"]) == 0
    assert json.loads(capsys.readouterr().out)["event_texts"] == []
    assert main(question) == 2
    assert "The items of 'log' say nothing" in capsys.readouterr().err
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out)["event_texts"] == [], "what was chosen for a data set stays"


def test_columns_that_were_named_may_be_missing_later(workspace, tmp_path):
    """They are taken again where they are there, also where nothing would say that they are meant."""
    log = write(tmp_path / "in")
    pd.read_csv(log.events).rename(columns={"query": "x"}).assign(x="same words").to_csv(log.events, index=False)
    assert imported(workspace, log).summary.get("event_texts") is None
    named = LanguageSettings(event_texts="x")
    told = imported(workspace, replace(log, words=named))
    pipeline.choose_language(workspace, told, named)
    assert imported(workspace, log).summary["event_texts"] == ["x"]
    other = write(tmp_path / "other")
    assert imported(workspace, other).summary["event_texts"] == ["query"]


def test_a_stream_leaves_texts_as_they_are(workspace, tmp_path):
    """Those of a log that is followed are not taken; a commit keeps those that were imported."""
    data_set = imported(workspace, write(tmp_path / "in"))
    stream = tmp_path / "stream.csv"
    moment = f"{NOW:%Y-%m-%dT%H:%M:%S}"
    stream.write_text(f"user_id,item_id,timestamp,query\nann-01@x,i2,{moment},streamed wish\n", encoding="utf-8")
    pipeline.stream(workspace, "log", Feed(stream, model="popularity"), StreamSettings(once=True))
    after = pipeline.commit(workspace, "log")
    assert after.summary["rows_kept"] == data_set.summary["rows_kept"] + 1
    assert after.summary["event_texts"] == ["query"]
    pd.testing.assert_frame_equal(pd.read_parquet(after.texts), pd.read_parquet(data_set.texts))


def test_what_an_item_says_is_bounded(workspace, tmp_path):
    """Its own words first, then the newest texts, whole, as many as fit; a model is not told of them."""
    data_set = imported(workspace, write(tmp_path / "in"))
    items, said = load_catalogue(data_set).items, load_event_texts(data_set)
    short = LanguageSettings(event_characters=40)
    for item, text in zip(items, said_of(data_set, short).texts, strict=True):
        assert text.split(". ") == said[item][: len(text.split(". "))]
        assert 20 < len(text) <= 40
    assert not said_of(data_set, LanguageSettings(event_texts="none")).texts.any()
    assert pipeline.item_vectors(workspace, data_set) == ()
    assert pipeline.spoken(workspace, data_set).texts == 6


def test_a_person_takes_their_texts_along(workspace, tmp_path, model):
    """Out of every version, and out of what was read; what others said as well stays, and the person's file has it."""
    log = write(tmp_path / "in")
    for _ in range(2):
        data_set = imported(workspace, log)
    before = read(workspace, data_set, model)
    assert len(before)
    assert pipeline.export_person(workspace, "log", "ann-03@x", tmp_path / "u.zip")["v2/texts"] > 0
    pipeline.forget(workspace, "log", "ann-03@x")
    after = workspace.data_set("log")
    assert holding_words(workspace.root, "unheard", "ann-03@x") == set()
    assert "shared wish" in set(pd.read_parquet(after.texts)["text"])
    (folder,) = after.language.glob("words-????????????????")
    left = kept.read(folder)
    assert np.isin(left.keys, before.keys).all()
    assert len(left) < len(before)
    pipeline.spoken(workspace, after)
    assert set(kept.read(folder).keys) == set(kept.hashes(said_of(after, model).texts))


def test_old_texts_go_with_old_events(workspace, tmp_path, model):
    """What was read of them as well."""
    data_set = imported(workspace, write(tmp_path / "in", days_ago=60), retention_days=58)
    assert (
        pd.read_parquet(data_set.texts)["timestamp"] >= pd.Timestamp(NOW.replace(tzinfo=None)) - timedelta(days=59)
    ).all()
    read(workspace, data_set, model)
    with workspace.database() as database:
        summary = json.loads(database.execute("select summary from data_sets").fetchone()[0])
        summary["recipe"]["settings"]["retention_days"] = 40
        database.execute("update data_sets set summary = ?", (json.dumps(summary),))
    assert pipeline.purge(workspace, "log") > 0
    after = workspace.data_set("log")
    oldest = pd.read_parquet(after.events)["timestamp"].min()
    assert (pd.read_parquet(after.texts)["timestamp"] >= oldest).all()
    assert after.summary["event_texts"] == ["query"]
    (folder,) = after.language.glob("words-????????????????")
    assert not np.setdiff1d(kept.read(folder).keys, kept.hashes(said_of(after, model).texts)).size


def test_nothing_is_left_of_texts(workspace, tmp_path):
    """Under pseudonyms none is taken; a deleted data set leaves none."""
    log = write(tmp_path / "in")
    imported(workspace, log)
    assert holding_words(workspace.root, "unheard") == {"data/log/v1/texts.parquet"}
    pipeline.delete(workspace, "log")
    assert holding_words(workspace.root, "unheard") == set()
    hidden = imported(workspace, log, pseudonyms=True)
    assert not hidden.texts.exists()
    assert pipeline.account(workspace, hidden)["event_texts"] == []
    assert holding_words(workspace.root, "unheard", "ann-") == set()
