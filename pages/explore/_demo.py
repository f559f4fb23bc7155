"""`?demo=1`: some users one after another, each presented on the whole screen; made for a projector.

`&who=surest` are those who are named with the least doubt; else they are the most telling.
"""

from dataclasses import replace
from typing import Any

import streamlit as st

from core.drift import NAMED, cohorts
from core.player import PlayerPayload, standalone
from pages import _computed as computed
from pages import _exports as exports
from pages import _guards as guards
from pages import _player
from pages import _session as session
from pages import _words as words
from pages.explore import _map as maps
from pages.explore import _play as play
from pages.explore import _story as stories
from pages.explore import _verdict as verdicts

say = session.say
DEMO, WHO = session.DEMO, session.WHO
MOST = 5
"""Users of a presentation of the surest."""


def asked() -> bool:
    """Whether the link asks for the demo."""
    return session.in_link(DEMO) is not None


def show() -> None:
    """Present one of the users; the page ends here."""
    selection = guards.data_set()
    users = _cast(guards.drift(selection))
    if not users:
        st.info(say("demo.nobody"))
        st.stop()
    place = _place(len(users))
    following = (place + 1) % len(users)
    _bar(selection, users, place)
    exports.opened(selection, users[place])
    payload = _payload(selection, users[place])
    _player.send(payload, key="demo")
    present = {"chapter": 1, "then": users[following] if len(users) > 1 else ""}
    _player.player(payload, step=0, key="demo", on_rest=lambda: _ended(following), present=present)
    st.stop()


def _cast(table: Any) -> list[str]:
    """Who is presented."""
    if session.in_link(WHO) == stories.SUREST:
        return [str(user) for user in cohorts.surest(table[table[NAMED]])["user_id"].head(MOST)]
    return [str(user) for user in cohorts.telling(table)["user_id"]]


def _payload(selection: session.Selection, user: str) -> PlayerPayload:
    verdict = verdicts.of(computed.drift(selection), user)
    look = computed.look(selection)
    if not selection.run:
        return play.untrained(selection, user, verdict, look)
    return play.shown(selection, maps.shown(selection), user, verdict, look)


def _place(count: int) -> int:
    link = session.in_link(DEMO) or ""
    return (int(link) - 1) % count if link.isdecimal() else 0


def _bar(selection: session.Selection, users: list[str], place: int) -> None:
    """Which user this is, and ways on and out."""
    st.title(say("demo.place", user=words.plain(users[place]), place=place + 1, users=len(users)))
    with st.container(horizontal=True):
        st.button(say("demo.next"), key="demo_next", on_click=_go, args=((place + 1) % len(users),))
        st.button(say("demo.leave"), key="demo_leave", on_click=_leave, args=(users[place],))
        st.download_button(
            say("demo.take"),
            exports.told(selection.data_set, "presentation", lambda: _page(selection, users)),
            "presentation.html", "text/html", key="demo_take", help=say("demo.take_help"), on_click="ignore",
        )  # fmt: skip


def _page(selection: session.Selection, users: list[str]) -> str:
    """All of them on one page that plays without a server."""
    payloads = [_payload(selection, user) for user in users]
    if exports.key():
        named = zip(payloads, users, strict=True)
        payloads = [_masked(selection, each, user) for each, user in named]
    return standalone(*payloads, step=0, title=str(selection.data_set))


def _masked(selection: session.Selection, payload: PlayerPayload, user: str) -> PlayerPayload:
    from core.player import tables

    happened = computed.happened(selection, user, masks=exports.key())
    return replace(payload, replay=tables.masked(payload.replay, exports.user(user)), markers=happened)


def _ended(following: int) -> None:
    """The story of a user is through: on to the next one."""
    if (session.widget("demo") or {}).get("rest", {}).get("ended"):
        _go(following)


def _go(place: int) -> None:
    session.put_in_link(DEMO, place + 1)


def _leave(user: str) -> None:
    session.put_in_link(DEMO, None)
    session.put_in_link(WHO, None)
    session.choose(session.EVENT, None)
    session.choose(session.USER, user)
