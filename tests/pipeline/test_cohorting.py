"""Named cohorts: by rule or by ids, over versions, without whoever is forgotten, and as each role may see them."""

import json
import shutil
import sqlite3

import pandas as pd
import pytest

from core import pipeline
from core.cli import main
from core.data import LogFiles, export
from core.drift import Cohort, cohort_rules
from core.errors import CohortError, ForbiddenError, UnknownDataSetError
from core.workspace import Actor, Workspace, actors

NAME = "shop"
USERS, EVENTS = 10, 14
IDS = [f"real-{user:02}" for user in range(USERS)]
VIEWER = Actor("vera", "page", role="viewer")
EDITOR = Actor("ed", "page", role="editor")
RULE = Cohort(min_events=5, attributes=(("plan", "paid"),))


def publish(workspace, folder, users=IDS):
    """The log of some users, every second of whom pays."""
    rows = [f"{user},i{(place + 3 * event) % 8 + 8 * (event > 6)},{1_700_000_000 + 90_000 * event + place}"
            for place, user in enumerate(users) for event in range(EVENTS)]  # fmt: skip
    (folder / "log.csv").write_text("\n".join(["user_id,item_id,timestamp", *rows]))
    items = [f"i{item},{'tea' if item < 8 else 'cake'}" for item in range(16)]
    (folder / "items.csv").write_text("\n".join(["item_id,category", *items]))
    plans = [f"{user},{'paid' if place % 2 else 'free'}" for place, user in enumerate(users)]
    (folder / "users.csv").write_text("\n".join(["user_id,plan", *plans]))
    return pipeline.import_log(
        workspace, NAME, LogFiles(*(folder / f"{part}.csv" for part in ("log", "items", "users")))
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace with ten users, a cohort by rule and one by ids; never change it."""
    folder = tmp_path_factory.mktemp("cohorts")
    opened = Workspace(folder / "workspace")
    publish(opened, folder)
    pipeline.save_cohort(opened, NAME, "payers", RULE)
    pipeline.save_cohort(opened, NAME, "asked us", users=IDS[:4])
    return opened.root


@pytest.fixture
def workspace(made, tmp_path):
    """A copy of it."""
    shutil.copytree(made, tmp_path / "workspace")
    return Workspace(tmp_path / "workspace")


def table_of(log):
    """A drift table in which nobody changed."""
    rows = {"user_id": log.users, "n_events": log.lengths, "status": "ok", "q_value": 1.0, "score": 0.0}
    lists = dict.fromkeys(("change_events", "from_categories", "to_categories"), [()] * log.n_users)
    return pd.DataFrame(rows | lists).assign(named=False, kind="", direction="", changes=[()] * log.n_users)


def users_of(workspace, cohort):
    """Who is in a cohort, as whoever asks sees them."""
    log = pipeline.load(workspace, NAME)
    return set(pipeline.cohort_users(workspace, NAME, cohort, table_of(log), log)["user_id"])


def test_a_rule_is_looked_at_anew_and_ids_stay(workspace, tmp_path):
    """On a newer version the rule finds who fits now; a list keeps its ids, also of who is not in the log just now."""
    assert users_of(workspace, "payers") == set(IDS[1::2])
    assert users_of(workspace, "asked us") == set(IDS[:4])
    publish(workspace, tmp_path, [*IDS[2:], "new-1", "new-2"])
    assert users_of(workspace, "payers") == {*IDS[3::2], "new-2"}
    assert users_of(workspace, "asked us") == set(IDS[2:4])
    publish(workspace, tmp_path)
    assert users_of(workspace, "asked us") == set(IDS[:4])


def test_a_rule_comes_back_as_it_was_saved():
    """All that narrows a cohort survives the way through the database, moments too; ids picked by hand do not."""
    start = pd.Timestamp("2024-05-01T12:30")
    rule = Cohort("a", ("named",), ("abrupt",), ("shift",), ("tea",), ("cake",), start, None, 7, (("plan", "paid"),))
    assert cohort_rules.read(json.loads(json.dumps(cohort_rules.plain(rule)))) == rule
    assert cohort_rules.plain(Cohort(users=frozenset(IDS))) == {}
    assert rule.by_verdict
    assert not RULE.by_verdict


def test_a_person_leaves_with_all_that_names_them(workspace):
    """Whoever is forgotten is in no list, in no rule and in no name of a cohort any more; the others stay."""
    gone = IDS[1]
    pipeline.save_cohort(workspace, NAME, f"like {gone}", Cohort(text=gone))
    pipeline.forget(workspace, NAME, gone)
    assert users_of(workspace, "asked us") == set(IDS[:4]) - {gone}
    assert [each.name for each in pipeline.cohorts(workspace, NAME)] == ["asked us", "like (forgotten)", "payers"]
    with sqlite3.connect(workspace.root / "meander.db") as database:
        dump = "\n".join(line for line in database.iterdump() if "cohort" in line)
    assert gone not in dump


def test_a_purge_takes_who_is_gone_off_the_lists(workspace, monkeypatch):
    """Whose events all grew too old is no longer listed."""
    from core.pipeline import cohorting

    monkeypatch.setattr(cohorting.lookup, "all_users", lambda _data_set: IDS[2:])
    cohorting.leave_cohorts(workspace, workspace.data_set(NAME))
    with sqlite3.connect(workspace.root / "meander.db") as database:
        assert [row[0] for row in database.execute("select user_id from cohort_people order by 1")] == IDS[2:4]


def test_cohorts_go_with_their_data_set_and_into_a_backup(workspace, tmp_path):
    """A backup brings them back; deleting the data set leaves none, also for the next of the name."""
    pipeline.backup(workspace, tmp_path / "all.tar")
    pipeline.delete(workspace, NAME)
    with pytest.raises(UnknownDataSetError):
        pipeline.cohorts(workspace, NAME)
    publish(workspace, tmp_path)
    assert pipeline.cohorts(workspace, NAME) == []
    restored = tmp_path / "restored"
    pipeline.restore(tmp_path / "all.tar", restored)
    assert users_of(Workspace(restored), "asked us") == set(IDS[:4])


def test_a_viewer_uses_cohorts_and_sees_pseudonyms(workspace):
    """Nobody's id or part of one leaves; a rule by a part of an id finds whom it found; saving takes an editor."""
    pipeline.save_cohort(workspace, NAME, "ones", Cohort(text="REAL-01"))
    masks = workspace.secret()
    with actors.acting(VIEWER):
        assert users_of(workspace, "asked us") == {export.mask(user, masks) for user in IDS[:4]}
        assert users_of(workspace, "ones") == {export.mask(IDS[1], masks)}
        assert "real-" not in pipeline.cohort_table(workspace, NAME).to_csv().lower()
        for act in (lambda: pipeline.save_cohort(workspace, NAME, "x", RULE),
                    lambda: pipeline.remove_cohort(workspace, NAME, "ones")):  # fmt: skip
            with pytest.raises(ForbiddenError):
                act()
    with actors.acting(EDITOR):
        pipeline.remove_cohort(workspace, NAME, "ones")
    audit = pipeline.audit_table(workspace)
    assert audit["what"].tolist().count("cohort_saved") == 3
    assert audit["what"].iloc[-1] == "cohort_deleted"


def test_what_cannot_be_a_cohort(workspace):
    """Each gets one clear line, and what had the name before stays."""
    for name, users, line in (
        (" ", IDS, "cannot be the name"), ("x" * 81, IDS, "81 characters"), ("x", [], "Nobody is in this cohort"),
        ("x", ["nobody"], "None of the 1 ids is one of the 10 users"),
    ):  # fmt: skip
        with pytest.raises(CohortError, match=line):
            pipeline.save_cohort(workspace, NAME, name, users=users)
    with pytest.raises(CohortError, match=r"has no cohort 'z'\. Known: 'asked us', 'payers'"):
        pipeline.cohort(workspace, NAME, "z")
    kept = pipeline.save_cohort(workspace, NAME, "asked us", users=[IDS[0], "nobody"])
    assert (kept.users, kept.unknown) == (1, 1)
    assert users_of(workspace, "asked us") == {IDS[0]}


def test_the_command_line_keeps_lists_and_tells(workspace, tmp_path, capsys):
    """Rules and files of ids are saved, listed, used by a report, and deleted."""
    (tmp_path / "ids.csv").write_text("name,user_id\nAnn,real-01\nBen,real-02\n")
    run = ["--workspace", str(workspace.root)]
    assert main(["cohort", NAME, "save", "two", "--users", str(tmp_path / "ids.csv"), "--json", *run]) == 0
    assert json.loads(capsys.readouterr().out) == {"cohort": "two", "by": "ids", "users": 2, "unknown": 0}
    assert main(["cohort", NAME, "save", "free", "--rule", "attribute=plan=free", "--rule", "min-events=5", *run]) == 0
    assert main(["cohort", NAME, "users", "free", *run]) == 0
    assert sorted(line.split(",")[0] for line in capsys.readouterr().out.splitlines()[3:]) == IDS[::2]
    assert main(["report", NAME, "--cohort", "two", "--table", "people", *run]) == 0
    assert sorted(line.split(",")[0] for line in capsys.readouterr().out.splitlines()[1:]) == IDS[1:3]
    assert main(["cohort", NAME, "delete", "two", *run]) == 0
    assert main(["cohort", NAME, *run]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split(",")[:2] for line in listed[1:]] == [["asked us", "ids"], ["free", "rule"], ["payers", "rule"]]
    for wrong, line in (
        ("plan=free", "is no rule"),
        ("kind=slow", "is no value of kind"),
        ("min_events=x", "no value"),
    ):
        assert main(["cohort", NAME, "save", "no", "--rule", wrong, *run]) == 2
        assert line in capsys.readouterr().err
