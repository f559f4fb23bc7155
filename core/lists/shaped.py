"""Lists worth showing: filters, diversity and calibration on top of any ranker's scores."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Catalogue, Sequences, schema
from core.errors import SettingsError
from core.model import Ranker, Scores, hide_seen, scale, top_items
from core.phrases import say
from core.settings import ListSettings

CANDIDATES = 200
"""Best items among which a list is put together."""
SMOOTHING = 0.01
"""Share of the wanted mix that is mixed into a list's, so that the divergence stays finite (Steck 2018, alpha)."""
Floats = NDArray[np.float64]


def shaped_list(
    ranker: Ranker, sequences: Sequences, user: int, settings: ListSettings, everyone: Sequences | None = None
) -> pd.DataFrame:
    """One user's list after the whole history: rank, item_id, score, rank_by_score; raises `SettingsError`.

    `everyone`: the log that tells what is new, where `sequences` holds this user alone.
    """
    users = np.array([user])
    scores = _nearness(ranker, sequences, user) if settings.order == "distance" else ranker.scores(sequences, users)
    if settings.hide_seen:
        scores = hide_seen(scores, sequences, users)
    scores[:, ~allowed(everyone or sequences, settings)] = -np.inf
    items, values = (found[0] for found in top_items(scores, max(CANDIDATES, settings.k)))
    items, values = items[~np.isneginf(values)], values[~np.isneginf(values)]
    order = _order(sequences, user, items, _relevance(ranker, values, settings.order), settings)
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(order) + 1),
            schema.ITEM: sequences.catalogue.items[items[order]],
            "score": values[order],
            "rank_by_score": order + 1,
        }
    )


