"""The files that one log comes in; standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.settings import LanguageSettings


@dataclass(frozen=True)
class LogFiles:
    """The files of one log, and how its columns are called."""

    events: Path
    items: Path | None = None
    users: Path | None = None
    columns: Mapping[str, str] | None = None
    """Canonical name -> name or number in the file; guessed where it is None."""
    more: tuple[Path, ...] = ()
    """Further files of events, with the same columns."""
    times: Mapping[str, Any] | None = None
    """How the times of the log that this one is like were read (`TimeReading.plain`); None: nothing is known of it."""
    words: LanguageSettings | None = None
    """How texts on events are taken; None: as was chosen for the data set, else by default."""
    texts: tuple[str, ...] = ()
    """Columns of such texts that are known from before, taken where the log has them."""
    engine: str = ""
    """Address of an engine that reads and cleans the log (`sc://HOST:PORT`); empty: it is done here."""
    address: str = ""
    """Where such an engine finds the log: a path, a URI, or `table:NAME`."""
    meeting: str = ""
    """Address at which the engine and this machine leave files for each other; empty: in a folder that both see."""
    receipt: str = ""
    """Noted in the summary of the version that comes of it, so that whoever asked for it knows it again."""
