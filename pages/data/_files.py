"""Files that a browser sends: to disk at once, and out of the server's memory."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.workspace import inbox
from pages import _session as session
from pages import _words as words

HELD = "files"
"""Under this name the session keeps what has arrived: parts of a log, and tables of items and users."""
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


def name(file: Received) -> None:
    """A file, told of."""
    st.markdown(f"**{words.plain(file.name)}** · {words.size(file.size)}", width="content")


def put_aside() -> None:
    """A way to take other files instead."""
    st.button(session.say("upload.other_file"), key="other_file", on_click=discard)


def zone(label: str, about: str) -> None:
    """The zone for all files of a log; what is dropped comes to what is held."""
    # A zone that has handed its files over is another one the next time, and empty.
    key = f"drop_files_{session.keep('drops', 0)}"
    st.file_uploader(label, key=key, help=about, on_change=_store, args=(key,), accept_multiple_files=True)
    problem = session.keep("upload_problem", None)
    if problem:
        st.error(session.say("upload.full", why=words.plain(problem)))


def waiting() -> None:
    """The workspace's inbox is watched: what lies in it can be taken by a click once it has stopped growing."""
    st.caption(session.say("upload.inbox", folder=words.plain(str(inbox.folder(session.workspace())), 200)))
    st.fragment(_waiting, run_every=WATCH_SECONDS)()


def _waiting() -> None:
    for file in inbox.files(session.workspace())[:MOST_WAITING]:
        label = f"{words.plain(file.path.name)} · {words.size(file.size)}"
        if not file.whole:
            st.caption(session.say("upload.arriving", file=label))
        elif st.button(label, key=f"inbox_{file.path.name}"):
            session.put(HELD, (Received(file.path.name, file.path, file.size),))
            st.rerun()


def held() -> tuple[Received, ...]:
    """What has arrived, if all of it is still there."""
    received: tuple[Received, ...] = session.keep(HELD, ())
    return received if all(file.path.exists() for file in received) else ()


def discard() -> None:
    """Forget all files and remove them from the workspace."""
    for file in session.keep(HELD, ()):
        session.uploads().discard(file.path)
    session.put(HELD, ())
    session.put("import", None)


def keep_only(given: Mapping[str, Iterable[Received]]) -> None:
    """Let go of files that are imported as nothing; the others stay until their import is done."""
    wanted = {file.path for some in given.values() for file in some}
    for file in session.keep(HELD, ()):
        if file.path not in wanted:
            session.uploads().discard(file.path)
    session.put(HELD, tuple(file for file in session.keep(HELD, ()) if file.path in wanted))


def release() -> None:
    """Forget all files; whoever imports them removes them."""
    for file in session.keep(HELD, ()):
        session.uploads().release(file.path)
    session.put(HELD, ())


def _store(key: str) -> None:
    """Write what has just arrived to disk, let go of it in memory, and show an empty zone the next time."""
    arrived: list[UploadedFile] = session.widget(key) or []
    if not arrived:
        return
    session.put("upload_problem", None)
    session.put(HELD, (*held(), *(file for uploaded in arrived if (file := _kept(uploaded)))))
    if session.keep("upload_problem", None):
        discard()
    session.put("drops", session.keep("drops", 0) + 1)


def _kept(uploaded: UploadedFile) -> Received | None:
    """The file on disk; None, with the reason noted, if the disk would not take it."""
    path = session.uploads().new(uploaded.name)
    try:
        with path.open("wb") as target:
            shutil.copyfileobj(uploaded, target, CHUNK)
        return Received(uploaded.name, path, uploaded.size)
    except OSError as error:
        session.uploads().discard(path)
        session.put("upload_problem", error.strerror or str(error))
        return None
    finally:
        _free(uploaded)


def _free(uploaded: UploadedFile) -> None:
    """Give the memory of an upload back; Streamlit keeps it until some minutes after the tab is closed."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=uploaded.file_id)
    uploaded.close()
