"""Who is in a log stays there: pseudonyms, columns left out, age, and deletion, looked for byte by byte."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from core import jobs, pipeline
from core.cli import main
from core.data import LogFiles
from core.errors import InputError
from core.jobs import steps, upkeep
from core.settings import ImportSettings, JobSettings
from core.workspace import Workspace

PEOPLE = [f"person-{n:03d}@example.org" for n in range(12)]
HIDING = ["--set", "data.pseudonyms=true"]
NOW = datetime.now(UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture(autouse=True)
def _nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are queued, and no worker takes them."""
    monkeypatch.setattr("core.jobs.worker.ensure_worker", lambda _workspace: None)


def write_log(folder: Path, *, days_ago: int = 40) -> Path:
    """A log in which ids also stand in other columns, in sessions, in torn rows and in rows that cannot be used."""
    rows = ["user_id,item_id,timestamp,session_id,email,comment"]
    for place, person in enumerate(PEOPLE):
        for day in range(8):
            moment = NOW - timedelta(days=days_ago - 4 * day)
            rows.append(
                f"{person},i{(place + day) % 9},{moment:%Y-%m-%dT%H:%M:%S},{person}-{day},{person},hello {person}"
            )
        rows += [f"{person},,never,{person},{person},x", f"{person},a,b,c,d,e,f,{person}", f'{person},"open {person}']
    path = folder / "log.csv"
    path.write_text("\n".join([*rows, f"{PEOPLE[0]},i1,soon,,,"]), encoding="utf-8")
    users = pd.DataFrame({"user_id": PEOPLE, "email": PEOPLE, "name": [f"Mr {person}" for person in PEOPLE], "age": 30})
    users.to_csv(folder / "users.csv", index=False)
    return path


def found_in(root: Path, *words: str) -> set[str]:
    """Files below a folder that hold one of the words, packed Parquet pages included."""
    found = set()
    for path in root.rglob("*"):
        if not path.is_file():
            continue
        text = path.read_bytes()
        if path.suffix == ".parquet":
            text += pd.read_parquet(path).to_csv().encode()
        text += gzip.decompress(text) if text[:2] == b"\x1f\x8b" else b""
        if any(word.encode() in text for word in words):
            found.add(str(path.relative_to(root)))
    return found


def test_after_a_pseudonymous_import_no_id_is_in_the_workspace(workspace, tmp_path):
    """Neither in events, users and rejects nor in any other file; the key is in none of what is exported."""
    log = write_log(tmp_path)
    where = ["--workspace", str(workspace.root)]
    command = ["import", str(log), "--users", str(tmp_path / "users.csv"), "--name", "a", *HIDING, *where]
    assert main(command) == 0
    assert main(["drift", "a", "--out", str(tmp_path / "drift.csv"), *where]) == 0
    assert workspace.data_set("a").summary["rows_rejected"] > 12
    assert found_in(workspace.root, "person-", "example.org") == set()
    assert list(pd.read_parquet(workspace.data_set("a").users)) == ["user_id", "age"]
    assert found_in(workspace.root, workspace.secret()) == {"secret.key"}
    assert workspace.secret() not in (tmp_path / "drift.csv").read_text("utf-8")


def test_a_pseudonymous_import_as_a_job_leaves_no_upload(workspace, tmp_path):
    """What the browser sent is gone after the import, and a failed one tells no cell of the file."""
    upload = workspace.uploads().new("log.csv")
    upload.write_bytes(write_log(tmp_path).read_bytes())
    hidden = {"pseudonyms": True}
    job = jobs.submit(workspace, "import", {"name": "a", "events": str(upload), "settings": hidden})
    torn = workspace.uploads().new("torn.csv")
    torn.write_text("".join(f"{person},b,c\n" for person in PEOPLE), encoding="utf-8")
    bad = jobs.submit(workspace, "import", {"name": "b", "events": str(torn), "settings": hidden})
    for job_id in (job, bad):
        steps.run(workspace, job_id, JobSettings(niceness=0))
    assert jobs.get(workspace, job).status == jobs.DONE
    assert "has no header" in jobs.get(workspace, bad).error
    workspace.discard_upload(torn)
    assert found_in(workspace.root, "person-") == set()


def test_ids_and_pseudonyms_never_lie_side_by_side(workspace, tmp_path):
    """A version with the ids themselves would give away who stands behind the pseudonyms."""
    log = LogFiles(write_log(tmp_path))
    pipeline.import_log(workspace, "a", log)
    with pytest.raises(InputError, match=r"'a' holds the user ids themselves: .* Choose another name, or delete it"):
        pipeline.import_log(workspace, "a", log, ImportSettings(pseudonyms=True))


