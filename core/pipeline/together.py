"""Training in one process or in several: those of this machine, which are watched, or those that torchrun started.

`--ranks R` starts `python -m core.pipeline`, which forks the ranks and watches them (`core.pipeline.supervisor`). It
says what happens in lines of JSON on its standard output, and ends with its standard input, so that it never outlives
this process.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core import errors
from core import settings as configuration
from core.data import Sequences, load_sequences
from core.errors import MeanderError, RankLostError
from core.phrases import say, unpacked
from core.pipeline.gate import needs
from core.pipeline.supervisor import ATTEMPTS, LOST
from core.progress import Progress, silent
from core.settings import EDITOR, Settings
from core.workspace import Run, Workspace

if TYPE_CHECKING:
    from core.model.training import TrainingResult

PROJECT: Final = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "core.pipeline")
"""What starts the ranks of this machine and watches them."""


@dataclass(frozen=True)
class Place:
    """Which rank a process is, by what torchrun (or whoever starts processes like it) says in the environment."""

    number: int
    size: int
    local: int

    @classmethod
    def found(cls) -> "Place | None":
        """Where this process stands; None where it is no rank, or the only one."""
        try:
            number, size, local = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK"))
        except (KeyError, ValueError):
            return None
        return cls(number, size, local) if size > 1 else None


def learned(run: Run, log: Sequences, settings: Settings, workspace: Workspace, progress: Progress) -> "TrainingResult":
    """Train a run from where it stands, on its log, in as many processes as there are for it."""
    from core.model import distributed, training

    resume = any(run.folder.glob("checkpoint*"))
    if place := Place.found():
        with distributed.joined(place.number, place.size, "env://", place.local) as group:
            group.told(run.id)
            return training.train(log, settings, run.folder, resume=resume, progress=progress)
    if settings.training.ranks > 1:
        return _in_ranks(workspace, run, progress)
    return training.train(log, settings, run.folder, resume=resume, progress=progress)


@needs(EDITOR)
def assisted(workspace: Workspace, name: str) -> bool:
    """Train beside rank 0, the run that it says; False where this process is rank 0 itself, or no rank at all."""
    place = Place.found()
    if place is None or not place.number:
        return False
    from core.model import distributed, training

    log = load_sequences(workspace.data_set(name))
    with distributed.joined(place.number, place.size, "env://", place.local) as group:
        run = workspace.run(name, group.told(""))
        settings = configuration.from_dict(run.settings)
        training.train(log, settings, run.folder, resume=True, progress=silent)
    return True


def _in_ranks(workspace: Workspace, run: Run, progress: Progress) -> "TrainingResult":
    """Start the ranks and hear how far they are; raises what they raise. All have ended when this returns."""
    command, pipe = [*PROGRAM, str(workspace.root), run.data_set, run.id], subprocess.PIPE
    with subprocess.Popen(command, cwd=PROJECT, start_new_session=True, stdin=pipe, stdout=pipe) as group:
        assert group.stdin is not None
        assert group.stdout is not None
        try:
            found = _heard(group.stdout, progress)
        finally:
            group.stdin.close()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group.pid, signal.SIGKILL)  # all ranks are of its group
    if found is None and group.returncode == LOST:
        raise RankLostError(say("errors.ranks_lost", times=ATTEMPTS, data_set=run.data_set))
    if found is None:
        raise RankLostError(say("errors.rank_lost", why=f"exit code {group.returncode}"))
    return found


def _heard(lines: Iterable[bytes], progress: Progress) -> "TrainingResult | None":
    """What came of a group, None where it was lost; raises what it raised."""
    from core.model.training import TrainingResult

    for line in lines:
        said: dict[str, Any] = json.loads(line)
        if "error" in said:
            kind = getattr(errors, said["error"], MeanderError)
            raise kind(unpacked(said["text"]))
        if "share" in said:
            progress(said["share"], unpacked(said["text"]))
        if result := said.get("result"):
            return TrainingResult(**{**result, "settings": configuration.from_dict(result["settings"])})
    return None
