"""One person is taken out of a data set: no byte is left, and nobody else loses anything."""

import contextlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import time
import zipfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from safetensors import safe_open

from core import jobs, locks, pipeline
from core.cli import main
from core.data import LogFiles, export
from core.errors import EventsError, InputError, OvertakenError, UnknownRunError, UnknownUserError, WorkspaceError
from core.jobs import steps, table
from core.settings import ImportSettings, JobSettings
from core.workspace import FORGOTTEN, Workspace, disk, holding, leaving, notes
from tests.workspace.people import NAME, PEOPLE, WHO, fill, holding_words, rows, write_log

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def workspace(filled, tmp_path):
    """A copy of the workspace that holds most."""
    shutil.copytree(filled, tmp_path / "workspace")
    return Workspace(tmp_path / "workspace")


def events_of(data_set):
    return pd.read_parquet(data_set.events)


def test_the_list_knows_every_file_of_a_workspace(workspace):
    """Whoever adds a kind of file says in `core.workspace.holdings` what it may hold of a person."""
    files = [str(path.relative_to(workspace.root)) for path in workspace.root.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert [name for name in files if holding(name) is None] == []
    assert holding("data/set/v1/new_kind.parquet") is None


def test_a_file_that_nobody_knows_is_asked_about(workspace):
    """What is not in the list is not carried on unseen."""
    (workspace.data_set(NAME).folder / "copy.parquet").write_text("x")
    with pytest.raises(WorkspaceError, match=r"copy.parquet is a file that nothing of Meander writes"):
        pipeline.forget(workspace, NAME, WHO)
    assert workspace.data_set(NAME).version == 2


def test_no_byte_of_a_forgotten_person_is_left(workspace):
    """Events of all versions, streams, notes, jobs, logs, uploads and summaries: the id is in none of them."""
    before = workspace.data_set(NAME)
    assert len(holding_words(workspace.root, WHO)) > 8
    told = pipeline.forget(workspace, NAME, WHO)
    after = workspace.data_set(NAME)
    assert holding_words(workspace.root, WHO) == set()
    assert (told.events, told.streamed, told.notes) == (12, 3, 1)
    assert (after.version, after.origin != before.origin) == (3, True)
    assert sorted(path.name for path in after.folder.parent.glob("v*")) == ["v1", "v3"]


def test_nobody_else_loses_anything(workspace):
    """Events, users, items, notes and what was streamed of all others stay, and every row is counted."""
    before, last = events_of(workspace.data_set(NAME)), workspace.data_set(NAME).summary
    with closing(pipeline.streamed(workspace, NAME)) as journal:
        others = [event for event in journal.events() if event.user != WHO]
    pipeline.forget(workspace, NAME, WHO)
    found = workspace.data_set(NAME)
    pd.testing.assert_frame_equal(events_of(found), before[before["user_id"] != WHO].reset_index(drop=True))
    assert len(pd.read_parquet(found.users)) == len(PEOPLE) - 1
    assert len(pd.read_parquet(found.items)) == 9
    with closing(pipeline.streamed(workspace, NAME)) as journal:
        assert list(journal.events()) == others
    assert len(rows(found.journal)["seen"]) == len(others)
    assert {note.user: note.text for note in notes.read(workspace, NAME)} == {
        PEOPLE[4]: f"on {PEOPLE[4]}",
        PEOPLE[5]: "knows (forgotten) well",
    }
    summary = found.summary
    assert summary["rows_kept"] == len(events_of(found)) == last["rows_kept"] - 12
    assert summary["rows_read"] == summary["rows_kept"] + summary["rows_rejected"] + summary["duplicates"]
    assert summary["reasons"]["user was forgotten"] == 12
    assert len(pipeline.load(workspace, NAME)) == summary["rows_kept"]
    assert set(pipeline.drift(workspace, NAME).get()["user_id"]) == set(PEOPLE) - {WHO}


@pytest.mark.parametrize("choice", ["keep", "mark", "retrain"])
def test_runs_that_learned_from_the_person_are_named(workspace, choice):
    """They stay, or say so, or go with the settings to train anew; whom they have seen no longer names the person."""
    (run,) = workspace.runs(NAME)
    number = pd.util.hash_array(np.asarray([WHO], dtype=object), categorize=False).view(np.int64)[0]
    told = pipeline.forget(workspace, NAME, WHO, choice)
    assert told.runs == (run.id,)
    left = workspace.runs(NAME)
    assert [each.id for each in left] == ([] if choice == "retrain" else [run.id])
    assert told.train == (run.settings if choice == "retrain" else None)
    if choice == "retrain":
        assert not run.folder.exists()
        return
    assert len(left[0].metrics.get(FORGOTTEN, [])) == (choice == "mark")
    for path in run.folder.glob("*.safetensors"):
        with safe_open(path, framework="np") as file:
            if "seen.people" in file.keys():  # noqa: SIM118 (not a dict)
                assert number not in file.get_tensor("seen.people")
    assert pipeline.forget(workspace, NAME, PEOPLE[4], choice).runs == (run.id,)
    again = pipeline.new_run(workspace, NAME, start=run.id)
    assert (again.folder / "start.safetensors").exists()


def test_a_pseudonym_goes_too(tmp_path):
    """Where a data set holds pseudonyms a person is forgotten by the id, and by the pseudonym."""
    workspace = Workspace(tmp_path / "workspace")
    fill(workspace, tmp_path, train=False, pseudonyms=True)
    hidden = [export.mask(who, workspace.secret()) for who in (WHO, PEOPLE[7])]
    assert len(holding_words(workspace.root, hidden[0])) > 4
    pipeline.forget(workspace, NAME, WHO)
    assert holding_words(workspace.root, WHO, hidden[0]) == set()
    pipeline.forget(workspace, NAME, hidden[1])
    assert holding_words(workspace.root, hidden[1]) == set()
    assert workspace.data_set(NAME).summary["users"] == len(PEOPLE) - 2


def test_who_has_too_few_events_waits_no_longer(tmp_path):
    """Somebody whose events wait to be enough is in no table of users, and is taken out all the same."""
    workspace = Workspace(tmp_path / "workspace")
    log = write_log(tmp_path)
    with log.open("a") as file:
        file.write("\nrare-one@example.org,i1,2024-01-01T00:00:00,s,x,view")
    pipeline.import_log(workspace, NAME, LogFiles(log), ImportSettings(min_events=3))
    assert "data/set/v1/waiting.parquet" in holding_words(workspace.root, "rare-one")
    assert pipeline.forget(workspace, NAME, "rare-one@example.org").events == 0
    assert holding_words(workspace.root, "rare-one") == set()
    assert workspace.data_set(NAME).summary["users"] == len(PEOPLE)


def test_a_plain_word_is_taken_out_where_it_is_a_user(tmp_path):
    """Of a user called 7, or tea, the rows go; the item 7 and the category tea stay."""
    workspace = Workspace(tmp_path / "workspace")
    log = tmp_path / "log.csv"
    lines = [f"{who},{item},2024-01-{1 + item:02d},tea" for who in ("7", "tea", "9") for item in range(8)]
    log.write_text("\n".join(["user_id,item_id,timestamp,category", *lines]), encoding="utf-8")
    pipeline.import_log(workspace, NAME, LogFiles(log), ImportSettings(min_events=1))
    for who in ("7", "tea"):
        assert pipeline.forget(workspace, NAME, who).events == 8
    found = workspace.data_set(NAME)
    assert set(events_of(found)["user_id"]) == {"9"}
    items = pd.read_parquet(found.items)
    assert "7" in set(items["item_id"])
    assert set(items["category"]) == {"tea"}
    with pytest.raises(EventsError, match=r"Nobody else has events in 'set'. Delete the data set"):
        pipeline.forget(workspace, NAME, "9")
    assert set(events_of(workspace.data_set(NAME))["user_id"]) == {"9"}


def test_what_stands_in_the_way_is_said(workspace):
    """An unknown user, a choice that is none, a running training, stream or import: one line, nothing changed."""
    before = workspace.data_set(NAME)
    with pytest.raises(UnknownUserError, match=r"Nothing is held of user 'nobody-1' in data set 'set'"):
        pipeline.forget(workspace, NAME, "nobody-1")
    with pytest.raises(InputError, match=r"--runs is 'all'. Choose from keep, mark, retrain"):
        pipeline.forget(workspace, NAME, WHO, "all")
    run = workspace.runs(NAME)[0]
    with locks.held(run.folder / "lock"), pytest.raises(UnknownRunError, match="is being trained by another process"):
        pipeline.forget(workspace, NAME, WHO)
    with locks.held(before.journal.with_suffix(".lock")), pytest.raises(InputError, match="stream"):
        pipeline.forget(workspace, NAME, WHO)
    jobs.submit(workspace, "import", {"name": NAME, "events": "later.csv"})
    with pytest.raises(InputError, match=r"A log is on its way into 'set', which may name the person"):
        pipeline.forget(workspace, NAME, WHO)
    assert workspace.data_set(NAME) == before
    assert not list((workspace.root / "staging").glob("*"))


def test_a_result_in_the_making_is_dropped(workspace):
    """What another process computes of the log with the person in it is not kept when it ends."""
    drift = pipeline.drift(workspace, NAME)
    target = drift.owner.derived / "drift-9-0123456789ab.parquet"
    with contextlib.suppress(OvertakenError), workspace.writing(target) as path:
        path.write_text(json.dumps([WHO]))
        pipeline.forget(workspace, NAME, WHO)
    assert not target.exists()
    assert holding_words(workspace.root, WHO) == set()


def test_a_version_that_comes_meanwhile_is_gone_through_as_well(workspace, tmp_path):
    """A log that is imported while files are written anew makes the whole be done once more."""
    log, came = write_log(tmp_path, first=4), []

    def progress(_share: float, _message: str) -> None:
        if not came:
            came.append(1)
            pipeline.import_log(workspace, NAME, LogFiles(log), ImportSettings(min_events=1))

    told = pipeline.forget(workspace, NAME, WHO, progress=progress)
    assert (told.events, workspace.data_set(NAME).version) == (12, 4)
    assert events_of(workspace.data_set(NAME))["timestamp"].min() >= pd.Timestamp("2024-04-01")
    assert holding_words(workspace.root, WHO) == set()


def test_all_that_is_held_of_somebody_can_be_read(workspace, tmp_path):
    """A zip with a CSV for each table and the same as JSON: every row of the person, none of anybody else's."""
    out = tmp_path / "person.zip"
    counts = pipeline.export_person(workspace, NAME, WHO, out)
    with zipfile.ZipFile(out) as file:
        held = json.loads(file.read("everything.json"))
        about = file.read("README.txt").decode()
        tables = {name: pd.read_csv(file.open(name), dtype=str) for name in file.namelist() if name.endswith(".csv")}
    assert {f"{name}.csv": len(rows) for name, rows in held.items()} == {name: len(t) for name, t in tables.items()}
    assert counts == {name: len(rows) for name, rows in held.items()}
    wanted = {
        "v1/events": 12,
        "v2/events": 12,
        "v2/users": 1,
        "v2/rejects": 1,
        "stream/events": 3,
        "notes": 1,
        "jobs": 2,
    }
    assert wanted.items() <= counts.items()
    assert len(held["learned_from"]) == 1
    assert any(name.startswith("v2/derived/drift-") for name in held)
    assert WHO in about
    for name in ("v2/events", "v2/users"):
        assert {row["user_id"] for row in held[name]} == {WHO}
    with pytest.raises(UnknownUserError, match="Nothing is held of user 'nobody-1'"):
        pipeline.export_person(workspace, NAME, "nobody-1", out)


def test_the_command_line_forgets_and_exports(workspace, tmp_path, capsys):
    """Both commands answer on a workspace; of whom was forgotten nothing is left to export."""
    where = ["--workspace", str(workspace.root)]
    out = tmp_path / "p.zip"
    assert main(["export-person", NAME, "--user", WHO, "--out", str(out), *where]) == 0
    capsys.readouterr()
    assert main(["forget", NAME, "--user", WHO, "--json", *where]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["events"], told["streamed"], len(told["runs"])) == (12, 3, 1)
    assert main(["export-person", NAME, "--user", WHO, "--out", str(tmp_path / "q.zip"), *where]) == 2
    assert not (tmp_path / "q.zip").exists()
    assert "Nothing is held of user" in capsys.readouterr().err


def test_a_job_forgets_and_keeps_no_name(workspace):
    """The job that was told whom to forget names nobody once it is done, also where it is begun once more."""
    job = jobs.submit(workspace, "forget", {"name": NAME, "user": WHO, "runs": "retrain"})
    steps.run(workspace, job, JobSettings(niceness=0))
    assert jobs.get(workspace, job).result["events"] == 12
    assert holding_words(workspace.root, WHO) == set()
    assert [each.step for each in jobs.active(workspace)] == ["train"]
    table.move(workspace, jobs.get(workspace, job), jobs.QUEUED)
    steps.run(workspace, job, JobSettings(niceness=0))
    assert (jobs.get(workspace, job).status, workspace.data_set(NAME).version) == (jobs.DONE, 3)


def forget_until(root, place):
    """Forget in a process of its own; die where a function is called, before or after it."""
    if place:
        owner, name, after = place
        function = getattr(owner, name)

        def dies(*arguments: object) -> object:
            if after:
                function(*arguments)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(owner, name, dies)
    pipeline.forget(Workspace(root), NAME, WHO)


PLACES = [
    (disk, "put_for_good", False),
    (disk, "put_for_good", True),
    (leaving, "change_rows", True),
    (leaving, "hide_in", True),
    (disk, "emptied", False),
    (disk, "emptied", True),
]


def test_who_is_killed_has_forgotten_or_not_begun(filled, tmp_path):
    """Kill -9 at twenty moments and at each step that counts: after the next start all of it is there, or nothing."""
    rng, seen = random.Random(1), set()
    before = {name: value for name, value in rows(filled / "meander.db").items() if name != "about"}
    shutil.copytree(filled, tmp_path / "timed")
    begun = time.monotonic()
    whole = FORK.Process(target=forget_until, args=(tmp_path / "timed", None))
    whole.start()
    whole.join()
    took = time.monotonic() - begun
    for number, place in enumerate([*PLACES, *[None] * 20]):
        root = tmp_path / str(number)
        shutil.copytree(filled, root)
        process = FORK.Process(target=forget_until, args=(root, place))
        process.start()
        if place is None:
            time.sleep(rng.uniform(0.2, 1.1) * took)
            process.kill()
        process.join()
        workspace = Workspace(root)
        seen.add(workspace.data_set(NAME).version)
        if workspace.data_set(NAME).version == 3:
            assert holding_words(root, WHO) == set(), (number, place)
            assert len(pipeline.load(workspace, NAME)) == 132
        else:
            assert {name: value for name, value in rows(root / "meander.db").items() if name != "about"} == before
            assert len(holding_words(root, WHO)) > 8
        assert not [path for path in (root / "staging").glob("*") if path.is_dir()]
        shutil.rmtree(root)
    assert seen == {2, 3}


@pytest.mark.parametrize("killed", [1, 2, 3])
def test_without_an_exchange_one_folder_or_the_other_is_there(workspace, monkeypatch, killed):
    """Where the system cannot exchange two folders at once a kill between the moves loses neither of them."""
    monkeypatch.setattr(disk, "_exchanged", lambda *_: False)
    moves, moved = [], os.replace

    def replace(source, target):
        if NAME in (Path(source).name, Path(target).name.removesuffix(disk.NEXT)):
            moves.append(target)
            if len(moves) == killed:
                raise KeyboardInterrupt
        moved(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            pipeline.forget(workspace, NAME, WHO)
    again = Workspace(workspace.root)
    found = again.data_set(NAME)
    assert found.version == {1: 2, 2: 2, 3: 3}[killed]
    assert len(pipeline.load(again, NAME)) == {2: 144, 3: 132}[found.version]
    assert (holding_words(workspace.root, WHO) == set()) == (found.version == 3)
