"""Who was given which role; a role given, changed or taken back, by the functions that the command line has."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from core import pipeline
from core.errors import MeanderError
from core.settings import BLOCKED, ROLES, VIEWER
from core.workspace import rules
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words

say = session.say
PERSON, ROLE, IDS, TABLE, WRONG = "role_person", "role_role", "role_ids", "role_table", "role_wrong"
MOST = 254
"""Characters of a name, as the rules have it."""
ROWS = 10
"""Of the table, before it scrolls."""


def draw() -> None:
    """Who has which role; a row fills the fields beneath."""
    st.subheader(say("people.may"), anchor=False)
    given, place = pipeline.grants(session.workspace()), pipeline.grant_place(session.workspace())
    if given.empty:
        st.info(say("people.none_given"))
    else:
        _table(given)
    st.caption(say("people.provider"))
    _fields(given, place)
    if wrong := session.keep(WRONG):
        session.put(WRONG, None)
        st.error(wrong)


def _table(given: Any) -> None:
    def chosen() -> None:
        rows = session.widget(TABLE)["selection"]["rows"]
        if rows:
            session.follow(PERSON, given["person"].iloc[rows[0]])
            _fill(given.iloc[rows[0]].to_dict())

    # Editors and admins see ids, whatever the rule says of that.
    sees = given["ids"] | given["role"].isin(ROLES[ROLES.index(VIEWER) + 1 :])
    shown = given.assign(
        role=[_role(role) for role in given["role"]],
        group=given["group"].replace("", say("people.all_groups")),
        ids=[say("people.yes") if each else "" for each in sees],
    )
    names = [name for name in ("person", "role", "group", "ids") if name != "group" or given["group"].any()]
    config = {name: say(f"people.{name}") for name in names}
    drawing.table(
        shown, key=TABLE, column_order=names, column_config=config, height=38 + 35 * min(len(given), ROWS),
        on_select=chosen, selection_mode="single-row", alt=say("people.may_alt"),
    )  # fmt: skip


def _role(role: str) -> str:
    return say("people.kept_out") if role == BLOCKED else say(f"gate.role_{role}")


def _fields(given: Any, place: str) -> None:
    """Whom, what, and two buttons."""
    known = {rules.folded(row["person"]): row for row in given.to_dict("records") if row["group"] == place}

    def typed() -> None:
        _fill(known.get(rules.folded(session.widget(PERSON).strip()), {}))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        person = st.text_input(
            say("people.person"), key=PERSON, max_chars=MOST, help=say("people.person_help"), on_change=typed
        ).strip()
        role = st.selectbox(say("people.role"), (*ROLES, BLOCKED), key=ROLE, format_func=_role)
        st.checkbox(say("people.ids"), key=IDS, disabled=role != VIEWER, help=say("people.ids_help"))
        st.button(say("people.give"), key="role_give", type="primary", disabled=not person, on_click=_give,
                  args=(place,))  # fmt: skip
        st.button(say("people.take"), key="role_take", disabled=rules.folded(person) not in known, on_click=_take,
                  args=(place,), help=say("people.take_help"))  # fmt: skip


# What the fields hold when a button is pressed counts: that may be newer than what the button was drawn with.


def _give(place: str) -> None:
    person, role = session.widget(PERSON).strip(), session.widget(ROLE)
    ids = role == VIEWER and bool(session.widget(IDS))
    said = say("people.given", person=words.plain(person), role=_role(role))
    _do(partial(pipeline.grant, session.workspace(), person, role, place, ids=ids), said)


def _take(place: str) -> None:
    person = session.widget(PERSON).strip()
    _do(partial(pipeline.withdraw, session.workspace(), person, place), say("people.taken", person=words.plain(person)))


def _fill(row: dict[str, Any]) -> None:
    """Show in the fields what somebody has."""
    if row:
        session.follow(ROLE, row["role"])
        session.follow(IDS, row["ids"])


def _do(act: Callable[[], None], said: str) -> None:
    try:
        act()
    except MeanderError as error:
        session.put(WRONG, words.told(error))
        return
    st.toast(said)
