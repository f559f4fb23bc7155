"""A log that grows, followed into states: counts, states and lists are those of a batch, whatever happens."""

import json
import multiprocessing
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import pipeline, settings
from core.cli import main
from core.data import LogFiles
from core.errors import InputError, UnknownDataSetError
from core.pipeline import Feed, arrivals
from core.settings import Settings
from core.workspace import Workspace
from tests.stream.conftest import COLUMNS, ONCE, check

FORK = multiprocessing.get_context("fork")
"""A process that has loaded what it needs."""


def write(events, path, **how) -> None:
    events.to_csv(path, index=False, **how)


def test_counts_and_states_are_those_of_a_batch(log, tmp_path):
    """With repeats and malformed rows, in steps, and read again from the start."""
    workspace, new = log
    source = tmp_path / "new.csv"
    repeated = pd.concat([new, new[::20]], ignore_index=True)
    write(repeated, source)
    with source.open("a") as stream:
        stream.write("u1,i1\nu1,i1,yesterday,view\n,i1,2024-01-01,view\nu1,i1,2024-01-01,view,more\n")
    counts = pipeline.stream(workspace, "log", Feed(source), ONCE)
    assert counts["events"] == len(new)
    assert counts["repeats"] == len(new[::20])
    assert counts["malformed"] == 4
    assert counts["malformed: timestamp is not a time"] == 1
    assert counts["rows"] == len(repeated) + 4
    check(workspace, new)
    again = pipeline.stream(workspace, "log", Feed(source), replace(ONCE, from_start=True))
    assert (again["events"], again["repeats"]) == (len(new), 2 * len(new[::20]) + len(new))
    check(workspace, new)


def test_late_events(log, tmp_path):
    """Whatever the order of arrival, histories are in order of time, and so are states."""
    workspace, new = log
    shuffled = new.sample(frac=1.0, random_state=1)
    ties = new.duplicated(["user_id", "timestamp"], keep=False)
    shuffled = shuffled[~ties.reindex(shuffled.index)]
    write(shuffled, tmp_path / "new.csv")
    counts = pipeline.stream(workspace, "log", Feed(tmp_path / "new.csv"), replace(ONCE, at_once=50))
    assert counts["late"] > 100
    check(workspace, shuffled)


def test_the_log_that_was_imported_may_be_followed_on(log, world, tmp_path):
    """What the data set holds is counted apart."""
    workspace, new = log
    write(pd.concat([world[1], new]), tmp_path / "log.csv")
    counts = pipeline.stream(workspace, "log", Feed(tmp_path / "log.csv"), ONCE)
    assert (counts["already in the data set"], counts["events"]) == (len(world[1]), len(new))
    check(workspace, new)


def test_ids_tell_true_repeats_apart(log, tmp_path):
    """Two events that agree in all but their ids are two, a microsecond apart; the same id is a repeat."""
    workspace, new = log
    twice = pd.concat([new[:10], new[:10], new[:10]]).assign(event_id=[*range(20), *range(10)])
    write(twice, tmp_path / "new.csv")
    counts = pipeline.stream(workspace, "log", Feed(tmp_path / "new.csv"), ONCE)
    assert (counts["events"], counts["repeats"]) == (20, 10)


def test_unknown_items_and_users(log, tmp_path):
    """Nobody is refused: a list comes, a state too, and all of it is counted."""
    workspace, _ = log
    rows = [("newbie", "thing", "2030-01-01", "view"), ("newbie", "i00001", "2030-01-02", "view")]
    pd.DataFrame(rows, columns=COLUMNS).assign(category="Books").to_csv(tmp_path / "new.csv", index=False)
    told = []
    counts = pipeline.stream(
        workspace, "log", Feed(tmp_path / "new.csv"), replace(ONCE, followed=("newbie",)), told.append
    )
    assert (counts["events on unknown items"], counts["new users"]) == (1, 1)
    assert len(told[-1]["lists"]["newbie"]) == 10
    sequences, model = pipeline.load(workspace, "log"), pipeline.model(workspace, "log")
    by = pipeline.ranker(workspace, workspace.run("log"), pipeline.BLEND, sequences, sequences, model)
    server = arrivals.fresh(workspace, "log", (by, model), sequences, "newbie")
    assert [listed.item for listed in server.top("newbie")] == told[-1]["lists"]["newbie"]
    np.testing.assert_allclose(
        server.state("newbie"), pipeline.streamed(workspace, "log").states()["newbie"][1], atol=1e-5
    )


def test_a_new_version_of_what_was_streamed(log, tmp_path):
    """As an import would have it; the recipe stays, the stream goes on, nothing is taken in twice."""
    workspace, new = log
    source, before = tmp_path / "new.csv", workspace.data_set("log")
    write(new, source)
    pipeline.stream(workspace, "log", Feed(source), ONCE)
    after = pipeline.commit(workspace, "log")
    assert after.version == before.version + 1
    assert before.events.exists()
    assert after.summary["rows_kept"] == before.summary["rows_kept"] + len(new)
    assert after.summary["recipe"] == before.summary["recipe"]
    with pytest.raises(InputError, match="Nothing has been streamed"):
        pipeline.commit(workspace, "log")
    again = pipeline.stream(workspace, "log", Feed(source, model="popularity"), replace(ONCE, from_start=True))
    assert (again["committed"], again["repeats"]) == (len(new), len(new))
    assert pipeline.streamed(workspace, "log").size() == 0


