"""Events as points in the live test."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from core.data.growing import Growing
from core.drift.evidence import Everyone, ItemView, Prior
from core.drift.evidence.fads import Fads
from core.drift.evidence.following import Following
from core.drift.evidence.geometry import Geometry
from core.drift.evidence.lessons import Lessons
from core.drift.evidence.spaces import KIN
from core.drift.evidence.trend import no_trend
from core.drift.evidence.views import Calm
from core.drift.live import watcher_file
from core.drift.live.followed import followed
from core.drift.live.memory import People
from core.drift.live.point_ratios import AFTER, BEFORE, look_at_points
from core.drift.live.points import POINTLESS, points_of
from core.drift.live.watcher import Watcher

NOISE, SPREAD = np.array([0.4, 0.6]), np.array([0.9, 0.3])


@pytest.fixture(scope="module")
def some(sequences):
    return sequences.keep(sequences.user < 120)


@pytest.fixture(scope="module")
def view(some):
    """Items lie where their category does; what everyone sought wanders with time."""
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(20, 4))[some.catalogue.first_category] + 0.2 * rng.normal(size=(some.n_items, 4))
    vectors[:5] = 0
    edges = np.quantile(some.time, [0.3, 0.6]).astype(np.int64)
    fads = Fads(np.arange(some.n_items) % 2, edges, 0.1 * rng.normal(size=(6, 4)))
    nothing = Following(np.zeros((2, 4)), 1.0, np.eye(4), np.ones(4), 3, np.zeros((0, 4)))
    geometry = Geometry(edges, 0.1 * rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), (0.4, 0.6), SPREAD)
    calm = Calm(some, np.ones(4), no_trend(20))
    return ItemView("items", some, vectors, fads, calm, nothing, geometry)


def taught(some, view, worth):
    """Everyone of a log that gives the items' points this weight."""
    everyone = Everyone(some, 0)
    everyone.__dict__["lessons"] = Lessons((view,), np.array([1.0, worth]))
    return everyone


@pytest.fixture(scope="module")
def watcher(some, view):
    """Habits are the plainest; only points are learned."""
    points, mix, one = points_of(view), np.full(20, 0.05), np.ones(1)
    people = People(mix, np.array([0.5, 0.1]), np.ones((1, 20)), one, np.ones(4), points.noise, points.spread)
    return Watcher(some.catalogue, people, no_trend(20), Prior(one, mix[None]), 5, False, 1.0, points=points)


def stretch(points, events, akin=None):
    """Log evidence of sessions (means of events) with places that are one, or two that are `akin`, by the densities."""
    count = len(events)
    near = np.ones((count, count)) if akin is None else akin
    total = 0.0
    for d, spread in enumerate(SPREAD):
        covariance = spread * near + np.diag(NOISE[0] + NOISE[1] / events)
        total += multivariate_normal.logpdf(points[:, d] / events, np.zeros(count), covariance)
    return total


@settings(max_examples=25)
@given(arrays(float, (5, 2), elements=st.floats(-6, 6)), arrays(float, 5, elements=st.integers(1, 4)))
def test_evidence_is_what_the_densities_say(points, events):
    """The mean ratio of all places with enough on both sides: places after a change are akin to those before or not."""
    found, since = look_at_points(np.column_stack((points, events)).astype(np.float32), 5, NOISE, SPREAD)
    ratios = {}
    for cut in range(1, 5):
        if events[cut:].sum() >= AFTER and events[:cut].sum() >= BEFORE:
            late = np.arange(5) >= cut
            apart, akin = (np.where(late[:, None] == late, 1.0, near) for near in (0.0, KIN))
            two = [stretch(points, events, near) for near in (apart, akin)]
            ratios[cut] = logsumexp(two) - np.log(2) - stretch(points, events)
    if not ratios:
        assert found == -50.0
        return
    assert found == pytest.approx(logsumexp(list(ratios.values())) - np.log(5), abs=1e-3)
    assert ratios[since] == pytest.approx(max(ratios.values()), abs=1e-3)


def test_points_are_those_of_the_whole_history(some, view):
    """Summed over a session they are what the view makes of it, where nothing is followed."""
    users = np.arange(40)
    rows = some.rows_of_all(users)
    points = points_of(view).of(some.item[rows].astype(np.int64), some.time[rows])
    starts = np.flatnonzero(np.diff(some.session[rows], prepend=-1))
    sums = np.add.reduceat(points.astype(float), starts, axis=0)
    within = np.searchsorted(view.fads.edges, some.time[rows][starts], side="right")
    last = np.append(starts[1:], len(rows)) - 1
    inside = within == np.searchsorted(view.fads.edges, some.time[rows][last], side="right")  # the way is the session's
    seen = view.of(users)
    weight = 1 / (0.4 * sums[:, -1:] + 0.6)
    assert np.allclose((weight * sums[:, :-1])[inside], seen.points[inside], atol=1e-4)
    assert np.allclose((weight * sums[:, -1:])[:, 0], seen.weight, atol=1e-5)


@pytest.mark.parametrize("worth", [2.0, 0.5, 0.0])
def test_points_come_in_where_items_tell_more(some, view, worth):
    """Where the log gives categories more weight nothing is looked at but these."""
    known, points = followed(taught(some, view, worth))
    assert (points is POINTLESS) == (worth < 1)
    assert (known.log is some) == (worth < 1)


def test_a_stream_hears_of_points_what_the_log_tells(watcher, some):
    """Event by event, from any event on, evidence and likely beginning are those of a look at the whole history."""
    assert len(watcher.people.spread) == 2
    for user in np.flatnonzero(some.lengths >= 10)[:12]:
        own = Growing(some).sequences(str(some.users[user]))
        evidence, since = watcher.heard(own, len(own))
        begun = (0, 1, len(own) // 2)[user % 3]
        _, _, state = watcher.followed(own.keep(np.arange(len(own)) < begun), 1)
        for row in range(begun, len(own)):
            opens = bool(row == 0 or own.session[row] != own.session[row - 1])
            watcher.update(state, int(own.item[row]), int(own.time[row]), opens=opens)
            if row >= watcher.least - 1:
                assert (state.evidence, state.since) == (pytest.approx(evidence[row], abs=1e-4), since[row])


def test_points_are_kept(watcher, some, tmp_path):
    """Written and read again, a watcher with points flags the same users at the same events; and points do count."""
    watcher_file.save(watcher, tmp_path / "watcher.npz")
    again = watcher_file.load(tmp_path / "watcher.npz", some.catalogue)
    assert again.table(some).equals(watcher.table(some))
    blind = dataclasses.replace(
        watcher, points=POINTLESS, people=watcher.people._replace(spread=POINTLESS.spread, noise=POINTLESS.noise)
    )
    assert not np.allclose(blind.table(some)["evidence"], watcher.table(some)["evidence"], equal_nan=True)
