"""The journal of what is streamed into a data set, and who may write to it."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from core import locks
from core.errors import InputError, UnknownDataSetError
from core.phrases import say
from core.pipeline.changing import COMMITTED
from core.workspace import DataSet

if TYPE_CHECKING:
    from core.stream import Journal


def lock_of_stream(found: DataSet) -> Path:
    """Held by whoever streams into a data set."""
    return found.journal.with_suffix(".lock")


@contextlib.contextmanager
def alone(found: DataSet) -> Iterator[None]:
    """While nobody else streams into a data set; raises `InputError` while someone does, or where it was deleted."""
    with contextlib.ExitStack() as stack:
        try:
            mine = stack.enter_context(locks.held(lock_of_stream(found)))
        except FileNotFoundError:
            raise UnknownDataSetError(say("errors.overtaken")) from None
        if not mine:
            raise InputError(say("errors.streaming", data_set=found.name))
        yield


def journal_if_any(found: DataSet) -> "Journal | None":
    """What was streamed into a data set, open, to be closed by the caller; None where nothing ever was."""
    return opened(found) if found.journal.exists() else None


@contextlib.contextmanager
def journal_of(found: DataSet) -> Iterator["Journal"]:
    """What was streamed into a data set, open."""
    try:
        journal = opened(found)
    except sqlite3.OperationalError:
        if found.folder.parent.exists():
            raise
        raise UnknownDataSetError(say("errors.overtaken")) from None
    with contextlib.closing(journal):
        yield journal


def opened(found: DataSet) -> "Journal":
    """The same, to be closed by the caller; a commit that was killed when its version was there ends here."""
    from core.stream import Journal

    journal, batch = Journal(found.journal), found.summary.get(COMMITTED)
    if batch and journal.fact(COMMITTED) == batch:
        journal.drop(COMMITTED, batch)
    return journal
