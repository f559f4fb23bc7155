"""Add a log: drop it, see how it is understood, import it, see what became of every row."""

import streamlit as st

from core.errors import MeanderError
from pages import _computed as computed
from pages import _session as session
from pages import _words as words
from pages.data import _columns as columns
from pages.data import _files as files
from pages.data import _import as importing
from pages.data import _worked as worked
from pages.data import _zone as zone

say = session.say
EXAMPLE = "user_id,item_id,timestamp\nanna,book-17,2024-03-04 14:05:00\nanna,book-23,2024-03-04 14:09:30"


def wizard(given: dict[str, tuple[files.Received, ...]]) -> None:
    """Preview, columns, name, and the button that starts; `given` are the files by what they are."""
    events = given["events"][0]
    try:
        preview = computed.preview(str(events.path))
    except MeanderError as error:
        st.error(words.told(error))
        return
    chosen = columns.draw(preview, events.path.parent.name)
    st.markdown(f"**{say('upload.preview')}**")
    rows = st.container()
    others = (*given.get("items", ()), *given.get("users", ()))
    summary = importing.form(chosen, given, columns.more(preview, chosen, others))
    with rows:
        columns.table(preview, chosen, summary)


st.title(say("upload.title"))
st.caption(say("upload.lead"))
job = importing.latest()
if job is None or importing.follow(job):
    given = zone.draw()
    if given:
        wizard(given)
    elif not files.held():
        st.caption(say("upload.example"))
        st.code(EXAMPLE, language=None)
        files.waiting()
        worked.draw()
