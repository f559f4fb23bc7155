"""The drift test on a second simulator, with habits that the one shipped lacks: `python -m bench.drift habits`.

It shares no code with `core.data.simulate`: mixes drawn afresh, of people between types, or of a few favourites; a
change to another mix, to a blend, or of favourites one by one; up to five stretches; sessions that keep to the category
of the event before, or to the one they began with; bursts of one category; trends that wander or come with the seasons.
The oracle knows mixes and stickiness, and finds the likeliest path through them at a price per change.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.data import schema
from core.data.sequences import Sequences, build_sequences

DAYS, ITEMS = 360, 30
START = np.datetime64("2023-01-02", "us")


@dataclass(frozen=True)
class Habits:
    """How people of one world behave."""

    categories: int = 20
    mixes: str = "fresh"
    """fresh (Dirichlet), types (between six), favourites (two to five)."""
    turns: str = "fresh"
    """To what a mix changes: fresh, blend, swap (of favourites)."""
    magnitude: tuple[float, float] = (0.25, 1.0)
    events: float = 100.0
    heavy: bool = False
    """Pareto lengths of histories instead of log-normal ones."""
    session: float = 4.0
    keeps: str = "previous"
    """What an event may repeat: the previous one's category, or the first's of the session."""
    stay: float = 0.5
    seasons: bool = False
    drift: float = 0.4
    kinds: tuple[float, float, float, float] = (0.5, 0.2, 0.2, 0.1)
    """Shares of abrupt, gradual, recurring, chain."""
    ramp: tuple[float, float] = (0.15, 0.3)
    changes: int = 2
    """Most changes of a chain, or of a history that recurs."""
    several: float = 0.0
    """Share of items with a second category."""


WORLDS = {
    "fresh mixes": Habits(),
    "chains, up to four changes": Habits(16, "types", events=140, drift=0.5, kinds=(0.25, 0.1, 0.3, 0.35), changes=4),
    "mostly gradual": Habits(12, seasons=True, events=120, kinds=(0.2, 0.6, 0.1, 0.1), ramp=(0.2, 0.4)),
    "6 categories, heavy tails": Habits(
        6, turns="blend", magnitude=(0.2, 0.9), heavy=True, drift=0.6, session=6.0, stay=0.4, changes=3
    ),
    "50 categories, themes": Habits(
        50, "favourites", "swap", (0.2, 0.9), 120, True, 8.0, "first", 0.6, drift=0.6, changes=3, several=0.4
    ),
    "short, themes": Habits(12, "favourites", "swap", (0.3, 0.9), 60, False, 5.0, "first", 0.7, changes=3),
}


@dataclass(frozen=True, eq=False)
class Crowd:
    """What all people of a world share."""

    popular: np.ndarray
    types: np.ndarray
    trend: np.ndarray
    """Log tilt of each day, (DAYS, categories)."""


@dataclass(frozen=True)
class Life:
    """The plan of one user: mixes, which of them reigns when, and how many events a gradual change takes."""

    mixes: list[np.ndarray]
    states: list[int]
    changes: list[int]
    kind: str = ""
    ramp: int = 0
    stay: float = 0.0

    def mix(self, event: int) -> np.ndarray:
        """Mix from which an event is drawn."""
        if self.ramp:
            share = np.clip((event - self.changes[0]) / self.ramp + 0.5, 0, 1)
            return (1 - share) * self.mixes[0] + share * self.mixes[1]
        return self.mixes[self.states[int(np.searchsorted(self.changes, event, side="right"))]]


@dataclass(frozen=True, eq=False)
class Made:
    """A log, what really happened, and each user's plan."""

    log: Sequences
    truth: pd.DataFrame
    lives: list[Life]


def make(habits: Habits, seed: int, users: int = 1500) -> Made:
    rng = np.random.default_rng([seed, 41])
    crowd = _crowd(habits, rng)
    rows, truth, lives = [], [], []
    for user in range(users):
        events = _length(habits, rng)
        life = _life(events, habits, crowd, rng)
        rows += [(user, *visit) for visit in _visits(events, life, habits, crowd, rng)]
        truth.append(_truth(f"u{user:05d}", events, life))
        lives.append(life)
    frame = pd.DataFrame(rows, columns=[schema.USER, "place", "seconds"])
    frame[schema.USER] = frame[schema.USER].map("u{:05d}".format)
    frame[schema.ITEM] = frame["place"].map("i{:05d}".format)
    frame[schema.TIME] = START + (frame["seconds"] * 1e6).astype("int64").astype("timedelta64[us]")
    return Made(build_sequences(frame, _items(habits, crowd, rng)), pd.DataFrame(truth), lives)


