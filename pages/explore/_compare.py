"""The parts of the comparison: who is compared, and what they were after."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from core.charts import Look, population
from core.charts import maps as on_maps
from core.drift import cohorts, comparison
from core.player import assets
from core.settings import AtlasSettings
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _player
from pages import _session as session
from pages import _words as words
from pages.explore import _happened as marked
from pages.explore import _map as maps
from pages.explore import _play as play
from pages.explore import _verdict as verdicts

say = session.say
OTHER = "other"
"""Name of the second user in the link."""
OFFERED = 1000
COHORT = "*"
"""Stands in the link for those who turned the same way."""


@dataclass(frozen=True)
class Side:
    """One user, or several taken together."""

    name: str
    users: tuple[str, ...]


def pick(selection: session.Selection, table: Any) -> tuple[Side, Side]:
    """Let the reader choose both sides; stops the page while one is missing or unknown."""
    ranked = cohorts.choose(table, cohorts.Cohort())["user_id"].tolist()
    left, right = st.columns(2)
    with left:
        first = _user(selection, session.USER, ranked, ranked[:1])
    cohort = comparison.same_turn(table, first)
    with right:
        second = _user(selection, OTHER, ranked, ranked[1:2], cohort)
    one = Side(first, (first,))
    if second == COHORT:
        return one, Side(say("compare.cohort", users=len(cohort)), tuple(cohort))
    return one, Side(second, (second,))


def _user(
    selection: session.Selection, place: str, ranked: list[str], default: list[str], cohort: list[str] | None = None
) -> str:
    asked = session.asked(place)
    if asked == COHORT and not cohort:
        asked = None
    current = asked if asked is not None else (default or ranked[:1] or [""])[0]
    options = ([COHORT] if cohort else []) + list(dict.fromkeys([current, *ranked[:OFFERED]]))
    key = session.led(f"compare_{place}", current)
    st.selectbox(
        say(f"compare.{place}"), options, key=key, accept_new_options=True, help=say("user.pick_help"),
        on_change=_picked, args=(place, key),
        format_func=lambda user: say("compare.cohort", users=len(cohort or [])) if user == COHORT else user,
    )  # fmt: skip
    if current != COHORT and current not in computed.sequences(selection).user_position:
        st.warning(say("user.unknown", user=words.plain(current), data_set=words.plain(str(selection.data_set))))
        st.stop()
    session.choose(place, current)
    return str(current)


def _picked(place: str, key: str) -> None:
    if place == session.USER:
        session.choose(session.EVENT, None)  # it was another user's
    session.choose(place, session.widget(key))


def together(selection: session.Selection, pair: tuple[Side, Side], table: Any, look: Look) -> None:
    """Both sides with one playhead."""
    settings = maps.shown(selection)
    turns = tuple((_turns(table, side), _told(table, side)) for side in pair)
    with st.spinner(say("user.preparing")):
        block = session.once(
            "duet", selection, settings, pair, turns, _make=lambda: _duet(selection, settings, pair, turns)
        )
        behind = play.backdrop(selection, settings)
    words_of = assets.words(session.language())
    happened = marked.happened(selection, *(user for side in pair for user in side.users))
    _player.duet(block, behind, play.palette(look), words_of, happened, key="duet")
    drawing.words("compare.together")


def _turns(table: Any, side: Side) -> tuple[int, ...]:
    """Change points of an only user."""
    return verdicts.of(table, side.users[0]).marks.changes if len(side.users) == 1 else ()


def _told(table: Any, side: Side) -> frozenset[str]:
    """What one user left and found at any change, or what most of several did."""
    if len(side.users) == 1:
        turns = [(change.left, change.found) for change in verdicts.of(table, side.users[0]).changes]
    else:
        rows = table[table["user_id"].isin(side.users)]
        turns = list(zip(rows["from_categories"], rows["to_categories"], strict=True))
    return frozenset(name for turn in turns for names in turn for name in names[:1])


def _duet(selection: session.Selection, settings: AtlasSettings, pair: tuple[Side, Side], turns: Any) -> Any:
    from core.player import pair as duet
    from core.player import user as playback

    one, other = (duet.Side(side.name, side.users, *found) for side, found in zip(pair, turns, strict=True))
    ground = playback.ground_of(maps.atlas(selection, settings))
    return duet.duet(computed.model(selection), computed.interests(selection), (one, other), ground)


def charts(selection: session.Selection, pair: tuple[Side, Side], table: Any, look: Look) -> None:
    """What each side was after, and how much they have in common, as single charts."""
    log = computed.interests(selection)
    if not look.categories:
        st.info(say("overview.no_categories"))
    elif computed.population(selection).unit:
        mixes = [
            session.once("mix", selection, side.users, _make=partial(comparison.mix, log, side.users)) for side in pair
        ]
        _mixes(pair, mixes, look, _told(table, pair[0]) | _told(table, pair[1]))
        st.subheader(say("compare.likeness"))
        _likeness(comparison.likeness(*mixes), look)
    else:
        st.info(say("overview.no_clock"))


def _mixes(pair: tuple[Side, Side], frames: list[Any], look: Look, told: frozenset[str]) -> None:
    """What each side was after, one above the other on the same time axis."""
    moments = [moment for frame in frames for moment in (frame["timestamp"].min(), frame["timestamp"].max())]
    for place, (side, frame) in enumerate(zip(pair, frames, strict=True)):
        st.subheader(words.plain(side.name))
        figure = population.categories_over_time(frame, look, 260, told)
        figure.update_xaxes(range=[min(moments), max(moments)])
        st.plotly_chart(figure, key=f"mix_{place}", theme=None, config=drawing.BAR, alt=say("compare.mix_read"))
    drawing.words("compare.mix")


def _likeness(frame: Any, look: Look) -> None:
    """How much of the two mixes is the same, over time."""
    if len(frame) == 0:
        st.info(say("compare.never_together"))
        return
    drawing.chart(population.likeness(frame, look), "compare.likeness")


def ways(selection: session.Selection, pair: tuple[Side, Side], look: Look) -> None:
    """The ways of both sides over the map; of several users the way of the first."""
    settings = maps.shown(selection)
    points = maps.atlas(selection, settings).points
    users = [side.users[0] for side in pair]
    found = {
        user: session.once("way", selection, settings, user, _make=_way(selection, settings, user)) for user in users
    }
    st.subheader(say("compare.map"))
    drawing.chart(on_maps.ways(points[points["kind"] == "item"], found, look), "compare.map")


def _way(selection: session.Selection, settings: AtlasSettings, user: str) -> Callable[[], Any]:
    def way() -> Any:
        from core import atlas
        from core.player import frames as replay

        placed, log = maps.atlas(selection, settings), computed.interests(selection)
        place = partial(atlas.place, placed)
        return replay.way(computed.model(selection), log, log.find_user(user), place)

    return way
