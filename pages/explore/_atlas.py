"""The parts of the atlas page."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.charts import Look
from core.charts import maps as charts
from core.drift import Cohort
from core.player import assets
from core.settings import AtlasSettings
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _guards as guards
from pages import _player
from pages import _session as session
from pages import _within as within
from pages.explore import _cohort as cohort
from pages.explore import _map as maps
from pages.explore import _play as play
from pages.explore import _terrain as terrains

say = session.say
KINDS = ("item", "state")
NUMBERS = ("score", "magnitude", "progress")
"""Columns of numbers that points may be coloured by."""
FLOWS = 200
"""Rows of the table of flows."""


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


def narrowed(selection: session.Selection, everyone: session.Selection) -> tuple[terrains.Cohort, bool]:
    """The users of the cohort that the atlas is about with its name, and whether all others are left out."""
    if selection.cohort is None:
        return None, False
    guards.drift(everyone)
    users = frozenset(computed.drift(selection)["user_id"])
    within.count(selection, len(users), len(computed.drift(everyone)))
    only = st.toggle(
        say("atlas.only"), value=True, key="atlas_only", persist_state="session", help=say("atlas.only_help")
    )
    return (users, selection.cohort.name), bool(only)


@dataclass(frozen=True)
class Shown:
    """What is drawn: which map, which points, in which colours."""

    selection: session.Selection
    """Of everybody."""
    settings: AtlasSettings
    kinds: tuple[str, ...]
    color_by: str
    cohort: terrains.Cohort = None
    only: bool = False

    @property
    def points(self) -> Any:
        """The points that are drawn, a frame; never change it."""
        users = self.cohort[0] if self.cohort is not None and self.only else None
        return maps.points_shown(self.selection, self.settings, self.kinds, users)


def draw(shown: Shown, look: Look) -> _player.Touched:
    """The map with all that lies around it; returns what the reader has done on it."""
    there = terrains.found(shown.selection, shown.settings) is not None
    block = session.once(
        "scatter", shown, there, session.language(), session.naming(), computed.drift_result(shown.selection).ready,
        _make=lambda: _block(shown, there, look),
    )  # fmt: skip
    scale = {
        mode: [Look((), dark).color(name) for name in ("calm", "accent", "drift")]
        for mode, dark in (("light", False), ("dark", True))
    }
    palette = {**play.palette(look), "scale": scale}
    words_of = assets.words(session.language())
    touched = _player.atlas(block, palette, say(f"atlas.by_{shown.color_by}"), words_of, key="atlas")
    drawing.words("atlas.map")
    return touched


def _block(shown: Shown, there: bool, look: Look) -> Any:
    from core.player import points as scatter

    selection, settings, points = shown.selection, shown.settings, shown.points
    if not there:
        return scatter.scatter(points, look.named, shown.color_by)
    around = terrains.around(selection, settings, points, shown.cohort, shown.only)
    return scatter.scatter(points, look.named, shown.color_by, around, maps.atlas(selection, settings).points)


def chart(points: Any, look: Look, color_by: str) -> None:
    """The map as a single chart, to be saved as a picture."""
    drawing.chart(charts.atlas(points, look, color_by=color_by), "atlas.map")


def table(selection: session.Selection, points: Any, rows: tuple[int, ...]) -> None:
    """What was picked on the map, and the way from its users to a cohort."""
    if not rows:
        st.info(say("atlas.pick"))
        return
    found = points.iloc[list(rows)]
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
    if users:
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(
                say("atlas.as_cohort", users=len(users)), key="atlas_cohort", help=say("atlas.as_cohort_help")
            ):
                cohort.only(frozenset(users))
                st.switch_page("pages/explore/overview.py", query_params=session.link())
            within.offer_saving(selection, Cohort(users=frozenset(users)), users, lambda: None)


def flows(selection: session.Selection, settings: AtlasSettings) -> None:
    """Net flows between regions as a table, folded away."""
    with st.expander(say("atlas.flows"), on_change="rerun", key="atlas_flows", icon=":material/moving:") as box:
        if not box.open or terrains.found(selection, settings) is None:
            return
        table = terrains.flows(selection, settings)
        sure = table[table["sure"]]
        st.markdown(say("atlas.flows_sure", count=len(sure)))
        column = st.column_config
        config = {
            "from_time": column.DateColumn(
                say("atlas.flow_from"), format="YYYY-MM-DD", help=say("atlas.flow_time_help")
            ),
            "to_time": column.DateColumn(say("atlas.flow_to"), format="YYYY-MM-DD"),
            "from_region": column.TextColumn(say("table.from_categories")),
            "to_region": column.TextColumn(say("table.to_categories")),
            "net": column.NumberColumn(say("atlas.flow_net"), format="percent", help=say("atlas.flow_net_help")),
            "low": column.NumberColumn(say("flows.low"), format="percent", help=say("atlas.flow_net_help")),
            "high": column.NumberColumn(say("flows.high"), format="percent", help=say("atlas.flow_net_help")),
            "movers": column.NumberColumn(say("atlas.flow_movers"), format="localized"),
            "stood": column.NumberColumn(say("atlas.flow_stood"), format="localized"),
            "sure": column.CheckboxColumn(say("atlas.flow_sure"), help=say("atlas.flow_sure_help")),
        }
        drawing.table(table.head(FLOWS), key="atlas_flows_table", column_order=list(config), column_config=config,
                      height=320, alt=say("atlas.flows"))  # fmt: skip
        drawing.words("atlas.flows")
