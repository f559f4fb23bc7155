"""One person taken out of a data set: of every version, of what was streamed, of notes, jobs, and what runs have seen.

All files of the data set are written anew, or linked where they do not know the person, into a folder that takes the
place of the data set's at once (`core.workspace.leaving`). What was computed goes, and is made anew when asked for.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from core import locks
from core.data import export, leaving
from core.errors import InputError, OvertakenError, UnknownRunError, UnknownUserError
from core.phrases import say
from core.pipeline.gate import needs
from core.pipeline.journals import alone, journal_of
from core.pipeline.without import Draft
from core.progress import Progress, silent
from core.settings import ADMIN
from core.workspace import TRUTH, DataSet, Leaving, Person, Run, Workspace, far, markers
from core.workspace import notes as kept

KEEP, MARK, RETRAIN = "keep", "mark", "retrain"
RUNS: Final = (KEEP, MARK, RETRAIN)
"""What becomes of runs that learned from the person: they stay, say so, or go and one is to be trained anew."""
Signature = dict[str, tuple[int, int, int]]


@dataclass(frozen=True)
class Forgotten:
    """What was taken out."""

    events: int
    """Of the current version."""
    streamed: int
    """Events that were in no version yet."""
    notes: int
    rewritten: int
    """Files that knew the person."""
    runs: tuple[str, ...]
    """Runs that learned from the person."""
    train: dict[str, Any] | None = None
    """Settings of the run that is to be trained anew, where that was chosen and one was there."""


@needs(ADMIN)
def forget(workspace: Workspace, name: str, user: str, runs: str = MARK, progress: Progress = silent) -> Forgotten:
    """Take a person out of a data set; what is killed before its end was not begun, or is ended by the next start.

    Raises `UnknownUserError` where nothing is held of the person, `InputError` while a log is imported, streamed or
    trained on, `EventsError` where nobody would be left, and `OvertakenError` where the data set was deleted meanwhile.
    """
    if runs not in RUNS:
        raise InputError(say("errors.no_choice", setting="--runs", found=runs, known=", ".join(RUNS)))
    found = workspace.data_set(name)
    with _quiet(workspace, found, progress):
        while True:
            data_set = workspace.data_set(name)
            if data_set.origin != found.origin:
                raise OvertakenError(say("errors.overtaken"))
            with contextlib.suppress(OvertakenError):
                return _forgotten(workspace, data_set, user, runs, progress)
            progress(0.0, say("steps.again", data_set=name))


@contextlib.contextmanager
def _quiet(workspace: Workspace, found: DataSet, progress: Progress) -> Iterator[None]:
    """While nobody streams into a data set, makes a version of another, or trains on it; raises `InputError`."""
    turn = locks.waited(found.change_lock, lambda: progress(0.0, say("steps.turn", data_set=found.name)))
    with contextlib.ExitStack() as stack:
        stack.enter_context(alone(found))
        stack.enter_context(turn)
        for run in workspace.runs(found.name):
            if run.folder.exists() and not stack.enter_context(locks.held(run.folder / "lock")):
                raise UnknownRunError(say("errors.in_training", run=run.id))
        if found.journal.exists():
            with journal_of(found):
                pass  # a commit that was killed ends here, and an older form is brought up
        yield


def person_of(workspace: Workspace, data_set: DataSet, user: str) -> Person:
    """Somebody as a data set writes them: by the pseudonym where it holds these, and was given the id."""
    hidden = data_set.summary.get("recipe", {}).get("settings", {}).get("pseudonyms")
    if hidden and leaving.rows_of(data_set.users, Person(user)) is None:
        return Person(export.mask(user, workspace.secret()), user)
    return Person(user)


def unknown(workspace: Workspace, data_set: DataSet, user: str) -> UnknownUserError:
    """Why nothing can be told or taken out of a user."""
    return UnknownUserError(
        say("errors.nothing_of", user=user[:80], data_set=data_set.name, folder=str(workspace.root))
    )


def _forgotten(workspace: Workspace, data_set: DataSet, user: str, runs: str, progress: Progress) -> Forgotten:
    """Prepare and exchange once; raises `OvertakenError` where the data set changed meanwhile."""
    person, before = person_of(workspace, data_set, user), signature(data_set)
    trained = workspace.runs(data_set.name)
    learned = [run for run in trained if learned_from(run, data_set, person)]
    dropped = tuple(run.id for run in learned) if runs == RETRAIN else ()
    with workspace.staging() as folder:
        draft = Draft(workspace, data_set, person, folder / data_set.name)
        away = [str(path.relative_to(workspace.root)) for path in far.files_of(data_set.folder.parent)]
        draft.write([*before, *away], dropped, progress)
        notes = len(kept.read(workspace, data_set.name, person.id))
        if not (draft.rewritten or notes or learned or markers.naming(workspace, data_set.name, person.id)):
            raise unknown(workspace, data_set, user)
        summary = draft.next_version()
        marked = tuple(run.id for run in learned) if runs == MARK else ()
        told = Leaving(person.id, person.other, data_set.name, data_set.version + 1, data_set.origin, summary,
                       marked=marked, dropped=dropped)  # fmt: skip
        workspace.take_out(data_set, draft.folder, told, lambda: _as_before(workspace, data_set, before, trained))
    again = next((run.settings for run in learned if run.status == "done"), None) if dropped else None
    ids = tuple(run.id for run in learned)
    return Forgotten(draft.events, draft.streamed, notes, draft.rewritten, ids, again)


def learned_from(run: Run, data_set: DataSet, person: Person) -> bool:
    """Whether a run learned from a person; where its files do not say, whether its version had events of them."""
    from core.model import leaving as seen

    told = seen.learned_from(run.folder, person.id)
    events = data_set.folder.parent / f"v{run.version}" / data_set.events.name
    if told is not None:
        return told
    there = far.is_far(events) or events.exists()
    return there and leaving.rows_of(far.readable(events), person) is not None


def signature(data_set: DataSet) -> Signature:
    """What tells whether the files of a data set are as they were, by path in the workspace.

    Of what lies at an address its list tells, and no copy that may come and go.
    """
    root, found = data_set.folder.parent.parent.parent, {}
    for path in data_set.folder.parent.rglob("*"):
        made = path.parent.name == "derived" and not path.name.startswith(TRUTH)
        passing = path.name.endswith(("lock", "-wal", "-shm", ".part")) or far.is_far(path)
        if path.is_file() and not made and not passing:
            about = path.stat()
            found[str(path.relative_to(root))] = (about.st_ino, about.st_size, about.st_mtime_ns)
    return found


def _as_before(workspace: Workspace, data_set: DataSet, before: Signature, runs: list[Run]) -> None:
    """Raise `OvertakenError` where files or runs came since, `InputError` while a log is on its way."""
    if workspace.importing(data_set.name):
        raise InputError(say("errors.import_under_way", data_set=data_set.name))
    same = signature(data_set) == before and [run.id for run in workspace.runs(data_set.name)] == [r.id for r in runs]
    if not same:
        raise OvertakenError(say("errors.overtaken"))
