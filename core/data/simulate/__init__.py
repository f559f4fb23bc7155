"""Logs with known drift: sticky sessions, habits, bursts, trends, launches, fads, cold users, and the truth.

Every user has a mix of interests. An event stays in the category of the one before it (inside a session,
with the user's stickiness), or is drawn from the mix, tilted by the trend that all users share and by the
user's weekend habit. Drift changes the mix: at once, over a ramp, back and forth, or in a chain.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.data.simulate import habits, names
from core.data.simulate.people import MOST_STATES, People, Plan, draw_people, total_variation
from core.data.simulate.visits import DAY, draw_sessions, draw_times
from core.data.simulate.world import World, make_world
from core.errors import SettingsError
from core.phrases import say
from core.settings import SimulationSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
START = np.datetime64("2024-01-01", "us")
CHUNK = 2000
"""Users drawn at a time, fewer where categories are more than `FEW`: bounds the memory."""
FEW = 40
SIZES = {"users": 1, "categories": 2, "items_per_category": 1, "days": 14, "breadth": 2,
         "episodes": 0, "life_days": 0, "redesign": 0}  # fmt: skip
SHARES = (
    "stickiness", "drift", "cold", "odd_sessions", "second_category", "smallest_change", "repeats", "binge",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Simulation:
    """A simulated log and what really happened in it."""

    events: pd.DataFrame
    """user_id, item_id, timestamp, event; sorted by user and time."""
    items: pd.DataFrame
    """item_id, title, category, brand, price, launched."""
    users: pd.DataFrame
    """user_id, region, age."""
    truth: pd.DataFrame
    """A row per user: the columns of the drift table that have a truth, `ramp_events`, `states`, `stickiness`."""
    mixes: Floats
    """The mixes of each user, (n_users, 3, n_categories); `truth.states` says which reigns when."""


def simulate(settings: SimulationSettings) -> Simulation:
    """Draw a log; the same settings give the same log. Raises `SettingsError`."""
    _check(settings)
    world = make_world(settings)
    events, truths, mixes = [], [], []
    chunk = CHUNK if settings.categories <= FEW else max(1, CHUNK * FEW // settings.categories)
    for start in range(0, settings.users, chunk):
        rng = np.random.default_rng([settings.seed, 1, start])
        count = min(chunk, settings.users - start)
        people = draw_people(count, world, settings, rng)
        frame = _events_of(people, world, settings, rng)
        truths.append(_truth_of(people, frame, start, settings))
        frame[schema.USER] = frame[schema.USER].map(dict(enumerate(truths[-1][schema.USER])))
        events.append(frame)
        mixes.append(people.mixes)
    truth = pd.concat(truths, ignore_index=True)
    users = _users(truth[schema.USER], settings)
    return Simulation(pd.concat(events, ignore_index=True), world.items, users, truth, np.concatenate(mixes))


def write(simulation: Simulation, folder: Path) -> None:
    """Write events.csv, items.csv, users.csv and truth.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("events", "items", "users", "truth"):
        getattr(simulation, name).to_csv(folder / f"{name}.csv", index=False, date_format="%Y-%m-%dT%H:%M:%S")


def _check(settings: SimulationSettings) -> None:
    for name, least in SIZES.items():
        if getattr(settings, name) < least:
            raise SettingsError(say("errors.simulation_least", name=name, least=least, found=getattr(settings, name)))
    for name in SHARES:
        if not 0 <= getattr(settings, name) <= 1:
            raise SettingsError(say("errors.simulation_share", name=name, found=getattr(settings, name)))


def _events_of(people: People, world: World, settings: SimulationSettings, rng: np.random.Generator) -> pd.DataFrame:
    user = np.repeat(np.arange(len(people.events)), people.events)
    session = draw_sessions(user, settings, rng)
    seconds = draw_times(user, session, settings, rng)
    category = _categories(people, user, session, _tilt(people, user, seconds, (world, settings), rng), rng)
    odd = (rng.random(session[-1] + 1) < settings.odd_sessions)[session]
    category[odd] = rng.integers(0, settings.categories, session[-1] + 1)[session[odd]]
    if world.redesign:
        category = world.redesign.followed(category, session, seconds, rng)
    item = habits.items(user, category, seconds, world, settings, rng)
    return pd.DataFrame(
        {
            schema.USER: user,
            schema.ITEM: world.items[schema.ITEM].to_numpy()[item],
            schema.TIME: START + (seconds.astype(np.int64) * 1_000_000).astype("timedelta64[us]"),
            schema.EVENT: rng.choice(names.kinds(settings.world), size=len(user), p=(0.72, 0.16, 0.12)),
        }
    )


