"""A redesign: from one day on everybody is shown something else. Nobody's interests change by it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.simulate.visits import DAY
from core.settings import SimulationSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEW, SHOWN, PAGE = 5, 0.3, 3
"""One category of so many is new; share of events that are of what is put before everybody; categories put there."""
NEVER = -40.0
"""Logarithm of the tilt of what is not there yet."""


@dataclass(frozen=True, eq=False)
class Redesign:
    """What is another from a day on."""

    day: int
    stand_in: Ints
    """What odd sessions seek before that day, for each category: itself where it is there already, (n_categories,)."""
    tilt: Floats
    """Logarithm of what the new look does to everyone's mix, (n_categories,)."""
    page: Floats
    """Running sum of the shares of what is put before everybody, (n_categories,)."""
    share: float
    """Chance that an event is of that."""

    @property
    def new(self) -> NDArray[np.bool_]:
        """Categories that come with it, (n_categories,)."""
        return np.asarray(self.stand_in != np.arange(len(self.stand_in)))

    def on_trend(self, trend: Floats) -> Floats:
        """What all users share on each day, with the redesign in it, (days, n_categories)."""
        trend = trend.copy()
        trend[: self.day, self.new] = NEVER
        trend[self.day :] += self.tilt
        return trend

    def on_launches(self, launch: Ints, days: int) -> Ints:
        """Days on which items come out, rising in each row: those of new categories from that day on."""
        later = self.day + launch * (days - self.day) // days
        return np.where(self.new[:, None], later, launch)

    def followed(self, category: Ints, session: Ints, seconds: Floats, rng: np.random.Generator) -> Ints:
        """Categories of events once people see what is put before them, one category a visit, (n_events,)."""
        front = np.searchsorted(self.page, rng.random(session[-1] + 1) * self.page[-1])[session]
        after = seconds >= self.day * DAY
        led = after & (rng.random(len(category)) < self.share)
        return np.where(led, front, np.where(after, category, self.stand_in[category]))


def make_redesign(settings: SimulationSettings) -> Redesign | None:
    """The redesign of a log, in its middle; None without one."""
    if not settings.redesign:
        return None
    rng = np.random.default_rng([settings.seed, 4])
    count = settings.categories
    new = rng.choice(count, size=max(1, count // NEW), replace=False)
    old = np.setdiff1d(np.arange(count), new)
    stand_in = np.arange(count)
    stand_in[new] = rng.choice(old, len(new))
    page = np.zeros(count)
    page[rng.choice(new, min(PAGE, len(new)), replace=False)] = rng.random(min(PAGE, len(new))) + 0.5
    tilt = rng.normal(0, settings.redesign, count)
    share = min(0.9, SHOWN * settings.redesign)
    return Redesign(settings.days // 2, stand_in, tilt, np.cumsum(page), share)
