"""Finding a user: search, filters, previous and next in the ranking, or any one at random."""

import secrets

import streamlit as st

from core.charts import Look
from pages import _computed as computed
from pages import _session as session
from pages.explore import _cohort as cohort

say = session.say
OFFERED = 1000
"""Users in the picker, best first; any other id can be typed."""


def user(selection: session.Selection, look: Look) -> str:
    """Draw the controls; return the user that the link or the reader chose, else the first of the ranking.

    It may be one whom the log does not know.
    """
    picked = cohort.pick(selection, computed.drift(selection), computed.population(selection), look.categories)
    users = picked.users["user_id"].tolist()
    asked = session.asked(session.USER)
    current = asked if asked is not None else (users or [None])[0]
    _controls(users, current)
    if current is None:
        st.info(say("overview.nobody"))
        st.stop()
    session.choose(session.USER, current)
    return str(current)


def _controls(users: list[str], current: str | None) -> None:
    place = users.index(current) if current in users else -1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        offered = users[:OFFERED] if current in users[:OFFERED] or current is None else [current, *users[:OFFERED]]
        key = session.led("picked_user", current)
        st.selectbox(
            say("user.pick", users=len(users)), offered, key=key, on_change=_picked, args=(key,), index=None, width=320,
            accept_new_options=True, help=say("user.pick_help"), placeholder=say("user.pick_placeholder"),
        )  # fmt: skip
        for name, target in (("previous", place - 1), ("next", place + 1)):
            there = 0 <= target < len(users)
            st.button(
                say(f"user.{name}"), key=f"user_{name}", disabled=not there, help=say("user.order_help"),
                on_click=_go, args=(users[target] if there else None,),
            )  # fmt: skip
        any_one = secrets.choice(users) if users else None
        st.button(say("user.random"), key="user_random", disabled=not users, on_click=_go, args=(any_one,))


def _picked(key: str) -> None:
    chosen = session.widget(key)
    if chosen:
        _go(chosen.strip())


def _go(target: str) -> None:
    session.choose(session.EVENT, None)
    session.choose(session.USER, target)
