"""What is known of items and users: from their own file, else from columns of the log."""

import re
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from core.data import belonging, schema
from core.data.answers import row_of, rows_of
from core.data.dialects import bare, plain
from core.data.engine import Engine
from core.data.raw import RawFile, RawLog
from core.errors import EventsError
from core.phrases import say
from core.settings import ImportSettings

if TYPE_CHECKING:
    import pandas as pd
    from ibis.expr.types import StringColumn, Table

SEPARATORS = (schema.CATEGORY_SEPARATOR, ";", ", ", "/", ",", " > ")
"""What may part the categories of a file, the likeliest first."""
LIST_SHARE = 0.02
"""Share of categories that must hold a separator before it counts as one."""
MATCHED_SHARE = 0.5
"""Ids are matched as numbers if that finds a row for this share of those without; fewer are chance."""
SAMPLE = 10_000


IDENTIFIERS = (
    "name username login loginname firstname lastname fullname surname email emailaddress mail phone phonenumber "
    "mobile telephone address street ip ipaddress ssn passport birthdate dateofbirth"
)
"""Columns of a users file that tell who someone is: no pseudonym would hide them."""


def unwanted(settings: ImportSettings) -> set[str]:
    """Attribute columns that are not taken in."""
    names = {name.strip() for name in settings.leave_out.split(",")}
    return (names | {name.lower() for name in names}) - set(schema.REQUIRED)


def from_file(log: RawLog, key: str, settings: ImportSettings, engine: Engine) -> tuple["Table", int]:
    """A row per id (the first one counts) with all columns of its file, and how many rows had no or a repeated id."""
    names = {name: column for column, name in log.guess.columns.items()}
    columns = {name: names.get(name, bare(name)) for name in log.file.names}
    columns = {old: new for old, new in columns.items() if new == key or not unwanted(settings) & {old, new}}
    if key == schema.USER and settings.pseudonyms:
        columns = {old: new for old, new in columns.items() if new == key or plain(old) not in IDENTIFIERS.split()}
    label = "items_rows" if key == schema.ITEM else "users_rows"
    rows = engine.keep(label, log.file.table.select(file_line="line", **_texts(log.file, columns, key)))
    total = engine.count(rows)
    rows = rows.filter(rows[key].notnull())
    first = ibis.row_number().over(group_by=key, order_by=rows.file_line) == 0
    unique = engine.keep(f"{label}_unique", rows.filter(first).drop("file_line"))
    kept = engine.count(unique)
    if not kept:
        raise EventsError(say("errors.no_row", file=log.file.source.name, key=key))
    if key == schema.USER and settings.pseudonyms:
        unique = unique.drop(*_telling(unique, key))
    return _typed(unique, key, engine), total - kept


def _telling(rows: "Table", key: str) -> list[str]:
    """Columns of a users file by whose values people can be told apart."""
    sample: pd.DataFrame = rows.limit(SAMPLE).execute()
    names = [name for name in sample.columns if name != key]
    return [name for name in names if belonging.tells_who(sample[[key, name]].set_axis(["user", "value"], axis=1))]


def from_log(events: "Table", key: str, columns: list[str], engine: Engine, *, usual: bool = False) -> "Table":
    """A row per id with events, each attribute as the first event that has it says; or as most do, if `usual`."""
    firsts = {name: events[name].mode() if usual else events[name].first(order_by=events.line) for name in columns}
    label = "items_log" if key == schema.ITEM else "users_log"
    return _typed(engine.keep(label, events.group_by(key).aggregate(**firsts)), key, engine)


def joined(new: "Table | None", before: "Table", key: str) -> "Table":
    """Rows of both with the columns of both, new ones first choice; a column of two types becomes text."""
    if new is None:
        return before
    names = list(dict.fromkeys((*new.columns, *before.columns)))
    kinds = {name: _kind(name, new, before) for name in names}
    others = before.anti_join(new, key)
    return _shaped(new, kinds).union(_shaped(others, kinds))


