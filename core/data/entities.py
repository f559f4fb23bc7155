"""Items and users of a data set: written from their files, from columns of the log, and from the version before."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data import attributes, people, schema
from core.data.engine import Engine
from core.data.log_files import LogFiles
from core.data.readers import open_items, open_users
from core.data.rows import TypedLog, pseudonym
from core.settings import ImportSettings

if TYPE_CHECKING:
    from ibis.expr.types import Table

KINDS = {schema.ITEM: "items", schema.USER: "users"}


@dataclass(frozen=True)
class Entities:
    """Writes items and users."""

    log: TypedLog
    files: LogFiles
    settings: ImportSettings
    engine: Engine
    key: str
    """Makes the pseudonyms of users, empty without them."""
    base: Path | None
    """Folder of the version that is added to."""

    def counted(self, kept: "Table") -> "dict[str, Table]":
        """How many events each item and each user has, by kind."""
        return {
            kind: self.engine.keep(f"{kind}_counts", kept.group_by(key).aggregate(n=kept.count()))
            for key, kind in KINDS.items()
        }

    def write(self, kept: "Table", tables: "Mapping[str, Table]", folder: Path) -> dict[str, Any]:
        """Write both files, by what was `counted`; returns their part of the summary."""
        summary: dict[str, Any] = {}
        for key, kind in KINDS.items():
            counts = tables[kind]
            known = self._known(kept, key, counts, summary)
            summary[kind] = self.engine.count(counts)
            if known is not None and self._file(key):
                summary[f"{kind}_without_events"] = self.engine.count(known.anti_join(counts, key))
                summary[f"{kind}_without_row"] = self.engine.count(counts.anti_join(known, key))
            table = attributes.with_events(self._with_base(known, key), counts, key)
            if key == schema.ITEM and schema.CATEGORY in table.columns:
                table = self._categories(table, summary)
            self.engine.write_parquet(table.order_by(key), folder / f"{kind}.parquet")
        return summary

    def _file(self, key: str) -> Path | None:
        return self.files.items if key == schema.ITEM else self.files.users

    def _known(self, kept: "Table", key: str, counts: "Table", summary: dict[str, Any]) -> "Table | None":
        """What is known of items or users: their file wins over columns of the log."""
        file, kind = self._file(key), KINDS[key]
        if file is None:
            columns = self._columns_of_log(key, kept)
            return attributes.from_log(kept, key, columns, self.engine, usual=bool(self.key)) if columns else None
        opened = open_items(file, self.engine) if key == schema.ITEM else open_users(file, self.engine)
        known, summary[f"{kind[:-1]}_rows_left_out"] = attributes.from_file(opened, key, self.settings, self.engine)
        if key == schema.USER and self.key:
            known = self.engine.keep("users_masked", known.mutate(**{key: pseudonym(known[key], self.key)}))
        if key == schema.ITEM and self.key:
            known = people.masked(known, known.columns, kept, self.key, self.engine)
        known, summary[f"{kind}_matched_by_number"] = attributes.matched(known, counts, key, self.engine)
        return known

    def _columns_of_log(self, key: str, kept: "Table") -> list[str]:
        guess = self.log.raw.guess
        extra = guess.item_attributes if key == schema.ITEM else guess.user_attributes
        named = [name for name in schema.ITEM_COLUMNS[1:] if key == schema.ITEM and name in guess.columns]
        return [name for name in (*named, *attributes.normal_names(extra)) if name in kept.columns]

    def _with_base(self, known: "Table | None", key: str) -> "Table | None":
        """New rows, and those of the version before that have none."""
        if self.base is None:
            return known
        before = self.engine.parquet(f"base_{KINDS[key]}", self.base / f"{KINDS[key]}.parquet")
        return attributes.joined(known, before, key)

    def _categories(self, table: "Table", summary: dict[str, Any]) -> "Table":
        """Categories under one spelling each."""
        if not self.settings.normal_categories:
            return table
        table, summary["categories_merged"] = attributes.normal_categories(table, self.engine)
        return table
