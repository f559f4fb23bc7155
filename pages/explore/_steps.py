"""The history of a user step by step: a slider, and everything as it was after that event."""

from typing import Any

import streamlit as st

from core.charts import attention, history
from core.charts import maps as charts
from core.charts.history import Marks
from core.charts.theme import Look
from pages import _drawing as drawing
from pages import _session as session
from pages import _words as words
from pages.explore import _map as maps

say = session.say


def replayed(selection: session.Selection, user: int, marks: Marks, look: Look) -> None:
    """Prepare all steps once, then let the reader walk through them."""
    settings = maps.best(selection)
    with st.spinner(say("user.preparing")):
        replay = session.replay(selection, settings, user)
        points = session.atlas(selection, settings).points
    _walk(replay, points[points["kind"] == "item"], marks, look)
    drawing.chart(history.mix_over_time(replay.events, marks, look), "user.mix")


@st.fragment
def _walk(replay: Any, items: Any, marks: Marks, look: Look) -> None:
    step = _slider(len(replay.events), marks)
    here = Marks(marks.changes, marks.onsets, step)
    drawing.chart(history.timeline(replay.events, here, look, by_time=_by_time(replay.events)), "user.timeline")
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader(say("user.map"))
        drawing.chart(charts.trajectory(items, replay.events, step, look), "user.trajectory")
    with right:
        st.subheader(say("user.list"))
        _list(replay, step)
    st.subheader(say("user.attention"))
    events, weights = replay.attention_at(step)
    if len(events):
        drawing.chart(attention.attention_bars(events, weights, look), "user.attention")
    else:
        st.info(say("user.no_attention", first=replay.first + 1))


def _slider(length: int, marks: Marks) -> int:
    """The step, 0-based, from the link; written back when it moves."""
    asked = session.asked(session.STEP)
    step = int(asked) if asked and asked.isdecimal() and int(asked) < length else length - 1
    if asked and str(step) != asked:
        st.warning(say("user.unknown_step", step=words.plain(asked), last=length - 1))
    if length == 1:
        st.info(say("user.one_event"))
        return 0
    session.follow("step_slider", step + 1)
    following = [change for change in marks.changes if change > step] or list(marks.changes)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.slider(
            say("user.step", last=length), 1, length, key="step_slider", help=say("user.step_help"),
            on_change=lambda: session.choose(session.STEP, session.widget("step_slider") - 1),
        )  # fmt: skip
        for name, target in (("back", step - 1), ("forward", step + 1)):
            st.button(
                say(f"user.{name}"), key=f"step_{name}", disabled=not 0 <= target < length,
                on_click=session.choose, args=(session.STEP, target),
            )  # fmt: skip
        if following:
            st.button(
                say("user.next_change"), key="step_change", on_click=session.choose, args=(session.STEP, following[0])
            )
    return step


def _by_time(events: Any) -> bool:
    if events["timestamp"].dtype.kind != "M":
        return False
    return st.toggle(say("user.by_time"), key="user_by_time", persist_state="session", help=say("user.by_time_help"))


def _list(replay: Any, step: int) -> None:
    shown = replay.list_at(step)
    config = {
        "rank": st.column_config.NumberColumn(say("user.rank"), width=50),
        "title": st.column_config.TextColumn(say("user.item")),
        "category": st.column_config.TextColumn(say("user.category")),
        "is_next": st.column_config.CheckboxColumn(say("user.came_next"), help=say("user.came_next_help"), width=80),
        "score": st.column_config.NumberColumn(say("user.score"), format="%.2f", help=say("user.score_help")),
    }
    st.dataframe(
        shown, hide_index=True, column_order=list(config), column_config=config, height=388, key="user_list",
        alt=say("user.list_read"),
    )  # fmt: skip
    st.markdown(_came(replay, step, shown))
    drawing.words("user.list")


def _came(replay: Any, step: int, shown: Any) -> str:
    """Where the event that came next stood."""
    if step + 1 >= len(replay.events):
        return say("user.last_event")
    title = words.plain(str(replay.events["title"].iloc[step + 1]))
    rank = int(shown["next_rank"].iloc[0]) if len(shown) else 0
    return say("user.next_seen", title=title) if rank == 0 else say("user.next_rank", title=title, rank=rank)
