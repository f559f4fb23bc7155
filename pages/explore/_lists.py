"""Lists worth showing: one moment's list by two models or two recipes, side by side, with filters."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from core import pipeline
from core.errors import MeanderError
from core.lists import shaped, why_empty
from core.settings import ListSettings
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words
from pages.explore import _basis as basis

say = session.say
BOX = "lists_box"
SIDES = ("left", "right")
RECIPES = ("score", "distance", "diversity", "calibration")


def draw(selection: session.Selection, user: str, step: int) -> None:
    """The box, folded away until it is asked for."""
    with st.expander(say("lists.title"), on_change="rerun", key=BOX) as box:
        if box.open:
            _compared(selection, user, step)


def table(selection: session.Selection, user: str, step: int) -> None:
    """The list of a moment by the model that all pages show, and what it rests on."""
    log, everyone = computed.until_step(selection, user, step), computed.sequences(selection)
    listed = shaped.shaped_list(computed.listing(selection), log, 0, ListSettings(), everyone)
    basis.remarks(selection, user, step + 1)
    _table(shaped.titled(listed, computed.interests(selection).catalogue), "new")


@st.fragment
def _compared(selection: session.Selection, user: str, step: int) -> None:
    log = computed.until_step(selection, user, step)
    st.caption(say("lists.lead", events=step + 1))
    basis.remarks(selection, user, step + 1)
    everyone = computed.sequences(selection)
    common, shown = _filters(log.catalogue.categories, computed.category_names(selection).name), []
    shown_as = computed.interests(selection).catalogue
    for side, column in zip(SIDES, st.columns(2, gap="large"), strict=True):
        with column:
            model, settings = _recipe(side, common)
            try:
                listed = shaped.shaped_list(computed.ranker(selection, model), log, 0, settings, everyone)
            except MeanderError as error:
                st.error(words.told(error, 300))
                continue
            shown.append(set(listed["item_id"]))
            _table(shaped.titled(listed, shown_as), side, hide_seen=settings.hide_seen)
            if listed.empty:
                continue
            st.caption(say("lists.about", **shaped.about(listed, everyone)))
    if len(shown) == len(SIDES):
        st.markdown(say("lists.overlap", same=len(shown[0] & shown[1])))
    drawing.words("lists.shown")


def _filters(categories: tuple[str, ...], named: Callable[[str], str]) -> ListSettings:
    """What both lists may hold."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.multiselect(say("lists.categories"), categories, key="lists_categories", width=320,
                                format_func=named, placeholder=say("lists.all"))  # fmt: skip
        seen = st.toggle(say("lists.seen"), key="lists_seen", help=say("lists.seen_help"))
        new = st.toggle(say("lists.new"), key="lists_new", help=say("lists.new_help"))
    return ListSettings(hide_seen=not seen, categories=tuple(chosen), new_only=new)


def _recipe(side: str, common: ListSettings) -> tuple[str, ListSettings]:
    """Which model, and how its list is put together."""
    which, how = st.columns(2)
    names = pipeline.known_models()
    model = which.selectbox(
        say("lists.model"), names, index=0 if side == SIDES[0] else 1, key=f"lists_model_{side}",
        format_func=session.model_name,
    )  # fmt: skip
    recipe = how.selectbox(
        say("lists.recipe"), RECIPES, key=f"lists_recipe_{side}", help=say("lists.recipe_help"),
        format_func=lambda name: say(f"lists.{name}"),
    )  # fmt: skip
    if recipe in ("score", "distance"):
        return model, replace(common, order=recipe)
    weight = st.slider(
        say("lists.weight"), 0.0, 1.0, 0.3, 0.05, key=f"lists_weight_{side}", help=say("lists.weight_help")
    )
    weights: dict[str, Any] = {recipe: weight}  # the settings name their weights as the recipes are called
    return model, replace(common, **weights)


def _table(listed: Any, side: str, *, hide_seen: bool = True) -> None:
    """A list, or why it is empty."""
    if listed.empty:
        st.info(words.told(why_empty(hide_seen=hide_seen)))
        return
    config = {
        "rank": st.column_config.NumberColumn("#", width=40),
        "title": st.column_config.TextColumn(say("user.item")),
        "category": st.column_config.TextColumn(say("user.category")),
        "rank_by_score": st.column_config.NumberColumn(say("lists.was"), width=60, help=say("lists.was_help")),
    }
    drawing.table(listed, column_order=list(config), column_config=config, height=388,
                 key=f"lists_{side}", alt=say("lists.shown_read"))  # fmt: skip
