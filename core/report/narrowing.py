"""Which users a report or an answer is about, as the command line and agents ask for them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from core.errors import CohortError, InputError
from core.phrases import say

if TYPE_CHECKING:
    import pandas as pd

    from core.drift import Cohort

Status = Literal["named", "perhaps", "steady", "insufficient"]
Kind = Literal["abrupt", "gradual", "recurring"]
Direction = Literal["shift", "broaden", "narrow"]
CHOICES: Final = {"status": get_args(Status), "kind": get_args(Kind), "direction": get_args(Direction)}
"""Values that a filter may have, of those that may not have any."""


@dataclass(frozen=True)
class Filters:
    """What narrows the users down; what is left empty does not narrow."""

    status: tuple[Status, ...] = ()
    """Verdicts, any of these."""
    kind: tuple[Kind, ...] = ()
    direction: tuple[Direction, ...] = ()
    from_category: tuple[str, ...] = ()
    """Who turned from any of these categories."""
    to_category: tuple[str, ...] = ()
    since: str | None = None
    """With a change at or after this moment, ISO 8601."""
    until: str | None = None
    """With a change before this moment, ISO 8601."""
    min_events: int = 0
    id_contains: str = ""
    attribute: tuple[str, ...] = ()
    """`COLUMN=VALUE` of the users file, all of these."""
    cohort: str = ""
    """Of the users of this named cohort."""

    @property
    def picked(self) -> "Cohort":
        """The users that this picks among those of the named cohort.

        Raises `InputError` for a moment or an attribute that cannot be read.
        """
        from core.drift import Cohort

        return Cohort(
            text=self.id_contains,
            statuses=tuple(self.status),
            kinds=tuple(self.kind),
            directions=tuple(self.direction),
            sources=tuple(self.from_category),
            targets=tuple(self.to_category),
            start=_moment("since", self.since),
            end=_moment("until", self.until),
            min_events=self.min_events,
            attributes=tuple(_attribute(text) for text in self.attribute),
        )


RULES: Final = tuple(field.name for field in fields(Filters) if field.name != "cohort")
"""What a rule may be made of."""


def rule(texts: Sequence[str]) -> "Cohort":
    """The users that a rule picks, from texts as `to_category=tea`; several of a name mean any of them.

    Raises `CohortError` for what is no rule, and `InputError` for a moment or an attribute that cannot be read.
    """
    given: dict[str, list[str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not equals or name not in RULES:
            raise CohortError(say("errors.no_rule", found=text[:80], known=", ".join(RULES)))
        if name in CHOICES and value not in CHOICES[name]:
            known = ", ".join(CHOICES[name])
            raise CohortError(say("errors.no_rule_value", name=name, value=value[:80], known=known))
        given.setdefault(name, []).append(value)
    return Filters(**{name: _given(name, values) for name, values in given.items()}).picked


def _given(name: str, values: list[str]) -> Any:
    """Values of a rule as `Filters` has them."""
    kind = type(getattr(Filters(), name))
    if kind is tuple:
        return tuple(values)
    if kind is int and not values[-1].isdecimal():
        raise CohortError(say("errors.no_rule_value", name=name, value=values[-1][:80], known="0, 1, 2 ..."))
    return int(values[-1]) if kind is int else values[-1]


def _moment(name: str, text: str | None) -> "pd.Timestamp | None":
    import pandas as pd

    if not text:
        return None
    try:
        found = pd.Timestamp(text)
    except ValueError as error:
        raise InputError(f"{name} {text!r} is no moment. Write it as 2024-05-01 or 2024-05-01T12:00.") from error
    return found.tz_convert(None) if found.tzinfo else found


def _attribute(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals or not column:
        raise InputError(f"attribute {text!r} cannot be read. Write COLUMN=VALUE.")
    return column, value
