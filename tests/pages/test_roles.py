"""What a viewer gets to see on pages: no id anywhere, nothing that they cannot do, and nothing computed for them."""

import re
import time

import pytest

from core import jobs, pipeline
from core.data import export
from core.settings import VIEWER
from core.workspace import Actor, Workspace, actors
from pages import _session as session
from pages import _who as who
from tests.pages.conftest import DATA_SET, labels


@pytest.fixture
def as_viewer(monkeypatch: pytest.MonkeyPatch):
    """Whoever looks at a page of a workspace is somebody who only looks."""

    def become(workspace: Workspace) -> None:
        visitor = who.Visitor(Actor("vera", "page", "a1", VIEWER, workspace.root), until=time.time() + 600)
        monkeypatch.setattr(who, "again", lambda: lambda: visitor)
        monkeypatch.setattr(session, "visitor_again", lambda: lambda: visitor)

    yield become
    monkeypatch.undo()
    assert actors.actor().who == actors.by_system().who


def words_of(app) -> set[str]:
    """All words that are sent to the browser, those in tables and charts too."""
    sent = (str(each.proto) for each in app._tree if hasattr(each, "proto"))
    return set(re.findall(r"[\w-]+", " ".join(sent)))


@pytest.mark.parametrize("page", ["explore/user.py", "explore/overview.py", "explore/compare.py", "data/library.py"])
def test_no_page_sends_an_id_to_a_viewer(page, explored, open_page, as_viewer):
    """Neither in a control, a table, a chart nor what the player plays; the pseudonym is there in their place."""
    ids = {str(user) for user in pipeline.load(explored, DATA_SET).users}
    hidden = {export.mask(user, explored.secret()) for user in ids}
    as_viewer(explored)
    app = open_page(page, dataset=DATA_SET, user=sorted(hidden)[0])
    sent = words_of(app)
    assert not ids & sent
    assert page == "data/library.py" or hidden & sent
    assert not [each.value for each in app.error]


def test_a_viewer_asks_for_nothing_to_be_computed(workspace, open_page, as_viewer):
    """What is not there yet is said to be so; no job is queued, and buttons that would say what they take."""
    as_viewer(workspace)
    app = open_page("explore/overview.py", dataset=DATA_SET)
    assert any("editor" in info.value for info in app.info)
    app = open_page("data/library.py", dataset=DATA_SET)
    delete = next(button for button in app.button if button.label == "Delete")
    assert delete.disabled
    assert "admin" in delete.help
    assert "Load" not in labels(app.button)
    assert jobs.all(workspace) == []
