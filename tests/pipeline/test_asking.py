"""Someone of whom only words are known gets a list by what items say."""

import pandas as pd
import pytest

from core import pipeline
from core.data import LogFiles
from core.errors import LanguageError
from core.pipeline import asking
from core.settings import LanguageSettings, RecommendSettings, Settings, override
from core.workspace import Workspace
from tests.model.logs import SMALL

TITLES = {
    "k": ("Bread knife", "Soup spoon", "Frying pan", "Kettle for tea", "Wooden cutting board", "Oven dish"),
    "g": ("Garden spade", "Watering can", "Rose fertiliser", "Lawn rake", "Flower pot", "Seeds of tomatoes"),
    "b": ("Bicycle pump", "Saddle", "Chain oil", "Bike helmet", "Inner tube for a wheel", "Bicycle lamp"),
}
"""Titles of three kinds of things."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Users who buy one kind of thing each."""
    folder = tmp_path_factory.mktemp("asked")
    rows = [
        (f"u{user}", f"{kind}{(user + step) % 6}", pd.Timestamp("2024-01-01") + pd.Timedelta(hours=user + 40 * step))
        for user in range(18)
        for kind in ["kgb"[user % 3]]
        for step in range(5)
    ]
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(folder / "log.csv", index=False)
    items = [(f"{kind}{place}", title) for kind, titles in TITLES.items() for place, title in enumerate(titles)]
    pd.DataFrame(items, columns=["item_id", "title"]).to_csv(folder / "items.csv", index=False)
    workspace = Workspace(folder / "workspace")
    settings = override(Settings(), ["data.min_events=1"]).data
    pipeline.import_log(workspace, "shop", LogFiles(folder / "log.csv", folder / "items.csv"), settings)
    return workspace


def kinds(workspace: Workspace, words: str) -> list[str]:
    """Kinds of the first three items for some words."""
    listed = pipeline.recommend_for_words(workspace, "shop", words, RecommendSettings(k=3))
    assert list(listed.columns) == ["user_id", "rank", "item_id", "score"]
    assert listed["score"].is_monotonic_decreasing
    return [item[0] for item in listed["item_id"]]


def test_words_find_what_says_the_like(workspace: Workspace):
    """Without a run by the words alone; in Chinese as well; with a run also by what its model expects after them."""
    assert kinds(workspace, "someone who likes gardening")[:2] == ["g", "g"]
    assert kinds(workspace, "喜欢骑自行车的人")[0] == "b"
    run = pipeline.new_run(workspace, "shop", override(Settings(), [*SMALL, "training.epochs=3"]))
    pipeline.train(workspace, "shop", run)
    assert (run.folder / "meanings.safetensors").exists()
    assert kinds(workspace, "someone who likes gardening").count("g") >= 2


def test_what_cannot_be_asked_is_said(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    """Words that nobody reads, letters that the model does not know, a data set whose words are not read."""
    with pytest.raises(LanguageError, match="reads no letters in ' '"):
        pipeline.recommend_for_words(workspace, "shop", " ")

    def missing(_model: str) -> None:
        raise LanguageError("Words cannot be read: the package is not installed.")

    with monkeypatch.context() as patched:
        patched.setattr(asking, "encoder_of", missing)
        with pytest.raises(LanguageError, match="is not installed"):
            pipeline.recommend_for_words(workspace, "shop", "a rose")
    pipeline.choose_language(workspace, workspace.data_set("shop"), LanguageSettings(model="none"))
    with pytest.raises(LanguageError, match="Words of 'shop' are not read"):
        pipeline.recommend_for_words(workspace, "shop", "a rose")
