"""Expressions as statements of DuckDB: each is put into SQL once, and a view costs no statement of its own.

Loading this takes a fifth of a second: only who runs statements does.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ibis.backends.duckdb import Backend
from ibis.expr.operations import DatabaseTable

if TYPE_CHECKING:
    from ibis.expr.types import Expr, Table


class Views:
    """Queries by name: whoever reads one has its text before its own, so that it is planned where it is run only."""

    def __init__(self) -> None:
        """Begin without any."""
        self.known: dict[str, tuple[str, tuple[str, ...]]] = {}
        """The text of each, and the names that it reads."""

    def before(self, query: str, reads: tuple[str, ...]) -> str:
        """A query with all views before it that it `reads`, directly or by others."""
        needed: dict[str, str] = {}
        self._add(reads, needed)
        if not needed:
            return query
        views = ", ".join(f'"{name}" as not materialized ({text})' for name, text in needed.items())
        return f"with {views}, {query[5:]}" if query[:5].lower() == "with " else f"with {views} {query}"

    def _add(self, names: tuple[str, ...], needed: dict[str, str]) -> None:
        for name in names:
            if name in self.known and name not in needed:
                text, reads = self.known[name]
                self._add(reads, needed)
                needed[name] = text


class Remembering(Backend):  # type: ignore[misc]
    """Ibis' backend, which here remembers: of the next log with the same columns most is the same."""

    def do_connect(self, *given: Any, **more: Any) -> None:
        """Connect, with no view and nothing remembered."""
        self.views = Views()
        self.made: dict[Any, Any] = {}
        """Expressions that were built on its tables, as `remembering` keeps them."""
        super().do_connect(*given, **more)

    def compile(self, expr: "Expr", /, *, limit: str | None = None, params: None = None) -> str:
        """SQL of an expression."""
        assert params is None
        return self.views.before(*_compiled(self, expr.op(), limit))

    def define(self, name: str, query: "str | Expr") -> None:
        """Give a name to a query; a text reads no other view."""
        self.views.known[name] = (query, ()) if isinstance(query, str) else _compiled(self, query.op(), None)

    def rows(self, expression: "Table") -> list[dict[str, Any]]:
        """The rows of an expression, as `answers` has them."""
        found = self.con.execute(self.compile(expression))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@lru_cache(maxsize=1024)
def _compiled(backend: Backend, operation: Any, limit: str | None) -> tuple[str, tuple[str, ...]]:
    """SQL, and the tables and views that it reads."""
    names = dict.fromkeys(table.name for table in operation.find(DatabaseTable))
    return str(Backend.compile(backend, operation.to_expr(), limit=limit)), tuple(names)
