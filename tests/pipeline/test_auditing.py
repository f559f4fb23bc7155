"""What was done is written down by every door, cannot be changed unseen, and keeps no name that is to go."""

import csv
import io
import json
import sqlite3
import threading
from contextlib import closing

import pytest

from core import jobs, pipeline
from core.cli import main
from core.data import LogFiles
from core.errors import SettingsError, WorkspaceError
from core.jobs import steps
from core.settings import ADMIN, AUDIT_ROWS, AuditSettings, ImportSettings, JobSettings
from core.workspace import Actor, Login, Workspace, actors, audit
from tests.workspace.people import NAME, PEOPLE, WHO, holding_words, write_log


@pytest.fixture
def workspace(tmp_path):
    """A workspace with one data set."""
    workspace = Workspace(tmp_path / "workspace")
    pipeline.import_log(workspace, NAME, LogFiles(write_log(tmp_path)), ImportSettings(min_events=1))
    return workspace


def done(workspace, name=None):
    """What was done, to what and to whom."""
    table = pipeline.audit_table(workspace, name)
    return list(zip(table["what"], table["data_set"], table["person"], strict=True))


def test_every_door_writes_down_what_was_done(workspace, tmp_path, capsys):
    """Command line, page and job: what, when, by whom, to which data set and of whom; never what they saw."""
    where = ["--workspace", str(workspace.root)]
    assert main(["drift", NAME, "--out", str(tmp_path / "d.csv"), *where]) == 0
    with actors.acting(Actor("page", "page", "a1b2c3d4", role=ADMIN)):
        pipeline.opened(workspace, NAME, WHO)
        job = jobs.submit(workspace, "forget", {"name": NAME, "user": PEOPLE[1]})
    steps.run(workspace, job, JobSettings(niceness=0))
    assert main(["export-person", NAME, "--user", WHO, "--out", str(tmp_path / "p.zip"), *where]) == 0
    capsys.readouterr()
    assert main(["audit", *where]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    me = actors.by_system().who
    assert [(row["what"], row["who"], row["door"], row["place"], row["user_id"]) for row in rows] == [
        ("imported", me, "command line", "", ""),
        ("exported", me, "command line", "", ""),
        ("opened", "page", "page", "a1b2c3d4", WHO),
        ("forgotten", "page", "job", "a1b2c3d4", ""),
        ("exported", me, "command line", "", WHO),
    ]
    assert {row["data_set"] for row in rows} == {NAME}
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert main(["audit", "verify", "--json", *where]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["last"], told["head"]) == (5, 5, rows[-1]["seal"])


def test_who_is_forgotten_goes_out_of_the_audit_too(workspace):
    """The row stays and verifies, and says that it was somebody; no byte names them."""
    for who in (WHO, PEOPLE[5], WHO):
        pipeline.opened(workspace, NAME, who)
    first, other, again = (person for what, _, person in done(workspace) if what == "opened")
    assert (first, other, again) == (WHO, PEOPLE[5], WHO)
    pipeline.forget(workspace, NAME, WHO)
    first, other, again = (person for what, _, person in done(workspace) if what == "opened")
    assert first == again
    assert first.startswith("#")
    assert other == PEOPLE[5]
    assert holding_words(workspace.root, WHO) == set()
    assert pipeline.verify_audit(workspace)["rows"] == 5


def test_a_data_set_that_is_gone_is_found_by_who_knows_its_name(workspace):
    """No byte of the workspace names it; asked by name the audit tells when it was deleted."""
    pipeline.opened(workspace, NAME, WHO)
    pipeline.import_log(workspace, "other", LogFiles(write_log(workspace.root.parent)), ImportSettings(min_events=1))
    pipeline.delete(workspace, NAME)
    assert [what for what, _, _ in done(workspace, NAME)] == ["imported", "opened", "deleted"]
    assert {name for _, name, _ in done(workspace, NAME)} == {NAME}
    assert all(name == "other" or name.startswith("#") for _, name, _ in done(workspace))
    assert all(not person or person.startswith("#") for _, _, person in done(workspace))
    assert pipeline.verify_audit(workspace)["rows"] == 4


def test_the_audit_is_found_by_what_whom_where_and_when(workspace, tmp_path):
    """Newest first, part by part, with how many there are; by whoever did it, whom it was done to, and by a mark."""
    where = tmp_path / "access.toml"
    me = Actor("Ada@example.org", role=ADMIN, login=Login("x", home=str(workspace.root), rules=str(where)))
    for who in (WHO, PEOPLE[5], WHO):
        pipeline.opened(workspace, NAME, who)
    with actors.acting(me):
        pipeline.grant(workspace, "eve", ADMIN)
    day, after = pipeline.audit_table(workspace)["time"].iloc[0][:10], "2999-01-01"

    def numbers(most=None, first=0, **sought):
        table, count = pipeline.audit_found(workspace, audit.Sought(**sought), most, first)
        assert len(table) == min(count - first, most or count)
        return list(table["number"])

    assert numbers() == [5, 4, 3, 2, 1]
    assert numbers(2, 1, data_set=NAME) == [3, 2]
    assert numbers(what="opened") == [4, 3, 2]
    assert numbers(person=WHO) == [4, 2]
    assert numbers(person="ada@example.org") == numbers(person="eve") == [5]
    assert numbers(data_set="another") == numbers(since=after) == numbers(until=day) == []
    assert numbers(since=day, until=after, what="opened", person=PEOPLE[5]) == [3]
    pipeline.forget(workspace, NAME, WHO)
    table, _ = pipeline.audit_found(workspace, audit.Sought(what="opened"))
    assert numbers(person=WHO) == []
    assert numbers(person=table["person"].iloc[0]) == [4, 2]
    changed(workspace, "update audit set detail = '[' where number = 5")
    assert numbers(person=PEOPLE[5]) == [3]


def changed(workspace, statement, *values):
    with closing(sqlite3.connect(workspace.root / "meander.db")) as database:
        database.execute(statement, values)
        database.commit()


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("update audit set what = 'deleted' where number = 4", 4),
        ("update audit set who = 'nobody' where number = 2", 2),
        ("delete from audit where number = 3", 3),
        ("delete from audit where number = 1", 1),
        ("update audit set seal = 'x' where number = 6", 6),
        ("delete from audit where number < 4", 1),
        ("insert into audit select 9, time, who, door, place, what, data_set, person, detail, seal from audit "
         "where number = 6", 7),
    ],
)  # fmt: skip
def test_a_row_that_was_changed_is_found(workspace, statement, number):
    """Changed, taken out or put in: the first row that is not as it was is named."""
    for who in PEOPLE[:5]:
        pipeline.opened(workspace, NAME, who)
    assert pipeline.verify_audit(workspace)["rows"] == 6
    changed(workspace, statement)
    with pytest.raises(WorkspaceError, match=rf"Row {number} of the audit of .* is not as it was written, or missing"):
        pipeline.verify_audit(workspace)


