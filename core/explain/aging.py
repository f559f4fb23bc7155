"""How a model ages, and how often it should be trained anew.

The last half of a log is cut into spans of equal time. A model is fitted on what was known at the start of each
span and ranks what came in this span and in all later ones, always after the whole history up to the span: only the
model is old. On one span the old model is compared with the one fitted just before it, so that easy and hard months
do not matter. Relative quality at age a is the sum of gains of all models that old over that of fresh ones on the
same events; its decay is the slope of a line through 1 at age 0 (least squares).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, usual
from core.errors import InputError
from core.model import Ranker, gains, hide_seen, in_batches, rank_of
from core.phrases import say
from core.progress import Progress, silent

SPANS = 5
"""Spans, and trainings of each model."""
TARGETS = 3
"""First new items of a user in a span that are to be found."""
USERS = 1000
"""Users of a span at most, drawn by the seed."""
LEAST = 30
"""Users below which a span says nothing."""
LOSS = 0.05
"""Share of its quality that a model may lose before it should be trained anew."""
DRAWS = 500
DAY = 86_400_000_000
AGING_COLUMNS = ("model", "age_days", "users", "ndcg@10", "fresh", "relative", "low", "high", "decay", "decay_low",
                 "decay_high")  # fmt: skip
Fit = Callable[[Sequences], Ranker]
"""From what is known at a moment to a ranker."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Advice:
    """How often to train anew, from the measured decay of one model."""

    model: str
    days: float
    """After how many days a model has lost `LOSS` of its quality; infinite where no decay was measured."""
    soonest: float
    latest: float
    """95 % interval of `days`."""
    seen: float
    """Greatest age that was measured, days."""


def aging(
    fits: Mapping[str, Fit], sequences: Sequences, *, spans: int = SPANS, seed: int = 0, progress: Progress = silent
) -> pd.DataFrame:
    """Relative quality of models by age with 95 % intervals (bootstrap over users), `AGING_COLUMNS`.

    `decay` is the share of quality lost a day, the same in all rows of a model. Raises `InputError` where a log has
    no clock, or too few users come back.
    """
    edges, rows = _edges(sequences, spans), []
    cases = [_cases(sequences, edges[s], edges[s + 1], seed) for s in range(spans)]
    used = [s for s in range(spans) if len(np.unique(cases[s][0])) >= LEAST]
    if len(used) < 2:
        raise InputError(say("errors.few_return", least=LEAST))
    for place, (name, fit) in enumerate(fits.items()):
        gained = []
        for s in used:
            share = (place + used.index(s) / len(used)) / len(fits)
            progress(
                share,
                say(
                    "steps.training_as_of",
                    model=name,
                    day=str(edges[s].astype("datetime64[us]").astype("datetime64[D]")),
                ),
            )
            ranker = fit(sequences.until(int(edges[s])))
            gained += [_gained(ranker, sequences, (edges[t], cases[t]), (s, t)) for t in used if t >= s]
        rows.append(_summary(name, pd.concat(gained), (edges[1] - edges[0]) / DAY, seed))
    return pd.concat(rows, ignore_index=True)[list(AGING_COLUMNS)]


def advise(frame: pd.DataFrame, model: str) -> Advice:
    """How often to train a model anew, from what `aging` measured.

    >>> frame = pd.DataFrame({"model": ["a"], "age_days": [30.0], "decay": [0.001], "decay_low": [-0.001],
    ...                       "decay_high": [0.002]})
    >>> advise(frame, "a")
    Advice(model='a', days=50.0, soonest=25.0, latest=inf, seen=30.0)
    """
    rows = frame[frame["model"] == model]
    first = rows.iloc[0]
    days = [LOSS / first[name] if first[name] > 0 else np.inf for name in ("decay", "decay_high", "decay_low")]
    return Advice(model, float(days[0]), float(days[1]), float(days[2]), float(rows["age_days"].max()))


def _edges(sequences: Sequences, spans: int) -> NDArray[np.int64]:
    """Starts of the spans and the end of the last, microseconds, (spans + 1,)."""
    if sequences.ordinal or not len(sequences):
        raise InputError(say("errors.ageless"))
    first, last = usual(sequences.time)
    return np.linspace(first + (last - first) / 2, last, spans + 1).astype(np.int64)


