"""What categories are called, and how they are coloured, wherever something is shown of them."""

from typing import Any

import streamlit as st

from core import pipeline
from core.charts import Look
from core.settings import EDITOR
from pages import _computed as computed
from pages import _doing as doing
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words

say = session.say
PROBLEM = "category_problem"


def merged(selection: session.Selection) -> None:
    """What was made one for the eye, and that verdicts were not computed of that."""
    for line in pipeline.merged_categories(session.workspace(), str(selection.data_set)):
        st.caption(words.told(line, 1000))


def draw(selection: session.Selection, look: Look) -> None:
    """Names and colours: those that were given, and a form for others; folded away."""
    with st.expander(say("categories.title"), on_change="rerun", key="categories_box") as box:
        if not box.open:
            return
        st.caption(say("categories.lead"))
        given = pipeline.category_table(session.workspace(), str(selection.data_set))
        if session.may(EDITOR):
            _form(selection, look)
        doing.failed(PROBLEM)
        if len(given):
            _given(selection, given)


def _form(selection: session.Selection, look: Look) -> None:
    with st.form("categories_form", border=False):
        names = computed.own_categories(selection)
        st.multiselect(say("categories.which"), names, key="categories_which", placeholder=say("categories.choose"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(say("categories.shown"), key="categories_shown", max_chars=200, width=320)
            st.toggle(say("categories.own_color"), key="categories_own", help=say("categories.own_color_help"))
            st.color_picker(say("categories.color"), look.color("accent"), key="categories_color")
        st.form_submit_button(say("categories.save"), on_click=_named, args=(selection,))


def _given(selection: session.Selection, given: Any) -> None:
    """What was given, each with a way back."""
    columns = {name: st.column_config.TextColumn(say(f"categories.{name}")) for name in ("category", "shown", "color")}
    drawing.table(given, column_order=list(columns), column_config=columns)
    if session.may(EDITOR):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            names = given["category"].tolist()
            st.multiselect(
                say("categories.back"), names, key="categories_back", placeholder=say("categories.all"), width=320
            )
            st.button(say("categories.take"), key="categories_take", on_click=_taken, args=(selection,))


def _named(selection: session.Selection) -> None:
    color = session.widget("categories_color") if session.widget("categories_own") else ""
    plain = computed.plain_interests(selection)
    categories, shown = session.widget("categories_which"), session.widget("categories_shown") or ""
    if doing.done(
        PROBLEM, pipeline.name_categories, selection, plain, categories, shown or " ".join(categories[:1]), color
    ):
        session.follow("categories_which", [])
        session.follow("categories_shown", "")


def _taken(selection: session.Selection) -> None:
    doing.done(PROBLEM, pipeline.unname_categories, selection, session.widget("categories_back"))
    session.follow("categories_back", [])
