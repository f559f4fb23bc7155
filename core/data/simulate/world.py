"""What all simulated users share: items with launches, tastes that people are drawn from, trend and fads."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.data.simulate import names
from core.data.simulate.redesign import Redesign, make_redesign
from core.settings import SimulationSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class World:
    """The shop and the crowd."""

    tastes: Floats
    """Typical mixes, (n_tastes, n_categories)."""
    taste_weight: Floats
    """Share of people near each typical mix, (n_tastes,)."""
    trend: Floats
    """Logarithm of the tilt that all mixes share on each day, (days, n_categories)."""
    launch_day: Ints
    """Day on which the items of a category come out, rising, (n_categories, items_per_category)."""
    popularity: Floats
    """Running sum of the items' appeal in the order of launch, (n_categories, items_per_category)."""
    items: pd.DataFrame
    """Item attributes, row `category * items_per_category + place`."""
    redesign: Redesign | None
    """What everybody is shown from a day on."""


def make_world(settings: SimulationSettings) -> World:
    """Draw the shop and the crowd."""
    rng = np.random.default_rng([settings.seed, 0])
    shape = (settings.categories, settings.items_per_category)
    launch = np.sort(rng.integers(0, settings.days, shape), axis=1)
    # What is there for ever is there half from the beginning; what lives for days comes out day by day.
    launch[:, : 1 if settings.life_days else max(1, shape[1] // 2)] = 0
    if settings.episodes:  # a series comes out whole
        launch = np.repeat(launch[:, :: settings.episodes], settings.episodes, axis=1)[:, : shape[1]]
    appeal = 1.0 / (1.0 + rng.permuted(np.tile(np.arange(shape[1]), (shape[0], 1)), axis=1)) ** 0.8
    tastes, weight = _tastes(settings, rng)
    trend, redesign = _trend(settings, rng), make_redesign(settings)
    if redesign:
        trend, launch = redesign.on_trend(trend), redesign.on_launches(launch, settings.days)
    return World(tastes, weight, trend, launch, np.cumsum(appeal, axis=1), _items(settings, launch, rng), redesign)


def _tastes(settings: SimulationSettings, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Sparse typical mixes: some categories matter, the rest gets a twentieth."""
    count, categories = max(4, settings.categories * 3 // 5), settings.categories
    tastes = np.full((count, categories), 0.05 / categories)
    for row in tastes:
        chosen = rng.choice(categories, size=min(categories, int(rng.integers(2, settings.breadth + 1))), replace=False)
        row[chosen] += 0.95 * rng.dirichlet(np.full(len(chosen), 2.0))
    return tastes, rng.dirichlet(np.full(count, 3.0))


def _trend(settings: SimulationSettings, rng: np.random.Generator) -> Floats:
    """Slow rise and fall, a season, and fads of two or three weeks."""
    day = np.arange(settings.days)[:, None] / max(1, settings.days - 1)
    categories = settings.categories
    slope, season, phase = rng.normal(0, 0.7, categories), rng.normal(0, 0.35, categories), rng.random(categories)
    trend = slope * (day - 0.5) + season * np.sin(2 * np.pi * (2 * day + phase))
    for _ in range(max(1, categories // 4)):
        category, start, width = rng.integers(categories), rng.random(), rng.uniform(7, 18) / settings.days
        trend[:, category] += 1.2 * np.exp(-0.5 * ((day[:, 0] - start) / width) ** 2)
    return np.asarray(settings.trend * trend)


def _items(settings: SimulationSettings, launch: Ints, rng: np.random.Generator) -> pd.DataFrame:
    per, categories = settings.items_per_category, settings.categories
    category_names = names.category_names(categories, settings.world)
    category = np.repeat(np.arange(categories), per)
    second = (category + rng.integers(1, max(2, categories), len(category))) % categories
    two = (rng.random(len(category)) < settings.second_category) & (second != category)
    maker = rng.integers(len(names.MAKERS), size=len(category))
    more = (settings.world, settings.episodes)
    rows = [names.title(*divmod(i, per), names.MAKERS[maker[i]], *more) for i in range(len(category))]
    price = np.round(np.exp(rng.normal(3.0, 0.8, len(category))), 2)
    labels = [category_names[c] for c in category]
    labels = [f"{a}|{category_names[b]}" if both else a for a, b, both in zip(labels, second, two, strict=True)]
    start = np.datetime64("2024-01-01")
    return pd.DataFrame(
        {
            schema.ITEM: [f"i{i + 1:05d}" for i in range(len(category))],
            schema.TITLE: rows,
            schema.CATEGORY: labels,
            names.maker(settings.world): [names.MAKERS[m] for m in maker],
            "price": price,
            "launched": (start + launch.ravel().astype("timedelta64[D]")).astype(str),
        }
    )
