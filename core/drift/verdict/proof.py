"""What a trial on planted changes came to, in figures; and a drift table held against a truth that is known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.settings import NamingSettings

Bools = NDArray[np.bool_]
BELIEVED = 0.1
"""Largest q-value of users who count for `false_discoveries`."""
MORE = ("planted", "untouched", "accept", "named", "named_wrong", "near", "off", "cells", "kinds")
"""Figures beside those that the command line promises."""
LENGTHS, SIZES = 4, 3
"""Groups of like length, and of like size of the change, in which power is told."""


@dataclass(frozen=True)
class Agreement:
    """Who is named, beside what really happened."""

    changed: int
    """Users who changed."""
    named: int
    real: int
    """Of those named, who changed."""


def agreement(table: pd.DataFrame, truth: pd.DataFrame, naming: NamingSettings) -> Agreement:
    """A drift table beside the truth of its log (`user_id`, `drifted`)."""
    named = set(table.loc[table["q_value"] <= naming.accept, "user_id"])
    changed = set(truth.loc[truth["drifted"].astype(bool), "user_id"].astype(str))
    return Agreement(len(changed), len(named), len(named & changed))


def figures(tried: pd.DataFrame, naming: NamingSettings | None = None) -> dict[str, Any]:
    """What `trial.tried` came to, fit for JSON.

    `users`; `f1` of changes found in place; `auc`; `false_alarms`, the share of untouched users who are called
    drifted; `false_discoveries`, that of untouched users among those of q at most `BELIEVED`; `found`, by length the
    `share` of users and the `power`, which is the share of the changed who are called drifted. Beside these `MORE`:
    how many were `planted` and `untouched`; who is `named` at what is accepted, and `named_wrong`; of those who changed
    and are called drifted how many have a change found `near` its place, and how many events `off` the middle one is;
    `cells`, power by length and size of the change (total variation); `kinds`, power and share of changes found in
    place by the kind that was planted.
    """
    naming = naming or NamingSettings()
    changed, flagged = (tried["planted"] > 0).to_numpy(), tried["drifted"].to_numpy(bool)
    named = (tried["q_value"] <= naming.accept).to_numpy()
    believed, caught = (tried["q_value"] <= BELIEVED).to_numpy(), tried[changed & flagged]
    right, told = int(tried["right"][flagged].sum()), int(tried["told"][flagged].sum())
    return {
        "users": len(tried),
        "f1": round(2 * right / max(1, told + int(tried["planted"].sum())), 4),
        "auc": round(_auc(tried["score"], changed), 4),
        "false_alarms": _share(flagged[~changed]),
        "false_discoveries": _share(~changed[believed]),
        "found": _by_length(tried["n_events"], changed, flagged),
        "planted": int(changed.sum()),
        "untouched": int((~changed).sum()),
        "accept": naming.accept,
        "named": int(named.sum()),
        "named_wrong": int((named & ~changed).sum()),
        "near": _share((caught["right"] > 0).to_numpy()),
        "off": float(caught["off"].median()) if len(caught) else None,
        "cells": _cells(tried, changed, flagged),
        "kinds": _kinds(tried[changed]),
    }


def _kinds(planted: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for kind, own in planted.groupby("planted_kind", sort=False):
        right = own["right"].where(own["drifted"], 0).sum() / own["planted"].sum()
        power = _share(own["drifted"].to_numpy(bool))
        rows.append({"kind": kind, "planted": len(own), "power": power, "right": round(float(right), 4)})
    return rows


def _share(of: Bools) -> float:
    return round(float(of.mean()), 4) if len(of) else 0.0


def _auc(score: pd.Series, changed: Bools) -> float:
    """Chance that a changed user scores above another; users who cannot be judged stay out."""
    known = score.notna().to_numpy()
    rank, ones = score[known].rank().to_numpy(), changed[known]
    return float((rank[ones].sum() - ones.sum() * (ones.sum() + 1) / 2) / max(1, ones.sum() * (~ones).sum()))


def _groups(values: pd.Series, count: int) -> NDArray[np.int64]:
    """Groups of like size, from the smallest values."""
    return np.asarray(pd.qcut(values.rank(method="first"), count, labels=False), dtype=np.int64)


def _by_length(events: pd.Series, changed: Bools, flagged: Bools) -> list[dict[str, float]]:
    rank = _groups(events, LENGTHS)
    return [_bounds(events[own]) | {"share": _share(own), "power": _share(flagged[own & changed])}
            for own in (rank == group for group in range(LENGTHS))]  # fmt: skip


def _bounds(events: pd.Series) -> dict[str, float]:
    return {"events_low": int(events.min()), "events_high": int(events.max())}


def _cells(tried: pd.DataFrame, changed: Bools, flagged: Bools) -> list[dict[str, float]]:
    lengths = _groups(tried["n_events"], LENGTHS)
    sizes = np.full(len(tried), -1)
    sizes[changed] = _groups(tried["size"][changed], SIZES)
    rows = []
    for length in range(LENGTHS):
        for size in range(SIZES):
            own, alike = (lengths == length) & (sizes == size), tried["size"][sizes == size]
            row = _bounds(tried["n_events"][lengths == length])
            row |= {"size_low": round(float(alike.min()), 4), "size_high": round(float(alike.max()), 4)}
            rows.append(row | {"planted": int(own.sum()), "power": _share(flagged[own])})
    return rows
