"""What items say is read once in a workspace, and goes with its data set."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import pipeline
from core.cli import main
from core.data import LogFiles, load_sequences
from core.errors import JobCancelledError, LanguageError
from core.language import kept, universal
from core.pipeline.words import keep_only, named
from core.settings import ImportSettings, LanguageSettings
from tests.language.models import SIZE

TITLES = ["red tent", "blue mug", "red lamp", "camping tents", "אוהל", "blue lamp", "", "red mug", "tent"]


def files(folder, titles=TITLES):
    """A log of six users over items with these titles."""
    folder.mkdir(exist_ok=True)
    rows = [(f"u{n % 6}", f"i{n * 5 % len(titles)}", f"2024-01-{n % 28 + 1:02d}") for n in range(60)]
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(folder / "log.csv", index=False)
    items = pd.DataFrame({"item_id": [f"i{n}" for n in range(len(titles))], "title": titles})
    items.iloc[::-1].to_csv(folder / "items.csv", index=False)
    return LogFiles(folder / "log.csv", folder / "items.csv")


def imported(workspace, folder, name="log", titles=TITLES):
    return pipeline.import_log(workspace, name, files(folder, titles), ImportSettings(min_events=1))


def test_vectors_stand_in_the_order_of_the_items(workspace, tmp_path, model):
    """That of the integer ids; whatever says nothing, or in letters that are not known, has none."""
    data_set = imported(workspace, tmp_path / "in")
    (found,) = pipeline.item_vectors(workspace, data_set, model)
    items = load_sequences(data_set).catalogue
    assert found.values.shape == (len(items.items), SIZE)
    known = dict(zip(items.titles, found.known, strict=True))
    assert not known["אוהל"]
    assert [known.get(title) for title in TITLES if title and title != "אוהל"] == [True] * 7
    assert found.known.sum() == 7
    assert np.allclose(np.linalg.norm(found.values[found.known], axis=1), 1, atol=2e-3)
    assert not found.values[~found.known].any()


def test_each_text_is_read_once(workspace, tmp_path, model):
    """Whatever data set of the workspace says it, and however often the log is imported; the vectors are the same."""
    first = pipeline.spoken(workspace, imported(workspace, tmp_path / "in"), model)
    assert (first.encoded, first.texts, first.columns) == (8, 8, ("title",))
    again = pipeline.spoken(workspace, imported(workspace, tmp_path / "in"), model)
    other = pipeline.spoken(workspace, imported(workspace, tmp_path / "in", "other"), model)
    more = pipeline.spoken(workspace, imported(workspace, tmp_path / "in", titles=[*TITLES, "new mug"]), model)
    assert (again.encoded, other.encoded, more.encoded) == (0, 0, 1)
    assert (again.vectors.values == first.vectors.values).all()
    assert (other.vectors.values == first.vectors.values).all()
    assert [str(remark) for remark in first.remarks] == [
        "1 texts (1 words) are in letters that tiny does not know; their items have no vector."
    ]


def test_what_was_read_goes_with_its_data_set(workspace, tmp_path, model):
    """Nothing of a deleted data set is found by the next one of its name."""
    pipeline.spoken(workspace, imported(workspace, tmp_path / "in"), model)
    pipeline.delete(workspace, "log")
    assert not list(workspace.root.rglob("words-*"))
    assert pipeline.spoken(workspace, imported(workspace, tmp_path / "in"), model).encoded == 8


def test_a_model_that_is_gone_leaves_what_it_read(workspace, tmp_path, model):
    """Items that are new have no vector, and that is said."""
    first = pipeline.spoken(workspace, imported(workspace, tmp_path / "in"), model)
    shutil.rmtree(model.model)
    found = pipeline.spoken(workspace, imported(workspace, tmp_path / "in", titles=[*TITLES, "new mug"]), model)
    assert found.encoder is None
    assert found.vectors.known.sum() == first.vectors.known.sum() == 7
    (remark,) = found.remarks
    assert str(remark).startswith("No folder")
    assert str(remark).endswith("What was read before stays: 7 items have their vectors, 2 have none.")
    never = pipeline.spoken(workspace, imported(workspace, tmp_path / "in"), replace(model, model="/never"))
    assert never.vectors is None
    assert len(never.remarks) == 1


def test_without_the_package_everything_goes_on(workspace, tmp_path, monkeypatch):
    """There are no vectors, and one line says why."""
    monkeypatch.setattr(universal, "_folder", lambda: None)
    universal.universal.cache_clear()
    try:
        found = pipeline.spoken(workspace, imported(workspace, tmp_path / "in"))
        assert pipeline.item_vectors(workspace, workspace.data_set("log")) == ()
    finally:
        universal.universal.cache_clear()
    assert found.vectors is None
    assert "is not installed" in str(found.remarks[0])


def test_long_and_many_texts_are_counted(workspace, tmp_path, model):
    """A text of a hundred thousand words is read to its limit, texts behind the most that are read not at all."""
    titles = ["tent " * 100_000, *TITLES]
    found = pipeline.spoken(workspace, imported(workspace, tmp_path / "in", titles=titles), replace(model, most=3))
    assert found.vectors.known.sum() == 3
    assert [str(remark) for remark in found.remarks][:2] == [
        "1 items say more than 600 characters; the rest of their text is not read.",
        "6 texts are behind the first 3 (language.most); their items have no vector.",
    ]


def test_cancelled_reading_leaves_nothing(workspace, tmp_path, model):
    """Neither vectors nor something in the making."""

    def stop(_share: float, _message: str) -> None:
        raise JobCancelledError

    data_set = imported(workspace, tmp_path / "in")
    with pytest.raises(JobCancelledError):
        pipeline.spoken(workspace, data_set, model, stop)
    assert not list(workspace.root.rglob("words-*"))
    assert not [path for path in (workspace.root / "staging").glob("*") if path.is_dir()]


def test_an_import_chooses_the_model(workspace, tmp_path, model, capsys):
    """For all that is made of the data set from then on; a folder that is no model is refused before all else."""
    log = files(tmp_path / "in")
    asked = ["import", str(log.events), "--items", str(log.items), "--name", "log"]
    asked += ["--workspace", str(workspace.root)]
    (tmp_path / "empty").mkdir()
    assert main([*asked, "--set", f"language.model={tmp_path / 'empty'}"]) == 2
    assert "is not a language model" in capsys.readouterr().err
    assert workspace.data_sets() == []
    assert main([*asked, "--set", f"language.model={model.model}", "--set", "language.columns=title"]) == 0
    data_set = workspace.data_set("log")
    chosen = pipeline.language_settings(data_set)
    assert chosen == LanguageSettings(model=model.model, columns="title")
    assert pipeline.spoken(workspace, data_set).vectors.values.shape[1] == SIZE
    assert pipeline.spoken(workspace, data_set, LanguageSettings(model="none")).vectors is None
    with pytest.raises(LanguageError, match="No column 'colour'"):
        pipeline.spoken(workspace, data_set, LanguageSettings(columns="colour"))
    (data_set.language / "settings.json").write_text(json.dumps({"model": 3}))
    assert pipeline.language_settings(data_set) == LanguageSettings()


def test_categories_are_kept_with_the_words_of_their_items(workspace, tmp_path, model):
    """They are read once, stay while a version has them, and go with the data set."""
    log = files(tmp_path / "in")
    items = pd.read_csv(log.items).assign(category=["tent lamp|mug"] * len(TITLES))
    items.to_csv(log.items, index=False)
    data_set = pipeline.import_log(workspace, "log", log, ImportSettings(min_events=1))
    pipeline.choose_language(workspace, data_set, model)
    found = named(workspace, data_set)
    assert len(found.vectors) == 2
    keep_only(workspace, data_set)
    (folder,) = (path for path in data_set.language.glob("words-*") if path.is_dir())
    assert kept.read(folder).has(kept.hashes(["tent lamp", "mug"])).all()
    pipeline.delete(workspace, "log")
    assert not folder.exists()


def test_old_events_take_the_words_of_their_items_along(workspace, tmp_path, model):
    """What no version says any more is forgotten when old events are removed."""
    data_set = imported(workspace, tmp_path / "in", titles=[*TITLES, "secret mug"])
    pipeline.choose_language(workspace, data_set, model)
    assert pipeline.spoken(workspace, data_set).encoded == 9
    secret = kept.hashes(["secret mug"])
    (folder,) = data_set.language.glob("words-????????????????")
    assert kept.read(folder).has(secret).all()
    keep_only(workspace, imported(workspace, tmp_path / "in"))
    assert not kept.read(folder).has(secret).any()
    assert pipeline.spoken(workspace, workspace.data_set("log")).encoded == 0
