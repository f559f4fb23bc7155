"""Which column is what: guessed from names first, from values where a file has no header or names mislead."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.data import belonging, schema
from core.data.choosing import Values, by_names
from core.data.dialects import NUMBER, Sample, plain, tail, tails
from core.data.names import ITEM_ATTRIBUTES, ITEM_TITLES, TOKENS, USER_ATTRIBUTES, VISITS
from core.data.pairing import JOINT, joined, parts_of
from core.data.unnamed import by_values, refuse_lists

LOG_COLUMNS = (*schema.EVENT_COLUMNS, schema.TITLE, schema.CATEGORY)
BY_NAME, BY_VALUES = 1.0, 0.6
VISITORS = {"high": ("visidhigh", "postvisidhigh"), "low": ("visidlow", "postvisidlow")}
"""Names of the halves of a visitor's id."""
MANY = 0.3
"""Share of the items that must have several authors before an author is a user."""


@dataclass(frozen=True)
class Guess:
    """Which column of a file is which canonical one."""

    columns: dict[str, str]
    """Canonical name -> name in the file."""
    confidence: dict[str, float] = field(default_factory=dict)
    """1 where a name said so, less where values did; by canonical name."""
    item_attributes: tuple[str, ...] = ()
    """Columns of a log that tell about its items."""
    user_attributes: tuple[str, ...] = ()
    """Columns of a log that tell about its users."""
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    """Canonical columns that the log lacks -> those whose column stands for them: titles for items, say."""

    def without_stand_ins(self, told: Mapping[str, str]) -> "Guess":
        """The guess where some columns are told: what stood for one of them is itself again."""
        back = {other: self.columns[missing] for missing, other in self.stand_ins.items()
                if missing in told and told[missing] != self.columns[missing]}  # fmt: skip
        left = {missing: other for missing, other in self.stand_ins.items() if other not in back}
        return replace(self, columns={**self.columns, **back}, stand_ins=left)

    def without(self, name: str) -> "Guess":
        """The guess less a column of the file."""
        return replace(
            self,
            columns={column: old for column, old in self.columns.items() if old != name},
            item_attributes=tuple(each for each in self.item_attributes if each != name),
            user_attributes=tuple(each for each in self.user_attributes if each != name),
        )

    def with_attribute(self, name: str, *, of_user: bool) -> "Guess":
        """The guess with one more attribute."""
        if of_user:
            return replace(self, user_attributes=(*self.user_attributes, name))
        return replace(self, item_attributes=(*self.item_attributes, name))

    def missing(self, required: Sequence[str] = schema.REQUIRED) -> list[str]:
        """Required columns that were not found."""
        return [column for column in required if column not in self.columns]


def guess_columns(
    header: Sequence[str], sample: Sequence[Sequence[str]] = (), *, named: bool = True, told: Collection[str] = ()
) -> Guess:
    """Which column of a log is which; `named` is false where the file has no header, `told` are columns that are known.

    Raises `EventsError` where the rows are no events, unless all that an event needs is told.

    >>> guess_columns(["CustomerID", "StockCode", "InvoiceDate"]).columns["item_id"]
    'StockCode'
    """
    if not set(schema.REQUIRED) <= set(told):
        refuse_lists(header, sample, named=named)
    values = Values(header, sample)
    if not named:
        columns = by_values(values)
        columns |= _joined(columns, values, named=False)
        return Guess(columns, dict.fromkeys(columns, BY_VALUES))
    columns = by_names(values, LOG_COLUMNS)
    confidence = {
        column: BY_NAME if {plain(name), *tails(name)} & {plain(column), *TOKENS[column]} else BY_VALUES
        for column, name in columns.items()
    }
    stand_ins = _stand_ins(columns, values.filled)
    if schema.USER not in columns and (user := _rare_user(columns, values)):
        columns, confidence = columns | {schema.USER: user}, confidence | {schema.USER: BY_VALUES}
    confidence |= dict.fromkeys(stand_ins, BY_VALUES)
    together = _joined(columns, values, named=True)
    columns, confidence = columns | together, confidence | dict.fromkeys(together, BY_VALUES)
    of_items, of_users = _attributes(values, columns)
    return Guess(columns, confidence, of_items, of_users, stand_ins)