def _cases(
    sequences: Sequences, start: np.int64, end: np.int64, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Users and items to be found in a span: the first new ones of those who have a history before it."""
    user, before = sequences.user, sequences.time <= start
    inside = (sequences.time > start) & (sequences.time <= end)
    pair = user.astype(np.int64) * sequences.n_items + sequences.item
    known = np.isin(user, np.unique(user[before]))
    rows = np.flatnonzero(inside & known & ~np.isin(pair, np.unique(pair[before])))
    rows = rows[np.sort(np.unique(pair[rows], return_index=True)[1])]
    turn = pd.Series(user[rows]).groupby(user[rows]).cumcount().to_numpy()
    rows = rows[turn < TARGETS]
    some = np.unique(user[rows])
    if len(some) > USERS:
        some = np.random.default_rng(seed).choice(some, USERS, replace=False)
    rows = rows[np.isin(user[rows], some)]
    return user[rows].astype(np.int64), sequences.item[rows].astype(np.int64)


def _gained(
    ranker: Ranker,
    sequences: Sequences,
    span: tuple[np.int64, tuple[NDArray[np.int64], NDArray[np.int64]]],
    which: tuple[int, int],
) -> pd.DataFrame:
    """NDCG@10 of each item to be found in a span by the model of another: age, span, user, gain."""
    start, (users, items) = span
    histories, ranks = sequences.until(int(start)), []
    for batch in in_batches(np.arange(len(users)), sequences.n_items):
        scores = hide_seen(ranker.scores(histories, users[batch]), histories, users[batch])
        ranks.append(rank_of(scores, items[batch]))
    gain = gains(np.concatenate(ranks))["ndcg@10"].to_numpy()
    return pd.DataFrame({"age": which[1] - which[0], "span": which[1], "user": users, "gain": gain})


def _summary(name: str, gained: pd.DataFrame, span_days: float, seed: int) -> pd.DataFrame:
    """Relative quality by age and decay, with intervals."""
    fresh = gained[gained["age"] == 0].groupby(["span", "user"])["gain"].sum()
    old = gained.groupby(["age", "span", "user"])["gain"].sum().reset_index()
    old["fresh"] = fresh.reindex(pd.MultiIndex.from_frame(old[["span", "user"]])).to_numpy()
    sums = old.pivot_table(index="user", columns="age", values=["gain", "fresh"], aggfunc="sum", fill_value=0.0)
    gain, base = sums["gain"].to_numpy(np.float64), sums["fresh"].to_numpy(np.float64)
    ages, random = sums["gain"].columns.to_numpy() * span_days, np.random.default_rng(seed)
    drawn = random.multinomial(len(gain), np.full(len(gain), 1 / len(gain)), size=DRAWS)
    relative, many = _relative(gain.sum(axis=0), base.sum(axis=0)), _relative(drawn @ gain, drawn @ base)
    low, high = np.quantile(many, [0.025, 0.975], axis=0)
    decay, decays = _decay(ages, relative), _decay(ages, many)
    targets = gained.groupby("age").size().to_numpy()
    frame = pd.DataFrame({"model": name, "age_days": ages, "users": gained.groupby("age")["user"].nunique().to_numpy()})
    frame["ndcg@10"], frame["fresh"] = gain.sum(axis=0) / targets, base.sum(axis=0) / targets
    frame["relative"], frame["low"], frame["high"], frame["decay"] = relative, low, high, decay
    frame["decay_low"], frame["decay_high"] = np.quantile(decays, [0.025, 0.975])
    return frame


def _relative(gain: Floats, fresh: Floats) -> Floats:
    found: Floats = gain / np.maximum(fresh, 1e-12)
    return found


def _decay(ages: Floats, relative: Floats) -> Floats:
    """Share of quality lost a day: slope of a line through 1 at age 0, for each row of `relative`."""
    found: Floats = (1 - relative) @ ages / (ages @ ages)
    return found