def _crowd(habits: Habits, rng: np.random.Generator) -> Crowd:
    count, day = habits.categories, np.arange(DAYS)[:, None]
    popular = rng.permutation(1 / np.arange(1, count + 1) ** 0.8)
    popular = popular / popular.sum()
    trend = np.cumsum(rng.normal(0, 0.6 / np.sqrt(DAYS), (DAYS, count)), axis=0)
    if habits.seasons:
        trend = 0.6 * np.sin(2 * np.pi * (day / rng.uniform(90, 360, count) + rng.random(count)))
    for category in rng.choice(count, max(1, count // 10), replace=False):
        begin = int(rng.integers(0, DAYS - 20))
        trend[begin : begin + 20, category] += 1.2
    weekday = rng.normal(0, 0.15, (7, count))
    return Crowd(popular, rng.dirichlet(2 * popular + 0.05, 6), trend + weekday[np.arange(DAYS) % 7])


def _length(habits: Habits, rng: np.random.Generator) -> int:
    if habits.heavy:
        return int(np.clip(habits.events * 0.35 * (1 + rng.pareto(1.5)), 6, 3000))
    return int(np.clip(np.exp(rng.normal(np.log(habits.events) - 0.32, 0.8)), 6, 2500))


def _mix(habits: Habits, crowd: Crowd, rng: np.random.Generator) -> np.ndarray:
    if habits.mixes == "fresh":
        return rng.dirichlet(3.0 * crowd.popular + 0.01)
    if habits.mixes == "types":
        return rng.dirichlet(6.0 * (rng.dirichlet(np.full(6, 0.3)) @ crowd.types) + 0.01)
    favourites = rng.choice(habits.categories, int(rng.integers(2, 6)), replace=False, p=crowd.popular)
    mix = 0.12 * crowd.popular
    mix[favourites] += 0.88 * rng.dirichlet(np.full(len(favourites), 2.0))
    return mix / mix.sum()


def _turned(mix: np.ndarray, habits: Habits, crowd: Crowd, rng: np.random.Generator) -> np.ndarray:
    least, most = habits.magnitude
    aim = rng.uniform(least, most)
    for _ in range(200):
        other = _mix(habits, crowd, rng)
        distance = _apart(mix, other)
        if habits.turns == "fresh" and distance >= least:
            break
        if habits.turns == "blend" and distance >= aim:
            return mix + aim / distance * (other - mix)
        if habits.turns == "swap":
            other = mix.copy()
            top = np.argsort(-mix)[: int(rng.integers(1, 4))]
            for old, new in zip(top, rng.choice(len(mix), len(top), replace=False, p=crowd.popular), strict=True):
                moved = other[old] * rng.uniform(0.5, 1)
                other[old] -= moved
                other[new] += moved
            if abs(_apart(mix, other) - aim) < 0.12:
                break
    return other


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).sum() / 2)


