"""What is kept here of data that lies at an address."""

from dataclasses import dataclass

from core.settings import limits


@dataclass(frozen=True)
class StoreSettings:
    """What is kept here of data that lies at an address."""

    cache_mb: int = 20_000
    """Disk (MB) for copies of it; beyond it those go that were not used for longest, and that nobody uses now."""

    def __post_init__(self) -> None:
        """Refuse less than nothing."""
        limits.at_least("store.cache_mb", self.cache_mb, 0)
