"""A page with only the player on made-up users: `?events=500&points=10000&categories=8&nasty=1&ordinal=1&notes=1`."""

import time

import numpy as np
import pandas as pd
import streamlit as st
from numpy.random import Generator
from numpy.typing import NDArray

from core.charts.theme import DARK, LIGHT
from core.data.sequences import Catalogue, Sequences
from core.drift.verdict.changes import Change
from core.player import Happened, Palette, PlayerPayload, Story, assets
from core.player.block import Block
from core.player.points import scatter
from core.player.user import Ground, backdrop, playback
from pages import _player, _widgets

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
ITEMS, SIZE, STAGES = 3000, 32, 3
NASTY = "<b>bold</b> <img src=x onerror=alert(1)> \U0001f600 </script>"


class MadeUpModel:
    """States follow the items' vectors; attention is drawn at random from the last 60 events."""

    name = "made up"
    attention_shape = (2, 2)

    def __init__(self, vectors: Floats, random: Generator) -> None:
        self.item_vectors, self.random = vectors, random

    def states(self, sequences: Sequences) -> Floats:
        """A moving average."""
        states: Floats = self.item_vectors[sequences.item].copy()
        for step in range(1, len(states)):
            states[step] = 0.85 * states[step - 1] + 0.15 * states[step]
        return states

    def score_states(self, states: Floats) -> Floats:
        """Nearness."""
        return np.asarray(states @ self.item_vectors.T - 0.5 * (self.item_vectors**2).sum(1), np.float32)

    def lookback(self, sequences: Sequences, _user: int, k: int) -> tuple[Ints, Floats]:
        """Random events of the last 60, strongest first."""
        length = len(sequences)
        back = np.sort(self.random.integers(0, 60, (5, length, k)), axis=2)
        index = np.arange(length)[:, None] - back
        index[(index < 0) | (np.diff(back, axis=2, prepend=-1) == 0)] = -1
        share = -np.sort(-(self.random.random((5, length, k)) ** 3), axis=2)
        return index, (share / share.sum(axis=2, keepdims=True)).astype(np.float32)


