"""Whom a run has learned from: asked of its files, and one person taken out of that list; weights stay as they are."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from core.model.checkpoints import CHECKPOINT, MODEL
from core.model.warm import START

PEOPLE, EVENTS = "seen.people", "seen.events"


def learned_from(folder: Path, user: str) -> bool | None:
    """Whether a run's own log, or that of the run it began with, had a user; None where its files do not say."""
    files = [folder / name for name in (MODEL, CHECKPOINT, START) if (folder / name).exists()]
    told = [bool(_places(file, user).any()) for file in files if _says(file)]
    return any(told) if told else None


def without(source: Path, target: Path, user: str) -> bool:
    """Write weights without a user in the list of those who were seen; False, and nothing, where none is there."""
    if not _says(source) or not (own := _places(source, user)).any():
        return False
    with safe_open(source, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        about = file.metadata()
    for name in (PEOPLE, EVENTS):
        tensors[name] = tensors[name][torch.from_numpy(~own)].contiguous()
    save_file(tensors, target, about)
    return True


def _says(path: Path) -> bool:
    with safe_open(path, framework="pt") as file:
        return PEOPLE in file.keys()  # noqa: SIM118 (not a dict)


def _places(path: Path, user: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which of those who were seen is the user, (n,)."""
    number = pd.util.hash_array(np.asarray([user], dtype=object), categorize=False).view(np.int64)[0]
    with safe_open(path, framework="pt") as file:
        found: np.ndarray[tuple[int], np.dtype[np.bool_]] = file.get_tensor(PEOPLE).numpy() == number
    return found
