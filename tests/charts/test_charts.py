"""What the charts show, read off the figures."""

import numpy as np
import pandas as pd
import pytest

from core.charts import attention, history, maps, population, ranking, trails
from core.charts.history import Marks
from core.charts.theme import LIGHT, Look
from tests.charts import frames

LOOK = Look(frames.CATEGORIES)


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_ranking_shows_interval_and_turn():
    """Each user has a magnitude, its interval, and the colours of what was left and found."""
    figure = ranking.drifted_ranking(frames.drift(), LOOK)
    assert list(named(figure, "magnitude").x) == pytest.approx([0.8, 0.7, 0.6, 0.5])
    assert list(named(figure, "interval of 90 %").x[:2]) == pytest.approx([0.7, 0.9])
    assert named(figure, "left").marker.color[0] == LIGHT[0]
    assert named(figure, "found").marker.color[0] == LIGHT[1]
    assert "jazz → folk, rock" in named(figure, "magnitude").customdata[0]
    assert list(figure.layout.yaxis.tickvals) == ["u0", "u1", "u2", "u3"]


def test_ranking_without_intervals():
    """Where magnitudes have no interval, none is drawn."""
    figure = ranking.drifted_ranking(frames.drift(intervals=False), LOOK)
    assert "interval of 90 %" not in [trace.name for trace in figure.data]


def test_categories_over_time_stack_to_all():
    """Shares of a period add up to one, categories beyond the palette as `other`, colours by the catalogue."""
    categories = tuple(f"c{number:02}" for number in range(12))
    weeks = pd.date_range("2024-01-01", periods=3, freq="7D")
    frame = pd.DataFrame([(week, name, 1 / 12) for week in weeks for name in categories])
    figure = population.categories_over_time(
        frame.set_axis(["timestamp", "category", "share"], axis=1), Look(categories)
    )
    assert [trace.name for trace in figure.data] == [*categories[:10], "other"]
    assert sum(trace.y[1] for trace in figure.data) == pytest.approx(1)
    assert named(figure, "other").y[0] == pytest.approx(2 / 12)
    assert named(figure, "c04").line.color == LIGHT[4]
    told = population.categories_over_time(
        frame.set_axis(["timestamp", "category", "share"], axis=1), Look(categories), told={"c11", "elsewhere"}
    )
    assert [trace.name for trace in told.data] == [*categories[:10], "c11", "other"]


def test_share_over_time_can_be_selected():
    """The share carries counts and an interval, and dragging selects periods."""
    weeks = pd.date_range("2024-01-01", periods=3, freq="7D")
    frame = pd.DataFrame(
        {"timestamp": weeks, "share": [0.1, 0.4, 0.2], "low": 0.05, "high": 0.5, "drifted": [1, 4, 2], "users": 10}
    )
    figure = population.share_over_time(frame, LOOK)
    assert figure.layout.dragmode == "select"
    assert list(named(figure, "named").customdata[1]) == [4, 10]


def test_flows_keep_users_and_colors():
    """A category that is left and found is two nodes of one colour; bands hold the users."""
    frame = pd.DataFrame({"from_category": ["jazz", "folk"], "to_category": ["folk", "jazz"], "users": [7, 3]})
    sankey = population.flows(frame, LOOK).data[0]
    assert list(sankey.node.label) == ["jazz", "folk", "jazz", "folk"]
    assert list(sankey.node.color) == [LIGHT[0], LIGHT[1], LIGHT[0], LIGHT[1]]
    assert list(zip(sankey.link.source, sankey.link.target, sankey.link.value, strict=True)) == [(0, 3, 7), (1, 2, 3)]


def test_small_multiples_share_axes():
    """A panel per group, at most twelve, on one pair of axes."""
    weeks = pd.date_range("2024-01-01", periods=2, freq="7D")
    rows = [(f"g{group}", week, 0.2, 1, 5) for group in range(15) for week in weeks]
    columns = ["group", "timestamp", "share", "drifted", "users"]
    figure = population.small_multiples(pd.DataFrame(rows, columns=columns), LOOK)
    assert len(figure.data) == 12
    # All panels follow one axis, whichever row they stand in.
    assert len({axis.matches for axis in figure.select_yaxes()} - {None}) == 1


def test_timeline_has_a_lane_per_category():
    """Events stand in the lane of their category, those without one in `other`; titles are drawn as text."""
    figure = history.timeline(frames.events(), Marks(changes=(6,), onsets=((5, 7),), step=3), LOOK)
    dots = figure.data[-1]
    assert list(dots.y[:5]) == ["jazz", "jazz", "jazz", "jazz", "other"]
    assert dots.marker.color[0] == LIGHT[0]
    assert dots.customdata[0].startswith("<b>&lt;b&gt;Title 0</b><br>jazz<br>2024-01-01")
    assert [line.x0 for line in figure.layout.shapes if line.type == "line"] == [6.5, 4]
    assert [(box.x0, box.x1) for box in figure.layout.shapes if box.type == "rect"] == [(5.5, 8.5)]
    assert figure.layout.annotations[0].text == "change"
    assert list(dots.x[:2]) == [1, 2], "people count from one"


def test_timeline_by_time_and_ordinal():
    """The x axis is a clock if asked for; a log without a clock shows positions."""
    figure = history.timeline(frames.events(), Marks(changes=(6,)), LOOK, by_time=True)
    assert pd.Timestamp(figure.layout.shapes[0].x0) == pd.Timestamp("2024-01-07")
    assert history.hover(frames.events(ordinal=True))[3].endswith("<br>3")


def test_timeline_of_one_event():
    """The shortest history is drawn."""
    figure = history.timeline(frames.events(1), Marks(step=0), LOOK)
    assert len(figure.data[-1].x) == 1


