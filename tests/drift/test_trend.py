"""The population's trend, found from counts that each user's own mix shapes."""

import numpy as np

from core.drift.evidence import trend


def drawn(tilt: np.ndarray, users: int = 400, events: int = 120, seed: int = 3):
    """Entries of users with one or two tastes whose choices are tilted by (n_periods, n_categories)."""
    rng = np.random.default_rng(seed)
    mixes = rng.dirichlet(np.full(tilt.shape[1], 0.4), users)
    user = np.repeat(np.arange(users), events)
    time = rng.integers(0, 1_000_000, len(user))
    chance = mixes[user] * tilt[time * len(tilt) // 1_000_000]
    running = np.cumsum(chance, axis=1)
    category = (running < rng.random((len(user), 1)) * running[:, -1:]).sum(axis=1)
    return user, time, category, np.ones(len(user)), (users, tilt.shape[1])


def test_a_rise_is_found_in_full():
    """A category that triples over the year is told to rise nearly as much, the others to stand still."""
    steps = np.exp(np.outer(np.linspace(-0.55, 0.55, 50), np.eye(5)[0]))
    found = trend.fit_trend(*drawn(steps))
    rise = np.log(found.tilt[-1] / found.tilt[0])
    assert 0.8 < rise[0] - rise[1:].mean() < 1.3
    assert np.abs(rise[1:] - rise[1:].mean()).max() < 0.25
    assert float(np.log(found.tilt).var()) > 0.012


def test_without_a_trend_none_is_found():
    """Noise of counts is not taken for a trend."""
    found = trend.fit_trend(*drawn(np.ones((50, 5))))
    assert float(np.log(found.tilt).var()) < 0.004


def test_few_events_have_no_trend():
    """Too few events for two periods: everything stands still."""
    found = trend.fit_trend(*drawn(np.ones((1, 5)), users=5))
    assert found.tilt.tolist() == [[1.0] * 5]
    assert float(np.log(found.tilt).var()) == 0
