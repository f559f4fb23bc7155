"""Add a log: drop it, see how it is understood, import it, see what became of every row."""

import streamlit as st

from core.errors import MeanderError
from pages import _computed as computed
from pages import _session as session
from pages import _words as words
from pages.data import _columns as columns
from pages.data import _files as files
from pages.data import _import as importing

say = session.say
EXAMPLE = "user_id,item_id,timestamp\nanna,book-17,2024-03-04 14:05:00\nanna,book-23,2024-03-04 14:09:30"


def wizard(log: tuple[files.Received, ...]) -> None:
    """Preview, columns, further files, name, and the button that starts."""
    events = log[0]
    try:
        preview = computed.preview(str(events.path))
    except MeanderError as error:
        st.error(words.told(error))
        return
    chosen = columns.draw(preview, events.path.parent.name)
    st.markdown(f"**{say('upload.preview')}**")
    columns.table(preview, chosen)
    with st.expander(say("upload.more_files")):
        left, right = st.columns(2)
        with left:
            items = files.receive("items", say("upload.items"), say("upload.items_help"))
        with right:
            users = files.receive("users", say("upload.users"), say("upload.users_help"))
    given = {slot: file for slot, file in {"events": log, "items": items, "users": users}.items() if file}
    importing.form(chosen, given, columns.more(preview, chosen, items + users))


st.title(say("upload.title"))
st.caption(say("upload.lead"))
job = importing.latest()
if job is None or importing.follow(job):
    log = files.receive("events", say("upload.drop"), say("upload.drop_help"))
    if log:
        wizard(log)
    else:
        st.caption(say("upload.example"))
        st.code(EXAMPLE, language=None)
        files.waiting("events")
