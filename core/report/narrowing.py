"""Which users a report or an answer is about, as the command line and agents ask for them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from core.drift import Cohort

Status = Literal["named", "perhaps", "steady", "insufficient"]
Kind = Literal["abrupt", "gradual", "recurring"]
Direction = Literal["shift", "broaden", "narrow"]


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

    @property
    def cohort(self) -> "Cohort":
        """The users that this picks; raises `InputError` for a moment or an attribute that cannot be read."""
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
