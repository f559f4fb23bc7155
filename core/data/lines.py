"""Lines of a text that nobody vouches for: one without an end takes no more memory than a record may."""

from collections.abc import Iterator
from typing import TextIO

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
