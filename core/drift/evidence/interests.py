"""Interests where a log names none: groups of items that the same people have, named by the words of their titles.

Items are placed by a truncated singular value decomposition of who had what (weighted by inverse user frequency),
and grouped by k-means. Logs with very many categories are treated the same way, categories standing for items:
nobody's history is long enough to see a change among thousands.
"""

import dataclasses

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from core.data import Catalogue, Sequences, schema
from core.drift.evidence.group_names import name_groups
from core.errors import EventsError
from core.phrases import say

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MOST_CATEGORIES = 200
"""Logs with more categories are followed by groups of them."""
MOST_GROUPS = 24
"""Groups at most where a log names no categories."""
GROUPERS = 20_000
"""Users whom groups are learned from at most."""
FEWEST_ITEMS = 8
"""Fewer items with events are no groups."""
DIMENSIONS = 32
"""Directions of co-occurrence that items are grouped by."""


def with_interests(sequences: Sequences, seed: int, users: Ints | None = None) -> Sequences:
    """The log with categories fit for a drift test: its own, else groups; raises `EventsError` if too few.

    `users`: whom groups are learned from; without it all, of a large log some.
    """
    catalogue = sequences.catalogue
    if 0 < len(catalogue.categories) <= MOST_CATEGORIES:
        return sequences
    if catalogue.categories:
        unit_of_item, names = catalogue.first_category, np.array(catalogue.categories, dtype=object)
    else:
        unit_of_item, names = np.arange(sequences.n_items), catalogue.titles
    known = np.flatnonzero(unit_of_item >= 0)
    counts = np.bincount(unit_of_item[known], sequences.census.popularity[known], len(names)).astype(np.int64)
    if (counts > 0).sum() < FEWEST_ITEMS or sequences.n_users < 2:
        raise EventsError(say("errors.few_to_group", items=int((counts > 0).sum()), users=sequences.n_users))
    users = groupers(sequences.census.lengths, seed) if users is None else users
    unit = unit_of_item[sequences.item]
    heard = unit >= 0 if users is None else (unit >= 0) & np.isin(sequences.user, users)
    group = _group(sequences.user[heard], unit[heard], (sequences.n_users, len(names)), seed)
    group = np.where(group >= 0, _order(group, counts)[group], -1)
    labels = name_groups(group, counts, names)
    place = np.append(group, -1)
    return dataclasses.replace(sequences, catalogue=_regrouped(catalogue, place[unit_of_item], labels))


def groupers(lengths: Ints, seed: int) -> Ints | None:
    """Users, rising, who are enough to learn groups from; None where all are. `lengths`: events of each user."""
    if len(lengths) <= GROUPERS:
        return None
    return np.sort(np.random.default_rng([seed, 15]).permutation(np.flatnonzero(lengths > 0))[:GROUPERS])


def as_interests(sequences: Sequences, group: Ints) -> Sequences:
    """The log with groups of items in place of categories, numbered from the one with most events.

    `group`: number of each item's group from 0, -1 without one, (n_items,).
    """
    order = _order(group, sequences.census.popularity)
    place = np.where(group >= 0, order[group], -1)
    labels = [f"group {number + 1}" for number in range(len(order))]
    return dataclasses.replace(sequences, catalogue=_regrouped(sequences.catalogue, place, labels))


def for_charts(sequences: Sequences, seed: int) -> Sequences:
    """The log with the interests that the drift table names, so that charts draw the same ones; else as it is.

    For what is drawn only: models know items by the log's own categories.
    """
    try:
        return with_interests(sequences, seed)
    except EventsError:
        return sequences


def on_points(points: pd.DataFrame, sequences: Sequences) -> pd.DataFrame:
    """Points of a map (a row each, `item_id`) with the categories that `sequences` gives their items."""
    names = np.array([*sequences.catalogue.categories, None], dtype=object)
    places = [sequences.catalogue.item_position[item] for item in points[schema.ITEM]]
    return points.assign(**{schema.CATEGORY: names[sequences.catalogue.first_category[places]]})


def _group(user: Ints, unit: Ints, shape: tuple[int, int], seed: int) -> Ints:
    """Group of each unit with events, else -1."""
    from sklearn.cluster import KMeans
    from sklearn.utils.extmath import randomized_svd

    have = sparse.csr_matrix((np.ones(len(user)), (unit, user)), shape[::-1])
    used = np.flatnonzero(have.getnnz(axis=1))
    have = have[used]
    have.data = np.log1p(have.data)
    rarity = np.log((1 + len(used)) / (1 + have.getnnz(axis=0)))
    have = have @ sparse.diags(rarity)
    size = max(1, min(DIMENSIONS, min(have.shape) - 1))
    left, strength, _ = randomized_svd(have, size, random_state=seed)
    points = left * strength
    points /= np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    groups = int(np.clip(np.sqrt(len(used) / 2), 4, MOST_GROUPS))
    out = np.full(shape[1], -1, dtype=np.int64)
    out[used] = KMeans(groups, n_init=3, random_state=seed).fit_predict(points)
    return out


def _order(group: Ints, counts: Ints) -> Ints:
    """The new number of each group, most events first."""
    weight = np.bincount(group[group >= 0], counts[group >= 0], int(group.max()) + 1)
    return np.argsort(np.argsort(-weight, kind="stable"))


def _regrouped(catalogue: Catalogue, category: Ints, labels: list[str]) -> Catalogue:
    """The catalogue with at most one category per item."""
    known = category >= 0
    return dataclasses.replace(
        catalogue,
        categories=tuple(labels),
        category_offsets=np.concatenate(([0], np.cumsum(known))).astype(np.int64),
        category_index=category[known].astype(np.int64),
    )
