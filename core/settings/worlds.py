"""Worlds that a log can be simulated of, each with the habits of its field."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from core.errors import SettingsError
from core.phrases import say
from core.settings.simulation import SimulationSettings

WORLDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "shop": {},
    "music": {
        "categories": 24, "items_per_category": 60, "mean_events": 160.0, "session_events": 8.0, "stickiness": 0.6,
        "moods": 1.2, "repeats": 0.7, "weekdays": 0.5,
    },
    "news": {
        "categories": 16, "items_per_category": 300, "session_events": 4.0, "stickiness": 0.3, "trend": 1.5,
        "life_days": 4, "weekdays": 0.5,
    },
    "video": {
        "categories": 18, "items_per_category": 96, "mean_events": 110.0, "session_events": 5.0, "stickiness": 0.85,
        "episodes": 8, "binge": 0.8,
    },
    "social": {
        "categories": 240, "items_per_category": 12, "mean_events": 120.0, "session_events": 10.0, "stickiness": 0.3,
        "breadth": 20, "bursts": 2.6,
    },
}  # fmt: skip
"""What each world has otherwise than the shop: music is heard again and again, by moods of the day; news lives for
days; video comes in series that are watched at a stretch; social is read in bursts, of very many categories."""


def world(name: str) -> SimulationSettings:
    """The settings of a world; raises `SettingsError` where there is none of that name.

    >>> world("news").life_days
    4
    """
    if name not in WORLDS:
        raise SettingsError(say("errors.no_world", found=name, known=", ".join(WORLDS)))
    return replace(SimulationSettings(), world=name, **WORLDS[name])
