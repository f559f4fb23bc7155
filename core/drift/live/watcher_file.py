"""A watcher on disk: arrays and names in one file of numpy's, nothing of which is ever executed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.data import Catalogue
from core.drift.evidence import Prior, Trend
from core.drift.live.e_values import Reference
from core.drift.live.memory import People
from core.drift.live.points import Points
from core.drift.live.watcher import Watcher

VERSION = 3
"""Of the evidence that limit and reference were learned from; files of version 1 do not tell it."""
POINTS = ("kind", "place", "edges", "taken")
"""Of points, beside what is known of everyone."""


def save(watcher: Watcher, path: Path) -> None:
    """Write what was learned; the catalogue's titles and attributes stay with the log."""
    catalogue = watcher.catalogue
    people: dict[str, Any] = watcher.people._asdict()
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            version=np.array(VERSION),
            items=np.array(len(catalogue.items)),
            categories=np.array(catalogue.categories, dtype=np.str_),
            category_offsets=catalogue.category_offsets,
            category_index=catalogue.category_index,
            edges=watcher.trend.edges,
            weight=watcher.prior.weight,
            alpha=watcher.prior.alpha,
            least=np.array(watcher.least),
            ordinal=np.array(watcher.ordinal),
            limit=np.array(watcher.limit),
            maxima=watcher.reference.maxima,
            **people,
            **{f"points_{name}": getattr(watcher.points, name) for name in POINTS},
        )


def load(path: Path, catalogue: Catalogue) -> Watcher:
    """The watcher of a log with this catalogue; raises `ValueError` for another log's or another version's."""
    with np.load(path, allow_pickle=False) as told:
        version = int(told["version"]) if "version" in told else 1
        if version != VERSION:
            raise ValueError(f"The watcher is of version {version}, not {VERSION}: learn it anew (`drift --live`).")
        if int(told["items"]) != len(catalogue.items):
            raise ValueError(f"The watcher knows {int(told['items'])} items, the log {len(catalogue.items)}.")
        followed = replace(
            catalogue,
            categories=tuple(str(name) for name in told["categories"]),
            category_offsets=told["category_offsets"],
            category_index=told["category_index"],
        )
        people = People(*(told[name] for name in People._fields))
        return Watcher(
            followed,
            people,
            Trend(told["edges"], people.tilt),
            Prior(told["weight"], told["alpha"]),
            int(told["least"]),
            bool(told["ordinal"]),
            float(told["limit"]),
            Reference(told["maxima"]),
            Points(noise=people.noise, spread=people.spread, **{name: told[f"points_{name}"] for name in POINTS}),
        )
