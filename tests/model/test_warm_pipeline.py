"""`train --from RUN`: the route from the command line to the weights."""

import json

import pytest

from core.cli import main
from tests.model.logs import frame

QUICK = ("--set", "model.embedding_size=16", "--set", "model.window=12", "--epochs", "2", "--json")


def run(capsys, *words: str) -> dict:
    assert main(list(words)) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("MEANDER_WORKSPACE", str(tmp_path / "workspace"))
    return tmp_path


def imported(place, capsys, users: int) -> None:
    log = frame({f"u{u}": [f"i{(u + step) % 20}" for step in range(12)] for u in range(users)})
    log.to_csv(place / "events.csv", index=False)
    run(capsys, "import", str(place / "events.csv"), "--name", "log", "--json")


def test_train_from_an_earlier_run_after_new_events(place, capsys):
    """New users come, the log is imported again, and training goes on from the run before."""
    imported(place, capsys, users=20)
    first = run(capsys, "train", "log", *QUICK)
    imported(place, capsys, users=30)
    second = run(capsys, "train", "log", "--from", first["run"], *QUICK)
    assert second["run"] != first["run"]
    assert second["epochs"] == 2


def test_from_a_run_that_is_not_there(place, capsys):
    """An unknown run is one line and exit code 2."""
    imported(place, capsys, users=20)
    assert main(["train", "log", "--from", "nothing"]) == 2
    assert "No run 'nothing' of data set 'log'" in capsys.readouterr().err
