"""Logs with known drift made of real histories: people who stay one person, and people who turn into another.

Half of the users take sessions of one person, half turn. Everyone's sessions come in random order on the person's own
time slots, so that no real drift, season or trend is left, and no session comes twice. Kinds of change:

whole      from one person to another              partial   every other session behind the change is the other's
kindred    to the most alike of ten others         back      to another and back
gradual    ever more sessions of the other         mixed     one of these five, drawn for each user
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema
from core.data.sequences import build_sequences
from core.drift.evidence import Everyone, as_interests
from core.drift.verdict import detect
from core.settings import DriftSettings

Ints = NDArray[np.int64]
KINDS = ("whole", "partial", "kindred", "back", "gradual")
GAP = 1800
"""Seconds between events of two sessions, at least."""
LOGS = {
    "groceries": (1500, 20, 500),
    "ifdb": (1000, 20, 200),
    "movietweetings": (1500, 20, 50),
    "online-retail": (1500, 20, 200),
}
"""Users, fewest and most events of the log that is made of each."""
FEWEST_SESSIONS = 6
RANDOM_GROUPS = 64
OTHERS = 10
"""People among whom the most alike is sought."""


@dataclass(frozen=True, eq=False)
class People:
    """Histories that are long enough, as sessions."""

    items: list[list[NDArray[np.object_]]]
    """Items of each session of each person."""
    times: list[list[Ints]]
    """Seconds since 1970 of the same events."""
    sizes: Ints
    """Events of each person, (n_people,)."""
    mixes: NDArray[np.float64]
    """Share of each category, or where there are none of each item, (n_people, n)."""
    about: pd.DataFrame
    """The items file, with the first category of each item alone."""


@dataclass(frozen=True, eq=False)
class Spliced:
    """A log and its truth."""

    log: Sequences
    truth: pd.DataFrame
    """`user_id`, `n_events`, `drifted`, `change_events`, `magnitude`, `kind`, and the places of both `People`."""


def read_people(folder: Path, fewest: int) -> People:
    """People with `fewest` events or more from a folder with a log and its items file."""
    events = pd.read_csv(
        next(path for name in ("interactions", "events") for path in folder.glob(f"{name}.csv*")),
        usecols=[schema.USER, schema.ITEM, schema.TIME],
        dtype={schema.USER: str, schema.ITEM: str},
    )
    if events[schema.TIME].dtype == object:
        events[schema.TIME] = pd.to_datetime(events[schema.TIME]).astype("datetime64[s]").astype(np.int64)
    about = pd.read_csv(folder / "items.csv", dtype=str).drop_duplicates(schema.ITEM)
    if about[schema.CATEGORY].notna().any():
        about = about.dropna(subset=[schema.CATEGORY])
        about[schema.CATEGORY] = about[schema.CATEGORY].str.split("|").str[0]
        about["unit"] = pd.factorize(about[schema.CATEGORY])[0]
    else:
        about = about.drop(columns=schema.CATEGORY).assign(unit=np.arange(len(about)))
    events = events.merge(about[[schema.ITEM, "unit"]], on=schema.ITEM)
    events = events.sort_values([schema.USER, schema.TIME], kind="stable", ignore_index=True)
    events = events[events.groupby(schema.USER)[schema.ITEM].transform("size") >= fewest]
    first = (events[schema.USER] != events[schema.USER].shift()) | (events[schema.TIME].diff() > GAP)
    return _people(events.assign(session=first.cumsum()), about)


def _people(events: pd.DataFrame, about: pd.DataFrame) -> People:
    items, times, mixes = [], [], []
    for _, own in events.groupby(schema.USER):
        cuts = np.flatnonzero(np.diff(own["session"])) + 1
        if len(cuts) + 1 < FEWEST_SESSIONS:
            continue
        items.append(np.split(own[schema.ITEM].to_numpy(object), cuts))
        times.append(np.split(own[schema.TIME].to_numpy(np.int64), cuts))
        mixes.append(np.bincount(own["unit"], minlength=about["unit"].max() + 1) / len(own))
    sizes = np.array([sum(map(len, own)) for own in items])
    return People(items, times, sizes, np.array(mixes), about.drop(columns="unit"))


def splice(people: People, shape: tuple[int, int, int], seed: int, kind: str = "whole") -> Spliced:
    """A log of `shape` (users, fewest, most events), in which every second user changes in the way of `kind`."""
    users, low, high = shape
    rng = np.random.default_rng([seed, 77])
    rows: list[tuple[str, str, float]] = []
    truth = []
    for number in range(users):
        length = int(np.exp(rng.uniform(np.log(low), np.log(high))))
        way = "" if number % 2 else kind if kind in KINDS else str(rng.choice(KINDS))
        first, second = _pair(people, length, way, rng)
        sessions, changes = _history(people, (first, second), length, way, rng)
        count = sum(len(people.items[who][place]) for who, place in sessions)
        if count < low:
            continue
        rows += _dated(people, sessions, first, f"u{number}", rng)
        size = np.abs(people.mixes[first] - people.mixes[second]).sum() / 2 if changes else np.nan
        truth.append((f"u{number}", count, bool(changes), ";".join(map(str, changes)), size, way, first, second))
    events = pd.DataFrame(rows, columns=[schema.USER, schema.ITEM, schema.TIME])
    events[schema.TIME] = pd.to_datetime(events[schema.TIME], unit="s")
    columns = [schema.USER, "n_events", "drifted", "change_events", "magnitude", "kind", "first", "second"]
    return Spliced(build_sequences(events, people.about), pd.DataFrame(truth, columns=columns))


def _pair(people: People, length: int, way: str, rng: np.random.Generator) -> tuple[int, int]:
    """Two people, or one twice, with enough events."""
    first = int(rng.choice(np.flatnonzero(people.sizes >= length)))
    if not way:
        return first, first
    others = np.flatnonzero(people.sizes >= 0.8 * length)
    others = rng.permutation(others[others != first])[: OTHERS if way == "kindred" else 1]
    root = np.sqrt(people.mixes)
    return first, int(others[(root[others] @ root[first]).argmax()])


def _history(
    people: People, pair: tuple[int, int], length: int, way: str, rng: np.random.Generator
) -> tuple[list[tuple[int, int]], list[int]]:
    """Sessions as (person, number) until `length` events, and the first events behind the changes."""
    left = {who: list(rng.permutation(len(people.items[who]))) for who in set(pair)}
    cuts = (rng.uniform(0.2, 0.45), rng.uniform(0.55, 0.8)) if way == "back" else (rng.uniform(0.25, 0.75),)
    sessions: list[tuple[int, int]] = []
    changes: list[int] = []
    count, width = 0, rng.uniform(0.2, 0.5)
    while count < length or len(sessions) < 4:
        passed = sum(count >= cut * length for cut in cuts) if way else 0
        if passed > len(changes):
            changes.append(count)
        late = passed == 1 and (way != "partial" or rng.random() < 0.5)
        if way == "gradual":
            late = rng.random() < np.clip((count / length - cuts[0]) / width + 0.5, 0, 1)
        who = pair[int(late)]
        if not left[who]:
            break
        sessions.append((who, left[who].pop()))
        count += len(people.items[who][sessions[-1][1]])
    return sessions, [change for change in changes if change < count]


def _dated(
    people: People, sessions: list[tuple[int, int]], first: int, user: str, rng: np.random.Generator
) -> list[tuple[str, str, float]]:
    """Events of the sessions on time slots of the first person, an hour apart at least."""
    starts = np.array([own[0] for own in people.times[first]])
    slots = np.sort(rng.choice(starts, len(sessions), replace=len(starts) < len(sessions)))
    rows, clock = [], -1e18
    for (who, place), slot in zip(sessions, slots, strict=True):
        times = people.times[who][place]
        begin = max(float(slot), clock + 2 * GAP)
        clock = begin + float(times[-1] - times[0])
        events = zip(people.items[who][place], times, strict=True)
        rows += [(user, item, begin + float(time - times[0])) for item, time in events]
    return rows


def rows(folders: Iterable[Path], seeds: Iterable[int]) -> list[dict[str, object]]:
    """A row per log, kind of change and seed; sizes as in `LOGS` where the folder is known by its name."""
    found = []
    for folder in folders:
        shape = LOGS.get(folder.name, (1000, 20, 200))
        people = read_people(folder, shape[1])
        for seed in seeds:
            found += [_row(folder.name, kind, seed, splice(people, shape, seed, kind)) for kind in ("whole", "mixed")]
    return found


def _row(name: str, kind: str, seed: int, made: Spliced) -> dict[str, object]:
    from bench.drift import _auc, _f1, _joined, quarters

    began = time.process_time()
    table = _joined(made.truth, detect(made.log, DriftSettings()).drop(columns="n_events"))
    seconds = time.process_time() - began
    drifted, flagged = table["drifted_true"].to_numpy(bool), table["drifted"].to_numpy(bool)
    believed = (table["q_value"] <= 0.1).to_numpy()
    figures = {
        "F1": _f1(table)[2],
        "AUC": _auc(table["score"].to_numpy(float), drifted),
        "false alarms": flagged[~drifted].mean(),
        "false of q<=.1": (~drifted)[believed].mean() if believed.any() else 0.0,
        "AUC, random groups": _by_chance(made),
    }
    shares = {key: round(float(value), 3) for key, value in figures.items()}
    lengths = " ".join(f"{share:.3f}" for share in quarters(table[~drifted]))
    views = table.loc[table["drifted"], "view"].value_counts().to_dict()
    about = {"log": name, "change": kind, "seed": seed}
    return {**about, **shares, "alarms by length": lengths, "views": views, "CPU-s": round(seconds, 1)}


def _by_chance(made: Spliced) -> float:
    """AUC of the counts of random groups of items: what any grouping tells."""
    from bench.drift import _auc, _joined

    group = np.random.default_rng(1).integers(0, RANDOM_GROUPS, made.log.n_items)
    groups = as_interests(made.log, group)
    found = detect(groups, DriftSettings(p_values=False), everyone=Everyone(groups, 0, alone=True))
    table = _joined(made.truth, found.drop(columns="n_events"))
    return _auc(table["score"].to_numpy(float), table["drifted_true"].to_numpy(bool))
