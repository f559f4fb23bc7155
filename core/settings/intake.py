"""What a file may be that comes in: how far it unpacks, how wide and how long it is."""

from dataclasses import dataclass

from core.settings import limits


@dataclass(frozen=True)
class IntakeSettings:
    """What a file may be that comes in; one that is more is refused with one line, before memory or disk is taken."""

    unpacked_times: int = 200
    """A file that unpacks to more than this many times its size is no log ..."""
    unpacked_free_mb: int = 100
    """... unless it unpacks to no more than this (MB)."""
    unpacked_most_mb: int = 50_000
    """No file unpacks to more (MB), however large it is; a sparse file counts as packed."""
    members: int = 10_000
    """Files in an archive, or parts of a workbook."""
    columns: int = 2000
    """Columns of a table, or different keys in objects of JSON."""
    line_characters: int = 1 << 20
    """A longer line is no record: it is rejected, and counted."""
    rows_a_byte: int = 50
    """A table with types that says it has more rows a byte is no log ..."""
    rows_free: int = 1_000_000
    """... unless it has no more rows than this."""
    reader_mb: int = 900
    """Memory (MB) of the process that reads a workbook, Arrow or ORC; more for a larger file (`core.data.apart`)."""
    reader_seconds: int = 600
    """Processor time of that process."""

    def __post_init__(self) -> None:
        """Refuse limits that nothing passes."""
        for name in ("unpacked_times", "unpacked_free_mb", "unpacked_most_mb", "members", "rows_a_byte", "rows_free",
                     "reader_seconds"):  # fmt: skip
            limits.at_least(f"intake.{name}", getattr(self, name), 1)
        limits.at_least("intake.columns", self.columns, 10)
        limits.at_least("intake.line_characters", self.line_characters, 1000)
        limits.at_least("intake.reader_mb", self.reader_mb, 300)