def titled(listed: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """A list with title and category of each item."""
    places = np.array([catalogue.item_position[item] for item in listed[schema.ITEM]], dtype=np.int64)
    return listed.assign(title=catalogue.titles[places], category=catalogue.main_category(places))


def about(listed: pd.DataFrame, everyone: Sequences) -> dict[str, float]:
    """What a list is like beside being right.

    novelty: bits, mean of -log2 of an item's share of all events; popularity: mean events of an item over the mean of
    the catalogue; categories: how many it mixes.
    """
    places = np.array([everyone.catalogue.item_position[item] for item in listed[schema.ITEM]], dtype=np.int64)
    if not len(places):
        return {"novelty": 0.0, "popularity": 0.0, "categories": 0}
    counts = np.bincount(everyone.item, minlength=everyone.n_items)
    share = np.maximum(counts[places], 1) / max(len(everyone), 1)
    mixed = int(everyone.catalogue.shares_of(places).any(axis=0).sum())
    lift = float(counts[places].mean() / max(counts.mean(), 1e-12))
    return {"novelty": float(-np.log2(share).mean()), "popularity": lift, "categories": mixed}


def _nearness(ranker: Ranker, sequences: Sequences, user: int) -> Scores:
    """Minus the distance of every item from the user's state, (1, n_items)."""
    found = next((part for part in _parts(ranker) if hasattr(part, "item_vectors")), None)
    own = sequences.only(np.array([user]))
    if found is not None and not len(own):
        raise SettingsError(say("errors.no_state"))
    if found is None:
        raise SettingsError(say("errors.no_space", model=ranker.name))
    state = found.states(own)[-1]
    unit = state / max(float(np.linalg.norm(state)), 1e-12)
    apart: Scores = -np.linalg.norm(found.item_vectors - unit, axis=1)[None].astype(np.float32)
    return apart


def _parts(ranker: Any) -> list[Any]:
    """The ranker, and those that it is made of."""
    return [ranker, *(part for _, part in getattr(ranker, "parts", []))]


def allowed(sequences: Sequences, settings: ListSettings) -> NDArray[np.bool_]:
    """Which items a list may hold, (n_items,); raises `SettingsError` for a category that there is not."""
    mask = np.ones(sequences.n_items, dtype=bool)
    names = sequences.catalogue.categories
    unknown = [name for name in settings.categories if name not in names]
    if unknown:
        raise SettingsError(say("errors.no_category", category=unknown[0], known=", ".join(names[:20]) or "none"))
    if settings.categories:
        wanted = np.array([name in settings.categories for name in names], dtype=np.float32)
        mask &= sequences.catalogue.shares @ wanted > 0
    if settings.new_only and len(sequences):
        known = np.zeros(sequences.n_items, dtype=bool)
        known[sequences.item[sequences.time < np.quantile(sequences.time, 0.9)]] = True
        mask &= ~known
    return mask


def mmr(relevance: Floats, likeness: Floats, k: int, diversity: float) -> NDArray[np.int64]:
    """Places of k candidates by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).

    Each next item has the greatest (1 - diversity) relevance - diversity max likeness to those above it;
    `relevance` (n,), `likeness` (n, n). Equal ones stay in the order of the candidates.
    """
    chosen: list[int] = []
    closest, free = np.zeros(len(relevance)), np.ones(len(relevance), dtype=bool)
    while len(chosen) < min(k, len(relevance)):
        worth = np.where(free, (1 - diversity) * relevance - diversity * closest, -np.inf)
        best = int(worth.argmax())
        chosen.append(best)
        free[best] = False
        closest = np.maximum(closest, likeness[best])
    return np.array(chosen, dtype=np.int64)


def calibrated(relevance: Floats, shares: Floats, wanted: Floats, k: int, weight: float) -> NDArray[np.int64]:
    """Places of k candidates that balance relevance with closeness to a mix (Steck, RecSys 2018).

    Greedily the greatest (1 - weight) sum of relevance - weight KL(wanted | mix of the list), where the list's
    mix has a little of `wanted` in it; `shares` (n, n_categories), `wanted` (n_categories,).
    """
    chosen: list[int] = []
    total, gathered, free = 0.0, np.zeros(len(wanted)), np.ones(len(relevance), dtype=bool)
    while len(chosen) < min(k, len(relevance)):
        mixes = (gathered + shares) / (len(chosen) + 1)
        worth = (1 - weight) * (total + relevance) - weight * divergence(wanted, mixes)
        best = int(np.where(free, worth, -np.inf).argmax())
        chosen.append(best)
        free[best] = False
        total, gathered = total + relevance[best], gathered + shares[best]
    return np.array(chosen, dtype=np.int64)


def divergence(wanted: Floats, mixes: Floats) -> Floats:
    """Kullback-Leibler divergence of mixes (n, n_categories) from the wanted one, smoothed as in Steck, (n,)."""
    some = wanted > 0
    smoothed = (1 - SMOOTHING) * mixes[:, some] + SMOOTHING * wanted[some]
    found: Floats = (wanted[some] * np.log(wanted[some] / smoothed)).sum(axis=1)
    return found


def user_mix(sequences: Sequences, user: int, last: int = 100) -> Floats:
    """Mix of categories of a user's last events, (n_categories,)."""
    rows = sequences.rows_of(user)
    shares = sequences.catalogue.shares_of(sequences.item[rows][-last:]).astype(np.float64)
    mix: Floats = shares.mean(axis=0) if len(shares) else np.zeros(len(sequences.catalogue.categories))
    return mix


def likeness(catalogue: Catalogue, items: NDArray[np.int64]) -> Floats:
    """Cosine of the categories of items, (n, n); 0 where an item has none."""
    shares = catalogue.shares_of(items).astype(np.float64)
    norm = np.sqrt((shares**2).sum(axis=1, keepdims=True))
    unit = shares / np.where(norm > 0, norm, 1)
    found: Floats = unit @ unit.T
    return found


def _order(
    sequences: Sequences, user: int, items: NDArray[np.int64], relevance: Floats, settings: ListSettings
) -> NDArray[np.int64]:
    if settings.diversity:
        return mmr(relevance, likeness(sequences.catalogue, items), settings.k, settings.diversity)
    if settings.calibration:
        shares = sequences.catalogue.shares_of(items).astype(np.float64)
        return calibrated(relevance, shares, user_mix(sequences, user), settings.k, settings.calibration)
    return np.arange(min(settings.k, len(items)))


def _relevance(ranker: Ranker, values: Scores, order: str) -> Floats:
    """Scores between 0 and 1, 1 for the best."""
    if not len(values):
        return np.zeros(0)
    relevance: Floats = scale(values[None], 1.0 if ranker.name == "attention" or order == "distance" else None)[
        0
    ].astype(np.float64)
    return relevance
