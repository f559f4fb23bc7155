"""How rows become events: as the import of the data set had it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.data import CANCELLATION, NUMBERS, Clock, left_out, mask, recipe, schema
from core.phrases import say
from core.stream.layout import event_id
from core.stream.rows import Logged

MISSING = {schema.USER: "reasons.no_user", schema.ITEM: "reasons.no_item", schema.TIME: "reasons.empty_time"}


@dataclass(frozen=True)
class Rules:
    """How rows become events: as the import of the data set had it."""

    clock: Clock
    usual_weight: float
    """Of an event without one."""
    weighs: str | None
    """Column that weights come from."""
    key: str = ""
    """Makes pseudonyms; empty: none."""
    cancellations: bool = True
    left_out: frozenset[str] = frozenset()
    """Kinds of events that are left out."""
    unmeasured: frozenset[str] = frozenset()
    """Columns in which a value below 0 is none."""

    @classmethod
    def of(cls, summary: Mapping[str, Any], columns: Sequence[str], rating: float, key: str) -> "Rules":
        """From the summary of a data set, the columns of its events, and its median rating."""
        settings = summary.get(recipe.RECIPE, {}).get("settings", {})
        weighs = schema.WEIGHT if schema.WEIGHT in columns else schema.RATING if schema.RATING in columns else None
        return cls(
            Clock.of(dict(summary)),
            rating if weighs == schema.RATING else 1.0,
            weighs,
            key if settings.get("pseudonyms") else "",
            bool(settings.get("cancellations", True)),
            left_out(settings),
            frozenset(summary.get(recipe.RECIPE, {}).get(recipe.UNMEASURED, ())),
        )

    def event(self, row: Mapping[str, str]) -> tuple[Logged, bytes]:
        """The event of a row, and its id; raises `ValueError` with the reason of an import."""
        for column in schema.REQUIRED:
            if column not in row:
                raise ValueError(say(MISSING[column]))
        time = self.clock.read(row[schema.TIME])
        numbers = {column: self._number(column, row) for column in NUMBERS}
        kind = row.get(schema.EVENT)
        if kind in self.left_out:
            raise ValueError(say("reasons.kind"))
        if self.cancellations and (numbers[schema.WEIGHT] or 0) < 0:
            kind = CANCELLATION
        session = row.get(schema.SESSION)
        event = Logged(self.owner(row[schema.USER]), row[schema.ITEM], time, kind, numbers[schema.RATING],
                       numbers[schema.WEIGHT], session and self.owner(session))  # fmt: skip
        return event, event_id(row, time)

    def _number(self, column: str, row: Mapping[str, str]) -> float | None:
        number = _number(row.get(column))
        return None if column in self.unmeasured and (number or 0) < 0 else number

    def owner(self, user: str) -> str:
        """The id of a user or session in the data set."""
        return mask(user, self.key) if self.key else user

    def weight(self, event: Logged) -> float:
        """How much an event weighs for the model."""
        value = getattr(event, self.weighs) if self.weighs else None
        return self.usual_weight if value is None else float(value)


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text is not None and "_" not in text else None
    except ValueError:
        return None
    return number if number is not None and abs(number) < 1e20 else None
