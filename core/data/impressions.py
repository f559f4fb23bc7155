"""Impressions: what people were shown, which is no interest of theirs; such a kind of event is recognised.

It makes up most rows, and comes in blocks: many items at one moment. Its name says what it is, or, where that is a
number or an unknown word, nearly all other events are of items that the same user was shown right before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import ibis

from core.data import schema
from core.data.answers import row_of, rows_of
from core.data.dialects import plain
from core.data.engine import Engine
from core.data.remembering import remembered
from core.phrases import Said, say
from core.settings import ImportSettings

if TYPE_CHECKING:
    from ibis.expr.types import Table

AUTO, NONE = "auto", "none"
SHOWN = ("impression", "exposure", "expose", "shown", "show", "display", "served", "曝光", "展示")
"""What kinds of event are called that nobody chose."""
CHOSEN = (
    "view", "click", "pv", "play", "watch", "listen", "stream", "read", "cart", "basket", "fav", "wish", "like", "save",
    "buy", "purchase", "order", "transaction", "sale", "rate", "rating", "review", "visit", "open", "download", "event",
)  # fmt: skip
"""What kinds are called that people chose, however many there are."""
SHARE, IN_BLOCKS, FORESEEN = 0.5, 0.6, 0.8
"""Share of the rows, of them less than `PAUSE` behind another, and of other events that were of something shown."""
PAUSE, BEFORE = 2.0, 3600.0
"""Seconds between two items of a block at most, and between what was shown and what was chosen of it."""
SAMPLE = 200_000
"""Rows that are looked at, of whole users."""
LEAST = 10
"""Other events from which on something is said of them."""


@dataclass(frozen=True)
class Facts:
    """What the kind with most rows is like, in shares."""

    kind: str
    share: float
    in_blocks: float
    whole_minutes: float
    others: int
    foreseen: float

    @property
    def shown(self) -> bool:
        """Whether it is of what people were shown."""
        if self.in_blocks < IN_BLOCKS or self.others < LEAST:
            return False
        if self.whole_minutes >= SHARE:  # a coarse clock makes blocks of anything
            return _holds(self.kind, SHOWN) and self.foreseen >= FORESEEN
        return _holds(self.kind, SHOWN) or self.foreseen >= FORESEEN


def decided(
    rows: "Table", settings: ImportSettings, engine: Engine, *, ordinal: bool
) -> tuple[ImportSettings, tuple[Said, ...]]:
    """Settings that name the kinds which are left out, and what is said of it; `rows` are typed."""
    if settings.leave_out_kinds != AUTO or schema.EVENT not in rows.columns or ordinal:
        return settings, ()
    facts = _facts(rows.filter(rows.reason.isnull()), engine)
    if facts is None or not facts.shown:
        return settings, ()
    said = say("decided.impressions", kind=facts.kind, share=facts.share)
    return replace(settings, leave_out_kinds=facts.kind), (said,)


def left_out(settings: Mapping[str, Any]) -> frozenset[str]:
    """Names of the kinds that settings of an import leave out."""
    text = str(settings.get("leave_out_kinds", ""))
    return frozenset(name.strip() for name in text.split(",")) - {"", AUTO, NONE}


def _facts(rows: "Table", engine: Engine) -> Facts | None:
    """What the commonest kind is like; None where it is not most of the log, or called after something chosen."""
    counts = rows_of(_commonest(rows))
    if len(counts) < 2 or counts[0]["n"] <= SHARE * counts[0]["all"]:
        return None
    kind, total = str(counts[0][schema.EVENT]), int(counts[0]["all"])
    if _holds(kind, CHOSEN) and not _holds(kind, SHOWN):
        return None
    part = max(1, total // SAMPLE)
    some = rows.filter(rows[schema.USER].hash().abs() % part == 0) if part > 1 else rows
    some = engine.keep("some_events", some.select(schema.USER, schema.ITEM, schema.TIME,
                                                  shown=(some[schema.EVENT] == kind).fill_null(False)))  # fmt: skip
    shown, others = some.filter(some.shown), some.filter(~some.shown)
    before = shown[schema.TIME].lag().over(group_by=schema.USER, order_by=schema.TIME)
    close = shown.mutate(close=(_seconds(shown[schema.TIME]) - _seconds(before) <= PAUSE).fill_null(False))
    even = (_seconds(close[schema.TIME]) % 60 == 0).mean()
    shares = row_of(close.aggregate(close=close.close.mean(), even=even))
    blocks = {name: float("nan") if share is None else share for name, share in shares.items()}
    return Facts(kind, float(counts[0]["n"]) / total, float(blocks["close"]), float(blocks["even"]),
                 engine.count(others), _foreseen(shown, others, engine))  # fmt: skip


@remembered
def _commonest(rows: "Table") -> "Table":
    kinds = rows.group_by(schema.EVENT).aggregate(n=rows.count())
    return kinds.mutate(all=kinds.n.sum()).order_by(ibis.desc("n")).limit(2)


def _holds(kind: str, words: Iterable[str]) -> bool:
    name = plain(kind)
    return any(word in name for word in words)


def _foreseen(shown: "Table", others: "Table", engine: Engine) -> float:
    """Share of the other events that are of an item which the same user was shown within the hour before."""
    moments = shown.select(schema.USER, schema.ITEM, at=_seconds(shown[schema.TIME]))
    asked = others.mutate(line=ibis.row_number(), seconds=_seconds(others[schema.TIME]))
    pairs = asked.join(moments, [schema.USER, schema.ITEM])
    met = pairs.filter((pairs.seconds >= pairs["at"]) & (pairs.seconds - pairs["at"] <= BEFORE))
    return float(row_of(met.aggregate(n=met.line.nunique()))["n"]) / max(1, engine.count(others))


def _seconds(moment: "ibis.expr.types.TimestampColumn") -> "ibis.expr.types.IntegerColumn":
    return moment.epoch_seconds()
