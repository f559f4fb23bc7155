"""The box that asks in words, on the pages that have it."""

import pandas as pd
import pytest

from core import jobs, pipeline
from core.drift import judged
from core.workspace import Workspace
from tests.pages.conftest import DATA_SET, publish, use

BOXES = ["explore/overview.py", "explore/user.py"]


@pytest.fixture(scope="session")
def made_read(tmp_path_factory):
    """A workspace whose items were read and whose users were judged, made once; never change it."""
    workspace = Workspace(tmp_path_factory.mktemp("read") / "workspace")
    publish(workspace, DATA_SET, users=60)
    pipeline.drift(workspace, DATA_SET).get()
    pipeline.search_terms(workspace, workspace.data_set(DATA_SET)).get()
    return workspace.root


@pytest.fixture
def read(made_read, monkeypatch):
    """That workspace, used by the dashboard."""
    return use(made_read, monkeypatch)


def box(app):
    return next(field for field in app.text_input if field.key == "question")


def table(app, *columns):
    """The frame of the table with these columns."""
    (found,) = (frame.value for frame in app.dataframe if set(columns) <= set(frame.value.columns))
    return found


ITEMS, USERS = ("item_id", "title", "score"), ("user_id", "how", "share_after")


@pytest.mark.usefixtures("read")
@pytest.mark.parametrize("page", BOXES)
def test_a_question_is_answered_beside_the_page(open_page, page):
    """Items with titles, and users who are after it now; the rest of the page stays."""
    app = open_page(page, dataset=DATA_SET)
    before = len(app.dataframe)
    box(app).set_value("walking boots for the mountains").run()
    assert not app.exception
    assert len(app.dataframe) == before + 2
    items = table(app, *ITEMS)
    assert len(items) == 10
    assert items["title"].str.contains("Boots|Trail|Trekking|Hik", regex=True).any()
    assert items["score"].is_monotonic_decreasing
    assert table(app, *USERS)["share_after"].is_monotonic_decreasing


def test_users_who_turned_are_told_with_their_moment(read, open_page):
    """As the drift table has them."""
    app = open_page("explore/overview.py", dataset=DATA_SET)
    changed = judged(pipeline.drift(read, DATA_SET).get())
    turned = changed[changed["changes"].map(len) > 0]
    assert len(turned) > 0
    box(app).set_value(str(turned["changes"].iloc[0][0].found[0])).run()
    app.segmented_control(key="asked_how").set_value("to").run()
    assert not app.exception
    users = table(app, *USERS)
    assert set(users["user_id"]) <= set(turned["user_id"])
    assert pd.to_datetime(users["when"]).notna().all()
    assert (users["share_after"] > users["share_before"]).all()


def test_the_first_question_reads_the_items_in_a_job(open_page, workspace):
    """With its progress in the place of the answer; the page is not blocked by it."""
    pipeline.drift(workspace, DATA_SET).get()
    app = open_page("explore/overview.py", dataset=DATA_SET)
    assert not [job for job in jobs.active(workspace) if job.step == "words"]
    box(app).set_value("boots").run()
    assert not app.exception
    assert [job.step for job in jobs.active(workspace)] == ["words"]
    assert any("Reading what items say" in str(info.value) for info in app.info)


def test_letters_that_are_not_known_are_said_in_the_readers_language(open_page, read):
    """Under the box; a question of spaces is none."""
    assert read.data_sets()
    app = open_page("explore/overview.py", dataset=DATA_SET, lang="zh")
    before = len(app.dataframe)
    box(app).set_value("   ").run()
    assert len(app.dataframe) == before
    box(app).set_value("אוהל").run()
    assert not app.exception
    assert any("不认识问题中的字母" in str(caption.value) for caption in app.caption)
    assert any("没有物品的文字与此相近" in str(info.value) for info in app.info)


def test_where_items_say_nothing_there_is_no_box(open_page, monkeypatch):
    """Nothing could answer there."""
    monkeypatch.setattr("pages._asked.speaks", lambda _selection: False)
    app = open_page("explore/overview.py")
    assert not [field for field in app.text_input if field.key == "question"]


@pytest.mark.usefixtures("read")
def test_someone_new_is_known_by_a_sentence(open_page):
    """On the page of a user whom nobody knows: a list for what is said of them, before there is a model."""
    app = open_page("explore/user.py", dataset=DATA_SET, user="nobody-knows-them")
    next(field for field in app.text_input if field.key == "likes").set_value("someone who likes hiking boots").run()
    assert not app.exception
    (listed,) = (frame.value for frame in app.dataframe if {"rank", "title"} <= set(frame.value.columns))
    assert listed["rank"].tolist() == list(range(1, 11))
    assert listed["title"].head(3).str.contains("Boots|Trail|Trekking|Hik", regex=True).any()
