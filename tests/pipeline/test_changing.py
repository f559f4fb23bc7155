"""A version is made from the one before: who waits, who is told that the other was first, and what goes for good."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import locks, pipeline
from core.data.log_files import LogFiles
from core.errors import (
    InputError,
    JobCancelledError,
    OvertakenError,
    UnknownDataSetError,
    WorkspaceError,
)
from core.jobs import upkeep
from core.pipeline.changing import changed
from core.settings import ImportSettings
from core.stream.journal import Journal, Logged
from core.workspace import DataSet, Workspace, disk

ALL = ImportSettings(min_events=1)
NOW = datetime.now(UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def log(tmp_path: Path):
    """Writes a log of some users with one event each, so many days ago: `log("ann", "bob", days=3)`."""

    def write(*users: str, days: int = 3) -> LogFiles:
        path = tmp_path / f"{'-'.join(users)}-{days}.csv"
        rows = [f"{user},x,{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%S}" for user in users]
        path.write_text("\n".join(["user_id,item_id,timestamp", *rows]))
        return LogFiles(path)

    return write


def users(workspace: Workspace) -> list[str]:
    return list(pipeline.load(workspace, "log").users)


def at_first(act):
    """A progress that acts once, when it first hears of the step."""
    todo = [act]

    def progress(_share: float, _message: str) -> None:
        if todo:
            todo.pop()()

    return progress


def test_an_import_that_came_first_is_added_to(workspace, log):
    """The base is replaced while a log is read: it is added to what is there now, not put over it."""
    pipeline.import_log(workspace, "log", log("ann"), ALL)
    over = at_first(lambda: pipeline.import_log(workspace, "log", log("bob"), ALL))
    added = pipeline.import_log(workspace, "log", log("cem"), ALL, over, add=True)
    assert (added.version, users(workspace)) == (3, ["bob", "cem"])


def test_what_is_added_is_read_as_the_newest_version_was(workspace, log):
    """Settings that follow a data set are those of the version that is added to, also if that came meanwhile."""
    pipeline.import_log(workspace, "log", log("ann"), ALL)
    few = ImportSettings(min_events=1, session_gap_minutes=7.0)
    over = at_first(lambda: pipeline.import_log(workspace, "log", log("bob"), few))
    added = pipeline.import_log(workspace, "log", log("cem"), pipeline.Like("log"), over, add=True)
    assert added.summary["session_gap_minutes"] == 7.0


def test_adding_to_what_is_deleted_meanwhile_is_refused(workspace, log):
    """Nothing comes back to life; the message names the data set."""
    pipeline.import_log(workspace, "log", log("ann"), ALL)
    gone = at_first(lambda: pipeline.delete(workspace, "log"))
    with pytest.raises(UnknownDataSetError, match="No data set 'log'"):
        pipeline.import_log(workspace, "log", log("cem"), ALL, gone, add=True)
    assert not list((workspace.root / "data").glob("*"))


def test_ids_and_pseudonyms_do_not_meet_in_two_imports_at_once(workspace, log):
    """Who publishes second is held to what the first one made."""
    hidden = ImportSettings(min_events=1, pseudonyms=True)
    other = at_first(lambda: pipeline.import_log(workspace, "log", log("ann"), hidden))
    with pytest.raises(InputError, match="'log' holds pseudonyms"):
        pipeline.import_log(workspace, "log", log("bob"), ALL, other)


def test_changes_take_turns_and_say_so(workspace, log):
    """The second waits with a line that says for what; it can be cancelled; a lock leaves no file."""
    found = pipeline.import_log(workspace, "log", log("ann"), ALL)
    heard = []

    def cancelled(_share: float, message: str) -> None:
        heard.append(message)
        if len(heard) == 2:
            raise JobCancelledError("Cancelled.")

    with locks.held(found.change_lock), pytest.raises(JobCancelledError):
        changed(workspace, "log", lambda *_: {}, cancelled)
    assert heard == ["Waiting for another change of log to end"] * 2
    assert changed(workspace, "log", lambda *_: None).version == 1
    assert not found.change_lock.exists()


def test_a_retried_job_finds_what_it_added_behind_later_changes(workspace, log):
    """The receipt of an import stays known through versions that were made from it, and goes with one that replaces."""
    pipeline.import_log(workspace, "log", log("ann"), ALL)
    files = log("bob")
    pipeline.import_log(workspace, "log", LogFiles(files.events, receipt="job-1"), ALL, add=True)
    pipeline.import_log(workspace, "log", log("cem"), ALL, add=True)
    assert pipeline.imported(workspace, "log", "job-1").version == 3
    assert pipeline.imported(workspace, "log", "") is None
    pipeline.import_log(workspace, "log", log("cem"), ALL)
    assert pipeline.imported(workspace, "log", "job-1") is None


def keep_for(workspace: Workspace, days: int) -> None:
    """Let the data set keep its events for so many days."""
    summary = workspace.data_set("log").summary
    summary["recipe"]["settings"]["retention_days"] = days
    with workspace.database() as database:
        database.execute("update data_sets set summary = ?", (json.dumps(summary),))


def test_what_is_added_does_not_hide_old_events_from_a_purge(workspace, log):
    """The version before holds what is too old, though the current one does not: it is found, and goes."""
    pipeline.import_log(workspace, "log", log("old", days=40), ALL)
    pipeline.import_log(workspace, "log", log("ann"), ALL, add=True)
    keep_for(workspace, 30)
    pipeline.import_log(workspace, "log", log("bob"), pipeline.Like("log"), add=True)
    assert users(workspace) == ["ann", "bob"]
    assert pipeline.overdue(workspace, workspace.data_set("log"))
    upkeep.purge_old(workspace)
    assert pipeline.purge(workspace, "log") == 0
    assert [path.name for path in (workspace.root / "data" / "log").glob("v*")] == ["v3"]
    assert not pipeline.overdue(workspace, workspace.data_set("log"))


def test_a_version_without_old_events_stays_though_an_earlier_one_goes(workspace, log):
    """A purge that was killed before it removed anything takes, when it is made good, only what is too old."""
    pipeline.import_log(workspace, "log", log("old", days=40), ALL)
    pipeline.import_log(workspace, "log", log("ann"), ALL)
    keep_for(workspace, 30)
    pipeline.import_log(workspace, "log", log("bob"), pipeline.Like("log"))
    pipeline.purge(workspace, "log")
    assert sorted(path.name for path in (workspace.root / "data" / "log").glob("v*")) == ["v2", "v3"]


def test_a_purge_that_could_not_remove_says_so_and_is_finished_by_the_next(workspace, log, monkeypatch):
    """No success is told while the old events lie there; what was not removed is removed later."""
    pipeline.import_log(workspace, "log", log("old", "older", days=40), ALL)
    pipeline.import_log(workspace, "log", log("ann"), ALL, add=True)
    keep_for(workspace, 30)
    with monkeypatch.context() as broken:
        broken.setattr(disk.shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(WorkspaceError, match=r"was to be removed, but something of it is still there"):
            pipeline.purge(workspace, "log")
    assert users(workspace) == ["ann"]
    Workspace(workspace.root)
    left = {path.relative_to(workspace.root).parts[:3] for path in workspace.root.rglob("events.parquet")}
    assert left == {("data", "log", "v3")}


def test_a_deletion_that_could_not_remove_says_so(workspace, log, monkeypatch):
    """Deleting tells no success either."""
    pipeline.import_log(workspace, "log", log("ann"), ALL)
    with monkeypatch.context() as broken:
        broken.setattr(disk.shutil, "rmtree", lambda *_, **__: None)
        with pytest.raises(WorkspaceError, match="still there"):
            pipeline.delete(workspace, "log")
    assert not workspace.data_sets()


def published(workspace: Workspace) -> DataSet:
    """A version without anything in it."""
    with workspace.staging() as folder:
        return workspace.publish("log", folder, {})


def test_forgetting_touches_no_other_data_set_of_the_name(workspace):
    """A purge that ends after its data set was deleted and imported anew removes nothing of the new one."""
    before = [published(workspace) for _ in range(2)][-1]
    pipeline.delete(workspace, "log")
    for _ in range(3):
        published(workspace)
    workspace.forget_versions(before, before.version)
    assert len(workspace.earlier_versions(workspace.data_set("log"))) == 2


def test_events_of_a_deleted_stream_do_not_enter_the_next_data_set(workspace, log):
    """A commit whose data set is deleted and imported anew meanwhile is refused: the events are of other people."""
    pipeline.import_log(workspace, "log", log("ann"), ALL)
    stream_of(workspace, "bob")

    def anew() -> None:
        pipeline.delete(workspace, "log")
        pipeline.import_log(workspace, "log", log("cem"), ALL)

    with pytest.raises(InputError, match="Nothing has been streamed into 'log'"):
        pipeline.commit(workspace, "log", at_first(anew))
    assert users(workspace) == ["cem"]
    assert pipeline.streamed(workspace, "log") is None


def test_a_commit_that_was_killed_is_not_made_twice(workspace, log, monkeypatch):
    """The version was there, the journal not yet empty: whoever opens it next ends the commit, also after an add."""
    pipeline.import_log(workspace, "log", log("ann"), ALL)
    stream_of(workspace, "bob")
    with monkeypatch.context() as dying:
        dying.setattr(Journal, "drop", killed)
        with pytest.raises(KeyboardInterrupt):
            pipeline.commit(workspace, "log")
    pipeline.import_log(workspace, "log", log("cem"), ALL, add=True)
    stream_of(workspace, "dan")
    assert pipeline.streamed(workspace, "log").users() == {"dan": 1}
    found = pipeline.commit(workspace, "log")
    assert (users(workspace), found.summary["duplicates"]) == (["ann", "bob", "cem", "dan"], 0)


def killed(*_: object) -> None:
    """What a kill looks like to a process that can still be asked about it."""
    raise KeyboardInterrupt


def stream_of(workspace: Workspace, user: str) -> None:
    """An event of a user, as if a log had brought it."""
    pipeline.keep(workspace, "log", [Logged(user, "x", int(NOW.timestamp() * 1e6))])


def test_what_is_made_of_deleted_data_is_dropped(workspace, log):
    """A table that is still computed when its data set is deleted and imported anew is not kept for the new one."""
    pipeline.import_log(workspace, "log", log("ann"), ALL)
    target = workspace.data_set("log").derived / "table.parquet"

    def slow() -> None:
        with workspace.writing(target) as temporary:
            temporary.write_text("of ann")
            pipeline.delete(workspace, "log")
            pipeline.import_log(workspace, "log", log("bob"), ALL)

    with pytest.raises(OvertakenError, match="deleted or replaced by someone else"):
        slow()
    assert not target.exists()


def test_no_run_begins_on_what_was_deleted(workspace):
    """A training of data that are gone leaves no row for those who have the name now."""
    old = published(workspace)
    pipeline.delete(workspace, "log")
    published(workspace)
    with pytest.raises(OvertakenError):
        workspace.new_run(old, {})
    assert workspace.runs("log") == []


def test_many_adds_at_once_are_all_there(workspace, log):
    """Threads that add at the same time wait for each other: every user is in the last version."""
    pipeline.import_log(workspace, "log", log("ann"), ALL)
    names = ["bob", "cem", "dan"]
    threads = [
        threading.Thread(target=pipeline.import_log, args=(workspace, "log", log(name), ALL), kwargs={"add": True})
        for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (workspace.data_set("log").version, users(workspace)) == (4, ["ann", *names])
