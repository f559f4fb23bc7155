"""Files that a page hands out: safe to open in a spreadsheet, and without user ids where the reader wishes that."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core import pipeline
from core.data import schema
from core.settings import EDITOR
from core.workspace import DataSet, actors
from pages import _session as session

say = session.say
MASKED = "mask_exports"


def choice() -> None:
    """A switch that hides user ids in all files of this session."""
    session.put(MASKED, st.toggle(say("exports.mask"), session.keep(MASKED, False), help=say("exports.mask_help")))


def key() -> str:
    """What masks user ids, empty where they are not to be masked, or are pseudonyms for this visitor anyhow."""
    return session.workspace().secret() if session.keep(MASKED, False) and session.may(EDITOR) else ""


def csv(frame: Any) -> str:
    """A frame as CSV."""
    from core.data import export

    return export.csv(frame, key() if schema.USER in frame else "")


def opened(selection: session.Selection, *users: str) -> None:
    """Note in the audit, once a session, that the histories of users are looked at."""
    for user in users:
        if session.first_time("opened", selection.id, user):
            pipeline.opened(session.workspace(), str(selection.data_set), user)


def told(data_set: str | None, what: str, make: Callable[[], Any], user: str = "") -> Callable[[], Any]:
    """What a button hands out, noted in the audit once somebody takes it."""
    again = session.visitor_again()

    def taken() -> Any:
        with actors.acting(again().actor):
            pipeline.exported(session.workspace(), str(data_set), what, user)
            return make()

    return taken


def user(name: str) -> str:
    """A user id as files and their names may show it."""
    from core.data import export

    return export.mask(name, key()) if key() else name


def rejects(data_set: DataSet) -> bytes:
    """The rows that an import left out, safe to open as they were written."""
    from core.data import export

    recipe = data_set.summary.get("recipe", {})
    column = recipe.get("columns", {}).get(schema.USER)
    if not key() or column is None or recipe.get("settings", {}).get("pseudonyms"):
        return data_set.rejects.read_bytes()
    return export.masked_file(data_set.rejects, key(), column).encode()
