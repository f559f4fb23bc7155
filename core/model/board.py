"""What a training says of itself, for TensorBoard: the learning curve and more of it, by the writer that torch has.

A run has a folder of its own below `training.tensorboard`, so that several lie beside each other. One that goes on
after a kill goes on there, and TensorBoard forgets what it was told of steps that are done anew.
"""

import contextlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import SettingsError
from core.model.curve import EpochRecord
from core.phrases import say
from core.settings import Settings

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

METRICS = ("validation/ndcg@10", "validation/hr@10", "loss/train")
"""What settings of runs are held against."""


def checked(folder: str) -> str:
    """The whole path of a folder that boards are to be written to, made if it is not there.

    Raises `SettingsError` where it cannot be, or where the package that writes them is missing.
    """
    if util.find_spec("tensorboard") is None:
        raise SettingsError(say("errors.no_tensorboard"))
    path = Path(folder).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(say("errors.board_folder", found=folder, why=error.strerror or str(error))) from error
    return str(path)


class Board:
    """Where numbers of a training are told; without a writer nowhere."""

    def __init__(self, writer: "SummaryWriter | None" = None) -> None:
        self.writer = writer

    def tell(self, step: int, values: Mapping[str, float]) -> None:
        """Write numbers by their tags, and let them be seen at once; those that are not known (NaN) are left out."""
        if self.writer is None:
            return
        for tag, value in values.items():
            if not math.isnan(value):
                self.writer.add_scalar(tag, value, step)
        self.writer.flush()


@contextlib.contextmanager
def opened(settings: Settings, folder: Path, first: int, *, leads: bool) -> Iterator[Board]:
    """The board of a run whose files lie in `folder`, from epoch `first` on; one that is silent where none is wanted.

    With `settings` (resolved) as hyperparameters. Of several ranks only the one that `leads` writes.
    """
    wanted = settings.training.tensorboard
    if not wanted or not leads:
        yield Board()
        return
    path = Path(checked(wanted)) / folder.name
    from torch.utils.tensorboard import SummaryWriter
    from torch.utils.tensorboard.summary import hparams

    with SummaryWriter(str(path), purge_step=first) as writer:
        begun = hparams(_hyperparameters(settings), dict.fromkeys(METRICS, 0.0))  # type: ignore[no-untyped-call]
        for summary in begun:
            writer.file_writer.add_summary(summary)
        yield Board(writer)


def curve(record: EpochRecord) -> dict[str, float]:
    """A row of the learning curve by tags."""
    return {
        "loss/train": record.train_loss,
        "validation/hr@10": record.validation_hr,
        "validation/ndcg@10": record.validation_ndcg,
        "time/seconds": record.seconds,
    }


def _hyperparameters(settings: Settings) -> dict[str, Any]:
    """The settings of a run as plain values, by section.field."""
    sections = {"model": asdict(settings.model), "training": asdict(settings.training)}
    return {
        f"{section}.{field}": "auto" if value is None else value
        for section, fields in sections.items()
        for field, value in fields.items()
        if field != "tensorboard"
    }
