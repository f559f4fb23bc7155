"""What an epoch learns from; after a warm start, what is new and a part of the rest.

A warm start begins with the weights of an earlier run, matched by name, after new events have come. Rows of tables
move with the item, category, token or kind that they stand for; what is new starts fresh. Text vectors are made anew
for each log, so their projection starts fresh too.
"""

import math
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.data import Sequences
from core.errors import SettingsError
from core.model import presets
from core.model.batches import Windows, training_windows
from core.model.checkpoints import CHOSEN, DESCRIPTION, MODEL, read_json, read_tensors
from core.model.meanings import MEANINGS, START_MEANINGS
from core.model.network import InterestNetwork
from core.model.storage import unseen
from core.phrases import say
from core.settings import Settings, TrainingSettings, as_dict, from_dict

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
REPLAYED = 0.35
"""Share of what the earlier run has learned from that an epoch repeats."""
WORK = 0.3
"""Most targets that a warm start goes through, as a share of those that learning from nothing took."""
FEWEST_EPOCHS, FEWEST_TOKENS = 4, 256
START, START_NAMES = "start.safetensors", "start.json"
SHAPE = ("encoder", "scorer", "embedding_size", "heads", "blocks", "window", "attributes", "times", "weights",
         "words")  # fmt: skip
"""Model settings that weights depend on."""


@dataclass(frozen=True)
class Earlier:
    """Weights to begin with, and the file that names what the rows of their tables stand for."""

    weights: Path
    names: Path


@dataclass(frozen=True, eq=False)
class Start:
    """What a run that starts from an earlier one finds."""

    new: Bools
    """Events that the earlier run has not learned from, (n_events,)."""
    effort: int
    """Epochs over a whole log that the weights took to learn, when they were last learned from nothing."""


