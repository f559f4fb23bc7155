"""What items say that come after an import is read as they come, by the model of their data set."""

import contextlib
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import pipeline
from core.cli import main
from core.data import LogFiles
from core.language import kept
from core.pipeline import Feed
from core.pipeline.hearing import AT_ONCE, Hearing, hearing_of
from core.pipeline.words import language_settings, reader_of
from core.settings import ImportSettings, LanguageSettings, Settings, StreamSettings, override
from core.workspace import Workspace
from tests.language.models import tiny_model

TITLES = [f"{color} {thing}" for color in ("red", "blue") for thing in ("tent", "mug", "lamp", "camp", "query")]
CHEAP = ["training.epochs=1", "model.embedding_size=8", "model.blocks=1", "model.window=8"]
ONCE = StreamSettings(once=True, watch=False)
UNREAD = "new items whose words nobody reads"


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Workspace:
    """A small log whose words a tiny model reads, and a run of it."""
    folder = tmp_path_factory.mktemp("hearing")
    rows = [(f"u{n % 9}", f"i{n * 7 % 10}", f"2024-01-{n % 28 + 1:02d}T{n % 24:02d}:00:00") for n in range(120)]
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(folder / "log.csv", index=False)
    pd.DataFrame({"item_id": [f"i{n}" for n in range(10)], "title": TITLES}).to_csv(folder / "items.csv", index=False)
    workspace, files = Workspace(folder / "workspace"), LogFiles(folder / "log.csv", folder / "items.csv")
    data_set = pipeline.import_log(workspace, "log", files, ImportSettings(min_events=1))
    pipeline.choose_language(workspace, data_set, LanguageSettings(model=str(tiny_model(folder / "tiny"))))
    pipeline.train(workspace, "log", pipeline.new_run(workspace, "log", override(Settings(), CHEAP)))
    return workspace


@pytest.fixture
def workspace(trained, tmp_path) -> Workspace:
    """A copy that may be written to."""
    shutil.copytree(trained.root.parent, tmp_path / "copy")
    return Workspace(tmp_path / "copy" / "workspace")


@pytest.fixture
def ear(trained) -> Hearing:
    """Who reads for the run."""
    found = hearing_of(trained, trained.data_set("log"), pipeline.model(trained, "log"))
    assert found is not None
    return found


@contextlib.contextmanager
def gone(workspace: Workspace, folder):
    """While the language model is not where it was."""
    place = language_settings(workspace.data_set("log")).model
    shutil.move(place, folder / "gone")
    try:
        yield
    finally:
        shutil.move(folder / "gone", place)


def streamed(workspace: Workspace, folder, rows: list[tuple[str, ...]]) -> dict[str, int]:
    """Counts once events with titles were streamed."""
    source = folder / "new.csv"
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp", "title"]).to_csv(source, index=False)
    return pipeline.stream(workspace, "log", Feed(source, model="attention"), ONCE)


def test_a_new_item_adds_what_the_items_like_it_would(trained, ear):
    """What a title adds is a mean of the ids of trained items that is led by the one that says the same."""
    model = pipeline.model(trained, "log")
    place = pipeline.load(trained, "log").find_item("i3")
    found = ear({"title": TITLES[3]})
    own = model.network.items.table.detach().numpy()[place]
    other = ear({"title": TITLES[9]})
    assert found.shape == own.shape
    assert np.dot(found - other, own) > 0
    assert ear({"title": TITLES[3]}).tolist() == found.tolist()


def test_whoever_says_nothing_adds_nothing(ear):
    """No title, or one in letters that the model does not know, which is counted."""
    assert ear({}) is None
    assert ear({"price": "3"}) is None
    assert ear.unread == 0
    assert ear({"title": "אוהל"}) is None
    assert ear.unread == 1


