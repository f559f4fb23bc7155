"""The library lists data sets, shows what each is like, and deletes after asking."""

import pandas as pd
import pytest

from core import jobs, pipeline
from core.jobs import steps
from core.settings import WORLDS, JobSettings
from core.workspace import Workspace
from tests.pages.conftest import DATA_SET, labels, publish


def test_lists_every_data_set(workspace, open_page):
    """Each data set has a card with its counts and version."""
    publish(workspace, "other", users=12)
    app = open_page("data/library.py")
    assert {heading.value for heading in app.subheader} == {"other", DATA_SET}
    assert any("12 users" in text.value and "5 categories" in text.value for text in app.markdown)
    assert any("version 1" in caption.value for caption in app.caption)


@pytest.mark.usefixtures("empty_workspace")
def test_a_new_workspace_says_that_the_sample_is_coming(open_page):
    """On the first start the sample is being prepared, and the page says so."""
    assert "is being prepared" in open_page("data/library.py").info[0].value


def test_an_empty_workspace_says_what_to_do(empty_workspace, open_page):
    """Without data sets there is a way to add one, and nothing else."""
    jobs.cancel(empty_workspace, jobs.submit(empty_workspace, "sample", {"name": "sample"}))
    app = open_page("data/library.py")
    assert "Add a log" in app.info[0].value
    assert not app.subheader


@pytest.mark.usefixtures("workspace")
def test_details_show_the_profile(open_page):
    """The dialog draws the charts of a data set and its key figures."""
    app = open_page("data/library.py")
    app.button("details_small").click().run()
    assert "Sessions" in labels(app.metric)
    assert len(app.get("plotly_chart")) == 6


@pytest.mark.parametrize(
    ("lang", "text"), [("en", "Half of the users have at most 3"), ("zh", "一半用户的事件不超过 3 ")]
)
def test_cautions_are_in_the_language_of_the_reader(workspace, open_page, lang, text):
    """What to beware of in a data set is said in the language of the page, with its numbers."""
    publish(workspace, "short")
    short = workspace.data_set("short").events
    pd.read_parquet(short).groupby("user_id").head(3).to_parquet(short)
    app = open_page("data/library.py", lang=lang)
    app.button("details_short").click().run()
    assert any(warning.value.startswith(text) for warning in app.warning)


def test_delete_asks_and_keeps_on_no(workspace, open_page):
    """Nothing goes without a second click."""
    app = open_page("data/library.py")
    app.button("delete_small").click().run()
    app.button("delete_no").click().run()
    assert [found.name for found in workspace.data_sets()] == [DATA_SET]


def test_delete_removes_all(workspace, open_page):
    """After the second click the data set, its folder and its link are gone."""
    app = open_page("data/library.py", dataset=DATA_SET)
    app.button("delete_small").click().run()
    app.button("delete_yes").click().run()
    assert not app.exception
    assert workspace.data_sets() == []
    assert not (workspace.root / "data" / DATA_SET).exists()
    assert "dataset" not in app.query_params


@pytest.mark.usefixtures("workspace")
def test_rejects_can_be_saved(open_page):
    """A data set with rejected rows offers them."""
    app = open_page("data/library.py")
    assert "Save rejects" in labels(app.download_button)


def test_a_worked_log_is_loaded_by_a_click(workspace, open_page):
    """A button for each world queues it once; once it is there its drift and a model follow, and it can be opened."""
    app = open_page("data/library.py")
    assert [button.key for button in app.button if (button.key or "").startswith("world_")] == [
        f"world_{name}" for name in WORLDS
    ]
    app.button("world_music").click().run()
    (job,) = jobs.active(workspace)
    assert (job.step, job.data_set, job.arguments["world"]) == ("world", "music", "music")
    assert app.button("world_music").disabled
    assert not app.button("world_news").disabled
    steps.run(workspace, job.id, JobSettings(niceness=0))
    assert pipeline.truth(workspace, "music")["drifted"].any()
    assert {each.step for each in jobs.active(workspace)} == {"drift", "train"}
    app.run()
    assert "world_music" not in [button.key for button in app.button]


def test_a_worked_log_comes_with_its_truth(tmp_path):
    """A world is imported whole, and what really happened lies beside it; a log of one's own has no truth."""
    workspace = Workspace(tmp_path / "workspace")
    found = pipeline.import_world(workspace, "mine", "news")
    truth = pipeline.truth(workspace, "mine")
    assert len(truth) == found.summary["users"]
    assert truth["n_events"].sum() == found.summary["rows_kept"] + found.summary["duplicates"]
    assert found.summary["rows_rejected"] == 0
    publish(workspace, "own")
    assert pipeline.truth(workspace, "own") is None
