"""Files that a browser sends: to disk at once, and out of the server's memory."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.workspace import inbox
from pages import _session as session
from pages import _words as words

SLOTS = ("events", "items", "users")
SEVERAL = ("events",)
"""Slots that take several files, one log in parts."""
CHUNK = 1 << 20
MOST_WAITING = 20
WATCH_SECONDS = 2
"""Seconds between two looks into the inbox."""


@dataclass(frozen=True)
class Received:
    """A file that arrived and lies in the workspace."""

    name: str
    """As it was called on the sender's machine."""
    path: Path
    size: int


def receive(slot: str, label: str, about: str) -> tuple[Received, ...]:
    """The files of a slot: a field to drop them into, or their names and a way to take others."""
    received = held(slot)
    if received:
        with st.container(horizontal=True, vertical_alignment="center"):
            for file in received:
                st.markdown(f"**{words.plain(file.name)}** · {words.size(file.size)}", width="content")
            st.button(session.say("upload.other_file"), key=f"other_{slot}", on_click=discard, args=(slot,))
        return received
    key = f"drop_{slot}_{session.keep(f'round_{slot}', 0)}"
    st.file_uploader(
        label, key=key, help=about, on_change=_store, args=(slot, key), accept_multiple_files=slot in SEVERAL
    )
    problem = session.keep(f"problem_{slot}", None)
    if problem:
        st.error(session.say("upload.full", why=words.plain(problem)))
    return ()


def waiting(slot: str) -> None:
    """The workspace's inbox is watched: what lies in it can be taken by a click once it has stopped growing."""
    st.caption(session.say("upload.inbox", folder=words.plain(str(inbox.folder(session.workspace())), 200)))
    st.fragment(_waiting, run_every=WATCH_SECONDS)(slot)


def _waiting(slot: str) -> None:
    for file in inbox.files(session.workspace())[:MOST_WAITING]:
        label = f"{words.plain(file.path.name)} · {words.size(file.size)}"
        if not file.whole:
            st.caption(session.say("upload.arriving", file=label))
        elif st.button(label, key=f"inbox_{file.path.name}"):
            session.put(f"file_{slot}", (Received(file.path.name, file.path, file.size),))
            st.rerun()


def held(slot: str) -> tuple[Received, ...]:
    """The files of a slot if they are all still there."""
    received: tuple[Received, ...] = session.keep(f"file_{slot}", ())
    return received if all(file.path.exists() for file in received) else ()


def discard(slot: str) -> None:
    """Forget the files of a slot and remove them from the workspace."""
    for file in session.keep(f"file_{slot}", ()):
        session.uploads().discard(file.path)
    release(slot)
    if slot == "events":
        session.put("import", None)


def release(slot: str) -> None:
    """Forget the files of a slot; whoever imports them removes them."""
    for file in session.keep(f"file_{slot}", ()):
        session.uploads().release(file.path)
    session.put(f"file_{slot}", ())


def _store(slot: str, key: str) -> None:
    """Write what has just arrived to disk, let go of it in memory, and show an empty field the next time."""
    value: list[UploadedFile] | UploadedFile | None = session.widget(key)
    if not value:
        return
    arrived = value if isinstance(value, list) else [value]
    session.put(f"problem_{slot}", None)
    session.put(f"file_{slot}", tuple(file for uploaded in arrived if (file := _kept(slot, uploaded))))
    if session.keep(f"problem_{slot}", None):
        discard(slot)
    session.put(f"round_{slot}", session.keep(f"round_{slot}", 0) + 1)


def _kept(slot: str, uploaded: UploadedFile) -> Received | None:
    """The file on disk; None, with the reason noted, if the disk would not take it."""
    path = session.uploads().new(uploaded.name)
    try:
        with path.open("wb") as target:
            shutil.copyfileobj(uploaded, target, CHUNK)
        return Received(uploaded.name, path, uploaded.size)
    except OSError as error:
        session.uploads().discard(path)
        session.put(f"problem_{slot}", error.strerror or str(error))
        return None
    finally:
        _free(uploaded)


def _free(uploaded: UploadedFile) -> None:
    """Give the memory of an upload back; Streamlit keeps it until some minutes after the tab is closed."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=uploaded.file_id)
    uploaded.close()
