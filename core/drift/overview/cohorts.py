"""Users picked by what is known of them: how their interests moved, when, how long their history is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.data import Sequences, schema
from core.drift.overview.sureness import GRADES, NAMED, PERHAPS

MAYBE, STEADY, INSUFFICIENT = "perhaps", "steady", "insufficient"
STATUSES = (NAMED, MAYBE, STEADY, INSUFFICIENT)
RECURRING = "recurring"
KINDS = ("abrupt", "gradual", RECURRING)
DIRECTIONS = ("shift", "broaden", "narrow")
MOST_VALUES = 30
"""An attribute with more values does not tell groups apart."""
SPANS = 4
"""Groups that users are put into by a number."""


SHORTEST, LONGEST = 60, 900
"""Events of a history that fits a stage."""


@dataclass(frozen=True)
class Cohort:
    """Which users; what is left at its default does not narrow."""

    text: str = ""
    """Part of the id, in any case."""
    statuses: tuple[str, ...] = ()
    """Any of `STATUSES`."""
    kinds: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Any of these categories was left."""
    targets: tuple[str, ...] = ()
    """Any of these categories was found."""
    start: pd.Timestamp | None = None
    """With a change at or after this moment."""
    end: pd.Timestamp | None = None
    """With a change before this moment."""
    min_events: int = 0
    attributes: tuple[tuple[str, str], ...] = ()
    """User attributes and their values, as text."""
    users: frozenset[str] | None = None
    """Only these, as picked on a map."""

    @property
    def by_verdict(self) -> bool:
        """Whether users are picked by what the test says of them, so that nothing can be reckoned from how many did.

        Users who were picked by hand may have been.
        """
        lists = (self.statuses, self.kinds, self.directions, self.sources, self.targets)
        return any(lists) or not all(each is None for each in (self.users, self.start, self.end))


def choose(
    table: pd.DataFrame, cohort: Cohort, changes: pd.DataFrame | None = None, attributes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Rows of the drift table, as `sureness.judged` gives it, that belong to a cohort, the surest first.

    `changes` as `population.changes` gives them, needed for `start` and `end`; `attributes`: user_id and columns.
    """
    keep = table["n_events"] >= cohort.min_events
    if cohort.text:
        keep &= table[schema.USER].str.contains(cohort.text, case=False, regex=False)
    if cohort.statuses:
        keep &= status_of(table).isin(cohort.statuses)
    for column, allowed in (("kind", cohort.kinds), ("direction", cohort.directions)):
        if allowed:
            keep &= table[column].isin(allowed)
    for column, names in (("from_categories", cohort.sources), ("to_categories", cohort.targets)):
        if names:
            keep &= pd.Series([bool(set(names) & set(cell)) for cell in table[column]], index=table.index)
    if cohort.users is not None:
        keep &= table[schema.USER].isin(cohort.users)
    keep &= _in_time(table, cohort, changes) & _with_attributes(table, cohort, attributes)
    return surest(table[keep])


def events_of(table: pd.DataFrame, sequences: Sequences) -> Sequences:
    """The log with the events of the users of a table alone; the others stay, with empty histories."""
    return sequences.only(np.array([sequences.user_position[user] for user in table[schema.USER]], dtype=np.int64))


def surest(table: pd.DataFrame) -> pd.DataFrame:
    """The surest first: by q-value, where that is the same by score; who cannot be judged comes last."""
    return table.sort_values(["q_value", "score"], ascending=[True, False], kind="stable", ignore_index=True)


def attributes(sequences: Sequences) -> pd.DataFrame:
    """user_id and those user attributes that have 2 to 30 values, as text: what users can be told apart by.

    Numbers with more values, such as ages, are put into four spans of about equally many users.
    """
    known = sequences.user_attributes.reset_index(drop=True).apply(_in_spans)
    few = [column for column in known.columns if 2 <= known[column].nunique() <= MOST_VALUES]
    users = pd.DataFrame({schema.USER: sequences.users})
    return pd.concat([users, known[few].astype(str)], axis=1)


def status_of(table: pd.DataFrame) -> "pd.Series[str]":
    """Each row of a judged drift table: named, perhaps (signs of a change), steady (tested without), insufficient."""
    status = table["status"].where(table["status"] == INSUFFICIENT, STEADY)
    status = status.where(~(table["q_value"] <= GRADES[PERHAPS]), MAYBE)
    return status.where(~table[NAMED].astype(bool), NAMED)


def readable(table: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """The table for the eye: days instead of moments, `status_of` as status, codes in words; no change by itself."""
    shown = table.drop(columns="changes", errors="ignore").assign(status=status_of(table))
    for column in ("sure", "status", "kind", "direction"):
        shown[column] = shown[column].map(lambda code: words.get(code, code))
    for column in ("from_categories", "to_categories"):
        shown[column] = table[column].map(list)
    shown["change_times"] = table["change_times"].map(lambda cell: [time[:10] for time in cell])
    return shown


def _in_spans(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """A column of many numbers as spans, `18–24`; any other as it is, numbers that nearly each user has alone, too."""
    numbers = pd.to_numeric(column, errors="coerce")
    if not MOST_VALUES < column.nunique() < len(column) / 2 or numbers.isna().mean() > column.isna().mean():
        return column
    span = pd.qcut(numbers, SPANS, labels=False, duplicates="drop")
    ends = numbers.groupby(span).agg(["min", "max"])
    names = {at: f"{low:g}–{high:g}" for at, low, high in ends.itertuples()}
    return span.map(names)


def _in_time(table: pd.DataFrame, cohort: Cohort, changes: pd.DataFrame | None) -> "pd.Series[bool]":
    everyone = pd.Series(True, index=table.index)
    if changes is None or (cohort.start is None and cohort.end is None):
        return everyone
    inside = pd.Series(True, index=changes.index)
    if cohort.start is not None:
        inside &= changes[schema.TIME] >= cohort.start
    if cohort.end is not None:
        inside &= changes[schema.TIME] < cohort.end
    return table[schema.USER].isin(changes.loc[inside, schema.USER])


def _with_attributes(table: pd.DataFrame, cohort: Cohort, attributes: pd.DataFrame | None) -> "pd.Series[bool]":
    keep = pd.Series(True, index=table.index)
    if attributes is None or not cohort.attributes:
        return keep
    known = attributes.set_index(schema.USER).reindex(table[schema.USER])
    for column, value in cohort.attributes:
        keep &= (known[column].astype(str) == value).to_numpy()
    return keep


def telling(table: pd.DataFrame, count: int = 3) -> pd.DataFrame:
    """Rows of a judged drift table: the surest of each kind that can be told by its categories, then the best others.

    Histories that are neither short nor endless come first; there may be fewer rows than `count`.
    """
    named = table[table[NAMED]]
    named = named.assign(
        fits=named["n_events"].between(SHORTEST, LONGEST),
        told=named["from_categories"].map(bool) & named["to_categories"].map(bool),
    )
    ranked = named.sort_values(["told", "fits", "score"], ascending=False, kind="stable")
    first = ranked[ranked["told"] & ranked["fits"]].drop_duplicates("kind")
    first = first[first["kind"].isin(KINDS)]
    chosen = pd.concat([first, ranked.drop(first.index)]).head(count)
    return chosen.drop(columns=["fits", "told"]).reset_index(drop=True)