def test_a_cut_at_the_end_is_found_by_a_seal(workspace, capsys):
    """The newest rows can be taken out unseen, unless somebody noted the newest seal."""
    for who in PEOPLE[:5]:
        pipeline.opened(workspace, NAME, who)
    head = pipeline.verify_audit(workspace)["head"]
    pipeline.opened(workspace, NAME, WHO)
    assert pipeline.verify_audit(workspace, head)["rows"] == 7
    changed(workspace, "delete from audit where number > 5")
    assert pipeline.verify_audit(workspace)["rows"] == 5
    with pytest.raises(WorkspaceError, match=rf"No row of the audit of .* has the seal {head}"):
        pipeline.verify_audit(workspace, head)
    assert main(["audit", "--head", head, "--workspace", str(workspace.root)]) == 2
    assert "belong to: audit verify" in capsys.readouterr().err


def test_the_oldest_rows_go_and_the_rest_verifies(workspace, monkeypatch):
    """There are never more rows than the limit by a tenth; that some went is a row, and a cut by hand is found."""
    monkeypatch.setenv(AUDIT_ROWS, "100")
    with workspace.database() as database:
        database.execute("begin immediate")
        for _ in range(350):
            audit.record(database, "opened", NAME, WHO)
    told = pipeline.verify_audit(workspace)
    assert 100 <= told["rows"] <= 112
    assert told["first"] > 200
    assert audit.TRIMMED in [what for what, _, _ in done(workspace)]
    changed(workspace, "delete from audit where number = ?", told["first"])
    with pytest.raises(WorkspaceError, match=f"Row {told['first']} of the audit"):
        pipeline.verify_audit(workspace)
    changed(workspace, "update about set value = ? where name = ?", json.dumps([told["first"], "x"]), audit.START)
    with pytest.raises(WorkspaceError, match="of the audit"):
        pipeline.verify_audit(workspace)


def test_it_cannot_be_switched_off():
    """Next to nothing is no limit."""
    with pytest.raises(SettingsError, match=r"audit\.rows must be at least 100, found 0"):
        AuditSettings(0)


def test_many_may_write_at_once(workspace):
    """Rows of several at a time are one chain."""
    threads = [
        threading.Thread(target=lambda: [pipeline.opened(workspace, NAME, WHO) for _ in range(5)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pipeline.verify_audit(workspace)["rows"] == 21


def test_a_row_costs_next_to_nothing(workspace, monkeypatch):
    """A handful of statements to the database, however many rows there are, so that a visit is as quick as it was."""
    said, spent, connect = [], [], sqlite3.connect

    def listened(*args, **kwargs):
        connection = connect(*args, **kwargs)
        connection.set_trace_callback(said.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", listened)
    workspace.stay()
    for _ in range(30):
        said.clear()
        pipeline.opened(workspace, NAME, WHO)
        spent.append(len(said))
    assert 0 < min(spent) == max(spent) < 20, said
