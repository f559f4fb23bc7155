"""One step of a user's history in Streamlit's own elements: slider, list as a table, single charts."""

from dataclasses import replace
from typing import Any

import streamlit as st

from core.charts import Look, attention, history
from core.charts import maps as charts_on_maps
from core.lists import why_empty
from core.settings import AtlasSettings
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words
from pages.explore import _map as maps
from pages.explore._verdict import Verdict

say = session.say


def asked(length: int) -> int:
    """The step of the link, 0-based, with a word where it names no event; the last one without a link."""
    link = session.asked_event()
    event = int(link) if link and link.isdecimal() and 1 <= int(link) <= length else length
    if link and str(event) != link:
        st.warning(say("user.unknown_step", event=words.plain(link), last=length))
    elif link:
        session.choose(session.EVENT, event)  # so that it is still there after a look at another page
    return event - 1


def slider(length: int, step: int) -> None:
    """A slider that leads the player, and follows it."""
    if length == 1:
        st.info(say("user.one_event"))
        return
    key = session.led("step_slider", step + 1)
    st.slider(
        say("user.step", last=length), 1, length, key=key, help=say("user.step_help"),
        on_change=lambda: session.choose(session.EVENT, session.widget(key)),
    )  # fmt: skip


def table(block: Any, catalogue: Any, step: int) -> None:
    """The list after the step, and where the event that came next stood in it."""
    from core.player import tables

    listed = tables.list_at(block, catalogue, step)
    if listed.empty:
        st.info(words.told(why_empty(hide_seen=True)))
        return
    config = {
        "rank": st.column_config.NumberColumn(say("user.rank"), width=50),
        "title": st.column_config.TextColumn(say("user.item")),
        "category": st.column_config.TextColumn(say("user.category")),
        "is_next": st.column_config.CheckboxColumn(say("user.came_next"), help=say("user.came_next_help"), width=80),
        "score": st.column_config.NumberColumn(say("user.score"), format="%.2f", help=say("user.score_help")),
        "chance": st.column_config.NumberColumn(say("user.chance"), format="percent", help=say("user.chance_help")),
    }
    if listed["chance"].isna().all():
        config.pop("chance")
    drawing.table(
        listed, column_order=list(config), column_config=config, height=388, key="user_list",
        alt=say("user.list_read"),
    )  # fmt: skip
    st.markdown(_came(tables.next_at(block, step)))
    drawing.words("user.list")


def charts(
    selection: session.Selection, settings: AtlasSettings, user: int, step: int, seen: tuple[Verdict, Look]
) -> None:
    """The views of the player as single charts, to zoom, to hover and to save as pictures."""
    verdict, look = seen
    replay = session.once("replay", selection, settings, user, _make=lambda: _replay(selection, settings, user))
    points = maps.atlas(selection, settings).points
    marks = replace(verdict.marks, step=step)
    by_time = _by_time(replay.events)
    drawing.chart(history.timeline(replay.events, marks, look, by_time=by_time), "user.timeline")
    drawing.chart(history.mix_over_time(replay.events, verdict.marks, look), "user.mix")
    st.subheader(say("user.map"))
    items = points[points["kind"] == "item"]
    drawing.chart(charts_on_maps.trajectory(items, replay.events, step, look), "user.trajectory")
    st.subheader(say("user.attention"))
    events, weights = replay.attention_at(step)
    if len(events):
        drawing.chart(attention.attention_bars(events, weights, look), "user.attention")
    else:
        st.info(say("user.no_attention", first=replay.first + 1))


def _replay(selection: session.Selection, settings: AtlasSettings, user: int) -> Any:
    from core import atlas
    from core.player import frames as replay

    placed = maps.atlas(selection, settings)
    log = computed.interests(selection)
    return replay.prepare(computed.model(selection), log, user, lambda states: atlas.place(placed, states))


def _by_time(events: Any) -> bool:
    if events["timestamp"].dtype.kind != "M":
        return False
    return st.toggle(say("user.by_time"), key="user_by_time", persist_state="session", help=say("user.by_time_help"))


def _came(following: tuple[str, int] | None) -> str:
    """Where the event that came next stood."""
    if following is None:
        return say("user.last_event")
    title, rank = words.plain(following[0]), following[1]
    return say("user.next_seen", title=title) if rank == 0 else say("user.next_rank", title=title, rank=rank)
