"""Somebody's id in texts: found, and hidden."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

HIDDEN = "(forgotten)"
"""What stands in place of an id."""
SHORT = 5
"""Ids of fewer letters are anybody's word."""


@dataclass(frozen=True)
class Person:
    """Somebody by user id, as a data set writes it: the pseudonym where it holds these.

    An id that is a plain word or a number may mean something else in a text (a title, a price): there it counts only
    between quotes, as messages write ids; any other id counts wherever it stands as a whole.
    """

    id: str
    other: str = ""
    """The id behind a pseudonym, where it is known: it may stand in a text, or in the first bytes of a log."""

    @property
    def ids(self) -> tuple[str, ...]:
        """All that the person is called."""
        return (self.id, self.other) if self.other else (self.id,)

    @property
    def distinct(self) -> tuple[str, ...]:
        """Those of the ids that can be nothing but ids."""
        return tuple(name for name in self.ids if _is_distinct(name))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_expression, self.ids)))

    def named(self, text: str) -> bool:
        """Whether a text names the person."""
        return any(name in text for name in self.ids) and self._pattern.search(text) is not None

    def hidden(self, text: str) -> str:
        """The text without the id.

        >>> Person("ann-1@x").hidden("No user 'ann-1@x'; did you mean ann-1@xy?")
        "No user '(forgotten)'; did you mean ann-1@xy?"
        """
        return self._pattern.sub(HIDDEN, text) if any(name in text for name in self.ids) else text

    def without(self, value: Any) -> Any:
        """Plain values of JSON with the id hidden in every text; a text that is the id, too.

        >>> Person("ann").without({"users": ["ann", "anna"], "ann": 2})
        {'users': ['(forgotten)', 'anna'], '(forgotten)': 2}
        """
        if isinstance(value, dict):
            return {self.without(key): self.without(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.without(part) for part in value]
        if not isinstance(value, str):
            return value
        return HIDDEN if value in self.ids else self.hidden(value)


def _is_distinct(name: str) -> bool:
    return len(name) >= SHORT and not name.isdecimal() and not name.isalpha()


def _expression(name: str) -> str:
    """What an id looks like in a text."""
    before, after = (r"(?<![^\W_])", r"(?![^\W_])") if _is_distinct(name) else ("(?<=['\"])", "(?=['\"])")
    return before + re.escape(name) + after
