"""What is computed once and kept: where it lies, whether it is there, how it is made and read, which job fills it.

A result belongs to a version of a data set or to a run and lies in its folder `derived`, under a name that holds its
kind, the mark of the methods that made it, and a fingerprint of all that tells it from others of its kind. It appears
there whole, or not at all. Whoever asks while another process makes it waits and reads what that one made.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import pandas as pd

from core import locks
from core.errors import OvertakenError
from core.phrases import say
from core.pipeline import gate
from core.pipeline.gate import ANYONE, needs
from core.progress import Progress, silent
from core.settings import EDITOR, VIEWER
from core.workspace import DataSet, Run, Workspace, actors

T = TypeVar("T")


@dataclass(frozen=True)
class Kind:
    """What all results of a kind have in common."""

    step: str
    """The step of `core.jobs` that makes one."""
    method: int
    """Number of the method, from 1."""
    made_of: tuple[str, ...] = ()
    """Kinds that it stands on: made by another method, they make another result of it as well."""


# Raise a kind's number whenever the same log would give another result than before, or the same in another form: its
# method, a number in it, its columns, how it is written. What was kept before is then read no more, is made anew when
# it is asked for, and goes. Whatever stands on the kind follows by itself; settings need no number, for they are in
# the fingerprint.
KINDS: Final[Mapping[str, Kind]] = {
    "blend": Kind("train", 3),
    "doubts": Kind("drift", 1),
    "once": Kind("drift", 13),
    "drift": Kind("drift", 14),
    "offered": Kind("drift", 2, ("drift",)),
    "planted": Kind("plant", 2, ("drift",)),
    "truth": Kind("sample", 1),
    "watcher": Kind("drift", 10),
    "live": Kind("drift", 3, ("watcher",)),
    "view": Kind("view", 2, ("drift",)),
    "atlas": Kind("atlas", 2),
    "terrain": Kind("atlas", 1, ("atlas",)),
    "ranks": Kind("evaluate", 2, ("blend",)),
    "cold": Kind("evaluate", 2, ("blend",)),
    "lists": Kind("evaluate", 2, ("blend",)),
    "adaptation": Kind("evaluate", 3, ("blend", "drift")),
    "aging": Kind("evaluate", 2),
    "faithful": Kind("evaluate", 1, ("blend",)),
    "chances": Kind("evaluate", 2, ("blend",)),
    "dated": Kind("evaluate", 3, ("blend",)),
    "temporal": Kind("evaluate", 1, ("dated", "drift")),
    "search": Kind("words", 2),
}


@dataclass(frozen=True)
class Form(Generic[T]):
    """How a result is written."""

    ending: str
    """Of the file's name; empty for a folder."""
    save: Callable[[T, Path], object]
    """Writes to a path that is not there yet."""
    load: Callable[[Path], T]


FRAME: Final = Form[pd.DataFrame](".parquet", lambda frame, path: frame.to_parquet(path, index=False), pd.read_parquet)
"""One table."""


def frames(make: Callable[..., T], *names: str) -> Form[T]:
    """Several tables, attributes of what `make` makes of them: a file each in one folder, so they appear together."""

    def save(result: T, folder: Path) -> None:
        folder.mkdir()
        for name in names:
            getattr(result, name).to_parquet(folder / f"{name}.parquet", index=False)

    return Form("", save, lambda folder: make(*(pd.read_parquet(folder / f"{name}.parquet") for name in names)))


