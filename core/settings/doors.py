"""What leaves by the doors that other programs come in by."""

from dataclasses import dataclass

from core.settings import limits


@dataclass(frozen=True)
class DoorSettings:
    """What agents are given."""

    mask_ids: bool = False
    """Give keyed pseudonyms in place of user ids, and take nothing else; the key stays in the workspace."""
    rows: int = 200
    """Rows of one answer at most; further ones are asked for by their place."""

    def __post_init__(self) -> None:
        """Refuse answers without rows."""
        limits.at_least("doors.rows", self.rows, 1)
