"""A user whom the log does not know: not a dead end, but the list for someone new, and what first events would make."""

import streamlit as st

from core.charts import Look
from core.lists import near
from pages import _computed as computed
from pages import _guards as guards
from pages import _session as session
from pages import _words as words
from pages.explore import _likes as likes
from pages.explore import _lists as lists
from pages.explore import _live as live
from pages.explore import _whatif as what_if

say = session.say


def draw(selection: session.Selection, user: str, look: Look) -> None:
    """Who is not there, who may have been meant, a list for words about them, and the list for someone new."""
    st.warning(say("user.unknown", user=words.plain(user), data_set=words.plain(str(selection.data_set))))
    _meant(near(list(computed.sequences(selection).user_position), user))
    likes.draw(selection)
    guards.run(selection)
    st.subheader(say("user.someone_new"))
    lists.table(selection, user, -1)
    lists.draw(selection, user, -1)
    what_if.draw(selection, user, -1)
    live.draw(selection, user, look)


def _meant(users: tuple[str, ...]) -> None:
    """Links to the ids that may have been meant."""
    if not users:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("user.meant"), width="content")
        for user in users:
            st.button(words.plain(user), key=f"meant_{user}", type="tertiary", on_click=session.choose,
                      args=(session.USER, user))  # fmt: skip
