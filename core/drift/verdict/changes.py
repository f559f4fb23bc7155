"""The changes of one user, as a row of the drift table holds them."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """A change point with the interval in which it may have begun; all are event indices."""

    event: int
    low: int
    high: int
    left: tuple[str, ...] = ()
    """Categories that lost."""
    found: tuple[str, ...] = ()
    """Categories that won."""
    magnitude: float = math.nan
    """Total variation between the mixes before and after, 0 to 1."""
