"""Many who look at one server: what is the same for all is made once, and what was loaded is not looked through."""

import contextlib
import gc
import threading
import time
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.charts import population as charts
from pages import _serving as serving
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


def test_a_chart_is_built_once_for_everyone(explored, open_explored, drawn):
    """A second visitor is shown the chart of the first; another language and another q have one of their own."""
    assert explored.data_sets(), "a log that nobody has looked at"
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
    serving.SERVED.set()
    try:
        serving._settled.cache_clear()
        app.run()
        app.run()
        assert len(frozen) == 1
    finally:
        serving.SERVED.clear()
        serving._settled.cache_clear()


def test_runs_take_turns_and_nobody_waits_for_good(monkeypatch):
    """Two run at a time; a third goes on when one of them ends, however it ends, or when it has waited long enough."""
    monkeypatch.setattr(serving, "PATIENCE", 0.05)
    running, most = [], []

    def run(stay: Callable[[], object]) -> None:
        with contextlib.suppress(ZeroDivisionError), serving.turn():
            running.append(1)
            most.append(len(running))
            stay()
            running.pop()
            raise ZeroDivisionError

    def runs(count: int, stay: Callable[[], object]) -> int:
        most.clear()
        threads = [threading.Thread(target=run, args=(stay,)) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=20)
        return max(most)

    assert runs(3, threading.Barrier(3, timeout=20).wait) == 3, "whoever has waited goes on beside the others"
    monkeypatch.setattr(serving, "PATIENCE", 20.0)
    assert runs(6, lambda: time.sleep(0.01)) <= 2
