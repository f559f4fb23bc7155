"""What the server of the pages keeps in memory."""

from dataclasses import dataclass

from core.settings import limits


@dataclass(frozen=True)
class PageSettings:
    """What the server of the pages keeps in memory."""

    cache_mb: int = 1000
    """Memory (MB) of all that pages keep to be shown again; beyond it the largest of it goes, and is made anew."""

    def __post_init__(self) -> None:
        """Refuse to keep next to nothing."""
        limits.at_least("pages.cache_mb", self.cache_mb, 50)