def test_what_comes_by_a_stream_is_read_and_kept(workspace, tmp_path):
    """A state depends on what its new item says; a later stream, and whoever asks, finds the same."""
    rows = [("ann", "n1", "2030-01-01", "red camping tent"), ("bob", "n2", "2030-01-01", "blue mug lamp")]
    counts = streamed(workspace, tmp_path, rows)
    assert counts["events on unknown items"] == 2
    assert UNREAD not in counts
    states = {user: state for user, (_, state) in pipeline.streamed(workspace, "log").states().items()}
    assert not np.allclose(states["ann"], states["bob"])
    data_set = workspace.data_set("log")
    reader = reader_of(workspace, data_set, language_settings(data_set))
    assert kept.read(reader.folder).has(kept.hashes(["red camping tent", "blue mug lamp"])).all()
    sequences, model = pipeline.load(workspace, "log"), pipeline.model(workspace, "log")
    server = pipeline.arrivals.fresh(workspace, "log", (model, model), sequences, "ann")
    assert np.allclose(server.state("ann"), states["ann"], atol=1e-5)


def test_a_language_model_that_is_gone_leaves_what_it_read(workspace, tmp_path):
    """Items whose words were read before have them still; new ones go without, and are counted."""
    first = streamed(workspace, tmp_path, [("ann", "n1", "2030-01-01", "red camping tent")])
    before = pipeline.streamed(workspace, "log").states()["ann"][1]
    with gone(workspace, tmp_path):
        rows = [("ann", "n1", "2030-01-01", "red camping tent"), ("bob", "n2", "2030-01-01", "red camping tent"),
                ("eve", "n3", "2030-01-01", "blue mug lamp"), ("dan", "n4", "2030-01-01", "")]  # fmt: skip
        counts = streamed(workspace, tmp_path, rows)
    assert UNREAD not in first
    assert counts[UNREAD] == 1
    states = {user: state for user, (_, state) in pipeline.streamed(workspace, "log").states().items()}
    assert np.allclose(states["ann"], before)
    assert np.allclose(states["bob"], before, atol=1e-5)
    assert np.allclose(states["eve"], states["dan"], atol=1e-5)


def test_many_new_texts_are_kept_as_they_come(workspace, monkeypatch):
    """A stream that is killed has lost few: whenever enough are there they are written."""
    monkeypatch.setattr("core.pipeline.hearing.AT_ONCE", 2)
    data_set = workspace.data_set("log")
    ear = hearing_of(workspace, data_set, pipeline.model(workspace, "log"))
    for title in ("red red", "blue blue", "tent tent"):
        assert ear({"title": title}) is not None
    there = kept.read(reader_of(workspace, data_set, language_settings(data_set)).folder)
    assert there.has(kept.hashes(["red red", "blue blue", "tent tent"])).tolist() == [True, True, False]
    ear.close()
    assert AT_ONCE == 256


def test_words_are_read_as_wished(trained):
    """Nobody reads where no words are wished, nor for a model that was trained without, or with others."""
    data_set, model = trained.data_set("log"), pipeline.model(trained, "log")
    assert hearing_of(trained, data_set, None) is None
    assert hearing_of(trained, data_set, replace_meanings(model, ())) is None
    other = (replace(model.meanings[0], fingerprint="another"),)
    assert hearing_of(trained, data_set, replace_meanings(model, other)) is None


def replace_meanings(model, meanings):
    """The same model, which knows something else of its items."""
    from core.model import InterestModel

    return InterestModel(model.network, model.popularity, model.settings, meanings)


def test_items_that_are_added_are_read_at_once(workspace, tmp_path, capsys):
    """`import --add` reads what came with it, and says so; without the language model what was read stays."""
    told = ["--name", "log", "--add", "--workspace", str(workspace.root)]
    assert main(["import", *added(tmp_path, {"n1": "red camp lamp", "n2": "blue red tent"}), *told]) == 0
    assert pipeline.spoken(workspace, workspace.data_set("log")).encoded == 0
    capsys.readouterr()
    with gone(workspace, tmp_path):
        assert main(["import", *added(tmp_path, {"n3": "red red lamp"}), *told]) == 0
        assert "12 items have their vectors, 1 have none" in capsys.readouterr().out
        assert pipeline.spoken(workspace, workspace.data_set("log")).vectors.known.sum() == 12


def added(folder, titles: dict[str, str]) -> list[str]:
    """Files of events of new items, and of these."""
    rows = [("u1", item, f"2031-01-{place + 1:02d}") for place, item in enumerate(titles)]
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(folder / "more.csv", index=False)
    pd.DataFrame({"item_id": [*titles], "title": [*titles.values()]}).to_csv(folder / "items.csv", index=False)
    return [str(folder / "more.csv"), "--items", str(folder / "items.csv")]
