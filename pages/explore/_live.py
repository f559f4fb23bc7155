"""Live: an event for this user, and what it moves at once; where a stream runs, what it brings."""

import time
from typing import Any

import streamlit as st

from core import pipeline
from core.charts import Look
from core.charts import maps as charts
from core.errors import MeanderError
from core.settings import EDITOR, NamingSettings
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words
from pages.explore import _map as maps
from pages.explore import _moves as moves

say = session.say
OFFERED, NEWEST = 1000, 8
WRONG = "live_wrong"
LOOK_EVERY = 2.0
"""Seconds between two looks at a stream that is running."""


def draw(selection: session.Selection, user: str, look: Look) -> None:
    """The form, folded away until it is asked for."""
    with st.expander(say("live.title"), on_change="rerun", key="live_box") as box:
        if box.open:
            _stream(selection, user)
            _form(selection, user, look)


def _stream(selection: session.Selection, user: str) -> None:
    """What was streamed, looked at again while a stream is running."""
    running = pipeline.streaming(session.workspace(), str(selection.data_set))
    st.fragment(_streamed, run_every=LOOK_EVERY if running else None)(selection, user)


def _streamed(selection: session.Selection, user: str) -> None:
    from core.pipeline import arrivals

    found = arrivals.arrivals(session.workspace(), str(selection.data_set), computed.sequences(selection), NEWEST)
    if found is None:
        return
    state = "live.running" if found.running else "live.resting"
    st.markdown(say(state, events=found.waiting, rows=found.counts.get("rows", 0)))
    parts = [f"{found.counts[name]:,} {say(f'live.count_{name}')}" for name in found.told]
    st.caption(" · ".join(parts))
    if found.lag is not None:
        st.caption(say("live.lag", messages=found.lag))
    if len(found.newest):
        heads = {"timestamp": "live.when", "user_id": "live.who", "title": "user.item", "event": "live.kind"}
        config = {column: st.column_config.Column(say(text)) for column, text in heads.items()}
        drawing.table(found.newest, column_config=config, key="live_newest", alt=say("live.newest_read"))
    if found.of(user):
        st.caption(say("live.own", events=found.of(user)))
    if len(found.flagged):
        st.markdown(say("live.flagged", users=len(found.flagged)))
        st.caption(say("live.named", users=int(found.flagged["named"].sum()), share=NamingSettings().accept))
        heads = {"user_id": "live.who", "timestamp": "live.flagged_at", "since": "live.flagged_since",
                 "named": "live.flagged_named"}  # fmt: skip
        config = {column: st.column_config.Column(say(text)) for column, text in heads.items()}
        drawing.table(found.flagged.head(NEWEST), column_config=config, key="live_flagged",
                     alt=say("live.flagged_read"))  # fmt: skip


@st.fragment
def _form(selection: session.Selection, user: str, look: Look) -> None:
    st.caption(say("live.lead"))
    log, mark = computed.sequences(selection), f"live_{selection.data_set}_{selection.id}_{user}"
    appended = session.keep(mark, ())
    left, right = st.columns([2, 3], gap="large")
    with left:
        _append(selection, mark, appended)
        _appended(selection, user, mark, appended)
    with right:
        if not appended:
            st.info(say("live.nothing"))
            return
        from core.pipeline import arrivals

        by = (computed.listing(selection), computed.model(selection))
        server = arrivals.fresh(session.workspace(), str(selection.data_set), by, log, user)
        moved = arrivals.moved(server, user, appended, computed.watcher(selection))
        _distance(moved)
        _drift(moved, ordinal=log.ordinal)
        moves.draw(computed.category_names(selection).in_rows(moved.lists), "live_list", say("live.lists_read"))
    drawing.words("live.lists")
    _map(selection, moved, look)


