"""How much the pages keep in memory, all caches together, and an end to it: the fullest of them is emptied."""

import heapq
import sys
import threading
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from core.settings import pages

P = ParamSpec("P")
T = TypeVar("T")
DEEPEST = 12
"""Values in values in values that are looked at; what lies deeper is small, or is counted elsewhere."""
_lock = threading.RLock()
_kept: "dict[str, Kept]" = {}


class Kept:
    """What one cache holds at most: the largest of what it was given since it was emptied."""

    def __init__(self, name: str, entries: int) -> None:
        """Nothing was given yet."""
        self.entries, self.clear, self._sizes = entries, lambda: None, list[int]()
        with _lock:
            _kept[name] = self

    clear: Callable[[], Any]
    """Empties the cache."""

    @property
    def bytes(self) -> int:
        """Bytes that it may hold; more than it does, where what was given is shared or has gone."""
        return sum(self._sizes)

    def given(self, value: Any) -> None:
        """Count a value that the cache is about to keep, and let go of others where all hold too much."""
        with _lock:
            self._sizes = heapq.nlargest(self.entries, [*self._sizes, size_of(value)])
            most = pages().cache_mb << 20
            while held() > most:
                fullest = max(_kept.values(), key=lambda kept: kept.bytes)
                fullest._sizes = []
                fullest.clear()


def bounded(cache: Callable[[Callable[P, T]], Any], function: Callable[P, T], entries: int) -> Callable[P, T]:
    """A function whose values a cache of so many entries keeps, counted as they are made."""
    kept = Kept(f"{function.__module__}.{function.__qualname__}", entries)

    @wraps(function)
    def made(*arguments: P.args, **named: P.kwargs) -> T:
        value = function(*arguments, **named)
        kept.given(value)
        return value

    found: Any = cache(made)
    kept.clear = found.clear
    return found  # type: ignore[no-any-return]


def held() -> int:
    """Bytes that all caches may hold."""
    with _lock:
        return sum(kept.bytes for kept in _kept.values())


def size_of(value: Any) -> int:
    """About how many bytes a value takes with all that it holds, arrays and frames as they say themselves.

    >>> size_of("a" * 1000) > 1000, size_of(["a" * 1000, "b" * 1000]) > 2000
    (True, True)
    """
    return _size(value, set(), DEEPEST)


def _size(value: Any, seen: set[int], depth: int) -> int:
    if id(value) in seen or callable(value):
        return 0
    seen.add(id(value))
    if callable(measure := getattr(value, "memory_usage", None)):
        used = measure(deep=True)
        return int(used if isinstance(used, int) else used.sum())
    if isinstance(whole := getattr(value, "nbytes", None), int):
        return max(whole, sys.getsizeof(value))
    size = sys.getsizeof(value)
    if not depth or isinstance(value, str | bytes | bytearray | memoryview | range):
        return size
    return size + sum(_size(part, seen, depth - 1) for part in _parts(value))


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    slots = [getattr(value, name, None) for kind in type(value).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*getattr(value, "__dict__", {}).values(), *slots]
