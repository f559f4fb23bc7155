"""What an engine answers to an expression of few rows, as values of Python: a frame would cost more than the question.

Nothing is loaded here, so that who only counts the days of sequences loads no engine.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibis.expr.types import Table


def rows_of(expression: "Table") -> list[dict[str, Any]]:
    """The rows of an expression by the names of their columns; None where there is no value."""
    backend = expression.get_backend()
    if ask := getattr(backend, "rows", None):
        found: list[dict[str, Any]] = ask(expression)
        return found
    frame = expression.execute().astype(object)  # an engine of others
    return list(frame.where(frame.notna(), None).to_dict("records"))


def row_of(expression: "Table") -> dict[str, Any]:
    """The only row of an expression, as `rows_of`."""
    return rows_of(expression)[0]