def _stand_ins(columns: dict[str, str], values: dict[str, list[str]]) -> dict[str, str]:
    """Let titles stand for the items, and sessions for the users, that a log lacks; which stand for which."""
    found = {}
    for missing, other, names in ((schema.ITEM, schema.TITLE, ITEM_TITLES), (schema.USER, schema.SESSION, VISITS)):
        name = columns.get(other, "")
        if missing not in columns and {plain(name), tail(name)} & names and len(set(values[name])) > 1:
            columns[missing] = columns.pop(other)
            found[missing] = other
    return found


def _rare_user(columns: Mapping[str, str], values: Values) -> str:
    """Who wrote, where it is not who wrote the item; or the two halves of a visitor's id; empty for neither."""
    halves = [name for half in ("high", "low") for name in values.header if plain(name) in VISITORS[half]]
    if len(halves) == len(VISITORS):
        return JOINT.join(halves)
    item = columns.get(schema.ITEM)
    authors = [name for name in values.header if plain(name) == "author"]
    if item is None or not authors:
        return ""
    rows = {pair for pair in zip(values.cells[item], values.cells[authors[0]], strict=True) if all(pair)}
    several = [count for count in Counter(thing for thing, _ in rows).values() if count > 1]
    return authors[0] if len(several) > MANY * len({thing for thing, _ in rows}) else ""


def _joined(columns: dict[str, str], values: Values, *, named: bool) -> dict[str, str]:
    """The time where it stands in several columns."""
    still = [name for name in values.header if values.is_constant(name, columns.get(schema.USER))]
    found = joined(columns, values.filled, named=named, still=still)
    return {schema.TIME: found} if found else {}


def _attributes(values: Values, columns: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Columns that tell about items, and those that tell about users: by name, unless their values say the other."""
    found: dict[str, list[str]] = {schema.ITEM: [], schema.USER: []}
    misled = TOKENS[schema.TITLE] | TOKENS[schema.CATEGORY]
    taken = {part for name in columns.values() for part in parts_of(name, values.header)}
    for name in values.header:
        if name in taken:
            continue
        key = schema.ITEM if plain(name) in ITEM_ATTRIBUTES else schema.USER if plain(name) in USER_ATTRIBUTES else ""
        if (key or plain(name) in misled) and values.sample and {schema.USER, schema.ITEM} <= set(columns):
            about = values.tells_about(name, columns[schema.USER], columns[schema.ITEM])
            if about == belonging.USER or (about == belonging.ITEM and key):
                key = schema.ITEM if about == belonging.ITEM else schema.USER
        if key:
            found[key].append(name)
    return tuple(found[schema.ITEM]), tuple(found[schema.USER])


def guess_items(sample: Sample) -> Guess:
    """Which column of an items file is the id, the title and the category; all others are attributes."""
    header = sample.dialect.names
    if not sample.dialect.header:
        return Guess(_items_by_values(header, sample.rows))
    columns = by_names(Values(header, sample.rows), schema.ITEM_COLUMNS)
    return Guess(_with_id(columns, header, schema.ITEM))


def guess_users(sample: Sample) -> Guess:
    """Which column of a users file is the id; all others are attributes."""
    header = sample.dialect.names
    named = sample.dialect.header
    columns = by_names(Values(header, sample.rows), (schema.USER,)) if named else {schema.USER: header[0]}
    return Guess(_with_id(columns, header, schema.USER))


def _with_id(columns: dict[str, str], header: Sequence[str], key: str) -> dict[str, str]:
    """An items or users file may call its key just id."""
    if key not in columns:
        ids = [name for name in header if plain(name) == "id"]
        columns = {**columns, **({key: ids[0]} if ids else {})}
    return columns


def _items_by_values(header: Sequence[str], sample: Sequence[Sequence[str]]) -> dict[str, str]:
    """The id comes first; categories hold separators or repeat; the title has the most different texts."""
    values = Values(header, sample).filled
    texts = {n: c for n, c in values.items() if n != header[0] and c and not all(NUMBER.match(v) for v in c)}
    columns = {schema.ITEM: header[0]}
    listed = [n for n, c in texts.items() if sum(schema.CATEGORY_SEPARATOR in v for v in c) > 0.1 * len(c)]
    repeated = [n for n, c in texts.items() if len(set(c)) < 0.5 * len(c)]
    if category := (listed or repeated)[:1]:
        columns[schema.CATEGORY] = category[0]
        texts.pop(category[0])
    if texts:
        columns[schema.TITLE] = max(texts, key=lambda n: len(set(texts[n])))
    return columns