def stacked(tables: "list[Table]") -> "Table":
    """Rows of all tables behind each other with the columns of all, types as the last table has them."""
    kinds = {name: kind for table in tables for name, kind in table.schema().items()}
    return ibis.union(*(_shaped(table, kinds) for table in tables))


def _kind(name: str, new: "Table", before: "Table") -> dt.DataType:
    found = [table.schema()[name] for table in (new, before) if name in table.columns]
    return found[0] if len(set(found)) == 1 else dt.string


def _shaped(table: "Table", kinds: "dict[str, dt.DataType]") -> "Table":
    columns = {name: (table[name] if name in table.columns else ibis.null()).cast(kind) for name, kind in kinds.items()}
    return table.select(**columns)


def matched(known: "Table", counts: "Table", key: str, engine: Engine) -> tuple["Table", int]:
    """Rows of a file under the ids of the log where these differ only by leading zeros or a final `.0`.

    Spreadsheets and data frames write 0013442 as 13442 or 13442.0; only ids without a partner of their own are
    matched so, and only if the match is the only one on both sides. Returns the rows and how many were renamed.
    """
    pairs, _, lone_ids = by_number(known, counts, key, engine)
    renamed = engine.count(pairs)
    if renamed < max(1, MATCHED_SHARE * lone_ids):
        return known, 0
    joined = known.left_join(pairs, known[key] == pairs.row)
    rows = joined.mutate(**{key: ibis.coalesce(joined.id, joined[key])}).select(*known.columns)
    return engine.keep(f"{key}_matched", rows), renamed


def by_number(known: "Table", counts: "Table", key: str, engine: Engine) -> tuple["Table", int, int]:
    """Pairs of row and id that are the same number and have no other partner; rows and ids without one of their own."""
    rows, ids = known.anti_join(counts, key), counts.anti_join(known, key)
    lone_rows = engine.keep("lone_rows", rows.select(row=rows[key], plain=_plain(rows[key])))
    lone_ids = engine.keep("lone_ids", ids.select(id=ids[key], plain=_plain(ids[key])))
    matches = engine.keep("id_matches", lone_rows.inner_join(lone_ids, "plain").select("row", "id", "plain"))
    pairs = matches.group_by("plain").aggregate(row=matches.row.min(), id=matches.id.min(), n=matches.row.count())
    pairs = engine.keep(f"{key}_pairs", pairs.filter(lambda table: table.n == 1).select("row", "id"))
    return pairs, engine.count(lone_rows), engine.count(lone_ids)


def _plain(column: "StringColumn") -> "StringColumn":
    """A number without leading zeros and final .0; other ids as they are."""
    return column.re_replace(r"^0*(\d+?)(\.0+)?$", r"\1")


def with_events(known: "Table | None", counts: "Table", key: str) -> "Table":
    """The rows of `known`, and one for each id that only has events."""
    if known is None:
        return counts.select(key)
    others = counts.anti_join(known, key).select(key)
    empty = {name: ibis.null().cast(kind) for name, kind in known.schema().items() if name != key}
    return known.union(others.mutate(**empty).select(*known.columns))


def _texts(file: RawFile, names: dict[str, str], key: str) -> dict[str, "StringColumn"]:
    """Columns of a file under their new names; of two alike the first counts."""
    texts: dict[str, StringColumn] = {}
    for old, new in names.items():
        if new not in texts and new != "file_line":
            texts[new] = file.text(old, key=new == key)
    return texts


