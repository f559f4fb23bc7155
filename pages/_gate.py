"""The screen before all pages: to log in at, or why somebody is kept out and whom to ask."""

import time

import streamlit as st

from core.phrases import foreign
from pages import _session as session
from pages import _texts as texts
from pages import _who as who

say = session.say
WIDTH = 460
LOOK_EVERY = 30.0
"""Seconds between two looks at whether a login has ended, for a page that nobody touches."""


def draw(visitor: who.Visitor) -> None:
    """The screen, in the language of the link."""
    _, middle, _ = st.columns([1, 2, 1])
    with middle, st.container(border=True, key="gate"):
        st.title("Meander")
        st.markdown(say(f"gate.{visitor.why}", person=_code(visitor.actor.who)))
        if visitor.why in (who.STRANGER, who.BROKEN, who.WRONG):
            st.markdown(say("gate.ask"))
            st.button(say("gate.other"), key="log_out", on_click=st.logout)
        else:
            for name in who.providers():
                label = say("gate.in") if name == who.DEFAULT else say("gate.in_by", name=name)
                st.button(label, key=f"log_in_{name}", type="primary", on_click=_in, args=(name,))
        _languages()


def _code(person: str) -> str:
    """A name of somebody as it is, which Markdown would make a link of."""
    return f"`{foreign(person, 120).replace('`', ' ')}`"


def _in(name: str) -> None:
    if name == who.DEFAULT:
        st.login()
    else:
        st.login(name)


def _languages() -> None:
    with st.container(horizontal=True):
        for code, name in texts.LANGUAGES.items():
            if code != session.language():
                st.button(name, key=f"gate_{code}", type="tertiary", on_click=session.choose,
                          args=(session.LANGUAGE, code))  # fmt: skip


def account(visitor: who.Visitor) -> None:
    """In the sidebar: who is logged in, in which group, and the way out; nothing where nobody has to log in."""
    if visitor.until is None:
        return
    role = say(f"gate.role_{visitor.actor.role}")
    st.markdown(f"{_code(visitor.actor.who)} · {role}")
    if len(visitor.groups) > 1:
        key = session.led("picked_group", visitor.actor.login.group if visitor.actor.login else None)
        st.selectbox(say("gate.group"), visitor.groups, key=key, on_change=_group_picked, args=(key,))
    st.button(say("gate.leave"), key="log_out", icon=":material/logout:", on_click=st.logout)
    st.fragment(_watch, run_every=LOOK_EVERY)(visitor.until)


def _group_picked(key: str) -> None:
    session.choose_data_set(None)
    session.choose(session.GROUP, session.widget(key))


def _watch(until: float) -> None:
    """Draw the page anew once the login has ended, so that nothing stays in sight."""
    if time.time() >= until:
        st.rerun()
