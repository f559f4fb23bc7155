"""Markers: told of, drawn on axes of time, taken back; and alerts of what is watched."""

from datetime import datetime

import pandas as pd

from core import pipeline
from core.charts import Look, Marked, population
from core.phrases import say
from core.settings import WatchSettings
from core.workspace import watches
from tests.pages.conftest import DATA_SET, labels


def test_a_marker_is_typed_in_told_of_and_taken_back(open_explored, explored):
    """The overview has a place for markers; the one that was kept stands in a sentence, and goes by its button."""
    page = open_explored("explore/overview.py")
    assert not any("redesign 2024" in text.value for text in page.markdown)
    pipeline.add_marker(explored, DATA_SET, {"kind": "other", "from": "2024-02-15", "note": "price *rise*"})
    page.session_state["markers_box"] = True
    page.run()
    assert not page.exception
    told = next(text.value for text in page.markdown if "other 2024" in text.value)
    assert "were expected from the rest of the log" in told
    assert r"price \*rise\*" in told
    assert "Before" not in labels(page.button)
    page.button(key=f"marker_delete_{pipeline.markers(explored, DATA_SET)[0].id}").click().run()
    assert pipeline.markers(explored, DATA_SET) == []
    assert not any("other 2024" in text.value for text in page.markdown)


def test_markers_are_drawn_where_there_is_time():
    """A line for a moment, a band for a while, each with its number; none beyond the axis, none without time."""
    times = pd.date_range("2024-01-01", periods=4, freq="W")
    columns = {name: [0.1, 0.2, 0.3, 0.4] for name in ("share", "low", "high", "drifted", "users")}
    frame = pd.DataFrame({"timestamp": times, **columns})
    first, later = datetime(2024, 1, 9), datetime(2024, 1, 12)  # noqa: DTZ001, times of charts have no zone
    far = later.replace(year=2090)
    marks = (Marked(1, first, first, "a<b>"), Marked(2, first, later, "c"), Marked(3, far, far, "d"))
    figure = population.share_over_time(frame, Look(marks=marks))
    assert [shape.type for shape in figure.layout.shapes] == ["line", "rect", "line"]
    assert [(note.text, note.hovertext) for note in figure.layout.annotations] == [("1", "a&lt;b&gt;"), ("2", "c")]
    assert not population.share_over_time(frame.assign(timestamp=range(len(frame))), Look(marks=marks)).layout.shapes


def test_alerts_have_a_place_until_they_were_seen(workspace, open_page):
    """The sidebar counts what nobody has seen, the library tells it as plain text, and a button ends that."""
    said = say("alerts.stopped", kind="buy *now*", day="2024-03-01", often=3.0)
    watches.raise_alert(workspace, DATA_SET, "stopped", said, ())
    pipeline.watch(workspace, DATA_SET, WatchSettings(source="/logs"))
    page = open_page("data/library.py")
    assert "1 new alert" in labels(page.sidebar.get("page_link"))
    assert any(r"buy \*now\*" in text.value for text in page.warning)
    assert any("watched: a folder, every 1 day" in text.value for text in page.caption)
    page.button(key="alerts_seen").click().run()
    assert not page.exception
    assert not [label for label in labels(page.sidebar.get("page_link")) if "alert" in label]
    assert not page.warning
