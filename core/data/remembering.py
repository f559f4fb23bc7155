"""Expressions on tables that most logs have alike are built once for a connection, not once for each log."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

MOST = 500
"""Expressions that a connection keeps."""
Given = ParamSpec("Given")
Built = TypeVar("Built")


def remembered(build: Callable[Given, Built]) -> Callable[Given, Built]:
    """A function that makes an expression of tables or columns and of settings that can be hashed, and of nothing else.

    What it made is kept with the connection that they are of; engines of others keep nothing.
    """

    @wraps(build)
    def again(*given: Given.args, **more: Given.kwargs) -> Built:
        parts = [argument.op() if hasattr(argument, "op") else argument for argument in (*given, *more.values())]
        made: dict[Any, Built] | None = getattr(given[0].get_backend(), "made", None)  # type: ignore[attr-defined]
        if made is None:
            return build(*given, **more)
        key = (build, *more, *parts)
        if key not in made:
            if len(made) >= MOST:
                made.clear()
            made[key] = build(*given, **more)
        return made[key]

    return again
