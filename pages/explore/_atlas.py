"""The parts of the atlas page."""

from typing import Any

import streamlit as st

from core.charts import Look
from core.charts import maps as charts
from core.player import assets
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _player
from pages import _session as session
from pages.explore import _cohort as cohort
from pages.explore import _map as maps
from pages.explore import _play as play

say = session.say
KINDS = ("item", "state")
NUMBERS = ("score", "magnitude", "progress")
"""Columns of numbers that points may be coloured by."""


def color_by(selection: session.Selection, with_categories: bool) -> str:
    """What colours mean: categories, how strongly a user drifted, or how far into the history a state lies."""
    options = ["category"] if with_categories else []
    options += NUMBERS if computed.drift_result(selection).ready else ["progress"]
    chosen: str = st.selectbox(
        say("atlas.color_by"), options, key="atlas_color", format_func=lambda name: say(f"atlas.by_{name}"),
        persist_state="session", help=say("atlas.color_by_help"),
    )  # fmt: skip
    return chosen


def kinds() -> list[str]:
    """Which points are drawn."""
    chosen = st.pills(
        say("atlas.show"), KINDS, selection_mode="multi", default=KINDS, key="atlas_kinds", persist_state="session",
        format_func=lambda name: say(f"atlas.{name}s"),
    )  # fmt: skip
    return chosen or list(KINDS)


def quality(atlas: Any) -> None:
    """How far the map can be trusted."""
    st.caption(maps.told(atlas), help=say("atlas.trustworthiness_help"))


def draw(selection: session.Selection, settings: Any, kinds: tuple[str, ...], color_by: str, look: Look) -> list[int]:
    """The map; returns the rows of the points that the reader has drawn a line around."""
    from core.player import points as scatter

    points = maps.points_shown(selection, settings, kinds)
    block = session.once(
        "scatter", selection, settings, kinds, color_by, _make=lambda: scatter.scatter(points, look.named, color_by)
    )
    scale = {
        mode: [Look((), dark).color(name) for name in ("calm", "accent", "drift")]
        for mode, dark in (("light", False), ("dark", True))
    }
    palette = {**play.palette(look), "scale": scale}
    words_of = assets.words(session.language())
    rows = _player.atlas(block, palette, say(f"atlas.by_{color_by}"), words_of, key="atlas")
    drawing.words("atlas.map")
    return rows


def chart(points: Any, look: Look, color_by: str) -> None:
    """The map as a single chart, to be saved as a picture."""
    drawing.chart(charts.atlas(points, look, color_by=color_by), "atlas.map")


def table(points: Any, rows: list[int]) -> None:
    """What was picked on the map, and the way from its users to a cohort."""
    if not rows:
        st.info(say("atlas.pick"))
        return
    found = points.iloc[rows]
    users = sorted(set(found.loc[found["kind"] == "state", "user_id"]))
    st.subheader(say("atlas.picked", items=int((found["kind"] == "item").sum()), users=len(users)))
    columns = {
        "kind": st.column_config.TextColumn(say("atlas.point")),
        "title": st.column_config.TextColumn(say("user.item")),
        "category": st.column_config.TextColumn(say("user.category")),
        "user_id": st.column_config.TextColumn(say("table.user_id")),
        "event_index": st.column_config.NumberColumn(say("atlas.event"), help=say("atlas.event_help")),
    }
    drawing.table(
        found.assign(event_index=found["event_index"] + 1), column_order=list(columns), column_config=columns,
        height=320, key="atlas_table", lazy=len(found) > 5000 or None,
    )  # fmt: skip
    if users and st.button(
        say("atlas.as_cohort", users=len(users)), key="atlas_cohort", help=say("atlas.as_cohort_help")
    ):
        cohort.only(frozenset(users))
        st.switch_page("pages/explore/overview.py", query_params=session.link())
