"""`python -m core.pipeline WORKSPACE NAME RUN`: the ranks of a training, and who watches them; never called by hand."""

import json
import os
import sys
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from core import locks
from core import settings as configuration
from core.data import load_sequences
from core.errors import MeanderError, RankLostError
from core.model import distributed, training
from core.phrases import packed, say
from core.pipeline.supervisor import GONE, supervised
from core.progress import silent
from core.workspace import Run, Workspace

REFUSED = 2
TRIES = 1000
"""Looks, ten milliseconds apart, at whether an earlier group of this run, whose parent was killed, has ended."""


class Ranks:
    """The ranks of a run, which tell how far they are in lines of JSON."""

    def __init__(self, workspace: Workspace, run: Run, told: int) -> None:
        """`told`: a file descriptor. What is loaded here, all forks share."""
        self.run, self.told = run, told
        self.settings, self.log = (
            configuration.from_dict(run.settings),
            load_sequences(workspace.data_set(run.data_set)),
        )
        distributed.ready()

    def trained(self) -> int:
        """Train in as many forks as the settings say; returns the exit code."""
        pipe = sys.stdin.fileno()
        # Forks share the lock: it is free when the last of them has ended.
        with tempfile.TemporaryDirectory() as folder, locks.held(self.run.folder / "ranks.lock", TRIES) as mine:
            work = partial(self._rank, Path(folder))
            return supervised(self.settings.training.ranks, work, self._further, pipe) if mine else GONE

    def _rank(self, folder: Path, start: int, number: int) -> int:
        """What one rank does; returns its exit code."""
        size, meet = self.settings.training.ranks, f"file://{folder}/{start}"
        progress = silent if number else self._progress
        try:
            with distributed.joined(number, size, meet, number):
                result = training.train(self.log, self.settings, self.run.folder, resume=True, progress=progress)
        except RankLostError:
            raise
        except MeanderError as error:
            self._tell(error=type(error).__name__, text=packed(error.said))
            return REFUSED
        except Exception as error:
            why = say("errors.unexpected", why=f"{type(error).__name__}: {error}")
            self._tell(error="MeanderError", text=packed(why))
            raise
        if not number:
            self._tell(result=asdict(result))
        return 0

    def _further(self) -> float:
        """When the last checkpoint was written, 0 where there is none; says that all start again."""
        self._progress(0.0, say("steps.ranks_again"))
        checkpoint = self.run.folder / "checkpoint.safetensors"
        return checkpoint.stat().st_mtime if checkpoint.exists() else 0.0

    def _progress(self, share: float, text: str) -> None:
        self._tell(share=share, text=packed(text))

    def _tell(self, **said: Any) -> None:
        os.write(self.told, f"{json.dumps(said)}\n".encode())


def main(arguments: list[str], told: int) -> int:
    """Train one run; lines of JSON go to the file descriptor `told`. Returns the exit code."""
    root, name, run = arguments
    workspace = Workspace(root)
    return Ranks(workspace, workspace.run(name, run), told).trained()


if __name__ == "__main__":
    lines = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no line of ours
    sys.exit(main(sys.argv[1:], lines))
