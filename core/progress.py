"""How a long step tells how far it is, and hears that it should stop."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and one short line; raises `JobCancelledError` to stop the step."""


def silent(_share: float, _message: str) -> None:
    """Report to nobody."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """The progress of a step that is one part of a longer one.

    >>> part(lambda share, message: print(share, message), 0.5, 1.0)(0.5, "half of the second half")
    0.75 half of the second half
    """
    return lambda share, message: progress(start + share * (end - start), message)