def test_pseudonyms_are_those_of_the_import(tmp_path):
    """Ids of users are hashed before anything is written, and a new version does not hash them again."""
    workspace = Workspace(tmp_path / "workspace")
    rows = pd.DataFrame([("ann", f"i{n}", f"2024-01-0{n}") for n in range(1, 8)], columns=COLUMNS[:3])
    write(rows, tmp_path / "old.csv")
    chosen = settings.override(Settings(), ["data.pseudonyms=true"]).data
    pipeline.import_log(workspace, "log", LogFiles(tmp_path / "old.csv"), chosen)
    owner = pipeline.load(workspace, "log").users[0]
    write(rows.assign(timestamp="2024-02-01"), tmp_path / "new.csv")
    pipeline.stream(workspace, "log", Feed(tmp_path / "new.csv", model="popularity"), ONCE)
    assert {event.user for event in pipeline.streamed(workspace, "log").events()} == {owner}
    assert b"ann" not in workspace.data_set("log").journal.read_bytes()
    pipeline.commit(workspace, "log")
    assert pipeline.load(workspace, "log").users.tolist() == [owner]
    assert pipeline.load(workspace, "log").lengths.tolist() == [14]


def test_deleting_leaves_nothing(log, tmp_path):
    """Neither journal nor lock; a stream into what is gone is refused."""
    workspace, new = log
    write(new, tmp_path / "new.csv")
    pipeline.stream(workspace, "log", Feed(tmp_path / "new.csv"), ONCE)
    folder = workspace.data_set("log").journal.parent
    pipeline.delete(workspace, "log")
    assert not folder.exists()
    with pytest.raises(UnknownDataSetError, match="No data set 'log'"):
        pipeline.stream(workspace, "log", Feed(tmp_path / "new.csv"), ONCE)


def test_killed_and_started_again(log, tmp_path, capsys):
    """Twice in the middle of a growing log: nothing is lost, nothing counted twice, states are those of a batch."""
    workspace, new = log
    source = tmp_path / "new.csv"
    write(pd.concat([new, new[::20]]).sort_values("timestamp", kind="stable"), source)
    command = ["stream", "log", "--source", str(source), "--json", "--workspace", str(workspace.root)]
    lines = source.read_text().splitlines(keepends=True)
    source.write_text("".join(lines[: len(lines) // 2]))
    for _ in range(2):
        process = FORK.Process(target=main, args=(command,))
        process.start()
        _wait_for_growth(workspace)
        process.kill()
        process.join()
    with source.open("a") as stream:
        stream.write("".join(lines[len(lines) // 2 :]))
    capsys.readouterr()
    assert main([*command, "--once"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["events"], counts["repeats"]) == (len(new), len(new[::20]))
    check(workspace, new)


def _wait_for_growth(workspace) -> None:
    """Until the stream has written something more."""
    journal = workspace.data_set("log").journal
    before, patience = journal.stat().st_mtime if journal.exists() else 0.0, time.monotonic() + 60
    while time.monotonic() < patience:
        wal = journal.with_name("stream.db-wal")
        if (wal.exists() and wal.stat().st_size > 100_000) or (journal.exists() and journal.stat().st_mtime > before):
            return
        time.sleep(0.01)


def test_two_streams_at_once_are_refused(log, tmp_path):
    """One data set, one stream."""
    workspace, new = log
    write(new[:5], tmp_path / "new.csv")

    def second(_step) -> None:
        with pytest.raises(InputError, match="is running already"):
            pipeline.stream(workspace, "log", Feed(tmp_path / "new.csv"), ONCE)

    pipeline.stream(workspace, "log", Feed(tmp_path / "new.csv"), ONCE, second)


def test_watched_users_are_told_of(log, tmp_path):
    """With `watch` the journal holds who was flagged as drifted, and each step tells of them."""
    workspace, new = log
    write(new, tmp_path / "new.csv")
    told = []
    how = replace(ONCE, watch=True, sink=str(tmp_path / "changes.jsonl"))
    counts = pipeline.stream(workspace, "log", Feed(tmp_path / "new.csv"), how, lambda s: told.extend(s["drifted"]))
    flags = pipeline.streamed(workspace, "log").flags()
    assert counts.get("users flagged", 0) == len(flags)
    assert {line["user_id"] for line in told if "drifted" in line} == {flag.user for flag in flags}
    assert {line["user_id"] for line in told if "named" in line} == {
        each.user for each in pipeline.streamed(workspace, "log").named()
    }
    assert pipeline.watcher(workspace, "log").ready
    _check_published(tmp_path / "changes.jsonl", flags, pipeline.load(workspace, "log").catalogue.categories)


def _check_published(path, flags, categories) -> None:
    """What a sink was given: a line for each flag, from what to what, by the numbers of one stream."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["sequence"] for line in lines] == list(range(1, len(flags) + 1))
    assert len({line["stream"] for line in lines}) == 1
    assert {line["user_id"]: line["evidence"] for line in lines} == {
        flag.user: round(flag.evidence, 3) for flag in flags
    }
    for line in lines:
        assert line["since"] <= line["time"]
        assert 0 < line["p"] <= 0.05
        assert set(line["from"] + line["to"]) <= set(categories)
        assert line["from"] or line["to"]
        assert not set(line["from"]) & set(line["to"])
