"""The zone that all files of a log are dropped into; which is what is told from their columns, and corrected here."""

import streamlit as st

from core.data import Dropped
from pages import _computed as computed
from pages import _session as session
from pages import _words as words
from pages.data import _files as files
from pages.data._files import Received

say = session.say
PLACES = ("log", "items", "users", "")
"""What a file may be, as `Dropped.moved` takes it; empty: it is left out."""
TOLD = "told_places"
"""What readers say of files, by path: it overrules what was told from their columns."""


def draw() -> dict[str, tuple[Received, ...]]:
    """The files with what each is, and the zone for more; returns those of `events`, `items` and `users`."""
    held = files.held()
    given = _several(held) if len(held) > 1 else {"events": held} if held else {}
    if len(held) == 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            files.name(held[0])
            files.put_aside()
    files.zone(say("upload.drop_more" if held else "upload.drop"), say("upload.drop_help"))
    return given


def _several(held: tuple[Received, ...]) -> dict[str, tuple[Received, ...]]:
    """A line for each of some files; returns them by what they are."""
    places = _corrected(held)
    for file, reason in zip(held, places.reasons, strict=True):
        _row(file, places, words.told(reason, 300))
    files.put_aside()
    return _given(held, places)


def _corrected(held: tuple[Received, ...]) -> Dropped:
    """Which file is what, as told from the columns, and by the reader."""
    places: Dropped = computed.told_apart(tuple(str(file.path) for file in held))
    for file in held:
        told = session.keep(TOLD, {}).get(str(file.path))
        if told is not None and told != _place(places, file):
            places = places.moved(file.path, told)
    return places


def _row(file: Received, places: Dropped, reason: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = f"place_{file.path}"
        session.follow(key, _place(places, file))
        st.selectbox(
            file.name, PLACES, key=key, format_func=lambda place: say(f"upload.place_{place or 'none'}"), width=260,
            on_change=_told, args=(str(file.path), key),
        )  # fmt: skip
        st.caption(f"{words.size(file.size)} · {reason}", width="stretch")


def _told(path: str, key: str) -> None:
    session.put(TOLD, session.keep(TOLD, {}) | {path: session.widget(key)})


def _place(places: Dropped, file: Received) -> str:
    if file.path in (places.log, *places.more):
        return "log"
    return "items" if file.path == places.items else "users" if file.path == places.users else ""


def _given(held: tuple[Received, ...], places: Dropped) -> dict[str, tuple[Received, ...]]:
    by_path = {file.path: file for file in held}
    events = tuple(by_path[path] for path in (places.log, *places.more) if path is not None)
    if not events:
        st.error(say("upload.no_log"))
        return {}
    tables = {"items": places.items, "users": places.users}
    return {"events": events} | {slot: (by_path[path],) for slot, path in tables.items() if path is not None}
