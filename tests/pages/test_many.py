"""Many who look at one server: what is the same for all is made once, and what was loaded is not looked through."""

import gc

import pytest
from streamlit.testing.v1 import AppTest

from core.charts import population as charts
from pages import _session as session
from tests.pages.conftest import PATIENCE, ROOT

OVERVIEW = "explore/overview.py"


@pytest.fixture
def drawn(monkeypatch):
    """How often the chart of users who changed over time was built."""
    built = []
    build = charts.share_over_time
    monkeypatch.setattr(charts, "share_over_time", lambda *of: built.append(1) or build(*of))
    return built


def test_a_chart_is_built_once_for_everyone(open_explored, drawn):
    """A second visitor is shown the chart of the first; another language and another q have one of their own."""
    first = open_explored(OVERVIEW).get("plotly_chart")[0].proto.spec
    assert open_explored(OVERVIEW).get("plotly_chart")[0].proto.spec == first
    assert len(drawn) == 1
    assert open_explored(OVERVIEW, lang="zh").get("plotly_chart")[0].proto.spec != first
    open_explored(OVERVIEW, q="0.2")
    assert len(drawn) == 3
    open_explored(OVERVIEW, q="0.2", lang="zh")
    open_explored(OVERVIEW)
    assert len(drawn) == 4


def test_a_kept_chart_says_what_a_new_one_says(open_explored, monkeypatch):
    """What is kept of a chart is all that is sent of it."""
    kept = [chart.proto.spec for chart in open_explored(OVERVIEW).get("plotly_chart")]
    monkeypatch.setattr(session, "figure", lambda _name, _look, *_of, make: make())
    assert [chart.proto.spec for chart in open_explored(OVERVIEW).get("plotly_chart")] == kept


def test_only_a_server_freezes_what_it_loaded(empty_workspace, monkeypatch):
    """A server does so once for what is loaded, not after each run; a page that a test runs never does."""
    frozen = []
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(1))
    assert empty_workspace.data_sets() == []
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE).run()
    assert frozen == []
    session.SERVED.set()
    try:
        session._settled.clear()
        app.run()
        app.run()
        assert len(frozen) == 1
    finally:
        session.SERVED.clear()
        session._settled.clear()
