"""What all hostile files are made of: a log that would be read gladly, and files with some bytes."""

import random
from collections.abc import Callable
from pathlib import Path

MEGABYTE = 1 << 20
HEADER = "user_id,item_id,timestamp"
Make = Callable[[Path, random.Random], Path]


def log(rows: int = 60, user: str = "u{}", item: str = "i{}") -> str:
    """A log that would be read gladly."""
    lines = [f"{user.format(n % 7)},{item.format(n % 11)},{1_600_000_000 + 3600 * n}" for n in range(rows)]
    return "\n".join([HEADER, *lines]) + "\n"


def write(folder: Path, name: str, data: bytes) -> Path:
    """A file with some bytes."""
    (folder / name).write_bytes(data)
    return folder / name