def test_deletion_leaves_nothing(workspace, tmp_path):
    """Events, versions, jobs, logs, derived tables and rejects: no byte of any id stays, and no name of the set."""
    log = write_log(tmp_path)
    where = ["--workspace", str(workspace.root)]
    for _ in range(2):
        assert main(["import", str(log), "--name", "secret-set", *where]) == 0
    assert main(["drift", "secret-set", "--out", str(tmp_path / "drift.csv"), *where]) == 0
    assert main(["notes", "secret-set", "--user", PEOPLE[0], "--add", "knows person-007", *where]) == 0
    job = jobs.submit(workspace, "drift", {"name": "secret-set", "settings": {"alpha": 0.1}})
    steps.run(workspace, job, JobSettings(niceness=0))
    assert found_in(workspace.root, "person-", "secret-set")
    assert main(["delete", "secret-set", *where]) == 0
    assert found_in(workspace.root, "person-", "secret-set") == set()


def test_events_grow_old_and_go(workspace, tmp_path):
    """A purge writes a version without what is too old, takes the earlier ones away, and counts every row."""
    log = LogFiles(write_log(tmp_path, days_ago=40))
    first = pipeline.import_log(workspace, "a", log, ImportSettings(retention_days=60))
    assert pipeline.purge(workspace, "a") == 0
    first.summary["recipe"]["settings"]["retention_days"] = 30
    with workspace.staging() as folder:
        for path in first.folder.glob("*.*"):
            (folder / path.name).write_bytes(path.read_bytes())
        workspace.publish("a", folder, first.summary)
    upkeep.purge_old(workspace)
    (job,) = jobs.active(workspace)
    assert (job.step, job.data_set) == ("purge", "a")
    steps.run(workspace, job.id, JobSettings(niceness=0))
    after = workspace.data_set("a")
    events = pd.read_parquet(after.events)
    assert jobs.get(workspace, job.id).result == {"rows": 3 * len(PEOPLE)}
    assert events["timestamp"].min() >= pd.Timestamp(NOW.replace(tzinfo=None)) - pd.Timedelta(days=31)
    assert events.groupby("user_id")["timestamp"].is_monotonic_increasing.all()
    summary = after.summary
    assert summary["rows_read"] == summary["rows_kept"] + summary["rows_rejected"] + summary["duplicates"]
    assert summary["rows_kept"] == len(events)
    assert [path.name for path in sorted(after.folder.parent.glob("v*"))] == ["v3"]
    assert after.rejects.read_text("utf-8") == "line,reason\n"
    upkeep.purge_old(workspace)
    assert not jobs.active(workspace)


def test_what_is_too_old_is_not_taken_in(workspace, tmp_path, capsys):
    """The rule holds at the import too; the command tells how many rows each data set lost."""
    log = LogFiles(write_log(tmp_path, days_ago=40))
    done = pipeline.import_log(workspace, "a", log, ImportSettings(min_events=1, retention_days=30))
    assert done.summary["reasons"]["event is older than 30 days"] == 3 * len(PEOPLE)
    capsys.readouterr()
    assert main(["purge", "--json", "--workspace", str(workspace.root)]) == 0
    assert capsys.readouterr().out == '{"removed": {"a": 0}}\n'


def test_a_job_takes_the_recipe_of_another_import(workspace, tmp_path):
    """`like` brings columns and settings; what the job says itself wins; several files are one log."""
    log = write_log(tmp_path)
    second = tmp_path / "second.csv"
    second.write_text(log.read_text("utf-8").replace("person", "other"), encoding="utf-8")
    pipeline.import_log(workspace, "a", LogFiles(log), ImportSettings(min_events=3, session_gap_minutes=5.0))
    arguments = {"name": "b", "events": str(log), "more": [str(second)], "like": "a", "settings": {"min_events": 2}}
    job = jobs.submit(workspace, "import", arguments)
    steps.run(workspace, job, JobSettings(niceness=0))
    assert jobs.get(workspace, job).status == jobs.DONE, jobs.get(workspace, job).error
    summary = workspace.data_set("b").summary
    assert summary["users"] == 2 * len(PEOPLE)
    assert summary["recipe"]["settings"]["min_events"] == 2
    assert summary["session_gap_minutes"] == 5.0
