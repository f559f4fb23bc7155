"""Rules of cleaning, one after the other: which rows each leaves out, and how many it saw and left."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import ibis

from core import phrases
from core.data import age as age_of_data
from core.data import impressions, schema, spans
from core.data.answers import row_of
from core.data.engine import Engine
from core.data.remembering import remembered
from core.settings import ImportSettings

if TYPE_CHECKING:
    from ibis.expr.types import Table

SEPARATOR = "\x1f"
"""Parts the texts of a row where one hash is taken over them; never inside an id that a person would type."""
MOST_ROUNDS = 100
"""Rounds in which users and items are checked in turn; logs need a handful."""


@dataclass(frozen=True)
class Cleaned:
    """Rows that all rules left, those that they took, and the counts of each rule."""

    rows: "Table"
    taken: "Table"
    """Columns line and reason."""
    left: int
    """How many rows they are."""
    duplicates: int
    reasons: dict[str, int]
    steps: list[dict[str, Any]]
    """rule, on, before, after: in the order in which they were applied."""


class Cleaner:
    """Applies rules to rows and keeps account."""

    def __init__(self, rows: "Table", engine: Engine) -> None:
        """Begin with rows that can be used."""
        self.engine, self.rows = engine, rows
        self.left = engine.count(rows)
        self.taken: list[Table] = []
        self.duplicates = 0
        self.reasons: dict[str, int] = {}
        self.steps: list[dict[str, Any]] = []

    def note(self, rule: str, *, on: bool, before: int) -> None:
        """Write down what a rule did."""
        self.steps.append({"rule": rule, "on": on, "before": before, "after": self.left})

    def take(self, lines: "Table", reason: str | None) -> int:
        """Leave out some lines, with their reason unless they are duplicates; returns how many they were."""
        name = f"taken{len(self.steps)}_{len(self.taken)}"
        lines = self.engine.keep(name, lines.select("line"))
        found = self.engine.count(lines)
        if found:
            self.rows = self.rows.anti_join(lines, "line")
            self.left -= found
        if found and reason:
            self.taken.append(lines.mutate(reason=ibis.literal(reason)))
            self.reasons[reason] = self.reasons.get(reason, 0) + found
        return found

    def done(self, refused: "Table") -> Cleaned:
        """Everything together; `refused` are the rows that could not be used, with their reasons."""
        taken = refused.union(*self.taken) if self.taken else refused
        return Cleaned(self.rows, taken, self.left, self.duplicates, self.reasons, self.steps)


def clean(rows: "Table", settings: ImportSettings, engine: Engine) -> Cleaned:
    """Apply all rules to typed rows (line, reason, canonical columns)."""
    cleaner = Cleaner(_usable(rows), engine)
    kinds(cleaner, impressions.left_out(vars(settings)))
    duplicates(cleaner)
    age(cleaner, settings.max_age_days)
    retention(cleaner, settings.retention_days)
    bots(cleaner, settings.most_per_hour)
    few_events(cleaner, settings)
    return cleaner.done(rows.filter(rows.reason.notnull()).select("line", "reason"))


@remembered
def _usable(rows: "Table") -> "Table":
    return rows.filter(rows.reason.isnull()).drop("reason")


def kinds(cleaner: Cleaner, names: frozenset[str]) -> None:
    """Events of kinds that are left out go."""
    before = cleaner.left
    if names and schema.EVENT in cleaner.rows.columns:
        rows = cleaner.rows
        unwanted = rows[schema.EVENT].isin(sorted(names)).fill_null(False)
        cleaner.take(rows.filter(unwanted), phrases.say("reasons.kind"))
        cleaner.rows = rows.filter(~unwanted)
    cleaner.note("leave_out_kinds", on=bool(names), before=before)


def duplicates(cleaner: Cleaner) -> None:
    """Of rows with the same user, item, time and kind of event only the first stays."""
    before = cleaner.left
    cleaner.duplicates = cleaner.take(_repeated(cleaner.rows), None)
    cleaner.note("duplicates", on=True, before=before)


@remembered
def _repeated(rows: "Table") -> "Table":
    """Rows before which there is one with the same user, item, time and kind."""
    same = [column for column in (schema.USER, schema.ITEM, schema.TIME, schema.EVENT) if column in rows.columns]
    # whole seconds do for a first look, and are a number: engines write moments out at four times the cost
    seen = [rows[column].epoch_seconds() if column == schema.TIME else rows[column] for column in same]
    texts = [column.cast("string").fill_null("") for column in seen]
    key = texts[0]
    for text in texts[1:]:
        key = key + SEPARATOR + text
    hashed = rows.select("line", *same, key=key.hash())
    # a hash of 8 bytes in place of the texts finds the few rows worth comparing
    often = hashed.group_by("key").aggregate(n=hashed.count()).filter(lambda table: table.n > 1)
    suspects = hashed.semi_join(often, "key")
    place = ibis.row_number().over(group_by=same, order_by="line")
    return suspects.mutate(place=place).filter(lambda table: table.place > 0)


def age(cleaner: Cleaner, days: int) -> None:
    """Events more than so many days before the last one go."""
    before = cleaner.left
    if days and before:
        rows = cleaner.rows
        # a row from the future would make all others old
        _, day = spans.by_day(rows).usual(slack=days)
        usual = rows.filter(rows[schema.TIME] < spans.EPOCH + timedelta(days=day + 1))
        last = row_of(usual.aggregate(last=usual[schema.TIME].max()))["last"]
        first = ibis.literal(last) - ibis.interval(days=days)
        cleaner.take(rows.filter(rows[schema.TIME] < first), phrases.say("reasons.old", days=days))
    cleaner.note("max_age_days", on=bool(days), before=before)


def retention(cleaner: Cleaner, days: int) -> None:
    """Events more than so many days before today go; they are those that a later purge would remove."""
    before = cleaner.left
    if days and before:
        old = cleaner.rows.filter(cleaner.rows[schema.TIME] < ibis.literal(age_of_data.oldest(days)))
        cleaner.take(old, phrases.say("reasons.old", days=days))
    cleaner.note("retention_days", on=bool(days), before=before)


def bots(cleaner: Cleaner, most: int) -> None:
    """Users with more than `most` events in a clock hour go."""
    before = cleaner.left
    if most:
        rows = cleaner.rows
        hours = rows.group_by(rows[schema.USER], hour=rows[schema.TIME].truncate("h")).aggregate(n=rows.count())
        fast = cleaner.engine.keep("bots", hours.filter(hours.n > most).select(schema.USER).distinct())
        cleaner.take(rows.semi_join(fast, schema.USER), phrases.say("reasons.fast", most=most))
    cleaner.note("most_per_hour", on=bool(most), before=before)


def few_events(cleaner: Cleaner, settings: ImportSettings) -> None:
    """Users with fewer than `min_events` go, and items with fewer than `min_item_events`, in turn until none has."""
    before = cleaner.left
    limits = {schema.USER: settings.min_events, schema.ITEM: settings.min_item_events}
    few_of_item = phrases.say("reasons.few_of_item", least=settings.min_item_events)
    names = {schema.USER: few_user_events(settings), schema.ITEM: few_of_item}
    for _ in range(MOST_ROUNDS):
        found = 0
        for column in (schema.USER, schema.ITEM):
            if limits[column] > 1:
                found += _take_few(cleaner, column, limits[column], names[column])
        if not found or limits[schema.ITEM] <= 1:
            break
    cleaner.note("min_events", on=max(limits.values()) > 1, before=before)


def few_user_events(settings: ImportSettings) -> str:
    """The reason of rows of users with too few events."""
    return phrases.say("reasons.few_of_user", least=settings.min_events)


def _take_few(cleaner: Cleaner, column: str, least: int, reason: str) -> int:
    counts = cleaner.engine.keep(f"{column}_counts", cleaner.rows.group_by(column).aggregate(n=cleaner.rows.count()))
    few = counts.filter(counts.n < least)
    if not cleaner.engine.count(few):
        return 0
    return cleaner.take(cleaner.rows.semi_join(few, column), reason)
