"""A training in several processes of this machine: what it comes to, what is left of it, what it says."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from core import settings as configuration
from core.errors import JobCancelledError, RankLostError, SettingsError
from core.pipeline import together
from core.progress import silent
from core.settings import TrainingSettings
from core.workspace import Run, Workspace
from tests.model.logs import cycles, frame, small

LOG = {f"u{user}": [f"i{(user + step) % 9}" for step in range(8)] for user in range(20)}


def children(process: int) -> list[int]:
    """Processes that a process has started and that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent, *_ = stat.read_text().rpartition(")")[2].split()
            if int(parent) == process and state != "Z":
                found.append(int(stat.parent.name))
    return found


@pytest.fixture
def run(workspace: Workspace) -> Run:
    """A run of a small log that two ranks are to train."""
    with workspace.staging() as folder:
        events = frame(LOG)
        events.to_parquet(folder / "events.parquet")
        events[["item_id"]].drop_duplicates().to_parquet(folder / "items.parquet")
        events[["user_id"]].drop_duplicates().to_parquet(folder / "users.parquet")
        data_set = workspace.publish("log", folder, {"users": 20})
    chosen = small("training.ranks=2", "training.epochs=2")
    return workspace.new_run(data_set, configuration.as_dict(chosen))


def test_a_rank_is_killed_and_the_training_ends_all_the_same(workspace, run):
    """What was told and what came of it arrive here; the group starts once more, and nothing of it is left."""
    said: list[str] = []
    others = set(children(os.getpid()))

    def progress(_share: float, text: str) -> None:
        said.append(text)
        if len(said) == 1:
            [group] = set(children(os.getpid())) - others
            os.kill(children(group)[-1], signal.SIGKILL)

    result = together.learned(run, cycles(), configuration.from_dict(run.settings), workspace, progress)
    assert result.epochs == 2
    assert result.settings.training.ranks == 2
    assert said.count("A process of the training was lost; all go on from the last checkpoint") == 1
    assert (run.folder / "model.safetensors").exists()
    assert set(children(os.getpid())) <= others


def script(monkeypatch, text: str) -> None:
    """Let a shell script stand for the ranks."""
    monkeypatch.setattr(together, "PROGRAM", ("sh", "-c", text))


def learned(workspace, run, progress=silent):
    return together.learned(run, cycles(), configuration.from_dict(run.settings), workspace, progress)


def test_nothing_is_left_of_a_cancelled_training(workspace, run, monkeypatch, tmp_path):
    """All processes of the group end at once, though they hang."""
    script(monkeypatch, f'sleep 99 & echo $$ $! > {tmp_path}/ids; echo \'{{"share": 0.1, "text": "Epoch 1"}}\'; wait')

    def cancel(_share: float, _text: str) -> None:
        raise JobCancelledError("Cancelled.")

    with pytest.raises(JobCancelledError, match="Cancelled"):
        learned(workspace, run, cancel)
    ids = (tmp_path / "ids").read_text().split()
    until = time.monotonic() + 10
    while any(Path(f"/proc/{process}").exists() for process in ids) and time.monotonic() < until:
        time.sleep(0.01)
    assert not [process for process in ids if Path(f"/proc/{process}").exists()]


def test_what_a_rank_refuses_is_refused_here(workspace, run, monkeypatch):
    """With the error and the words that it had there."""
    script(monkeypatch, 'echo \'{"error": "SettingsError", "text": "No such device."}\'')
    with pytest.raises(SettingsError, match="No such device"):
        learned(workspace, run)


def test_a_group_that_was_given_up_says_what_to_do(workspace, run, monkeypatch):
    """Out of memory each time: fewer ranks."""
    script(monkeypatch, "exit 75")
    with pytest.raises(RankLostError, match=r"lost 3 times in a row.*Go on with fewer: .*train log --resume --ranks N"):
        learned(workspace, run)


def test_ranks_of_torchrun_are_known_by_the_environment(workspace, monkeypatch):
    """One of several; who is alone, or no rank at all, trains as ever."""
    assert together.Place.found() is None
    for name, value in (("RANK", "1"), ("LOCAL_RANK", "0"), ("WORLD_SIZE", "1")):
        monkeypatch.setenv(name, value)
    assert not together.assisted(workspace, "log")
    monkeypatch.setenv("WORLD_SIZE", "4")
    assert together.Place.found() == together.Place(1, 4, 0)


@pytest.mark.parametrize(("count", "message"), [(0, "must be at least 1, found 0"), (65, "must be at most 64, found")])
def test_ranks_that_cannot_be(count, message):
    """No process, or more than a machine has use for."""
    with pytest.raises(SettingsError, match=f"training.ranks {message}"):
        TrainingSettings(ranks=count)
