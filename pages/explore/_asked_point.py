"""The point that was clicked: the items nearest to it in the full space, and the users who went the way of its user."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.drift import Cohort
from core.settings import AtlasSettings
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _session as session
from pages import _within as within
from pages import _words as words
from pages.explore import _map as maps
from pages.explore import _table as tables
from pages.explore import _terrain as terrains
from pages.explore._atlas import Shown

if TYPE_CHECKING:
    import pandas as pd

say = session.say
LIKE = 20
"""Users who are told to have gone the same way."""
HEIGHT = 388


def draw(shown: Shown, row: int | None) -> None:
    """What is known of the point in a row of what is shown; nothing where none was clicked."""
    selection, settings = shown.selection, shown.settings
    if row is None or row >= len(shown.points) or terrains.found(selection, settings) is None:
        return
    point = shown.points.iloc[row]
    title = words.plain(str(point["title"]))
    is_state = point["kind"] == "state"
    if is_state:
        user = str(point["user_id"])
        st.subheader(say("atlas.asked_state", user=words.plain(user), event=int(point["event_index"]) + 1, title=title))
    else:
        st.subheader(say("atlas.asked_item", title=title))
    left, right = st.columns(2, gap="large")
    with left:
        _nearest(_near(selection, settings, int(point.name)))
    with right:
        if is_state:
            _same_way(shown, user, int(point["event_index"]))
        else:
            st.info(say("atlas.ask_state"))


@session.cached(64)
def _near(selection: session.Selection, settings: AtlasSettings, row: int) -> "pd.DataFrame":
    from core.atlas import neighbours

    terrain, atlas = terrains.terrain(selection, settings), maps.atlas(selection, settings)
    item, distance = neighbours(terrain, atlas, row, lambda: computed.model(selection))
    return atlas.points.iloc[item].assign(distance=distance)


def _nearest(found: Any) -> None:
    st.markdown(f"**{say('atlas.nearest')}**", help=say("atlas.nearest_help"))
    config = {
        "title": st.column_config.TextColumn(say("user.item")),
        "category": st.column_config.TextColumn(say("user.category")),
        "distance": st.column_config.NumberColumn(say("atlas.distance"), format="%.3f", help=say("atlas.nearest_help")),
        "item_id": st.column_config.TextColumn(say("search.item")),
    }
    drawing.table(
        found, key="atlas_nearest", column_order=list(config), column_config=config, height=HEIGHT,
        alt=say("atlas.nearest"),
    )  # fmt: skip


@session.cached(32)
def like(selection: session.Selection, settings: AtlasSettings, user: str) -> "pd.DataFrame":
    """Users who went the way of one, nearest first; never change it."""
    from core.atlas import like as nearest_ways
    from core.atlas import way as way_of

    terrain, log = terrains.terrain(selection, settings), computed.sequences(selection)
    placed, names = maps.atlas(selection, settings), terrains.names(selection, settings)
    way = way_of(computed.model(selection), log, log.find_user(user), placed, terrain.crowd.steps)
    found = nearest_ways(terrain, way, names, LIKE + 1)
    return found[found["user_id"] != user].head(LIKE).reset_index(drop=True)


def _same_way(shown: Shown, user: str, event: int) -> None:
    """Those who went the way of a user: opened, compared with, saved."""
    selection = shown.selection
    st.markdown(f"**{say('atlas.same_way', user=words.plain(user))}**", help=say("atlas.same_way_help"))
    found = like(selection, shown.settings, user)
    if st.button(say("atlas.replay"), key="atlas_replay", icon=":material/play_circle:", type="tertiary"):
        tables.open_user(user, event)
    if not len(found):
        st.info(say("atlas.no_way"))
        return
    config = {
        "user_id": st.column_config.TextColumn(say("table.user_id")),
        "distance": st.column_config.NumberColumn(
            say("atlas.distance"), format="%.3f", help=say("atlas.same_way_help")
        ),
        "regions": st.column_config.ListColumn(say("atlas.passed"), help=say("atlas.passed_help")),
    }
    event_ = drawing.table(
        found, key="atlas_like", column_order=list(config), column_config=config, height=HEIGHT - 80,
        on_select="rerun", selection_mode="single-row", alt=say("atlas.same_way", user=user),
    )  # fmt: skip
    chosen = event_["selection"]["rows"]
    other = str(found["user_id"].iloc[chosen[0]]) if chosen else str(found["user_id"].iloc[0])
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(say("atlas.compare", user=words.plain(other, 30)), key="atlas_compare", icon=":material/compare:"):
            st.switch_page("pages/explore/compare.py", query_params=session.link(user=user, other=other))
        if chosen and st.button(say("atlas.replay_of", user=words.plain(other, 30)), key="atlas_replay_other"):
            tables.open_user(other)
        users = (user, *found["user_id"])
        within.offer_saving(selection, Cohort(users=frozenset(users)), users, lambda: None, key="ways")
