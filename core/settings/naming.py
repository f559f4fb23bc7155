"""Who is named as changed."""

from dataclasses import dataclass

from core.errors import SettingsError
from core.phrases import say

LEAST_ACCEPTED, MOST_ACCEPTED = 0.01, 0.2
"""Bounds of `NamingSettings.accept`."""


@dataclass(frozen=True)
class NamingSettings:
    """Who is named as changed: a matter of reading the drift table, not of making it."""

    accept: float = 0.05
    """Share of false alarms among the users who are named that is accepted, 0.01 to 0.2."""

    def __post_init__(self) -> None:
        """Refuse shares that name nobody, or nearly anybody."""
        if not LEAST_ACCEPTED <= self.accept <= MOST_ACCEPTED:
            raise SettingsError(say("errors.accept", found=self.accept, least=LEAST_ACCEPTED, most=MOST_ACCEPTED))