def _life(events: int, habits: Habits, crowd: Crowd, rng: np.random.Generator) -> Life:
    life = Life([_mix(habits, crowd, rng)], [0], [], stay=float(np.clip(rng.normal(habits.stay, 0.12), 0, 0.92)))
    if events < 20 or rng.random() >= habits.drift:
        return life
    kind = str(rng.choice(["abrupt", "gradual", "recurring", "chain"], p=habits.kinds))
    count = int(rng.integers(2, max(3, habits.changes) + 1)) if kind in ("recurring", "chain") else 1
    count = min(count, max(1, events // 12 - 1))
    kind = "abrupt" if count == 1 and kind in ("recurring", "chain") else kind
    parts = rng.dirichlet(np.full(count + 1, 4.0))
    while parts.min() < 0.12 / max(1.0, 0.75 * count):
        parts = rng.dirichlet(np.full(count + 1, 4.0))
    changes = np.round(np.cumsum(parts)[:-1] * events).astype(int).tolist()
    states = [place % 2 for place in range(count + 1)] if kind == "recurring" else list(range(count + 1))
    for _ in range(max(states)):
        life.mixes.append(_turned(life.mixes[-1], habits, crowd, rng))
    reach = 2 * min(changes[0], events - changes[0])
    ramp = int(min(reach, events * rng.uniform(*habits.ramp))) if kind == "gradual" else 0
    return replace(life, states=states, changes=changes, kind=kind, ramp=ramp)


def _visits(events: int, life: Life, habits: Habits, crowd: Crowd, rng: np.random.Generator) -> list[tuple[int, float]]:
    """Item and second of each event."""
    lengths = []
    while sum(lengths) < events:
        lengths.append(int(rng.geometric(1 / habits.session)))
    days = np.sort(rng.random(len(lengths)) * (DAYS - 1))
    weekend, out = rng.normal(0, 0.25, (2, habits.categories)), []
    for length, day in zip(lengths, days, strict=True):
        tilt = np.exp(crowd.trend[int(day)] + weekend[int(int(day) % 7 >= 5)])
        burst = int(rng.integers(habits.categories)) if rng.random() < 0.03 else -1
        second, kept = day * 86_400, -1
        for _ in range(min(length + (int(rng.integers(8)) if burst >= 0 else 0), events - len(out))):
            mix = np.cumsum(life.mix(len(out)) * tilt)
            category = min(habits.categories - 1, int(np.searchsorted(mix, rng.random() * mix[-1])))
            if burst >= 0 and rng.random() < 0.8:
                category = burst
            elif kept >= 0 and rng.random() < life.stay:
                category = kept
            kept = category if habits.keeps == "previous" or kept < 0 else kept
            out.append((category * ITEMS + int(ITEMS * rng.random() ** 2), second))
            second += rng.exponential(60)
    return out


def _items(habits: Habits, crowd: Crowd, rng: np.random.Generator) -> pd.DataFrame:
    own = np.repeat(np.arange(habits.categories), ITEMS)
    second = rng.choice(habits.categories, len(own), p=crowd.popular)
    several = (rng.random(len(own)) < habits.several) & (second != own)
    named = [f"c{a}|c{b}" if both else f"c{a}" for a, b, both in zip(own, second, several, strict=True)]
    ids = [f"i{place:05d}" for place in range(len(own))]
    return pd.DataFrame({schema.ITEM: ids, schema.TITLE: ids, schema.CATEGORY: named})


def _truth(user: str, events: int, life: Life) -> dict[str, object]:
    steps = [(life.mixes[a], life.mixes[b]) for a, b in zip(life.states[:-1], life.states[1:], strict=True)]
    before, after = max(steps, key=lambda step: _apart(*step), default=(life.mixes[0], life.mixes[0]))
    order = np.argsort(after - before)
    separator = schema.LIST_SEPARATOR
    return {
        schema.USER: user,
        "n_events": events,
        "drifted": bool(life.changes),
        "change_events": separator.join(map(str, life.changes)),
        "kind": "abrupt" if life.kind == "chain" else life.kind,
        "magnitude": _apart(before, after) if steps else np.nan,
        "from_categories": separator.join(f"c{c}" for c in order[:3] if after[c] - before[c] < -0.03),
        "to_categories": separator.join(f"c{c}" for c in order[:-4:-1] if after[c] - before[c] > 0.03),
    }


def oracle(made: Made, habits: Habits, path: Callable[[np.ndarray, float], list[int]], price: float) -> pd.DataFrame:
    """Changes by one who knows each user's mixes (of one without drift: a stranger's, too) and stickiness."""
    log, rows = made.log, []
    names = np.array([int(name[1:]) for name in log.catalogue.categories])
    for user, life in enumerate(made.lives):
        mixes = life.mixes if life.changes else [life.mixes[0], made.lives[(user * 7 + 1) % log.n_users].mixes[0]]
        lanes = names[log.catalogue.first_category[log.item[log.rows_of(user)]]]
        inside = np.diff(log.session[log.rows_of(user)], prepend=-1) == 0
        first = np.maximum.accumulate(np.where(inside, 0, np.arange(len(lanes))))
        model = np.arange(len(lanes)) - 1 if habits.keeps == "previous" else first
        again, stay = (lanes == lanes[model]) & inside, life.stay * inside
        found = path(np.log(stay * again + (1 - stay) * np.stack(mixes)[:, lanes] + 1e-4), price)
        rows.append((log.users[user], schema.LIST_SEPARATOR.join(map(str, found)), bool(found)))
    return pd.DataFrame(rows, columns=[schema.USER, "change_events", "drifted"])
