"""Texts on events, what was searched or what somebody thinks of what they had: part of what their items say.

They are kept apart from the events, a row for each text of an item by each person: so a person's texts go with the
person, and a text that others said as well stays. Only the newest different texts of an item are kept.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd

from core.data import attributes, belonging, owners, schema
from core.data.account import EVENT_TEXTS
from core.data.belonging import CONSTANT, ITEM, ROW
from core.data.choosing import is_time
from core.data.dialects import plain, tails
from core.data.engine import Engine
from core.data.names import SAID
from core.data.pairing import parts_of
from core.data.prose import is_prose, words_of
from core.data.rows import TypedLog
from core.errors import EventsError
from core.phrases import say
from core.settings import AUTO, NONE, ImportSettings, LanguageSettings
from core.workspace import far

if TYPE_CHECKING:
    from ibis.expr.types import Table

TEXTS = "texts.parquet"
PAIRS = 20_000
"""Texts behind each other that are compared at most."""
RARE = 0.1
"""Words in more of the texts than this share say nothing of an item."""
SURE = 5.0
"""Deviations from chance from which on texts of one item are surely more alike than those of any two."""


@dataclass(frozen=True)
class EventTexts:
    """Writes what was said of items on their events."""

    log: TypedLog
    words: LanguageSettings
    settings: ImportSettings
    engine: Engine
    base: Path | None
    """Folder of the version that is added to."""
    known: tuple[str, ...] = ()
    """Columns that were taken before: what was decided once holds for what comes later."""

    def write(self, kept: "Table", folder: Path) -> dict[str, Any]:
        """Write the texts of rows that were kept, if there are any; returns their part of the summary.

        Raises `EventsError` where a column is named that is not there, or under pseudonyms.
        """
        names = self._named()
        if self.settings.pseudonyms or self.words.event_texts == NONE or not (names or self.base):
            return {}
        events = kept.select(*schema.TEXT_COLUMNS[:3], "line")
        rows, taken = self._chosen(names, events) if names else (None, {})
        parts = [self._stacked(rows, list(taken.values()))] if rows is not None and taken else []
        path = far.at_hand(self.base / TEXTS, self.engine) if self.base else None
        if path and path.exists():
            before = self.engine.parquet("texts_before", path)
            time = before[schema.TIME].cast(events[schema.TIME].type())
            parts.insert(0, before.mutate(**{schema.TIME: time}).semi_join(events, schema.TEXT_COLUMNS[:3]))
        if not parts:
            return {}
        self.engine.write_parquet(self._newest(attributes.stacked(parts)), folder / TEXTS)
        self.engine.drop("event_texts", "texts_all")
        return {EVENT_TEXTS: list(dict.fromkeys([*(self.known if self.base else ()), *taken]))}

    def _named(self) -> list[str]:
        """Columns that are told, else those that may be meant: with words, and without a place in the log."""
        told, names = self.words.event_texts, self.log.raw.file.names
        if told not in (AUTO, NONE):
            wanted = [name.strip() for name in told.split(",") if name.strip()]
            if unknown := [name for name in wanted if name not in names]:
                raise EventsError(say("errors.no_event_texts", name=unknown[0], known=", ".join(names)))
            if self.settings.pseudonyms:
                raise EventsError(say("errors.hidden_texts", names=", ".join(wanted)))
            return wanted
        if not self.log.raw.file.sample.dialect.header:
            return []
        guess, unwanted = self.log.raw.guess, attributes.unwanted(self.settings)
        taken = {part for name in guess.columns.values() for part in parts_of(name, names)} | unwanted
        free = [name for name in names if name not in {*taken, *guess.item_attributes, *guess.user_attributes}]
        first = self.log.raw.file.first
        return [name for name in free if name in self.known or is_prose(first(name), several=not _is_said(name))]

    def _chosen(self, names: list[str], events: "Table") -> "tuple[Table, dict[str, str]]":
        """Rows with some columns, cut to what is read; and those that tell of events, by name as rows have them."""
        raw = self.log.raw.file
        places = {name: f"said{place}" for place, name in enumerate(names)}
        most = self.words.event_characters
        cells = {place: raw.text(name).re_replace(r"\s+", " ").substr(0, most) for name, place in places.items()}
        rows = self.engine.keep("event_texts", events.inner_join(raw.table.select("line", **cells), "line"))
        told = names if self.words.event_texts != AUTO else self.known
        if set(names) <= set(told):
            return rows, places
        by_item, by_user = (owners.sample(rows, key, [*cells], self.engine) for key in (schema.ITEM, schema.USER))
        found = {}
        for name, place in places.items():
            items, users = (owners.events_of(each, place) for each in (by_item, by_user))
            if name in told or _are_said(name, items, users):
                found[name] = place
        return rows, found

    def _stacked(self, rows: "Table", names: list[str]) -> "Table":
        """A row for each text."""
        parts = [rows.select(*schema.TEXT_COLUMNS[:3], **{schema.TEXT: rows[name]}) for name in names]
        table = attributes.stacked(parts)
        return table.filter(table[schema.TEXT].notnull())

    def _newest(self, texts: "Table") -> "Table":
        """The newest different texts of each item, each once by each person who said it."""
        texts = self.engine.keep("texts_all", texts.mutate(same=texts[schema.TEXT].lower()))
        once = texts.group_by(schema.ITEM, "same").aggregate(last=texts[schema.TIME].max())
        place = ibis.row_number().over(group_by=schema.ITEM, order_by=[ibis.desc("last"), "same"])
        newest = once.mutate(place=place).filter(lambda table: table.place < self.words.event_newest)
        mine = [schema.USER, schema.ITEM, "same"]
        said = texts.semi_join(newest, [schema.ITEM, "same"]).group_by(mine)
        last = said.aggregate(**{schema.TIME: texts[schema.TIME].max(), schema.TEXT: texts[schema.TEXT].min()})
        order = [schema.ITEM, ibis.desc(schema.TIME), schema.TEXT, schema.USER]
        return last.order_by(order).select(*schema.TEXT_COLUMNS)


def _is_said(name: str) -> bool:
    return bool({plain(name), *tails(name)} & SAID)


def _are_said(name: str, items: pd.DataFrame, users: pd.DataFrame) -> bool:
    """Whether a column of words tells of events, and of their items: its name says so, or what is in it does."""
    about = belonging.verdict(items, users)
    if about in (ITEM, CONSTANT) or items.empty or sum(map(is_time, items["value"][:PAIRS])) > len(items) / 2:
        return False
    return _is_said(name) or (about == ROW and are_alike(items))


def are_alike(events: pd.DataFrame) -> bool:
    """Whether texts that different people left at one item have surely more words in common than any two texts.

    `events` has columns user, item and value. Shares of pairs with a rare word in common are compared: of pairs of
    one item, and of pairs in a random order, by the deviations of a difference of two shares.
    """
    once = events.drop_duplicates(["item", "value"]).sort_values("item", kind="stable")[:PAIRS]
    words = [words_of(text) for text in once["value"]]
    often = Counter(word for each in words for word in each)
    rare = [frozenset(word for word in each if often[word] <= RARE * len(words)) for each in words]
    items, users = (once[name].to_numpy(dtype=object) for name in ("item", "user"))
    pairs = np.flatnonzero((items[1:] == items[:-1]) & (users[1:] != users[:-1]))
    if not len(pairs):
        return False
    order = np.random.default_rng(0).permutation(len(rare))
    own = np.mean([not rare[row].isdisjoint(rare[row + 1]) for row in pairs])
    other = np.mean([not rare[a].isdisjoint(rare[b]) for a, b in pairwise(order)])
    both = (own * len(pairs) + other * (len(rare) - 1)) / (len(pairs) + len(rare) - 1)
    spread = np.sqrt(both * (1 - both) * (1 / len(pairs) + 1 / (len(rare) - 1)))
    return bool(own - other > SURE * spread)
