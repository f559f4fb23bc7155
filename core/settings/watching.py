"""How a data set is watched: where new events come from, how often, and what is worth an alert."""

import re
from dataclasses import dataclass
from typing import Final

from core.errors import SettingsError
from core.phrases import say
from core.settings import limits

FOLDER, QUERY, STREAM = "folder", "query", "stream"
WAYS: Final = (FOLDER, QUERY, STREAM)
UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
SOONEST: Final = 60
"""Seconds between two looks at least."""
LAST: Final = "{last}"
"""In a query: the moment of the last event that is there, which newer ones come after."""


@dataclass(frozen=True)
class WatchSettings:
    """A plan; a rule that is `None` or off says nothing."""

    way: str = FOLDER
    """What is watched: folder, query or stream."""
    source: str = ""
    """The folder, the address of the database, or what is followed (a file, or kafka://HOST:PORT/TOPIC)."""
    query: str = ""
    """What is asked of a database; `{last}` in it is the moment of the last event that is there."""
    every: int = 86_400
    """Seconds from one look to the next."""
    named: float | None = None
    """Alert where more than this share of those active in the last seven days can be named as changed in them."""
    served: float | None = None
    """Alert where lists ten events after a change serve less than this share of the new interest."""
    fell: float | None = None
    """Alert where quality after a date fell by this share or more, surely: the intervals lie apart."""
    stopped: bool = False
    """Alert where a kind of behaviour stopped."""
    late: int | None = None
    """Alert where the last event is older than so many seconds."""
    measured: int | None = None
    """Seconds after which quality is measured anew; None: never by itself."""
    report: str = ""
    """Folder that a report is written to after each look; empty for none."""

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be kept."""
        limits.choice("watch.way", self.way, WAYS)
        limits.at_least("watch.every", self.every, SOONEST)
        for name in ("named", "served", "fell"):
            limits.share(f"watch.{name}", getattr(self, name))
        for name in ("late", "measured"):
            limits.at_least(f"watch.{name}", getattr(self, name), SOONEST)
        if not self.source:
            raise SettingsError(say("errors.watch_nothing"))
        if self.way == QUERY and LAST not in self.query:
            raise SettingsError(say("errors.watch_query", last=LAST))
        if re.match(r"\w+://[^/@]*:[^/@]*@", self.source):
            raise SettingsError(say("errors.watch_password"))


def seconds(text: str) -> int:
    """A time as people write it: 90s, 15m, 6h, 1d, 2w; raises `SettingsError`.

    >>> seconds("6h"), seconds("1d")
    (21600, 86400)
    """
    found = re.fullmatch(r"(\d{1,6})([smhdw])", text.strip().lower())
    if not found:
        raise SettingsError(say("errors.watch_time", found=text[:40]))
    return int(found[1]) * UNITS[found[2]]


def share(text: str) -> float:
    """A share as people write it: 5%, 0.05; raises `SettingsError`.

    >>> share("5%"), share("0.5")
    (0.05, 0.5)
    """
    try:
        return float(text.strip().removesuffix("%")) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        raise SettingsError(say("errors.watch_share", found=text[:40])) from None
