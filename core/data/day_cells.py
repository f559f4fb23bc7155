"""Which day a cell of a log says: enough to compare two columns of times before anything is decided about them."""

import re
from datetime import UTC, date, datetime

from core.data.dialects import NUMBER

DAY = 86_400
CLOCKLESS = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|(19|20)\d{6}")
"""A day without a time of day."""
ISO_DAY = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)")


def is_day(cell: str) -> bool:
    """Whether a time is that of a whole day."""
    if NUMBER.match(cell) and not CLOCKLESS.fullmatch(cell):
        return float(cell) % DAY == 0
    return bool(CLOCKLESS.fullmatch(cell))


def day_number(cell: str) -> int | None:
    """Days between year 1 and a time, None where it is written in a way that is not told here."""
    match = ISO_DAY.match(cell)
    try:
        if NUMBER.match(cell) and not CLOCKLESS.fullmatch(cell):
            seconds = float(cell)
            while seconds > 1e11:
                seconds /= 1000
            return datetime.fromtimestamp(seconds, UTC).toordinal()
        return date(*map(int, match.groups())).toordinal() if match else None
    except (ValueError, OverflowError, OSError):
        return None
