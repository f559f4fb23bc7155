"""Ids that may not be what they seem: words for nobody, digits lost to rounding, twins, an item for each row."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from core.data import missing, schema
from core.data.answers import row_of, rows_of
from core.data.engine import Engine
from core.data.entities import KINDS
from core.data.export import mask
from core.data.remembering import remembered
from core.data.rows import TypedLog
from core.phrases import Said, say

if TYPE_CHECKING:
    from ibis.expr.types import BooleanColumn, StringColumn, Table

ROUNDED = r"^(?i:[+-]?\d(\.\d+)?e\+?\d{2}|\d{16,}\.0+)$"
"""An id that a spreadsheet, or a column of doubles, has rounded."""
UNSEEN = "[\u200b-\u200f\u2060\ufeff\u00ad]"
"""Characters without width."""
NARROW = "".join(map(chr, range(0x21, 0x7F)))
WIDE = "".join(chr(ord(letter) + 0xFEE0) for letter in NARROW)
"""Letters as they are written among those of East Asia."""
SECONDS = 9
"""Digits behind the first one of seconds since 1970."""
SHOWN = 3
"""Examples in a remark."""
LARGE, OUTSTANDING = 0.2, 5
"""A number that may mean nobody is named if it has this share of the events, or so many times those of the next."""
FEWEST = 50
"""Events from which an item for each of them is odd."""


@ibis.udf.scalar.builtin(name="nfc_normalize")  # type: ignore[untyped-decorator]
def _nfc(text: dt.String) -> dt.String: ...


def remarks(log: TypedLog, tables: "Mapping[str, Table]", key: str, engine: Engine) -> list[Said]:
    """What is odd about the ids that were kept, by the number of events of each, as `Entities` counts them.

    With a `key` users have pseudonyms, and none of them is told.
    """
    found: list[Said | None] = []
    counts = {}
    for column, kind in KINDS.items():
        counts[column] = _renamed(tables[kind], column)
        found.append(_rounded(log.raw.guess.columns[column], _sampled(log, column)))
        if column == schema.ITEM or not key:
            found += _odd(log, column, counts[column], engine, sampled=found[-1] is not None)
    found += [_rounded_times(log), _nobody(counts[schema.USER], key)]
    return [remark for remark in found if remark]


def _odd(log: TypedLog, column: str, counts: "Table", engine: Engine, *, sampled: bool) -> list[Said | None]:
    """Remarks on the ids of one column: one look at all of them says which there are; only those are looked for.

    `sampled` is whether rounded ids stood among the first rows already.
    """
    name = log.raw.guess.columns[column]
    seen = {look: count or 0 for look, count in row_of(_looks(counts)).items()}
    found: list[Said | None] = []
    if seen["rounded"] and not sampled:
        found.append(_rounded(name, _ids(counts.filter(_is_rounded(counts.id)))))
    if seen["words"]:
        found.append(say("remarks.words", column=name, some=", ".join(_ids(counts.filter(_is_word(counts.id))))))
    if seen["twins"]:
        found.append(_twins(name, counts, engine))
    if column == schema.ITEM and seen["ids"] >= FEWEST and seen["most"] <= 1:
        found.append(say("remarks.items_once", column=name))
    return found


@remembered
def _looks(counts: "Table") -> "Table":
    return counts.aggregate(
        rounded=_is_rounded(counts.id).sum(),
        words=_is_word(counts.id).sum(),
        twins=counts.count() - _folded(counts.id).nunique(),
        ids=counts.count(),
        most=counts.n.max(),
    )


def _is_rounded(ids: "StringColumn") -> "BooleanColumn":
    return ids.re_search(ROUNDED)


def _is_word(ids: "StringColumn") -> "BooleanColumn":
    return ids.lower().isin(missing.WORDS)


def _ids(table: "Table", most: int = SHOWN) -> list[str]:
    return [str(row["id"]) for row in rows_of(table.order_by(ibis.desc("n"), "id").limit(most))]


def _sampled(log: TypedLog, column: str) -> list[str]:
    """Rounded ids among the first rows, as the file has them."""
    cells = map(str.strip, log.raw.file.first(log.raw.guess.columns[column]))
    return list(dict.fromkeys(cell for cell in cells if re.fullmatch(ROUNDED[1:-1], cell)))[:SHOWN]


def _rounded(name: str, some: list[str]) -> Said | None:
    return say("remarks.rounded", column=name, some=some[0]) if some else None


def _rounded_times(log: TypedLog) -> Said | None:
    """Numbers with an exponent and fewer digits than seconds of today need."""
    name = log.raw.guess.columns[schema.TIME]
    cells = [re.fullmatch(r"(?i)\d\.(\d*)e\+?(\d+)", cell.strip()) for cell in log.raw.file.first(name)]
    short = [cell[0] for cell in cells if cell and len(cell[1]) < min(int(cell[2]), SECONDS)]
    return say("remarks.rounded_times", column=name, some=short[0]) if short else None


def _nobody(counts: "Table", key: str) -> Said | None:
    """The largest user, where its id may mean that nobody was known."""
    first, *others = rows_of(_largest(counts))
    name = _spelled(str(first["id"]), key) if others else None
    if name is None:
        return None
    share = float(first["n"] / first["all"])
    stands_out = share >= LARGE or first["n"] >= OUTSTANDING * others[0]["n"]
    if re.search(r"^-?[\d.]+$", name) and not stands_out:
        return None
    return say("remarks.nobody", user=name, percent=round(100 * share))


@remembered
def _renamed(counts: "Table", column: str) -> "Table":
    return counts.select(id=counts[column], n=counts.n)


@remembered
def _largest(counts: "Table") -> "Table":
    return counts.mutate(all=counts.n.sum()).order_by(ibis.desc("n"), "id").limit(2)


def _spelled(user: str, key: str) -> str | None:
    """The word for nobody that an id or a pseudonym is, None if it is none."""
    if not key:
        return user if user.lower() in missing.NOBODY else None
    words = [form for word in missing.NOBODY for form in dict.fromkeys((word, word.title(), word.upper()))]
    return next((word for word in words if mask(word, key) == user), None)


def _twins(name: str, counts: "Table", engine: Engine) -> Said:
    """Ids that differ only by case, width, how accents are written, or characters that nobody sees; they stay apart."""
    folded = engine.keep("ids_folded", counts.mutate(folded=_folded(counts.id)))
    groups = folded.group_by("folded").aggregate(several=folded.count())
    alike = folded.semi_join(groups.filter(groups.several > 1), "folded")
    some = rows_of(alike.order_by("folded", "id").limit(2))
    pair = " / ".join(_visible(str(row["id"])) for row in some)
    return say("remarks.twins", column=name, count=engine.count(alike), some=pair)


def _folded(ids: "StringColumn") -> "StringColumn":
    plain = ids.re_search(r"^[0-9]*$")
    spaced = ids.re_replace(UNSEEN, "").re_replace("[\\s\u00a0\u2000-\u200a\u202f\u3000]+", " ").strip()
    return plain.ifelse(ids, _nfc(spaced.translate(WIDE, NARROW).lower()))


def _visible(text: str) -> str:
    """A text with what cannot be seen in it written out."""
    return "".join(each if each.isascii() or each.isalnum() else f"\\u{ord(each):04x}" for each in text)