def _tilt(
    people: People,
    user: Ints,
    seconds: Floats,
    made: tuple[World, SimulationSettings],
    rng: np.random.Generator,
) -> Floats:
    """Logarithm of what trend, weekend and hour do to the mix at each event, (n_events, n_categories)."""
    world, settings = made
    day = np.minimum((seconds / DAY).astype(np.int64), settings.days - 1)
    tilt = world.trend[day]
    weekend = people.weekend_category[user]
    # 2024 begins on a Monday, so days 5 and 6 of a week are its weekend.
    rows = np.flatnonzero((day % 7 >= 5) & (weekend >= 0))
    tilt[rows, weekend[rows]] += settings.weekdays
    return tilt + habits.moods(user, seconds, settings, rng) if settings.moods else tilt


def _categories(people: People, user: Ints, session: Ints, tilt: Floats, rng: np.random.Generator) -> Ints:
    """Category of each event: fresh from the tilted mix, or that of the event before, (n_events,)."""
    weights = np.concatenate([_weights(n, plan) for n, plan in zip(people.events, people.plans, strict=True)])
    mix = np.exp(tilt)
    mix *= sum(weights[:, [state]] * people.mixes[user, state] for state in range(MOST_STATES))
    running = np.cumsum(mix, axis=1)
    fresh = (running < rng.random((len(user), 1)) * running[:, -1:]).sum(axis=1)
    stay = rng.random(len(user)) < people.stickiness[user]
    stay[np.flatnonzero(np.diff(session, prepend=-1))] = False
    source = np.maximum.accumulate(np.where(stay, 0, np.arange(len(user))))
    return np.asarray(fresh[source])


def _weights(events: int, plan: Plan) -> Floats:
    """Share of each state in the mix of each event of a user, (n_events, MOST_STATES)."""
    place = np.arange(events)
    weights = np.zeros((events, MOST_STATES))
    if plan.ramp:
        after = np.clip((place - plan.changes[0]) / plan.ramp + 0.5, 0, 1)
        weights[:, 0], weights[:, 1] = 1 - after, after
    else:
        weights[place, np.array(plan.states)[np.searchsorted(np.array(plan.changes), place, side="right")]] = 1
    return weights


def _truth_of(people: People, events: pd.DataFrame, first_user: int, settings: SimulationSettings) -> pd.DataFrame:
    times = events[schema.TIME].dt.strftime("%Y-%m-%dT%H:%M:%S").to_numpy()
    offsets = np.concatenate(([0], np.cumsum(people.events)))
    labels = np.array(names.category_names(people.mixes.shape[2], settings.world))
    rows = [
        _truth_row(f"u{first_user + i + 1:06d}", plan, people.mixes[i], times[offsets[i] : offsets[i + 1]], labels)
        for i, plan in enumerate(people.plans)
    ]
    return pd.DataFrame(rows).assign(stickiness=people.stickiness.round(4))


def _truth_row(
    user: str, plan: Plan, mixes: Floats, times: NDArray[np.object_], labels: NDArray[np.str_]
) -> dict[str, object]:
    steps = [(mixes[a], mixes[b]) for a, b in zip(plan.states[:-1], plan.states[1:], strict=True)]
    before, after = max(steps, key=lambda step: total_variation(*step), default=(mixes[0], mixes[0]))
    order = np.argsort(after - before)
    separator = schema.LIST_SEPARATOR
    return {
        schema.USER: user,
        "n_events": len(times),
        "drifted": bool(plan.changes),
        "change_events": separator.join(str(change) for change in plan.changes),
        "change_times": separator.join(times[change] for change in plan.changes),
        "kind": "abrupt" if plan.kind == "chain" else plan.kind,
        "direction": plan.direction,
        "magnitude": round(total_variation(before, after), 4) if steps else "",
        "from_categories": separator.join(labels[i] for i in order[:3] if after[i] - before[i] < -0.03),
        "to_categories": separator.join(labels[i] for i in order[:-4:-1] if after[i] - before[i] > 0.03),
        "ramp_events": plan.ramp,
        "states": separator.join("ABC"[state] for state in plan.states),
    }


def _users(user_ids: pd.Series, settings: SimulationSettings) -> pd.DataFrame:
    rng = np.random.default_rng([settings.seed, 2])
    count = len(user_ids)
    return pd.DataFrame(
        {
            schema.USER: user_ids,
            "region": rng.choice(names.REGIONS, count),
            "age": rng.choice(names.AGES, count, p=(0.15, 0.3, 0.3, 0.15, 0.1)),
        }
    )
