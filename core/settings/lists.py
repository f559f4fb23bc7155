"""How a list is put together from scores."""

from dataclasses import dataclass

from core.errors import SettingsError
from core.phrases import say

ORDERS = ("score", "distance")


@dataclass(frozen=True)
class ListSettings:
    """How a list is put together from scores."""

    k: int = 10
    """Items in a list."""
    hide_seen: bool = True
    """Leave out what the user has had."""
    categories: tuple[str, ...] = ()
    """Only items of one of these categories; empty: of all."""
    new_only: bool = False
    """Only items without events before the newest tenth of the log."""
    order: str = "score"
    """score: what the model puts highest; distance: nearest to the user's state in the space of the trained model."""
    diversity: float = 0.0
    """0 by score alone, 1 by unlikeness to what stands above alone (MMR)."""
    calibration: float = 0.0
    """0 by score alone, 1 by closeness to the user's mix of categories alone (Steck)."""

    def __post_init__(self) -> None:
        """Refuse values that mean nothing."""
        for name in ("diversity", "calibration"):
            if not 0 <= getattr(self, name) <= 1:
                raise SettingsError(say("errors.share", name=name, found=getattr(self, name)))
        if self.diversity and self.calibration:
            raise SettingsError(say("errors.one_recipe"))
        if self.order not in ORDERS:
            raise SettingsError(say("errors.no_order", known=", ".join(ORDERS), found=self.order))
        if self.k < 1:
            raise SettingsError(say("errors.least_k", found=self.k))
