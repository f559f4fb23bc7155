"""Under pseudonyms a user's id that stands in another column, as whoever is followed or sells, is hidden as well."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.data import schema
from core.data.engine import Engine
from core.data.rows import pseudonym

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, StringColumn, Table

SHORT = 5
"""Numbers of fewer digits are anybody's: an item 7 is not the user 7."""


def masked(table: "Table", columns: Sequence[str], rows: "Table", key: str, engine: Engine) -> "Table":
    """The table with pseudonyms for all cells of some text columns that are ids of users of `rows`."""
    label = "people_log" if table is rows else "people_file"
    users = engine.keep(f"{label}_users", rows.select(person=rows[schema.USER]).distinct())
    for place, name in enumerate(columns):
        if not table[name].type().is_string():
            continue
        cells = table.filter(_may_be_person(table[name])).select(cell=name).distinct()
        hashed = engine.keep(f"{label}_cells", cells.mutate(mask=pseudonym(cells.cell, key)))
        found = engine.keep(f"{label}_found", hashed.semi_join(users, hashed.mask == users.person))
        if engine.count(found):
            both = table.left_join(found, table[name] == found.cell)
            hidden = both.mutate(**{name: both["mask"].fill_null(both[name])}).select(*table.columns)
            table = engine.keep(f"{label}_{place}", hidden)
    engine.drop(f"{label}_cells", f"{label}_found")
    return table


def _may_be_person(cell: "StringColumn") -> "BooleanValue":
    return cell.notnull() & ~cell.re_search(rf"^[0-9]{{0,{SHORT - 1}}}$")
