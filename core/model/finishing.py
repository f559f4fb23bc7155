"""The last step of a training: weights that validation chose learn from its events too, and are what is served.

Validation events are the newest that training may know, so that to leave them out costs quality: of items that came
late, and of what everyone turned to lately. Whatever validation decides (the epoch, the blend and its weights, chances,
what newcomers are lowered by) is decided by the weights before, which are kept beside the others. It is a warm start
(`core.model.warm`) of which validation events are the news, with nothing left to stop by.
"""

import math
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from torch import Tensor

from core.model import board, distributed, pace, trainer, warm
from core.model.checkpoints import CHOSEN, DESCRIPTION, FINISHING, MODEL
from core.model.parts import Parts, undecided
from core.model.storage import finished, save
from core.model.trainer import Trainer
from core.phrases import say
from core.progress import Progress
from core.settings import Settings, TrainingSettings


class Finish(Trainer):
    """Learns from training and validation events, beginning with the weights that validation chose."""

    checkpoint: ClassVar[str] = FINISHING

    def __init__(self, parts: Parts, settings: Settings, folder: Path, about: dict[str, Any]) -> None:
        """`settings` (resolved) and `about` (`Trainer.about`) are those of the training that validation has ended."""
        assert parts.known is not None, "without validation events there is nothing to learn from them"
        ranks, draft = distributed.present(), (folder / CHOSEN).with_suffix(".draft")
        if ranks.leads and not finished(folder):
            shutil.copyfile(folder / MODEL, draft)
            os.replace(draft, folder / CHOSEN)
        ranks.wait()  # all begin with what the first has put there
        self.served, self.done = settings, 0
        super().__init__(undecided(parts.known()), settings, folder)
        self.recall(about)

    def finish(self, progress: Progress) -> float:
        """Learn, and write the weights that are served; returns the seconds since training began."""
        self._meet()
        began = self.saved_at = time.monotonic()
        start, first = self.before, len(self.curve) + 1
        with board.opened(self.settings, self.folder, first + self.done, leads=self.ranks.leads) as told:
            while self.done < self.epochs:
                loss = self._epoch(first + self.done, progress)
                self.done, self.before = self.done + 1, start + time.monotonic() - began
                seconds = {"loss/train": loss, "time/seconds": self.before}
                told.tell(first + self.done - 1, seconds | self._pace())
                if self.ranks.told("due" if time.monotonic() - self.saved_at > trainer.SAVE_EVERY else ""):
                    self._touch(slice(None))
                    self._save()
        self._touch(slice(None))
        with self.average.swapped():
            save(self.folder, self.network, self.train, self.served, self.lessons.effort(self.best.epoch))
        self.ranks.wait()
        return self.before

    @property
    def epochs(self) -> int:
        """How many there are."""
        return self.settings.training.epochs or 1

    def about(self) -> dict[str, Any]:
        """What a checkpoint says of itself, with how far this step is."""
        return super().about() | {"done": self.done, "seconds": self.before}

    def _restore(self, tensors: dict[str, Tensor], about: dict[str, Any]) -> None:
        super()._restore(tensors, about)
        self.done, self.before = about["done"], about["seconds"]

    def _earlier(self) -> warm.Earlier | None:
        return warm.Earlier(self.folder / CHOSEN, self.folder / DESCRIPTION)

    def _paced(self, resolved: Settings, asked: TrainingSettings) -> Settings:
        """Epochs as the weights took to learn, and small batches, as an epoch has few targets."""
        every, start = max(1, int(self.lessons.wanted.sum())), self.lessons.start
        share = self.lessons.targets / every
        epochs = max(1, math.ceil(pace.FINISH * (start.effort if start else 0) / max(share, 1e-9)))
        tokens = max(warm.FEWEST_TOKENS, (asked.batch_tokens or 1) // 2)
        return replace(resolved, training=replace(resolved.training, epochs=epochs, batch_tokens=tokens))

    def _share(self, epoch: int, done: int) -> float:
        gone = epoch - len(self.curve) - 1 + done / max(self.lessons.targets, 1)
        return min(0.99, gone / max(1, self.epochs))

    def _so_far(self, epoch: int, loss: float) -> str:
        return say("steps.finish", epoch=epoch - len(self.curve), epochs=self.epochs, loss=loss)


def begin_anew(folder: Path) -> None:
    """Before more is learned: what validation chose is the model again, and nothing is left of an earlier last step."""
    (folder / FINISHING).unlink(missing_ok=True)
    if finished(folder):
        os.replace(folder / CHOSEN, folder / MODEL)