class Lessons:
    """The windows and targets of each epoch."""

    def __init__(self, train: Sequences, wanted: Bools, start: Start | None = None) -> None:
        """`wanted`: events that can be foreseen, (n_events,)."""
        self.train, self.wanted, self.start = train, wanted, start

    def epoch(self, window: int, random: np.random.Generator) -> tuple[Windows, Bools]:
        """Windows of inputs, and which events are targets, (n_events,)."""
        windows = training_windows(self.train.offsets, window, random)
        if self.start is None:
            return windows, self.wanted
        wanted = self.wanted & (self.start.new | (random.random(len(self.wanted)) < REPLAYED))
        before = np.concatenate(([0], np.cumsum(self.start.new)))
        new = before[windows.start + windows.length + 1] > before[windows.start + 1]
        chosen = new | (random.random(len(windows)) < REPLAYED)
        return Windows(windows.start[chosen], windows.length[chosen], windows.user[chosen]), wanted

    @property
    def targets(self) -> int:
        """Targets that an epoch has on average."""
        every = int(self.wanted.sum())
        new = every if self.start is None else int((self.wanted & self.start.new).sum())
        return new + round(REPLAYED * (every - new))

    def paced(self, settings: Settings, asked: TrainingSettings) -> Settings:
        """Resolved settings, with fewer epochs and smaller batches for a warm start where none were `asked` for.

        An epoch has fewer targets then, and would have too few steps.
        """
        training = settings.training
        if self.start is None or training.epochs is None or training.batch_tokens is None:
            return settings
        share = self.targets / max(1, int(self.wanted.sum()))
        epochs, tokens = training.epochs, training.batch_tokens
        if asked.epochs is None and self.start.effort:
            epochs = min(epochs, max(FEWEST_EPOCHS, math.ceil(WORK * self.start.effort / share)))
        if asked.batch_tokens is None:
            tokens = max(FEWEST_TOKENS, tokens // 2)
        return replace(settings, training=replace(training, epochs=epochs, batch_tokens=tokens))

    def effort(self, epoch: int) -> int:
        """What to keep as the effort behind the weights after an epoch."""
        return epoch if self.start is None else self.start.effort


def prepare(folder: Path, earlier: Path) -> None:
    """Lay the weights of an earlier run into the folder of a new one, which will start from them.

    They are those that its validation chose: what they learned from since may be what the new run is chosen by.
    """
    weights = earlier / (CHOSEN if (earlier / CHOSEN).exists() else MODEL)
    read_tensors(weights)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(weights, folder / START)
    shutil.copyfile(earlier / DESCRIPTION, folder / START_NAMES)
    if (earlier / MEANINGS).exists():
        shutil.copyfile(earlier / MEANINGS, folder / START_MEANINGS)


def laid(folder: Path) -> Earlier | None:
    """The weights that were laid into a folder, if any were."""
    return Earlier(folder / START, folder / START_NAMES) if (folder / START).exists() else None


def shaped(settings: Settings, start: Earlier) -> Settings:
    """Settings with the shape of the weights that a run starts from.

    Raises `SettingsError` where a setting asks for another shape.
    """
    earlier = as_dict(from_dict(read_tensors(start.weights)[1]["settings"]))["model"]
    values, plain = as_dict(settings), as_dict(Settings())["model"]
    asked = dict(presets.MODELS.get(settings.training.preset, {})) | {
        name: value for name, value in values["model"].items() if value != plain[name]
    }
    for name, value in asked.items():
        if value != earlier[name] and name in SHAPE:
            raise SettingsError(say("errors.warm_setting", name=name, found=str(value), before=str(earlier[name])))
    return from_dict({**values, "model": earlier})


def news(train: Sequences, earlier: Earlier) -> Start | None:
    """What of a log the earlier run has not seen, and how long that learned; None where it did not keep count."""
    tensors, about = read_tensors(earlier.weights)
    new = unseen(train, tensors)
    return None if new is None else Start(new, int(about.get("effort", 0)))


def transfer(network: InterestNetwork, names: dict[str, Any], start: Earlier) -> None:
    """Fill a fresh network, whose tables are named by `names`, with the weights to begin with."""
    tensors, about = read_tensors(start.weights)
    earlier = read_json(start.names)
    state = network.state_dict()
    for name, fresh in state.items():
        origin, old_rows, new_rows = _origin(name, earlier, names)
        old = tensors.get(origin)
        if name == "behaviour.eras.table" and old is not None:
            fresh.copy_(_at_moments(old, about["eras"], network.shape.eras))
            continue
        if old is None or old.shape[1:] != fresh.shape[1:]:
            continue
        if old_rows is None or new_rows is None:
            if old.shape == fresh.shape:
                fresh.copy_(old)
        else:
            _move_rows(fresh, old, old_rows, new_rows)
    network.load_state_dict(state)


def _at_moments(table: Tensor, before: list[int], now: tuple[int, ...]) -> Tensor:
    """The vectors of the earlier moments, interpolated at the present ones."""
    columns = [np.interp(now, before, column) for column in table.numpy().T]
    return torch.from_numpy(np.stack(columns, 1).astype(np.float32))


def _origin(
    name: str, earlier: dict[str, Any], names: dict[str, Any]
) -> tuple[str, list[str] | None, list[str] | None]:
    """The earlier tensor behind a name, and what the rows of both stand for (None: the same places)."""
    head = name.rpartition(".")[0]
    rows = {"items.table": "items", "behaviour.kinds": "kinds"}.get(name)
    rows = {"next_kind": "kinds", "next_category": "categories"}.get(head, rows)
    if rows:
        return name, earlier[rows], names[rows]
    for prefix, bags in (("items.attributes.", "item_bags"), ("behaviour.users.", "user_bags")):
        if name.startswith(f"{prefix}sources."):
            return _source(name.removeprefix(f"{prefix}sources."), prefix, earlier[bags], names[bags])
        if name == f"{prefix}bias":
            return name, list(earlier[bags]), list(names[bags])
    return name, None, None


def _source(
    rest: str, prefix: str, earlier: dict[str, list[str]], names: dict[str, list[str]]
) -> tuple[str, list[str] | None, list[str] | None]:
    """Where the table of one column was, which may stand at another place now."""
    number, _, part = rest.partition(".")
    column = list(names)[int(number)] if int(number) < len(names) else None
    if column is None or column not in earlier:
        return "", None, None
    return f"{prefix}sources.{list(earlier).index(column)}.{part}", earlier[column], names[column]


def _move_rows(fresh: Tensor, old: Tensor, old_rows: list[str], new_rows: list[str]) -> None:
    place = {row: number for number, row in enumerate(old_rows[: len(old)])}
    pairs = [(place[row], number) for number, row in enumerate(new_rows[: len(fresh)]) if row in place]
    if pairs:
        source, target = np.array(pairs).T
        fresh[torch.from_numpy(target)] = old[torch.from_numpy(source)]
