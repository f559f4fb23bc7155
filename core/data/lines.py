"""Lines of a text that nobody vouches for: one without an end takes no more memory than a record may."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

LONGEST = 16 << 20
"""Characters of a line of JSON beyond which it is no record."""


def bounded(stream: TextIO, most: int = LONGEST) -> Iterator[str]:
    r"""Lines with their ends; of a longer one its first characters, one more than `most`, so that it is seen to be.

    >>> import io
    >>> list(bounded(io.StringIO("a\nbbbbb\nc"), 3))
    ['a\n', 'bbbb', 'c']
    """
    while line := stream.readline(most + 1):
        yield line
        while len(line) > most and not line.endswith("\n"):
            line = stream.readline(most + 1)


def json_object(line: str) -> dict[str, Any] | None:
    """The object that a line holds, if any; one that names half of a character is none, to a database as well."""
    try:
        value = json.loads(line)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
