"""The journal of what is streamed into a data set, and who may write to it."""

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
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
def alone(found: DataSet, parts: Sequence[str] = ()) -> Iterator[None]:
    """While nobody else streams into a data set, or with `parts` nobody who follows one of these, or all of a log.

    Raises `InputError` while someone does, or where the data set was deleted.
    """
    places = [lock_of_stream(found).with_name(f"stream-{_short(part)}.lock") for part in parts]
    with contextlib.ExitStack() as stack:
        try:
            mine = stack.enter_context(locks.held(lock_of_stream(found), shared=bool(parts)))
            for place in places:
                mine = stack.enter_context(locks.held(place)) and mine
        except FileNotFoundError:
            raise UnknownDataSetError(say("errors.overtaken")) from None
        if not mine:
            raise InputError(say("errors.streaming", data_set=found.name))
        yield


def lock_of_sending(found: DataSet) -> Path:
    """Held by whoever publishes what is noticed in a data set."""
    return lock_of_stream(found).with_name("stream-out.lock")


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


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
