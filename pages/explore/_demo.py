"""`?demo=1`: the most telling users one after another, each played with captions; made for a projector."""

from typing import Any

import streamlit as st

from core.drift import RECURRING, Change, cohorts
from pages import _computed as computed
from pages import _guards as guards
from pages import _player
from pages import _session as session
from pages import _words as words
from pages.explore import _map as maps
from pages.explore import _play as play
from pages.explore import _verdict as verdicts

say = session.say
DEMO = session.DEMO


def asked() -> bool:
    """Whether the link asks for the demo."""
    return session.in_link(DEMO) is not None


def show() -> None:
    """Play one of the users; the page ends here."""
    selection = guards.data_set()
    users = cohorts.telling(guards.drift(selection))["user_id"].tolist()
    if not users:
        st.info(say("demo.nobody"))
        st.stop()
    place = _place(len(users))
    _bar(users, place)
    verdict = verdicts.of(computed.drift(selection), users[place])
    look = session.look(computed.interests(selection).catalogue.categories)
    if selection.run:
        payload = play.shown(selection, maps.best(selection), users[place], verdict, look)
    else:
        payload = play.untrained(selection, users[place], verdict, look)
    _player.send(payload, key="demo")
    tour = {"captions": _captions(verdict.row, verdict.changes)}
    _player.player(payload, step=0, key="demo", on_rest=lambda: _ended((place + 1) % len(users)), tour=tour)
    st.stop()


def _place(count: int) -> int:
    link = session.in_link(DEMO) or ""
    return (int(link) - 1) % count if link.isdecimal() else 0


def _bar(users: list[str], place: int) -> None:
    """Which user this is, and ways on and out."""
    st.title(say("demo.place", user=words.plain(users[place]), place=place + 1, users=len(users)))
    with st.container(horizontal=True):
        st.button(say("demo.next"), key="demo_next", on_click=_go, args=((place + 1) % len(users),))
        st.button(say("demo.leave"), key="demo_leave", on_click=_leave, args=(users[place],))


def _captions(row: dict[str, Any], changes: tuple[Change, ...]) -> list[tuple[int, str]]:
    """What is said from which step on."""
    captions = [(0, say("demo.begin", events=row["n_events"], left=_names(changes[0].left) if changes else "–"))]
    for number, change in enumerate(changes):
        values = {"event": change.event + 1, "left": _names(change.left[:1]), "found": _names(change.found[:1])}
        said = say("demo.again" if number else "demo.change", **values, magnitude=change.magnitude)
        last = number == len(changes) - 1 and row["kind"] == RECURRING
        captions.append((change.event, say("demo.back", said=said) if last else said))
    return captions


def _names(categories: tuple[str, ...]) -> str:
    return ", ".join(categories) or "–"


def _ended(following: int) -> None:
    """The tour of a user is through: on to the next one."""
    if (session.widget("demo") or {}).get("rest", {}).get("ended"):
        _go(following)


def _go(place: int) -> None:
    session.put_in_link(DEMO, place + 1)


def _leave(user: str) -> None:
    session.put_in_link(DEMO, None)
    session.choose(session.STEP, None)
    session.choose(session.USER, user)
