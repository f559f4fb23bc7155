"""Someone of whom only words are known: what they like, said in a sentence, and the list for that."""

import streamlit as st

from core.errors import MeanderError
from pages import _asked as answers
from pages import _drawing as drawing
from pages import _guards as guards
from pages import _session as session
from pages import _words as words

say = session.say
LONGEST, SHOWN = 200, 10
"""Characters of a sentence; rows of the list."""


def draw(selection: session.Selection) -> None:
    """The box, and the list for what is said in it; nothing where items say nothing."""
    if not answers.speaks(selection):
        return
    said = st.text_input(
        say("likes.ask"), key="likes", placeholder=say("likes.example"), help=say("likes.ask_help"),
        max_chars=LONGEST, icon=":material/chat:",
    )  # fmt: skip
    if not said or not said.strip():
        return
    guards.wait_for(answers.search_terms(selection), selection, say("search.reading"))
    try:
        listed = answers.for_words(selection, said.strip(), SHOWN)
    except MeanderError as error:
        st.warning(words.told(error))
        return
    config = {
        "rank": st.column_config.NumberColumn(say("likes.rank"), format="%d"),
        "title": st.column_config.TextColumn(say("search.title"), width="large"),
        "item_id": st.column_config.TextColumn(say("search.item")),
    }
    drawing.table(listed, key="likes_list", column_order=list(config), column_config=config, alt=say("likes.list_alt"))
