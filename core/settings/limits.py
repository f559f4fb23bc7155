"""What a setting may be; each function raises `SettingsError` that names it."""

from core.errors import SettingsError
from core.phrases import say


def choice(path: str, value: str | None, choices: tuple[str, ...]) -> None:
    """One of some words, or nothing."""
    if value is not None and value not in choices:
        raise SettingsError(say("errors.no_choice", setting=path, found=value, known=", ".join(choices)))


def at_least(path: str, value: int | None, least: int) -> None:
    """At least so much, or nothing."""
    if value is not None and value < least:
        raise SettingsError(say("errors.least", setting=path, least=least, found=value))


def at_most(path: str, value: int, most: int) -> None:
    """No more than that."""
    if value > most:
        raise SettingsError(say("errors.most", setting=path, most=most, found=value))


def above(path: str, value: float, limit: float) -> None:
    """More than so much."""
    if not value > limit:
        raise SettingsError(say("errors.above", setting=path, least=limit, found=value))


def share(path: str, value: float | None) -> None:
    """A share below 1, or nothing."""
    if value is not None and not 0 <= value < 1:
        raise SettingsError(say("errors.below_one", setting=path, found=value))
