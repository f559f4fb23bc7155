"""The first page of a new workspace: what this is, and three ways on."""

import shutil

import pytest

from core import pipeline
from core.phrases import say
from core.pipeline import shipped
from core.workspace import Workspace
from pages import _texts as texts
from tests.pages.conftest import Open, publish, use

OVERVIEW = "explore/overview.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace with nothing but a sample without a model, made once; never change it."""
    workspace = Workspace(tmp_path_factory.mktemp("welcome") / "workspace")
    publish(workspace, pipeline.SAMPLE)
    pipeline.drift(workspace, pipeline.SAMPLE).get()
    return workspace.root


@pytest.fixture
def new(made, tmp_path, monkeypatch) -> Workspace:
    """A copy of it, used by the dashboard."""
    shutil.copytree(made, tmp_path / "workspace")
    return use(tmp_path / "workspace", monkeypatch)


def keys(app):
    """Buttons of the greeting."""
    return [button.key for button in app.button if (button.key or "").startswith("welcome_")]


@pytest.mark.usefixtures("new")
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_sentence_and_three_ways(open_page: Open, lang):
    """What this is, then play, look around and add; the people of the sample are below it."""
    app = open_page(OVERVIEW, lang=lang)
    assert app.markdown[0].value == texts.catalogue(lang)["welcome.what"]
    assert keys(app) == ["welcome_play", "welcome_look", "welcome_add"]
    assert len(app.dataframe[0].value) == 40


@pytest.mark.usefixtures("new")
def test_looking_around_puts_it_aside(open_page: Open):
    """After a click the greeting is gone, and stays away."""
    app = open_page(OVERVIEW)
    app.button("welcome_look").click().run()
    assert keys(app) == []
    app.run()
    assert keys(app) == []


@pytest.mark.usefixtures("new")
def test_a_log_is_added(open_page: Open):
    """The third way leads to the zone for files."""
    app = open_page(OVERVIEW)
    app.button("welcome_add").click().run()
    assert not app.exception
    assert app.title[0].value == texts.catalogue("en")["upload.title"]


@pytest.mark.usefixtures("new")
def test_the_story_plays_without_a_model(open_page: Open):
    """The first way plays a user, also while there is no trained model."""
    app = open_page(OVERVIEW, q="0.2")
    app.button("welcome_play").click().run()
    assert not app.exception
    assert app.query_params["demo"] == "1"
    assert app.get("bidi_component") or app.info


def test_who_has_a_log_is_not_greeted(new: Workspace, open_page: Open):
    """With a log of one's own there is no greeting."""
    publish(new, "mine", users=12)
    pipeline.drift(new, "mine").get()
    assert keys(open_page(OVERVIEW)) == []


def test_what_was_made_anew_is_told(new: Workspace, open_page: Open):
    """A line for each part of the sample that was damaged when it was taken over."""
    shipped.note(new.data_set(pipeline.SAMPLE), [say("steps.sample_damaged", file="run/model.safetensors")])
    told = [caption.value.replace("\\", "") for caption in open_page(OVERVIEW).caption]
    assert "run/model.safetensors of the sample is damaged; it is made anew" in told