def _typed(rows: "Table", key: str, engine: Engine) -> "Table":
    """Numbers as numbers, and categories with the separator of the schema."""
    attributes = [name for name in rows.columns if name not in (key, schema.TITLE, schema.CATEGORY)]
    counts = {}
    for place, name in enumerate(attributes):
        counts[f"n{place}"] = rows[name].count()
        counts[f"d{place}"] = rows[name].try_cast("float64").count()
        counts[f"z{place}"] = rows[name].re_search(r"^0\d").sum().fill_null(0)
    found = row_of(rows.aggregate(**counts)) if attributes else {}
    changes: dict[str, object] = {}
    for place, name in enumerate(attributes):
        if found[f"n{place}"] and found[f"n{place}"] == found[f"d{place}"] and not found[f"z{place}"]:
            changes[name] = rows[name].try_cast("float64")
    if schema.CATEGORY in rows.columns:
        changes[schema.CATEGORY] = _categories(rows)
    kept = rows.mutate(**changes) if changes else rows
    order = [key, *(name for name in schema.ITEM_COLUMNS[1:] if name in rows.columns), *attributes]
    return engine.keep(f"{'items' if key == schema.ITEM else 'users'}_typed", kept.select(*order))


def _categories(rows: "Table") -> "StringColumn":
    """Categories parted by `|`: the separator is the first that enough of them hold; brackets of lists go."""
    category = rows[schema.CATEGORY]
    sample = [
        str(row[schema.CATEGORY]) for row in rows_of(rows.filter(category.notnull()).select(category).limit(SAMPLE))
    ]
    if sample and all(re.fullmatch(r"\[.*\]", value, re.DOTALL) for value in sample):
        return category.re_replace(r"[\[\]\"']", "").re_replace(r"\s*,\s*", schema.CATEGORY_SEPARATOR)
    separator = separator_of(sample)
    if separator == schema.CATEGORY_SEPARATOR:
        return category
    return category.re_replace(rf"\s*{re.escape(separator.strip())}\s*", schema.CATEGORY_SEPARATOR)


def separator_of(values: list[str]) -> str:
    """What parts the categories of a column: the parts must return as others' parts, else it is only punctuation.

    >>> separator_of(["Fantasy/Horror", "Fantasy", "Horror", "Comedy/Fantasy", "Horror/Comedy"])
    '/'
    """
    for separator in SEPARATORS:
        listed = [value for value in values if separator in value]
        if len(listed) <= LIST_SHARE * len(values):
            continue
        parts = [part.strip() for value in values for part in value.split(separator)]
        if separator == schema.CATEGORY_SEPARATOR or len(set(parts)) < 0.75 * len(set(values)):
            return separator
    return schema.CATEGORY_SEPARATOR


def normal_categories(items: "Table", engine: Engine) -> tuple["Table", int]:
    """Categories that differ only by case or space under the spelling that most items have, and how many went."""
    items = engine.keep("items_spelled", items)
    parts = items.select(schema.ITEM, part=items[schema.CATEGORY].split(schema.CATEGORY_SEPARATOR))
    single = parts.select(schema.ITEM, place=ibis.range(0, parts.part.length()).unnest(), part=parts.part)
    single = engine.keep("categories_single", single.select(schema.ITEM, "place", part=single.part[single.place]))
    folded = single.part.strip().re_replace(r"\s+", " ").lower()
    counts = single.group_by(folded=folded, part=single.part.strip()).aggregate(n=single.count())
    best = ibis.row_number().over(group_by="folded", order_by=[ibis.desc("n"), "part"]) == 0
    spelled = engine.keep("categories_spelled", counts.mutate(best=best))
    merged = engine.count(spelled) - engine.count(spelled.filter(spelled.best))
    if not merged:
        return items, 0
    chosen = spelled.filter(spelled.best).select("folded", spelling="part")
    named = engine.keep("categories_folded", single.mutate(folded=folded)).join(chosen, "folded")
    texts = named.group_by(schema.ITEM).aggregate(
        spelled=named.spelling.group_concat(schema.CATEGORY_SEPARATOR, order_by=named.place)
    )
    both = items.left_join(engine.keep("categories_joined", texts), schema.ITEM)
    columns = {name: both[name] for name in items.columns}
    return both.select(**(columns | {schema.CATEGORY: both.spelled})), merged


def normal_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """How attribute columns of a log are called in items and users files.

    >>> normal_names(("UnitPrice", "Country"))
    ('price', 'country')
    """
    return tuple({"unitprice": "price"}.get(plain(name), bare(name).strip().lower()) for name in names)
