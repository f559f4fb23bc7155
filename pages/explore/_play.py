"""The replay of one user: the player, and under it the list of the step as a table, files to take along, charts."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from core.charts import Look, history, palettes
from core.drift import Change
from core.player import Palette, PlayerPayload, assets, frames, standalone
from core.settings import AtlasSettings
from pages import _computed as computed
from pages import _drawing as drawing
from pages import _exports as exports
from pages import _player
from pages import _session as session
from pages import _words as words
from pages.explore import _basis as basis
from pages.explore import _lists as lists
from pages.explore import _live as live
from pages.explore import _map as maps
from pages.explore import _notes as notes
from pages.explore import _second as second
from pages.explore import _steps as steps
from pages.explore import _story as stories
from pages.explore import _verdict as verdicts
from pages.explore import _whatif as what_if
from pages.explore import _why as why
from pages.explore._verdict import Verdict

say = session.say
Payload = PlayerPayload


def replayed(selection: session.Selection, user: str, verdict: Verdict, look: Look) -> None:
    """Prepare all steps once, then let the reader walk through them."""
    settings = maps.shown(selection)
    with st.spinner(say("user.preparing")):
        payload = shown(selection, settings, user, verdict, look)
    _player.send(payload, key="player")
    _walk(selection, settings, user, payload, (verdict, look))
    live.draw(selection, user, look)


def shown(selection: session.Selection, settings: AtlasSettings, user: str, verdict: Verdict, look: Look) -> Payload:
    """What the player shows of a user: prepared once, whatever the step, language and theme."""
    turns = verdict.changes
    block = session.once(
        "playback", selection, settings, user, turns, computed.chances(selection).ready,
        _make=lambda: _playback(selection, settings, user, turns),
    )  # fmt: skip
    told = stories.of(selection, settings, verdict)
    behind, happened = backdrop(selection, settings), computed.happened(selection, user)
    return Payload(block, behind, palette(look), assets.words(session.language()), markers=happened, story=told)


def untrained(selection: session.Selection, user: str, verdict: Verdict, look: Look) -> Payload:
    """What the player shows of a user while there is no trained model: lanes, mix and changes."""
    turns = verdict.changes
    block = session.once("untrained", selection, user, turns, _make=lambda: _untrained(selection, user, turns))
    told = stories.of(selection, None, verdict)
    happened = computed.happened(selection, user)
    return Payload(block, None, palette(look), assets.words(session.language()), markers=happened, story=told)


def _untrained(selection: session.Selection, user: str, turns: tuple[Change, ...]) -> Any:
    from core.player import user as playback

    log = computed.interests(selection)
    return playback.untrained(log, log.find_user(user), turns)


def before_training(selection: session.Selection, user: str, verdict: Verdict, look: Look) -> None:
    """The replay of a user without a model; under it notes and single charts."""
    payload = untrained(selection, user, verdict, look)
    _player.send(payload, key="player")
    _walk_untrained(selection, user, payload, (verdict, look))


@st.fragment
def _walk_untrained(selection: session.Selection, user: str, payload: Payload, seen: tuple[Verdict, Look]) -> None:
    log = computed.interests(selection)
    length = int(log.lengths[log.find_user(user)])
    step, found = steps.asked(length), notes.of(selection, user)
    payload = notes.pinned(payload, found)
    present = stories.asked(payload, len(seen[0].changes))
    _player.player(payload, step=step, key="player", on_rest=lambda: _rested(payload), present=present)
    drawing.words("user.untrained")
    verdicts.more(seen[0])
    steps.slider(length, step)
    notes.draw(selection, user, found, step)
    with st.expander(say("user.charts"), on_change="rerun", key="user_charts") as box:
        if box.open:
            events = frames.history(log, log.find_user(user))
            drawing.chart(history.timeline(events, seen[0].marks, seen[1]), "user.timeline")
            drawing.chart(history.mix_over_time(events, seen[0].marks, seen[1]), "user.mix")


def palette(look: Look) -> Palette:
    """Colours of the categories, light and dark."""
    return palettes(look.categories, look.colors)


def backdrop(selection: session.Selection, settings: AtlasSettings) -> Any:
    """All items of a map, prepared once."""
    return session.once("backdrop", selection, settings, _make=lambda: _backdrop(selection, settings))


def _playback(selection: session.Selection, settings: AtlasSettings, user: str, turns: tuple[Change, ...]) -> Any:
    from core.player import user as playback  # with what stands under it a second that other pages need not wait

    log, model = computed.interests(selection), computed.model(selection)
    ground = playback.ground_of(maps.atlas(selection, settings))
    listing = computed.listing(selection)
    return playback.playback(model, log, log.find_user(user), ground, turns, listing)


def _backdrop(selection: session.Selection, settings: AtlasSettings) -> Any:
    from core.player import user as playback

    ground = playback.ground_of(maps.atlas(selection, settings))
    return playback.backdrop(ground, computed.interests(selection).catalogue)


@st.fragment
def _walk(
    selection: session.Selection, settings: AtlasSettings, user: str, payload: Payload, seen: tuple[Verdict, Look]
) -> None:
    log = computed.interests(selection)
    length = int(log.lengths[log.find_user(user)])
    step = steps.asked(length)
    found = notes.of(selection, user)
    reason = why.ask(selection, user, step)
    payload = notes.pinned(payload, found)
    payload = replace(payload, highlight=reason.found.events) if reason else payload
    present = stories.asked(payload, len(seen[0].changes))
    _player.player(payload, step=step, key="player", on_rest=lambda: _rested(payload), present=present)
    drawing.words("user.player")
    st.caption(maps.told(maps.atlas(selection, settings)), help=say("atlas.trustworthiness_help"))
    verdicts.more(seen[0])
    second.opinion(selection, user, *seen)
    basis.remarks(selection, user, step + 1)
    why.beside_attention(selection)
    steps.slider(length, step)
    _take_along(selection, payload, user, step)
    notes.draw(selection, user, found, step)
    with st.expander(say("user.as_table"), on_change="rerun", key="user_as_table") as box:
        if box.open:  # else the browser would load all that draws tables before the player shows
            steps.table(payload.replay, log.catalogue, step)
    why.draw(selection, user, step, reason, seen[1])
    lists.draw(selection, user, step)
    what_if.draw(selection, user, step)
    with st.expander(say("user.charts"), on_change="rerun", key="user_charts") as box:
        if box.open:
            steps.charts(selection, settings, log.find_user(user), step, seen)


def _rested(payload: Payload) -> None:
    """The reader moved the playhead: the link follows, and asks for no chapter any more."""
    session.put_in_link(stories.CHAPTER, None)
    step = _player.rested(payload, session.widget("player"))
    if step is not None:
        session.choose(session.EVENT, step + 1)


def _take_along(selection: session.Selection, payload: Payload, user: str, step: int) -> None:
    """The player as a page of its own, and the lists as a table."""
    from core.player import tables

    catalogue = computed.interests(selection).catalogue
    told = partial(exports.told, session.asked(session.DATASET), user=user)
    happened = computed.happened(selection, user, masks=exports.key())
    user = exports.user(user)
    title, name = say("user.take_title", user=user), words.file_name(user)
    if exports.key():  # and what was noted may name the user
        payload = replace(payload, replay=tables.masked(payload.replay, user), notes=(), markers=happened)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            "pages/explore/user.py", label=say("story.surest"), icon=":material/slideshow:",
            help=say("story.surest_help"), query_params=session.link(demo=1, who=stories.SUREST),
        )  # fmt: skip
        st.download_button(
            say("user.take_page"), told("replay", lambda: standalone(payload, step=step, title=title)), f"{name}.html",
            "text/html", key="take_page", help=say("user.take_page_help"), on_click="ignore",
        )  # fmt: skip
        st.download_button(
            say("user.take_lists"), told("lists", lambda: exports.csv(tables.taken(payload.replay, catalogue))),
            f"{name}.csv", "text/csv", key="take_lists", help=say("user.take_lists_help"), on_click="ignore",
        )  # fmt: skip
