"""A log that is made up: how large it is, and the habits of its people."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SimulationSettings:
    """A log with known drift. The chances and strengths are those of the default habits; 0 switches one off."""

    world: str = "shop"
    """What its people do: shop, music, news, video or social; see `worlds.world` for the habits of each."""
    users: int = 2000
    """People in the log."""
    seed: int = 0
    """Seed of everything random in the log."""
    categories: int = 20
    """Interests that a mix is spread over."""
    items_per_category: int = 40
    """Items of each category, launched over time."""
    days: int = 365
    """Length of the log."""
    mean_events: float = 90.0
    """Mean events of a user who is not cold; the numbers are log-normal."""
    session_events: float = 4.0
    """Mean events of a session."""
    stickiness: float = 0.5
    """Mean chance that an event stays in the category of the one before it, inside a session."""
    drift: float = 0.4
    """Share of users with 20 events or more who drift."""
    cold: float = 0.08
    """Share of users with at most 15 events."""
    trend: float = 1.0
    """Strength of what all users share: rising and falling categories, seasons, fads."""
    weekdays: float = 1.0
    """Strength of the habits of single users at weekends."""
    odd_sessions: float = 0.02
    """Share of sessions that have nothing to do with the user's mix, such as a present for someone."""
    second_category: float = 0.0
    """Share of items with two categories."""
    smallest_change: float = 0.3
    """Least total variation between the mixes before and after a change."""
    breadth: int = 5
    """Most categories that a typical mix is made of."""
    bursts: float = 1.3
    """Spread of the pauses between sessions (of their logarithm): the larger, the more come at once."""
    moods: float = 0.0
    """Strength of the habits of single users at parts of the day."""
    repeats: float = 0.0
    """Chance that an event is an item that the user has had before, the oftener the likelier."""
    episodes: int = 0
    """Items of a series, which follow each other; 0 without series."""
    binge: float = 0.0
    """Chance that the next item of the series follows."""
    life_days: int = 0
    """Days after its launch for which an item is there; 0 for ever."""
    redesign: float = 0.0
    """Strength of a redesign in the middle of the log: new categories, others shown more or less; 0 without one."""