def test_mix_sums_to_one():
    """The gliding mix is a share of each category at each event, and turns from jazz to folk."""
    figure = history.mix_over_time(frames.events(40), Marks(changes=(20,)), LOOK)
    total = np.sum([trace.y for trace in figure.data], axis=0)
    assert total == pytest.approx(np.ones(40))
    assert named(figure, "jazz").y[2] > 0.7
    assert named(figure, "jazz").y[-2] == 0


def test_trajectory_stops_at_the_step():
    """The trail holds the states up to the step, the star is the current one, arrays are float32."""
    states = frames.events(40)
    figure = maps.trajectory(frames.points(), states, 30, LOOK)
    assert len(named(figure, "earlier").x) + len(named(figure, "recent").x) >= 31
    assert named(figure, "recent").x[-1] == pytest.approx(states["x"][30])
    assert named(figure, "now").x[0] == pytest.approx(states["x"][30])
    assert named(figure, "items").x.dtype == np.float32


def test_trajectory_at_the_first_step():
    """At the first event there is no earlier trail."""
    figure = maps.trajectory(frames.points(), frames.events(), 0, LOOK)
    assert "earlier" not in [trace.name for trace in figure.data]


def test_ways_of_two_users():
    """Each way is whole, in a colour of its own, from a ring to a star."""
    one, two = frames.events(5), frames.events(9)
    figure = maps.ways(frames.points(), {"ann": one, "bob": two}, LOOK)
    assert [len(named(figure, name).x) for name in ("ann", "bob")] == [5, 9]
    assert named(figure, "ann").line.color != named(figure, "bob").line.color
    ends = [trace for trace in figure.data if trace.marker.symbol == "star"]
    assert [trace.x[0] for trace in ends] == pytest.approx([0.4, 0.8])


def test_likeness_is_a_share():
    """The axis runs from nothing in common to the same."""
    weeks = pd.date_range("2024-01-01", periods=2, freq="7D")
    figure = population.likeness(pd.DataFrame({"timestamp": weeks, "share": [0.25, 1.0]}), LOOK)
    assert list(figure.data[0].y) == pytest.approx([0.25, 1.0])
    assert figure.layout.yaxis.range[0] == 0


def test_atlas_by_category():
    """Items and states are told apart by shape, categories by colour; points know their row; lasso is ready."""
    points = frames.points()
    figure = maps.atlas(points, LOOK)
    jazz = [trace for trace in figure.data if trace.name == "jazz"]
    assert {trace.marker.symbol for trace in jazz} == {"circle", "diamond"}
    assert {trace.marker.color for trace in jazz} == {LIGHT[0]}
    rows = np.concatenate([trace.customdata for trace in figure.data])
    assert sorted(rows) == list(range(len(points)))
    assert figure.layout.dragmode == "lasso"


def test_atlas_by_number():
    """A number is shown by a colour scale."""
    figure = maps.atlas(frames.points(), LOOK, color_by="score")
    assert figure.data[0].marker.showscale
    assert figure.data[0].marker.color.dtype == np.float32


def test_atlas_is_capped(monkeypatch):
    """More points than a browser draws are sampled, the same ones each time."""
    monkeypatch.setattr(maps, "MOST_POINTS", 10)
    one, two = (maps.atlas(frames.points(), LOOK, color_by="score").data[0].customdata for _ in range(2))
    assert len(one) == 10
    assert list(one) == list(two)


def test_attention_bars_are_colored_by_category():
    """A bar per past event, in the colour of its category."""
    figure = attention.attention_bars(frames.events(3), np.array([0.2, 0.3, 0.5]), LOOK)
    assert list(figure.data[0].y) == pytest.approx([0.2, 0.3, 0.5])
    assert figure.data[0].marker.color[0] == LIGHT[0]


@pytest.mark.parametrize("dark", [False, True])
def test_every_chart_survives_json(dark):
    """Figures go to the browser: they must become JSON, light and dark, without categories too."""
    look = Look((), dark=dark)
    for figure in (
        ranking.drifted_ranking(frames.drift(), look),
        history.timeline(frames.events(), Marks(), look),
        history.mix_over_time(frames.events(), Marks(), look),
        maps.atlas(frames.points(), look),
        maps.trajectory(frames.points(), frames.events(), 2, look),
    ):
        assert '"data"' in figure.to_json()


def test_a_flag_of_a_live_watcher_is_a_dotted_line():
    """The moment a live watcher would have noticed stands after the event it noticed at, with its name."""
    figure = history.timeline(frames.events(), Marks(changes=(6,), noticed=8), LOOK)
    dotted = [shape for shape in figure.layout.shapes if shape.line.dash == "dot"]
    assert [shape.x0 for shape in dotted] == [9.5]
    assert "noticed live" in [note.text for note in figure.layout.annotations]


def test_a_trail_stands_before_its_band_with_the_changes_of_both_views():
    """The line, the band of shuffled sessions, a dashed line by the categories and a dotted one by the model."""
    trail = pd.DataFrame(
        {"event_index": [5, 6, 7], "distance": [0.1, 0.4, 0.2], "low": 0.05, "middle": 0.1, "high": 0.2}
    )
    figure = trails.apart(trail, {"categories": (6,), "model": (7,)}, LOOK)
    assert list(named(figure, "as it was").x) == [5.5, 6.5, 7.5]
    band = [trace for trace in figure.data if trace.name == "sessions shuffled, 90 %"]
    assert [trace.y[0] for trace in band] == [0.05, 0.2]
    assert {shape.line.dash: shape.x0 for shape in figure.layout.shapes} == {"dash": 6.5, "dot": 7.5}
    assert named(figure, "change by the model").line.dash == "dot"
