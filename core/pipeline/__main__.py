"""`python -m core.pipeline WORKSPACE NAME RUN`: the ranks of a training, and who watches them; never called by hand."""

import json
import os
import sys
import tempfile
from dataclasses import asdict
from typing import Any

from core import locks
from core import settings as configuration
from core.data import load_sequences
from core.errors import MeanderError, RankLostError
from core.model import distributed, training
from core.phrases import packed, say
from core.pipeline.supervisor import GONE, supervised
from core.progress import silent
from core.workspace import Workspace

REFUSED = 2
TRIES = 1000
"""Looks, ten milliseconds apart, at whether an earlier group of this run, whose parent was killed, has ended."""


def main(arguments: list[str], told: int) -> int:
    """Train one run in as many forks as its settings say; lines of JSON go to `told`. Returns the exit code."""
    root, name, run_id = arguments
    workspace = Workspace(root)
    run = workspace.run(name, run_id)
    settings, log = configuration.from_dict(run.settings), load_sequences(workspace.data_set(name))
    size = settings.training.ranks
    distributed.ready()

    def tell(**said: Any) -> None:
        os.write(told, f"{json.dumps(said)}\n".encode())

    def progress(share: float, text: str) -> None:
        tell(share=share, text=packed(text))

    def rank(start: int, number: int) -> int:
        meet = f"file://{folder}/{start}"
        try:
            with distributed.joined(number, size, meet, number):
                result = training.train(log, settings, run.folder, resume=True, progress=silent if number else progress)
        except RankLostError:
            raise
        except MeanderError as error:
            tell(error=type(error).__name__, text=packed(error.said))
            return REFUSED
        except Exception as error:
            tell(error="MeanderError", text=packed(say("errors.unexpected", why=f"{type(error).__name__}: {error}")))
            raise
        if not number:
            tell(result=asdict(result))
        return 0

    def further() -> float:
        progress(0.0, say("steps.ranks_again"))
        checkpoint = run.folder / "checkpoint.safetensors"
        return checkpoint.stat().st_mtime if checkpoint.exists() else 0.0

    # Forks share the lock: it is free when the last of them has ended.
    with tempfile.TemporaryDirectory() as folder, locks.held(run.folder / "ranks.lock", TRIES) as mine:
        return supervised(size, rank, further, sys.stdin.fileno()) if mine else GONE


if __name__ == "__main__":
    lines = os.dup(1)
    os.dup2(2, 1)  # what libraries print is no line of ours
    sys.exit(main(sys.argv[1:], lines))
