"""The box that asks in words: items by what they say, users by what they are after now, turned to, or turned from."""

from typing import Any

import streamlit as st

from core.drift import HOWS, sureness
from core.errors import MeanderError
from pages import _asked as answers
from pages import _drawing as drawing
from pages import _guards as guards
from pages import _session as session
from pages import _words as words
from pages.explore import _table as tables

say = session.say
LONGEST, SHOWN, HEIGHT = 200, 10, 390
"""Characters of a question; rows of each table, and its height."""
ALWAYS = ("user_id", "when", "share_after")
"""What is told of users whatever was asked of them."""


def draw(selection: session.Selection) -> None:
    """The box, and what answers the question in it; nothing where items say nothing."""
    if not answers.speaks(selection.whole):
        return
    question = st.text_input(
        say("search.ask"), key="question", persist_state="session", placeholder=say("search.example"),
        help=say("search.ask_help"), max_chars=LONGEST, icon=":material/search:",
    )  # fmt: skip
    if not question or not question.strip():
        return
    guards.wait_for(answers.search_terms(selection), selection, say("search.reading"))
    try:
        search = answers.search(selection.whole)
    except MeanderError as error:
        st.warning(words.told(error))
        return
    if encoder := search.index.encoder:
        st.caption(say("search.by", model=words.plain(encoder.name), licence=words.plain(encoder.licence or "–")))
    for remark in filter(None, (*search.remarks, search.unread(question))):
        st.caption(words.told(remark))
    left, right = st.columns(2, gap="large")
    with left:
        _items(search.items(question, SHOWN))
    with right:
        _users(answers.asked(selection, question, SHOWN))


def _items(found: Any) -> None:
    st.markdown(f"**{say('search.items')}**")
    if not len(found):
        st.info(say("search.nothing"))
        return
    config = {
        "title": st.column_config.TextColumn(say("search.title")),
        "score": st.column_config.NumberColumn(say("search.score"), help=say("search.score_help"), format="%.2f"),
        "item_id": st.column_config.TextColumn(say("search.item")),
    }
    drawing.table(
        found, key="asked_items", column_order=list(config), column_config=config, height=HEIGHT,
        alt=say("search.items_alt"),
    )  # fmt: skip


def _users(found: Any) -> None:
    st.markdown(f"**{say('search.users')}**", help=say("search.users_help"))
    how = st.segmented_control(
        say("search.how"), HOWS, format_func=lambda name: say(f"search.{name}"), default=HOWS[0], key="asked_how",
        persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    how = how or HOWS[0]
    rows = found[found["how"] == how]
    if not len(rows):
        st.info(say("search.nobody"))
        return
    grades = {grade: say(f"sure.{grade.replace(' ', '_')}") for grade in sureness.GRADES}
    shown = rows.assign(sure=rows["sure"].replace(grades), when=rows["when"].map(words.moment))
    shown[["share_before", "share_after"]] = shown[["share_before", "share_after"]].round(2)
    # Whoever is after it now has not changed for it: there is no before, and nothing to be sure of.
    before = () if how == HOWS[0] else ("share_before", "sure")
    config = {
        "user_id": st.column_config.TextColumn(say("table.user_id")),
        "when": st.column_config.TextColumn(say("search.when"), help=say("search.when_help")),
        "share_before": st.column_config.NumberColumn(say("search.before"), format="percent"),
        "share_after": st.column_config.NumberColumn(
            say("search.after" if before else "search.share"), format="percent"
        ),
        "sure": st.column_config.TextColumn(say("table.sure"), help=say("table.sure_help")),
    }
    event = drawing.table(
        shown, key="asked_users", column_order=[name for name in config if name in (*ALWAYS, *before)],
        column_config=config, height=HEIGHT - 45, on_select="rerun", selection_mode="single-row",
        alt=say("search.users_alt"),
    )  # fmt: skip
    chosen = event["selection"]["rows"]
    if chosen:
        row = rows.iloc[chosen[0]]
        tables.open_user(str(row["user_id"]), int(row["event"]))
