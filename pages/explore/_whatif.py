"""A sandbox: what the list would be with another history. Nothing is written."""

from typing import Any

import streamlit as st

from core.errors import MeanderError
from core.explain import whatif
from core.player import frames
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words
from pages.explore import _moves as moves

say = session.say
OFFERED = 1000
"""Items to put in that are offered, most popular first; any other id can be typed."""


def draw(selection: session.Selection, user: str, step: int) -> None:
    """The sandbox, folded away until it is asked for."""
    with st.expander(say("whatif.title"), on_change="rerun", key="whatif_box") as box:
        if box.open:
            _sandbox(selection, user, step)


@st.fragment
def _sandbox(selection: session.Selection, user: str, step: int) -> None:
    st.caption(say("whatif.lead", events=step + 1))
    log, ranker = computed.until_step(selection, user, step), computed.listing(selection)
    names = session.once("event names", selection, user, step, _make=lambda: _event_names(log))
    mark = f"whatif_{selection.id}_{user}_{step}_"
    left, right = st.columns([2, 3], gap="large")
    with left:
        edits = _edits(selection, names, mark)
        if names:
            _tipping(selection, user, step, names)
    with right:
        try:
            moved = computed.category_names(selection).in_rows(whatif.moves(ranker, log, 0, edits))
        except MeanderError as error:
            st.error(words.told(error, 300))
            return
        moves.draw(moved, "whatif_list", say("whatif.lists_read"))
    drawing.words("whatif.lists")


def _edits(selection: session.Selection, names: list[str], mark: str) -> whatif.Edits:
    """What the reader wants to be different."""
    count, newest = len(names), list(range(len(names)))[::-1]

    def name(place: int) -> str:
        return names[place]

    removed = st.multiselect(
        say("whatif.remove"), newest, format_func=name, key=f"{mark}remove", placeholder=say("whatif.choose_events")
    )
    added = _added(selection, count, mark)
    moved = _moved(newest, names, mark)
    if count > 1:
        places = list(range(count))
        last = st.select_slider(
            say("whatif.cut"), places, count - 1, format_func=name, key=f"{mark}cut", help=say("whatif.cut_help")
        )
        removed = [*removed, *range(last + 1, count)]
    st.button(say("whatif.reset"), key=f"{mark}reset", type="tertiary", on_click=_reset, args=(mark, count))
    return whatif.Edits(removed=tuple(removed), moved=moved, added=added)


def _added(selection: session.Selection, count: int, mark: str) -> tuple[tuple[str, int], ...]:
    titles = session.once("item names", selection, _make=lambda: whatif.offered(computed.sequences(selection)))
    offered = session.once("popular items", selection, _make=lambda: list(titles)[:OFFERED])
    which, where = st.columns([3, 1])
    chosen = which.multiselect(
        say("whatif.add"), offered, format_func=lambda item: titles.get(item, item), key=f"{mark}add",
        accept_new_options=True, placeholder=say("whatif.choose_items"), help=say("whatif.add_help"),
    )  # fmt: skip
    place = where.number_input(say("whatif.before"), 1, count + 1, count + 1, key=f"{mark}place")
    return tuple((item.strip(), place - 1) for item in chosen)


def _moved(newest: list[int], names: list[str], mark: str) -> tuple[tuple[int, int], ...]:
    if len(names) < 2:
        return ()
    which, where = st.columns([3, 1])
    chosen = which.selectbox(
        say("whatif.move"), newest, index=None, format_func=lambda place: names[place], key=f"{mark}move",
        placeholder=say("whatif.choose_event"),
    )  # fmt: skip
    place = where.number_input(say("whatif.before"), 1, len(names) + 1, len(names) + 1, key=f"{mark}to")
    return () if chosen is None else ((chosen, place - 1),)


def _reset(mark: str, count: int) -> None:
    for name, value in (("remove", []), ("add", []), ("move", None), ("cut", count - 1), ("to", count + 1)):
        session.follow(f"{mark}{name}", value)
    session.follow(f"{mark}place", count + 1)


def _tipping(selection: session.Selection, user: str, step: int, names: list[str]) -> None:
    """The smallest set of events without which another item comes first, at a button."""
    key = f"tipping_{selection.data_set}_{selection.run}_{user}_{step}"
    st.button(
        say("whatif.tip"), key="whatif_tip", help=say("whatif.tip_help", most=whatif.MOST_REMOVED),
        on_click=session.put, args=(key, True),
    )  # fmt: skip
    if not session.keep(key):
        return
    log, ranker = computed.until_step(selection, user, step), computed.listing(selection)
    try:
        with st.spinner(say("whatif.searching")):
            found = session.once("tipping", selection, user, step, _make=lambda: whatif.counterfactual(ranker, log, 0))
    except MeanderError as error:
        st.info(words.told(error, 300))
        return
    titles = session.once("item names", selection, _make=lambda: whatif.offered(computed.sequences(selection)))
    first = words.plain(titles[found.item])
    if found.instead is None:
        st.info(say("whatif.firm", first=first, most=whatif.MOST_REMOVED))
        return
    listed = ", ".join(f"**{words.plain(names[place])}**" for place in found.events)
    st.info(say("whatif.tipped", first=first, events=listed, instead=words.plain(titles[found.instead])))
    st.button(
        say("whatif.try"), key="whatif_try", type="tertiary",
        on_click=lambda: session.follow(f"whatif_{user}_{step}_remove", list(found.events)),
    )  # fmt: skip


def _event_names(log: Any) -> list[str]:
    """Number, title and day of each event."""
    events = frames.history(log, 0)
    days = ["" if log.ordinal else f" · {time:%Y-%m-%d}" for time in events["timestamp"]]
    return [f"{place + 1}. {title}{day}" for place, (title, day) in enumerate(zip(events["title"], days, strict=True))]
