"""Training from the first epoch to the weights that are served: chosen by validation, then taught its events too."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from core.data import Sequences
from core.model import devices, distributed, pace
from core.model.calibration import calibrate
from core.model.checkpoints import CHECKPOINT, FINISHING
from core.model.curve import EpochRecord, TrainingResult
from core.model.finishing import Finish, begin_anew
from core.model.meanings import MEANINGS
from core.model.parts import Parts
from core.model.trainer import Trainer
from core.progress import Progress, part, silent
from core.settings import Settings


def train(
    log: Sequences | Parts,
    settings: Settings,
    folder: Path,
    *,
    resume: bool = False,
    progress: Progress = silent,
    on_epoch: Callable[[EpochRecord], None] = lambda _record: None,
) -> TrainingResult:
    """Train a model on all events less each user's last `settings.training.holdout`, or on given parts; see `Trainer`.

    Then, unless settings say otherwise, the best weights learn from the validation events too; see `Finish`. Raises
    `EventsError` where there is nothing to learn from, `UnknownRunError` where a checkpoint to resume from was made
    from another data set or version. Without a checkpoint, `resume` starts from the beginning.
    """
    training = settings.training
    device = devices.chosen(training.device)
    with (
        devices.threads(training.threads),
        devices.repeatable(torch.device(device), devices.width(training.precision, device)),
    ):
        trainer = Trainer(log, settings, folder)
        if resume and (folder / CHECKPOINT).exists():
            trainer.restore()
        if not trainer.ended() and trainer.ranks.leads:
            begin_anew(folder)
        last = training.finish and trainer.parts.known is not None and len(trainer.validation.users) > 0
        share = pace.FINISH / (1 + pace.FINISH) if last else 0.0
        result = trainer.run(part(progress, 0.0, 1 - share), on_epoch)
        parts, about = trainer.parts, trainer.about()
        del trainer  # a large one need not lie beside another
        if last:
            finish = Finish(parts, result.settings, folder, about)
            if resume and (folder / FINISHING).exists():
                finish.restore()
            seconds = finish.finish(part(progress, 1 - share, 1.0))
            result = replace(result, seconds=seconds, finish_epochs=finish.epochs)
        if (folder / MEANINGS).exists() and distributed.present().leads:
            calibrate(folder, parts)
        return result
