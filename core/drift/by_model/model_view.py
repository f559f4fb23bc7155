"""The model's view of drift: does a user turn to items that the model holds for unlike those before?

Categories miss a change from one brand, author or style to another inside them. The model's item vectors do not: items
lie near each other there if the same people want them. They carry no recency, as states do, so the test for categories
is run on groups of alike items instead, sessions shuffled as there. What an item's time in the log says of its vector
is taken out first: what was launched together was had together, which is no taste.

How far a user's states moved is told beside it, against the states of the same user with the sessions shuffled and
encoded anew: a state follows the last events, so it moves in any order, and only what goes beyond that is drift.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Catalogue, Sequences, schema, spans
from core.drift import trails
from core.drift.evidence import FEWEST_ITEMS, Everyone, as_interests, name_groups
from core.drift.overview import GRADES, NAMED, PERHAPS
from core.drift.verdict import CHANGES, Change, detect
from core.errors import EventsError
from core.phrases import say
from core.progress import Progress, part, silent
from core.settings import DriftSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Encode = Callable[[Sequences], NDArray[np.float32]]
"""What gives the model's state after each event, (n_events, d)."""
FEWEST_GROUPS, MOST_GROUPS = 4, 32
"""Bounds of the number of groups: with fewer there is nothing to turn to, with more most sessions are new."""
GROUPS = 1.5
"""Groups of items for each square root of their number, within these bounds."""
FITTED = 20_000
"""Most items that groups are found on, those with most events; the others join the nearest."""
ERAS, ITEMS_AN_ERA = 6, 20
"""Cosines of an item's mean time that are taken out of its vector at most, and items that each needs."""
MOST_TRAILS = 2000
"""Users, those with the clearest drift, whose shuffled histories are encoded anew."""
RENAMED = {"from_categories": "from_groups", "to_categories": "to_groups"}
DISTANCE, SHUFFLED = "distance", "distance_shuffled"
VIEW_COLUMNS = (
    *(RENAMED.get(name, name) for name in schema.DRIFT_COLUMNS if name not in ("kind", "direction")),
    DISTANCE,
    SHUFFLED,
)
"""Columns of `view`, a row per user."""


def view(
    sequences: Sequences,
    vectors: NDArray[np.float32],
    encode: Encode,
    settings: DriftSettings,
    progress: Progress = silent,
) -> pd.DataFrame:
    """The model's drift table with `VIEW_COLUMNS`; all but the last two mean what they do in `detection.detect`.

    `vectors`: of the items, (n_items, d). `distance` is how far the mean state after the largest change lies from the
    mean state before (1 less the cosine), `distance_shuffled` the median of the same with sessions shuffled; NaN but
    for drifted users. Raises `EventsError` if there are too few items to group.
    """
    groups = in_groups(sequences, vectors, settings.seed)
    by_groups = Everyone(groups, settings.seed, alone=True)
    table = detect(groups, settings, part(progress, 0.0, 0.6), by_groups).rename(columns=RENAMED)
    table[[DISTANCE, SHUFFLED]], changes = np.nan, table[CHANGES].to_dict()
    chosen = table[table["drifted"]].nlargest(MOST_TRAILS, "score").index
    for number, user in enumerate(chosen):
        progress(0.6 + 0.4 * number / len(chosen), say("steps.shuffled", done=number, users=len(chosen)))
        told: tuple[Change, ...] = changes[user]
        turn = max(told, key=lambda change: change.magnitude)
        trail = trails.trail(sequences, int(user), encode, settings.seed)
        at = trail[trail[schema.EVENT_INDEX] == turn.event]
        if len(at):
            table.loc[user, [DISTANCE, SHUFFLED]] = at[[trails.DISTANCE, trails.MIDDLE]].to_numpy(np.float64)[0]
    return table[list(VIEW_COLUMNS)]


def in_groups(sequences: Sequences, vectors: NDArray[np.float32], seed: int) -> Sequences:
    """The log with groups of items that the model holds alike in place of categories, named by words of their items."""
    from sklearn.cluster import KMeans

    events = np.bincount(sequences.item, minlength=sequences.n_items)
    used = np.argsort(-events, kind="stable")[: int((events > 0).sum())]
    points = without_eras(vectors[used].astype(np.float64), _mean_times(sequences, events)[used], events[used])
    count = int(np.clip(GROUPS * np.sqrt(len(used)), FEWEST_GROUPS, MOST_GROUPS))
    count = min(count, len(np.unique(points[:FITTED].round(6), axis=0)))
    if len(used) < FEWEST_ITEMS or sequences.n_users < 2 or count < 2:
        raise EventsError(say("errors.few_to_see", items=len(used), users=sequences.n_users))
    group = np.full(sequences.n_items, -1, dtype=np.int64)
    group[used] = KMeans(count, n_init=3, random_state=seed).fit(points[:FITTED]).predict(points)
    return _named(as_interests(sequences, group), sequences.catalogue, events)


def _named(groups: Sequences, catalogue: Catalogue, events: Ints) -> Sequences:
    """Groups by the words that set their items' categories and titles apart from those of others."""
    categories = np.array([*catalogue.categories, ""], dtype=object)[catalogue.first_category]
    said = np.array([f"{category} {title}" for category, title in zip(categories, catalogue.titles, strict=True)])
    names = name_groups(groups.catalogue.first_category, events, said.astype(object))
    return replace(groups, catalogue=replace(groups.catalogue, categories=tuple(names)))


def without_eras(vectors: Floats, time: Floats, events: Ints) -> Floats:
    """Vectors less what the mean time of each item's events, 0 to 1, says of them: a smooth curve, weighted fit."""
    waves = min(ERAS, len(vectors) // ITEMS_AN_ERA) if np.ptp(time) > 0 else 0
    curve = np.cos(np.pi * np.arange(waves + 1) * time[:, None])
    root = np.sqrt(events)[:, None]
    fitted, *_ = np.linalg.lstsq(curve * root, vectors * root, rcond=None)
    return np.asarray(vectors - curve @ fitted)


def contradictions(table: pd.DataFrame, view: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Users whom one view names while the other, able to judge, sees no sign of a change: by the first one's name.

    `categories`: only the drift table says so; `model`: only the model does. Both tables as `sureness.judged` reads
    them, the same users in order.
    """
    one, other = table[NAMED], view[NAMED]
    judged = (table["status"] == "ok") & (view["status"] == "ok")
    calm, quiet = (each["q_value"] > GRADES[PERHAPS] for each in (table, view))
    sides = {"categories": one & quiet, "model": other & calm}
    return {name: frozenset(table.loc[users & judged, schema.USER]) for name, users in sides.items()}


def _mean_times(sequences: Sequences, events: Ints) -> Floats:
    """Mean time of each item's events between the first and the last of the log, 0 to 1; 0 without a clock."""
    if sequences.ordinal or not len(sequences):
        return np.zeros(sequences.n_items)
    first, last = spans.usual(sequences.time)
    since = (np.clip(sequences.time, first, last) - first) / max(1, last - first)
    return np.asarray(np.bincount(sequences.item, since, sequences.n_items) / np.maximum(events, 1))
