"""Logs for `bench.devices`: real ones, imported here for a machine that cannot import, and made-up ones of a shape."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.data import Catalogue, Sequences
from core.data.sequences import build_sequences


@dataclass(frozen=True)
class Shape:
    """A made-up log and what is trained on it."""

    users: int
    length: int
    items: int
    settings: tuple[str, ...]
    fits_cpu: bool = True


WIDE = ("model.embedding_size=64", "model.blocks=1", "model.window=32", "training.loss=sampled",
        "training.negatives=2048", "training.batch_tokens=6400")  # fmt: skip
LONG = ("model.embedding_size=64", "model.blocks=2", "model.window=128", "training.batch_tokens=6400")
SHAPES = {
    "like ML-100K, standard": Shape(943, 106, 1682, LONG),
    "like ML-1M, large": Shape(6040, 165, 3416, ("training.preset=large",), fits_cpu=False),
    "10,000 items": Shape(40_000, 32, 10_000, WIDE),
    "1,000,000 items": Shape(40_000, 32, 1_000_000, WIDE),
}
QUICK = {
    "long": Shape(60, 40, 100, ("model.embedding_size=16", "training.batch_tokens=512")),
    "large": Shape(30, 40, 100, ("training.preset=large", "model.blocks=2", "training.batch_tokens=512")),
    "60,000 items": Shape(4000, 20, 60_000, (*WIDE, "training.batch_tokens=512")),
}


def prepare(folder: Path, into: Path) -> dict[str, Any]:
    """Import a log and lay what was imported into a folder of its name: three tables and what is not in them."""
    from bench.model import read
    from core.workspace import Workspace

    target = into / folder.name
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        sequences = read(folder, Path(place))
        data_set = Workspace(place).data_set("log")
        for name in ("events", "items", "users"):
            shutil.copyfile(getattr(data_set, name), target / f"{name}.parquet")
        known = {"ordinal": sequences.ordinal, "gap": data_set.summary.get("session_gap_minutes", 30.0)}
        (target / "about.json").write_text(json.dumps(known))
    return {"log": folder.name, "events": len(sequences), "bytes": sum(f.stat().st_size for f in target.iterdir())}


def prepared(folder: Path) -> Sequences:
    """A log that `prepare` has laid ready."""
    events, items, users = (pd.read_parquet(folder / f"{name}.parquet") for name in ("events", "items", "users"))
    about = json.loads((folder / "about.json").read_text())
    return build_sequences(events, items, users, session_gap_minutes=about["gap"], ordinal=about["ordinal"])


def made(shape: Shape) -> Sequences:
    """A log of a shape, its items in a random order that has each of them while there are enough events."""
    random, count = np.random.default_rng(0), shape.users * shape.length
    offsets = np.arange(shape.users + 1) * shape.length
    item = random.permutation(np.arange(count) % shape.items).astype(np.int32)
    names = np.array([f"i{number}" for number in range(shape.items)], dtype=object)
    none = np.zeros(0, dtype=np.int64)
    start = np.repeat(random.integers(0, 300 * 86_400, shape.users), shape.length) * 10**6
    time_ = start + np.tile(np.arange(shape.length), shape.users) * 3_600_000_000
    return Sequences(
        users=np.array([f"u{number}" for number in range(shape.users)], dtype=object),
        offsets=offsets, item=item, time=time_ + 1_600_000_000_000_000, kind=np.zeros(count, dtype=np.int16),
        weight=np.ones(count, dtype=np.float32), session=np.arange(count), kinds=("event",),
        catalogue=Catalogue(names, names, (), np.zeros(shape.items + 1, dtype=np.int64), none,
                            pd.DataFrame(index=range(shape.items))),
        user_attributes=pd.DataFrame(index=range(shape.users)),
    )  # fmt: skip
