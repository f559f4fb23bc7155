"""What a reader is looking at."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from core.errors import SettingsError
from core.settings import NamingSettings


@dataclass(frozen=True)
class Within:
    """A named cohort that a page is narrowed to."""

    name: str
    changed: str
    """When it was last written, so that what is kept of it goes stale with it."""


@dataclass(frozen=True)
class Selection:
    """What the reader is looking at; hashable, so that it can be an argument of cached functions."""

    data_set: str | None = None
    """Name of the data set; None before there is one, or if the link names one that is not there."""
    id: str = ""
    """Of the version: that of no other one, also where another data set had this name before."""
    version: int = 0
    run: str | None = None
    """Newest finished run of this version."""
    run_created: str = ""
    """Day and minute that the run was started, UTC."""
    root: str = ""
    """Folder of the workspace."""
    asked: str | None = None
    """The data set that the link names, there or not."""
    cohort: Within | None = None
    """Whom what is shown of users is about; None for everybody."""
    names: int = 0
    """What tells names and colours that were given to categories from others."""
    masked: bool = False
    """User ids are pseudonyms: what is kept for those who see ids is nothing for this visitor."""
    marks: str = ""
    """Of the markers as they are: of others when one is added or goes."""

    @property
    def whole(self) -> Self:
        """The same of everybody: logs, models, and all that knows no cohort are kept once, for this."""
        return replace(self, cohort=None)


@lru_cache(maxsize=512)
def spelled(chosen: Selection | NamingSettings) -> str:
    """All that it says in one text: caches know it by that, sooner than by its fields one after another."""
    return repr(chosen)


def accepted(text: str) -> NamingSettings | None:
    """A share of false alarms from text, None where it is none that can be accepted."""
    try:
        return NamingSettings(float(text))
    except (ValueError, SettingsError):
        return None
