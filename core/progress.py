"""How a long step tells how far it is, and hears that it should stop."""

from collections.abc import Callable

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and one short line; raises `JobCancelledError` to stop the step."""


def silent(_share: float, _message: str) -> None:
    """Report to nobody."""
