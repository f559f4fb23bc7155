"""Ids that may not be what they seem: words for nobody, digits lost to rounding, twins, an item for each row."""

import re
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from core.data import missing, schema
from core.data.engine import Engine
from core.data.entities import KINDS
from core.data.rows import TypedLog, pseudonym
from core.phrases import Said, say

if TYPE_CHECKING:
    from ibis.expr.types import StringColumn, Table

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


def remarks(log: TypedLog, key: str, engine: Engine) -> list[Said]:
    """What is odd about the ids that were kept, once `Entities` has counted their events.

    With a `key` users have pseudonyms, and none of them is told.
    """
    found: list[Said | None] = []
    counts = {}
    for column, kind in KINDS.items():
        table = engine.backend.table(f"{kind}_counts")
        counts[column] = table.select(id=table[column], n=table.n)
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
    is_rounded, is_word = counts.id.re_search(ROUNDED), counts.id.lower().isin(missing.WORDS)
    looks = {
        "rounded": is_rounded.sum(),
        "words": is_word.sum(),
        "twins": counts.count() - _folded(counts.id).nunique(),
    }
    looks |= {"ids": counts.count(), "most": counts.n.max()}
    seen = counts.aggregate(**looks).fill_null(0).execute().iloc[0]
    found: list[Said | None] = []
    if seen["rounded"] and not sampled:
        found.append(_rounded(name, _ids(counts.filter(is_rounded))))
    if seen["words"]:
        found.append(say("remarks.words", column=name, some=", ".join(_ids(counts.filter(is_word)))))
    if seen["twins"]:
        found.append(_twins(name, counts, engine))
    if column == schema.ITEM and seen["ids"] >= FEWEST and seen["most"] <= 1:
        found.append(say("remarks.items_once", column=name))
    return found


def _ids(table: "Table", most: int = SHOWN) -> list[str]:
    return [str(each) for each in table.order_by(ibis.desc("n"), "id").limit(most).execute()["id"]]


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
    top = counts.mutate(all=counts.n.sum()).order_by(ibis.desc("n"), "id").limit(2).execute()
    if len(top) < 2:
        return None
    name = _spelled(str(top["id"].iloc[0]), key)
    share = float(top["n"].iloc[0] / int(top["all"].iloc[0]))
    if name is None:
        return None
    stands_out = share >= LARGE or top["n"].iloc[0] >= OUTSTANDING * top["n"].iloc[1]
    if re.search(r"^-?[\d.]+$", name) and not stands_out:
        return None
    return say("remarks.nobody", user=name, percent=round(100 * share))


def _spelled(user: str, key: str) -> str | None:
    """The word for nobody that an id or a pseudonym is, None if it is none."""
    if not key:
        return user if user.lower() in missing.NOBODY else None
    words = [form for word in missing.NOBODY for form in dict.fromkeys((word, word.title(), word.upper()))]
    table = ibis.memtable({"word": words})
    hashed = table.mutate(masked=pseudonym(table.word, key))
    found = hashed.filter(hashed.masked == user).execute()["word"]
    return str(found.iloc[0]) if len(found) else None


def _twins(name: str, counts: "Table", engine: Engine) -> Said:
    """Ids that differ only by case, width, how accents are written, or characters that nobody sees; they stay apart."""
    folded = engine.keep("ids_folded", counts.mutate(folded=_folded(counts.id)))
    groups = folded.group_by("folded").aggregate(several=folded.count())
    alike = folded.semi_join(groups.filter(groups.several > 1), "folded")
    some = alike.order_by("folded", "id").limit(2).execute()["id"]
    pair = " / ".join(_visible(str(each)) for each in some)
    return say("remarks.twins", column=name, count=engine.count(alike), some=pair)


def _folded(ids: "StringColumn") -> "StringColumn":
    plain = ids.re_search(r"^[0-9]*$")
    spaced = ids.re_replace(UNSEEN, "").re_replace("[\\s\u00a0\u2000-\u200a\u202f\u3000]+", " ").strip()
    return plain.ifelse(ids, _nfc(spaced.translate(WIDE, NARROW).lower()))


def _visible(text: str) -> str:
    """A text with what cannot be seen in it written out."""
    return "".join(each if each.isascii() or each.isalnum() else f"\\u{ord(each):04x}" for each in text)
