"""Schemas of Avro that a message cannot abuse: what is read of one is no deeper than the schema and no longer than it.

A schema that holds itself lets a message nest without end, and a list of things that take no bytes lets a number alone
fill the memory; no event needs either.
"""

from collections.abc import Mapping
from typing import Any


def is_bounded(schema: Any, named: Mapping[str, Any], around: frozenset[str] = frozenset()) -> bool:
    """Whether a parsed schema is of that kind; `named` are schemas by their names, `around` those that hold it.

    >>> is_bounded({"type": "array", "items": "null"}, {}), is_bounded({"type": "array", "items": "int"}, {})
    (False, True)
    """
    if isinstance(schema, str):
        return schema not in around and (schema not in named or is_bounded(named[schema], named, around))
    if isinstance(schema, list):
        return all(is_bounded(part, named, around) for part in schema)
    kind = schema["type"]
    if kind in ("record", "error"):
        within = around | {str(schema["name"])}
        return str(schema["name"]) not in around and all(
            is_bounded(field["type"], named, within) for field in schema["fields"]
        )
    if kind == "array":
        return _takes_room(schema["items"], named) and is_bounded(schema["items"], named, around)
    if kind == "map":
        return is_bounded(schema["values"], named, around)
    return True if isinstance(kind, str) else is_bounded(kind, named, around)


def _takes_room(schema: Any, named: Mapping[str, Any]) -> bool:
    """Whether a value takes a byte at least; of schemas that do not hold themselves."""
    if isinstance(schema, str):
        return _takes_room(named[schema], named) if schema in named else schema != "null"
    if isinstance(schema, list):
        return True
    kind = schema["type"]
    if kind in ("record", "error"):
        return any(_takes_room(field["type"], named) for field in schema["fields"])
    if kind == "fixed":
        return int(schema["size"]) > 0
    return kind != "null" if isinstance(kind, str) else _takes_room(kind, named)