@dataclass(frozen=True, eq=False)
class Result(Generic[T]):
    """Something that is computed once.

    To ask whether it is there costs a look at the disk: what a result is made with is imported when it is made or read.
    """

    workspace: Workspace
    owner: DataSet | Run
    """What it was computed from, and goes with."""
    kind: str
    """One of `KINDS`."""
    of: tuple[Any, ...]
    """What tells it from others of its kind: settings (dataclasses) and plain values."""
    compute: Callable[[Progress], T]
    form: Form[T]
    arguments: Mapping[str, Any]
    """What the step that makes it is to be told beside the name of the data set; plain values for JSON."""
    in_passing: bool = False
    """It takes a moment, and is made where it is asked for, also by whoever only looks."""

    @property
    def path(self) -> Path:
        """Where it lies, or will."""
        return self.owner.derived / f"{self.kind}-{mark(self.kind)}-{fingerprint(*self.of)}{self.form.ending}"

    @property
    def ready(self) -> bool:
        """Whether it is there, so that to get it is only a read."""
        return self.path.exists()

    @property
    def job(self) -> tuple[str, dict[str, Any]]:
        """Step and arguments of the job that makes it."""
        name = self.owner.name if isinstance(self.owner, DataSet) else self.owner.data_set
        return KINDS[self.kind].step, {"name": name, **self.arguments}

    def get(self, progress: Progress = silent) -> T:
        """Read it, once it is made: by this process, or by another one that is at it.

        Whoever must not see user ids reads pseudonyms. Raises what `compute` does, `JobCancelledError` where `progress`
        does, also while it waits, `OvertakenError` if its owner is deleted meanwhile, and `ForbiddenError` where it
        is to be made for a mere viewer.
        """
        if not self.ready:
            self._make(progress)
        return gate.shown(self.workspace, self.form.load(self.path))

    def _make(self, progress: Progress) -> None:
        actors.need(VIEWER if self.in_passing else EDITOR)
        path = self.path
        if not path.parent.exists():
            raise OvertakenError(say("errors.overtaken"))
        with locks.waited(lock_of(path), lambda: progress(0.0, say("steps.made_elsewhere"))):
            if path.exists():
                return
            with self.workspace.writing(path) as temporary:
                self._check()
                with actors.acting(actors.by_system()):  # what is kept is the same for all, whoever it is made for
                    self.form.save(self.compute(progress), temporary)
            _remove_older(path.parent, self.kind)

    def _check(self) -> None:
        """Raise `OvertakenError` where the owner's name and folder are those of another data set by now."""
        if isinstance(self.owner, DataSet) and self.workspace.data_set(self.owner.name).origin != self.owner.origin:
            raise OvertakenError(say("errors.overtaken"))


def lock_of(path: Path) -> Path:
    """Held by whoever makes what is to lie at a path; the system lets go of it if that process dies."""
    return path.with_name(f"{path.name}.lock")


@needs(ANYONE)
def mark(kind: str) -> int:
    """The number of a kind's method with those of all that it stands on: it rises whenever one of them does."""
    found = KINDS[kind]
    return found.method + sum(mark(each) for each in found.made_of)


def marked(name: str) -> bool:
    """Whether a kept file or folder of this name was made by today's methods."""
    found = re.fullmatch(r"(\w+)-(\d+)-[0-9a-f]{12}(?:\.\w+)?", name)
    return bool(found and found[1] in KINDS and int(found[2]) == mark(found[1]))


def fingerprint(*of: Any) -> str:
    """Twelve hex digits that tell these settings (dataclasses) and plain values from others."""
    values = [asdict(each) if is_dataclass(each) and not isinstance(each, type) else each for each in of]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:12]


def changed(settings: Any) -> dict[str, Any]:
    """Fields of settings that differ from the default, as arguments of a job."""
    return {name: value for name, value in asdict(settings).items() if value != asdict(type(settings)())[name]}


def _remove_older(folder: Path, kind: str) -> None:
    """Remove what an older method, or one from before there were marks, made of a kind."""
    named = re.compile(rf"{kind}(?:-(\d+)-[0-9a-f]{{12}}(?:\.\w+)?$|[-.])")
    for path in folder.iterdir():
        found = named.match(path.name)
        if not found or path.suffix == ".lock" or int(found[1] or 0) >= mark(kind):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