def _append(selection: session.Selection, mark: str, appended: tuple[Any, ...]) -> None:
    """Which item and kind; now."""
    from core.explain import whatif

    log = computed.sequences(selection)
    titles = session.once("item names", selection, _make=lambda: whatif.offered(log))
    offered = session.once("popular items", selection, _make=lambda: list(titles)[:OFFERED])
    item = st.selectbox(
        say("live.item"), offered, index=None, format_func=lambda each: titles.get(each, each), key="live_item",
        placeholder=say("whatif.choose_items"), help=say("whatif.add_help"), accept_new_options=True,
    )  # fmt: skip
    if len(log.kinds) > 1:
        st.selectbox(say("live.kind"), log.kinds, key="live_kind")
    st.button(
        say("live.append"), key="live_append", type="primary", disabled=item is None,
        on_click=_typed, args=(selection, mark, appended),
    )  # fmt: skip
    if wrong := session.keep(WRONG):
        st.error(wrong)
        session.put(WRONG, None)


def _typed(selection: session.Selection, mark: str, appended: tuple[Any, ...]) -> None:
    """The button was pressed: one more event, now."""
    log, item = computed.sequences(selection), str(session.widget("live_item")).strip()
    try:
        log.find_item(item)
    except MeanderError as error:
        session.put(WRONG, words.told(error, 300))
        return
    kind = str(session.widget("live_kind") or log.kinds[0])
    session.put(mark, (*appended, (item, kind, int(time.time() * 1_000_000))))


def _kept(selection: session.Selection, user: str, mark: str, appended: tuple[Any, ...]) -> None:
    """The button was pressed: write what was typed in."""
    from core.pipeline import arrivals

    try:
        arrivals.keep_typed(session.workspace(), str(selection.data_set), user, appended)
    except MeanderError as error:
        session.put(WRONG, words.told(error, 300))
        return
    session.put(mark, ())


def _appended(selection: session.Selection, user: str, mark: str, appended: tuple[Any, ...]) -> None:
    """What was appended in this session, to take back or to keep."""
    if not appended:
        return
    catalogue = computed.sequences(selection).catalogue
    titles = [words.plain(str(catalogue.titles[catalogue.item_position[item]])) for item, _, _ in appended]
    st.markdown("\n".join(f"{place}. {title}" for place, title in enumerate(titles, 1)))
    with st.container(horizontal=True):
        st.button(say("live.back"), key="live_back", type="tertiary", on_click=session.put, args=(mark, appended[:-1]))
        st.button(say("live.reset"), key="live_reset", type="tertiary", on_click=session.put, args=(mark, ()))
        running = pipeline.streaming(session.workspace(), str(selection.data_set))
        st.button(
            say("live.keep"), key="live_keep", on_click=_kept, args=(selection, user, mark, appended),
            **({"disabled": True} if running else {}) | session.only(EDITOR, say("live.keep_help")),
        )  # fmt: skip


def _distance(moved: Any) -> None:
    usual, distance = moved.usual, moved.distance
    if distance == distance:  # noqa: PLR0124, NaN says that there is no state
        times = say("live.usual", usual=usual) if usual == usual else None  # noqa: PLR0124
        st.metric(
            say("live.moved"),
            f"{distance:.3f}",
            times,
            delta_color="off",
            delta_arrow="off",
            help=say("live.moved_help"),
        )


def _drift(moved: Any, *, ordinal: bool) -> None:
    """What the live test says before and after the events."""
    found = moved.drift
    if found is None:
        st.caption(say("live.drift_unlearned"))
        return
    if not found.known:
        st.caption(say("live.drift_short"))
        return
    step = f"{found.after - found.before:+.2f}" if found.before_known else None
    st.metric(
        say("live.drift"), say("live.drift_of", evidence=found.after, limit=found.limit), step,
        delta_color="off", help=say("live.drift_help"),
    )  # fmt: skip
    if not found.flagged:
        st.markdown(say("live.drift_none"))
        return
    since = say("live.drift_event", event=found.since + 1) if ordinal else words.moment(found.since_time)
    st.markdown(say("live.drift_before" if found.before > found.limit else "live.drift_now", since=since))


def _map(selection: session.Selection, moved: Any, look: Look) -> None:
    """The way over the map, the new states last."""
    from core import atlas
    from core.player import frames

    placed = maps.atlas(selection, maps.shown(selection))
    way = frames.way(computed.model(selection), moved.histories, 0, lambda states: atlas.place(placed, states))
    items = placed.points[placed.points["kind"] == "item"]
    drawing.chart(charts.trajectory(items, way, len(way) - 1, look), "live.map")