def made_up(
    events: int = 500, points: int = 10_000, categories: int = 8, *, nasty: bool = False, ordinal: bool = False
) -> tuple[Block, Block]:
    """A user whose interest turns twice, packed for the player, and a backdrop of items."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(max(categories, 1), 2)) * 5
    known = catalogue(categories, nasty, random)
    first = np.maximum(known.first_category, 0)
    vectors = np.concatenate([centres[first], random.normal(size=(ITEMS, SIZE - 2)) * 0.2], axis=1)
    vectors[:, :2] += random.normal(size=(ITEMS, 2))
    vectors = np.asarray(vectors, np.float32)
    log = history(known, events, ordinal, random)
    at = [events // STAGES, 2 * events // STAGES] if events > 20 else []
    names = known.categories
    changes = tuple(Change(e, e - events // 30, e + events // 40, names[:1], names[2:3]) for e in at)
    ground = Ground(lambda states: states[:, :2], vectors[:, :2])
    crowd = random.integers(0, ITEMS, points)
    spread_out = vectors[crowd, :2] + random.normal(size=(points, 2)) * 0.3
    scattered = Ground(ground.place, spread_out.astype(np.float32))
    behind = backdrop(scattered, catalogue_of(known, crowd))
    return playback(MadeUpModel(vectors, random), log, 0, ground, changes), behind


def catalogue(categories: int, nasty: bool, random: Generator) -> Catalogue:
    """Items with one category each, or none where the log has no categories."""
    category = random.integers(0, max(categories, 1), ITEMS)
    titles = [f"{NASTY if nasty else 'Item'} {item} of {chr(65 + category[item])}" for item in range(ITEMS)]
    names = tuple(f"Category {chr(65 + place)}{' <i>&amp;' if nasty else ''}" for place in range(categories))
    offsets = np.arange(ITEMS + 1) if categories else np.zeros(ITEMS + 1, int)
    ids = np.array([f"i{item}" for item in range(ITEMS)], dtype=object)
    index = category if categories else np.zeros(0, int)
    return Catalogue(ids, np.array(titles, dtype=object), names, offsets, index, pd.DataFrame(index=range(ITEMS)))


def catalogue_of(known: Catalogue, items: Ints) -> Catalogue:
    """Some items of a catalogue, with repeats."""
    category = known.first_category[items]
    offsets = np.concatenate([[0], np.cumsum(category >= 0)])
    frame = pd.DataFrame(index=range(len(items)))
    return Catalogue(known.items[items], known.titles[items], known.categories, offsets, category[category >= 0], frame)


def history(known: Catalogue, events: int, ordinal: bool, random: Generator) -> Sequences:
    """One user with three tastes one after another, in sessions, with a few long pauses."""
    count = max(len(known.categories), 1)
    tastes = np.full((STAGES, count), 0.03)
    for stage in range(STAGES):
        tastes[stage, [2 * stage % count, (2 * stage + 1) % count]] += [0.6, 0.3]
    tastes /= tastes.sum(axis=1, keepdims=True)
    stages = np.arange(events) * STAGES // events
    wanted = [random.choice(count, p=tastes[stage]) for stage in stages]
    first = np.maximum(known.first_category, 0)
    item = np.array([random.choice(np.flatnonzero(first == category)) for category in wanted], dtype=np.int32)
    gaps = np.where(
        random.random(events) < 0.25, random.exponential(3 * 86400, events), random.exponential(240, events)
    )
    gaps[random.random(events) < 0.01] += 120 * 86400
    order = np.arange(events)
    time = order if ordinal else ((1.2e9 + np.cumsum(gaps)) * 1e6).astype(np.int64)
    session = order if ordinal else np.cumsum(gaps > 1800).astype(np.int64)
    offsets, user = np.array([0, events]), np.array(["Zoë <zoe@example.org>"], dtype=object)
    kind, weight = np.zeros(events, np.int16), np.ones(events, np.float32)
    frame = pd.DataFrame(index=[0])
    return Sequences(user, offsets, item, time, kind, weight, session, ("view",), known, frame, ordinal=ordinal)


def main() -> None:
    """The page."""
    query = st.query_params
    numbers = {name: int(query.get(name, default)) for name, default in DEFAULTS.items()}
    behind = st.cache_resource(made_up)(**numbers, nasty="nasty" in query, ordinal="ordinal" in query)
    names = [f"Category {chr(65 + place)}{' <i>&amp;' if 'nasty' in query else ''}" for place in range(26)]
    palette = {mode: dict(zip(names, colours, strict=False)) for mode, colours in (("light", LIGHT), ("dark", DARK))}
    st.set_page_config(layout="wide", page_title="Player")
    st.title("Player")
    again = st.sidebar.button("Rerun")
    notes = ((5, "<b>Here</b>\nit turns"), (20, "later")) if "notes" in query else ()
    if "atlas" in query:
        st.write(f"picked {len(atlas(int(query['atlas']), names, palette).picked)}")
        return
    happened = markers() if "markers" in query else ()
    words = assets.words(query.get("lang", "en"))
    payload = PlayerPayload(*behind, palette, words, notes, markers=happened, story=story())
    _player.send(payload, key="player")
    show(payload)
    if again:
        st.write("Run again")


def markers() -> tuple[Happened, ...]:
    """A release, a campaign of two weeks close to a redesign, and what lies outside of the history."""
    day = 86_400e3
    begin = 1.2e12 + 30 * day
    told = (("release", 0, 0, "New start page <b>"), ("campaign", 8, 15, "Spring sale"), ("redesign", 9, 0, ""),
            ("other", -3000, 0, "long before"))  # fmt: skip
    return tuple(
        Happened(number, kind, begin + at * day, begin + (at + length) * day, note)
        for number, (kind, at, length, note) in enumerate(told, 1)
    )


def story() -> Story:
    """What is said beside the history, with markup that must stay text."""
    turns = ("At event 31 the interests turn: one loses most, another gains most.", "They turn <i>again</i>.")
    facts, sure = ("made up", "2026-11-26"), "Very sure. q = 0.004. False alarms accepted: 5%."
    cautions = ("A change in what was offered looks like a change of interests as well.", "It does not show why.")
    return Story(
        facts, "Ninety events of one person.", turns, "The interests changed.", sure, cautions, "Straight: .91 of 1"
    )


def atlas(points: int, names: list[str], palette: Palette) -> _player.Touched:
    """A map of made-up points."""
    block = st.cache_resource(spread)(points, tuple(names[:12]))
    shades = {mode: ["#888888", "#0072b2", "#d55e00"] for mode in palette}
    return _player.atlas(block, {**palette, "scale": shades}, "category", assets.words("en"), key="atlas")


def spread(points: int, names: tuple[str, ...]) -> Block:
    """Items and states in a cloud around a place for each category."""
    random = np.random.default_rng(0)
    category = random.integers(0, len(names), points)
    places = random.normal(size=(len(names), 2))[category] * 5 + random.normal(size=(points, 2))
    state = np.arange(points) % 5 > 0
    columns = {"title": [f"Item {place % 20_000}" for place in range(points)], "event_index": np.arange(points) % 100}
    columns |= {"category": np.array(names)[category], "kind": np.where(state, "state", "item")}
    columns |= {"user_id": ["u1" if is_state else None for is_state in state], "x": places[:, 0], "y": places[:, 1]}
    return scatter(pd.DataFrame(columns), names)


@st.fragment
def show(payload: PlayerPayload) -> None:
    """The player, a slider that follows it and leads it, and what Python has heard."""

    def rested() -> None:
        st.query_params["step"] = str(_player.rested(payload, st.session_state["player"]))

    asked = int(st.query_params.get("step", 0))
    led = _widgets.led("slider", asked)

    def slid() -> None:
        st.query_params["step"] = str(st.session_state[led])

    chapter = st.query_params.get("chapter")
    present = {"chapter": int(chapter), "then": "u2"} if chapter else None
    heard = _player.player(payload, step=asked, key="player", on_rest=rested, present=present)
    st.write(f"ended {(st.session_state['player'].get('rest') or {}).get('ended')}")
    st.write(f"heard {heard}")
    if "slow" in st.query_params:
        time.sleep(1)  # a browser that has not drawn the slider yet
    st.slider("Slider", -10, 1000, key=led, on_change=slid)


DEFAULTS = {"events": 500, "points": 10_000, "categories": 8}

if __name__ == "__main__":
    main()
