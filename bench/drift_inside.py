"""Changes inside categories: `python -m bench.drift inside [--seeds 901]`.

Every item has one of three styles, in each category alike, and people keep to one of them. Of the users without a
change of category a quarter turn to another style: to those who count categories nothing happens. Titles tell nothing
of the style; who has what together does.
"""

import time

import numpy as np
import pandas as pd

from core.data import schema
from core.data.sequences import Sequences, build_sequences
from core.data.simulate import simulate
from core.drift.evidence import Everyone
from core.drift.verdict.detection import detect
from core.settings import DriftSettings, SimulationSettings

USERS, DRIFT, TURNED = 1000, 0.2, 0.25
"""Users, those who change category, and share of the others who change style."""
STYLES, FAITHFUL = 3, 0.9
"""Styles, and the chance that an event keeps to one's own."""


def rows(seeds: list[int]) -> list[dict[str, object]]:
    """Two rows a seed: by categories alone, and by all views."""
    return [_row(seed, *_made(seed), alone=alone) for seed in seeds for alone in (True, False)]


def _row(seed: int, log: Sequences, truth: pd.DataFrame, *, alone: bool) -> dict[str, object]:
    from bench.drift import _auc, _f1, _joined

    began = time.process_time()
    found = detect(log, DriftSettings(), everyone=Everyone(log, 0, alone=alone))
    seconds = time.process_time() - began
    table = _joined(truth, found.drop(columns="n_events"))
    drifted, inside = (table[f"{column}_true"].to_numpy(bool) for column in ("drifted", "inside"))
    score = table["score"].to_numpy(float)
    figures = {
        "F1": _f1(table)[2],
        "AUC": _auc(score, drifted),
        "AUC, inside": _auc(score[~drifted | inside], inside[~drifted | inside]),
        "AUC, of category": _auc(score[~inside], drifted[~inside]),
        "false alarms": table["drifted"].to_numpy(bool)[~drifted].mean(),
    }
    shares = {name: round(float(value), 3) for name, value in figures.items()}
    return {"views": "categories" if alone else "all", "seed": seed, **shares, "CPU-s": round(seconds, 1)}


def _made(seed: int) -> tuple[Sequences, pd.DataFrame]:
    """The log and its truth, in which `inside` tells who changed style."""
    world = simulate(SimulationSettings(seed=seed, users=USERS, drift=DRIFT))
    rng = np.random.default_rng([seed, 55])
    events, truth = world.events.copy(), world.truth.copy()
    place = events.groupby(schema.USER, sort=False).cumcount().to_numpy()
    user = pd.Index(truth[schema.USER]).get_indexer(events[schema.USER])
    calm = ~truth["drifted"].to_numpy(bool) & (truth["n_events"] >= 20).to_numpy()
    turned = calm & (rng.random(len(truth)) < TURNED)
    change = (rng.uniform(0.25, 0.75, len(truth)) * truth["n_events"].to_numpy()).astype(int)
    first, step = rng.integers(STYLES, size=len(truth)), rng.integers(1, STYLES, len(truth))
    style = first[user] + (turned[user] & (place >= change[user])) * step[user]
    strange = rng.random(len(events)) >= FAITHFUL
    style = np.where(strange, rng.integers(STYLES, size=len(events)), style % STYLES)
    events[schema.ITEM] = _items(world.items, events[schema.ITEM], style, rng)
    truth.loc[turned, "change_events"] = change[turned].astype(str)
    truth["drifted"] |= turned
    items = world.items[[schema.ITEM, schema.CATEGORY]].assign(title=world.items[schema.ITEM])
    return build_sequences(events, items), truth.assign(inside=turned)


def _items(items: pd.DataFrame, old: pd.Series, style: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another item of the same category and of the wanted style for each event, some oftener than others."""
    kind = pd.factorize(items[schema.CATEGORY])[0] * STYLES + rng.permutation(np.arange(len(items)) % STYLES)
    order = np.argsort(kind, kind="stable")
    start = np.searchsorted(kind[order], np.arange(kind.max() + 2))
    category = pd.Series(kind // STYLES, items[schema.ITEM]).reindex(old).to_numpy()
    wanted = category * STYLES + style
    offset = ((start[wanted + 1] - start[wanted]) * rng.random(len(old)) ** 2).astype(int)
    return items[schema.ITEM].to_numpy()[order[np.minimum(start[wanted] + offset, len(items) - 1)]]
