"""Every command: what it prints, what it writes, and the one line with which it refuses bad input."""

import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from core.cli import console, main
from core.data import schema
from core.drift.by_model.model_view import VIEW_COLUMNS

PROJECT = Path(__file__).parents[2]
TINY = ["model.embedding_size=8", "model.blocks=1", "model.window=20", "training.batch_tokens=400"]
TINY_FLAGS = [part for setting in TINY for part in ("--set", setting)]


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    """A workspace with the simulated data set `sim` and a run of two epochs."""
    folder = tmp_path_factory.mktemp("cli")
    workspace = folder / "workspace"
    assert main(["simulate", "--users", "40", "--seed", "3", "--out", str(folder / "log")]) == 0
    files = ["--items", str(folder / "log" / "items.csv"), "--users", str(folder / "log" / "users.csv")]
    where = ["--workspace", str(workspace)]
    assert main(["import", str(folder / "log" / "events.csv"), *files, "--name", "sim", *where]) == 0
    assert main(["train", "sim", "--epochs", "2", *TINY_FLAGS, *where]) == 0
    return workspace


@pytest.fixture
def run(root, capsys):
    """Run a command in the shared workspace: exit code, output, errors."""

    def command(*arguments):
        code = main([*map(str, arguments), "--workspace", str(root)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    capsys.readouterr()
    return command


@pytest.fixture
def good(run):
    """Run a command that must succeed; its output."""

    def command(*arguments):
        code, out, err = run(*arguments)
        assert code == 0, err
        return out

    return command


@pytest.fixture
def refused(run):
    """Run a command that must be refused with exit code 2; its one line."""

    def command(*arguments):
        try:
            code, out, err = run(*arguments)
        except SystemExit as stop:  # argparse leaves by itself
            code, out, err = stop.code, "", ""
        assert (code, out) == (2, "")
        assert err.count("\n") <= 1
        assert "Traceback" not in err
        return err

    return command


@pytest.fixture
def log(tmp_path):
    """A small log with one bad time, one repeated row, and one user with a single event."""
    rows = [f"u{user},i{(user + event) % 4},{1_600_000_000 + 1000 * event}" for user in range(3) for event in range(6)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["user_id,item_id,timestamp", *rows, rows[0], "u0,i1,yesterday", "u9,i1,1600000000"]))
    return path


def test_import_reports_what_became_of_every_row(good, log):
    """The JSON has the promised keys; read = kept + rejected + duplicates; rejects lie in a file with a reason."""
    report = json.loads(good("import", log, "--name", "small", "--json"))
    assert list(report) == [
        "rows_read", "rows_kept", "rows_rejected", "reasons", "duplicates", "lines_in_cells", "users", "items",
        "columns", "first", "last", "ordinal", "sessions", "event_texts", "decided", "cautions",
        "rejects_file",
    ]  # fmt: skip
    assert (report["rows_read"], report["rows_kept"], report["users"], report["items"]) == (21, 18, 3, 4)
    assert report["rows_read"] == report["rows_kept"] + report["rows_rejected"] + report["duplicates"]
    assert sum(report["reasons"].values()) == report["rows_rejected"]
    assert len(pd.read_csv(report["rejects_file"])) == report["rows_rejected"]
    good("delete", "small")


def test_import_says_what_it_decided(good, tmp_path):
    """Columns and why, span, how times were read, sessions, cells that became empty, and cautions: JSON and text."""
    path = tmp_path / "shop.csv"
    rows = [f"u{place % 3},i{place % 7},{place % 9 + 1}/13/2010 8:{place + 10},good,b" for place in range(30)]
    path.write_text("\n".join(["CustomerID,StockCode,When it was,rating,brand", *rows]))
    report = json.loads(good("import", path, "--name", "said", "--json"))
    assert report["columns"] == {
        "user_id": "CustomerID", "item_id": "StockCode", "timestamp": "When it was", "rating": "rating",
    }  # fmt: skip
    assert (report["first"], report["last"]) == ("2010-01-13T08:10:00", "2010-09-13T08:36:00")
    assert (report["ordinal"], report["sessions"]) == (False, "pauses")
    assert report["decided"] == [
        "user_id is the column CustomerID, by its name",
        "item_id is the column StockCode, by its name",
        "timestamp is the column When it was, by its values",
        "rating is the column rating, by its name",
        "tells about items: brand",
        "events from 2010-01-13 08:10:00 to 2010-09-13 08:36:00 (UTC)",
        "how times were read: month first: 30 dates read only so",
        "a pause of more than 30 minutes starts a new session",
        "30 of 30 cells of rating are no numbers and became empty",
    ]
    assert any(caution.startswith("No categories") for caution in report["cautions"])
    text = good("import", path, "--name", "said").splitlines()
    assert set(report["decided"]) <= set(text)
    assert {f"caution: {caution}" for caution in report["cautions"]} <= set(text)
    good("delete", "said")


def test_import_takes_columns_gz_and_minimum_of_events(good, log, tmp_path):
    """A gzipped TSV with columns of other names, and users of a single event kept."""
    text = log.read_text().replace("user_id,item_id,timestamp", "who,what,when").replace(",", "\t")
    packed = tmp_path / "log.tsv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    mapping = "user_id=who,item_id=what,timestamp=when"
    command = ["import", packed, "--name", "small", "--columns", mapping, "--min-events", 1, "--json"]
    assert json.loads(good(*command))["users"] == 4
    good("delete", "small")


def test_import_of_a_query(good, refused, log, tmp_path):
    """A database is asked instead of a file; more than one, or one that is not there, is refused."""
    import sqlite3

    frame, path = pd.read_csv(log), tmp_path / "shop.db"
    with sqlite3.connect(path) as connection:
        frame.to_sql("log", connection)
    query = "select user_id, item_id, timestamp from log where user_id < 'u2'"
    report = json.loads(good("import", f"sqlite:///{path}", "--query", query, "--name", "asked", "--json"))
    assert (report["rows_read"], report["users"]) == (14, 2)
    assert "--query asks one database, found 2" in refused("import", path, path, "--query", query, "--name", "asked")
    assert "No file" in refused("import", "sqlite:///nowhere.db", "--query", query, "--name", "asked")
    good("delete", "asked")


def test_import_tells_files_apart_and_says_so(good, log, tmp_path):
    """Items beside the log need no flag; what was decided stands in the report."""
    items = tmp_path / "items.csv"
    items.write_text("item_id,title\n" + "".join(f"i{n},Item {n}\n" for n in range(4)))
    report = json.loads(good("import", items, log, "--name", "asked", "--json"))
    assert report["taken_for"] == {"log": ["log.csv"], "items": ["items.csv"], "users": []}
    seen = tmp_path / "seen.csv"
    seen.write_text("Title,Date\n" + "".join(f"Film {n},2021-03-0{n + 1}\n" for n in range(6)))
    report = json.loads(good("import", seen, "--columns", "user_id=@me", "--name", "asked", "--json"))
    assert "no column names the items: their title Title does" in report["decided"]
    good("delete", "asked")


def test_importing_again_makes_a_new_version(good, root, log):
    """The name now means the new log; training and states of the old one are not mixed with it."""
    from core.workspace import Workspace

    good("import", log, "--name", "small")
    good("import", log, "--name", "small", "--min-events", 1)
    assert Workspace(root).data_set("small").version == 2
    good("delete", "small")


def test_train_reports_and_keeps_a_curve(good, root):
    """The JSON has the promised keys, and a line per epoch lies in the run's folder."""
    report = json.loads(good("train", "sim", "--epochs", 1, *TINY_FLAGS, "--json"))
    keys = ["run", "epochs", "seconds", "targets_per_epoch", "targets_per_cpu_second", "validation"]
    assert list(report) == keys
    assert set(report["validation"]) == {"hr@10", "ndcg@10"}
    assert len(pd.read_csv(root / "data" / "sim" / "runs" / report["run"] / "curve.csv")) == report["epochs"] == 1


def test_train_on_everything_and_resume_without_an_unfinished_run(good, run):
    """--holdout 0 trains on all events; --resume with nothing to resume starts anew, and says so."""
    more = json.loads(good("train", "sim", "--holdout", 0, "--epochs", 1, *TINY_FLAGS, "--json"))
    less = json.loads(good("train", "sim", "--epochs", 1, *TINY_FLAGS, "--json"))
    assert more["targets_per_epoch"] > less["targets_per_epoch"]
    code, _, err = run("train", "sim", "--resume", "--epochs", 1, *TINY_FLAGS)
    assert code == 0
    assert "No unfinished run; this is a new one." in err


def test_a_killed_training_is_resumed(good, root):
    """Kill -9, then --resume: the same run goes on and ends as `done`."""
    from core.workspace import Workspace

    command = [sys.executable, "-m", "core", "train", "sim", "--epochs", "500", "--set", "training.patience=500"]
    command += [*TINY_FLAGS, "--workspace", str(root)]
    before = {one.id for one in Workspace(root).runs("sim")}
    process = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        new = [one for one in Workspace(root).runs("sim") if one.id not in before]
        if new and (new[0].folder / "curve.csv").exists():
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert Workspace(root).run("sim", new[0].id).status == "stopped"
    report = json.loads(good("train", "sim", "--resume", "--epochs", 1, "--json"))
    assert report["run"] == new[0].id
    assert Workspace(root).run("sim", new[0].id).status == "done"


def test_evaluate_puts_every_model_into_one_table(good):
    """Model and baselines, best first, with intervals, after a date; without --json a table to read and verdicts."""
    models = ("--models", "attention,blend,popularity,markov")
    found = json.loads(good("evaluate", "sim", *models, "--json"))
    assert found["protocol"] == "temporal"
    assert found["learned_validation"] is True
    table = pd.DataFrame(found["models"]).T
    assert set(table.index) == {"attention", "blend", "popularity", "markov"}
    assert {"hr@10", "ndcg@10", "mrr@10", "ndcg@10_low", "ndcg@10_high"} <= set(table.columns)
    assert table["ndcg@10"].is_monotonic_decreasing
    assert found["test"] == found["had"] + found["twins"] + found["found"]
    assert {row["of"] for row in found["calibration"]} == {"item", "list"}
    told = good("evaluate", "sim", *models)
    assert found["fingerprint"] in told
    assert re.search(r"blend (is better than|is worse than|cannot be told apart from) (popularity|markov)", told)
    assert "warm" in good("evaluate", "sim", *models, "--table", "kinds")


def test_evaluate_by_last_events_says_what_leaks(good, run):
    """The other protocol stays, beside the first, with one line on its leakage."""
    found = json.loads(good("evaluate", "sim", "--protocol", "leave-one-out", "--models", "popularity", "--json"))
    assert found["protocol"] == "leave-one-out"
    assert set(found["models"]) == {"popularity"}
    assert len(found["fingerprint"]) == 16
    assert "what others did after" in found["leakage"]
    assert found["learned_validation"] is True
    _, out, err = run("evaluate", "sim", "--protocol", "leave-one-out", "--models", "popularity")
    assert "higher than what a model of that day" in err
    assert "learned from the validation events too" in err
    assert found["fingerprint"] in out


def test_recommend_writes_ranked_lists(good, tmp_path):
    """user_id,rank,item_id,score; k rows a user, best first, nothing that the user has had."""
    out = tmp_path / "lists.csv"
    good("recommend", "sim", "--all", "--split", "test", "-k", 5, "--out", out)
    lists = pd.read_csv(out, dtype={"user_id": str, "item_id": str})
    assert list(lists.columns) == list(schema.RECOMMENDATION_COLUMNS)
    assert (lists.groupby("user_id")["rank"].apply(list).map(lambda ranks: ranks == [1, 2, 3, 4, 5])).all()
    assert lists.groupby("user_id")["score"].apply(lambda scores: scores.is_monotonic_decreasing).all()


def test_recommend_for_words_lists_what_says_the_like(good):
    """The words stand where a user's id does; nobody has to be known."""
    lists = pd.read_csv(io.StringIO(good("recommend", "sim", "--text", "likes gardening", "-k", "4")))
    assert list(lists.columns) == list(schema.RECOMMENDATION_COLUMNS)
    assert lists["user_id"].tolist() == ["likes gardening"] * 4


def test_recommend_at_a_moment_takes_iso_and_seconds(good):
    """The same moment in either form gives the same list; a later one may give another."""
    command = ["recommend", "sim", "--user", "u000002", "--model", "popularity", "--at"]
    first = good(*command, "2024-06-01T00:00")
    assert first.startswith("user_id,rank,item_id,score\nu000002,1,")
    assert first == good(*command, "1717200000")
    assert first == good(*command, "2024-06-01T02:00+02:00")


def test_live_drift_tells_when_each_user_would_have_been_flagged(good, tmp_path):
    """A row per user: the event and time of the first flag, and the likely first event after the change."""
    out = tmp_path / "live.csv"
    good("drift", "sim", "--live", "--out", out)
    table = pd.read_csv(out)
    columns = "user_id n_events flagged flag_event flag_time since_event since_time evidence e_value named"
    assert list(table.columns) == columns.split()
    assert len(table) == 40
    assert (table["flag_event"] >= 0).equals(table["flagged"])


def test_drift_writes_a_row_per_user_and_no_other_columns(good, root, tmp_path):
    """The CSV has exactly the promised columns; asking again is only a read, and gives the same."""
    out = tmp_path / "drift.csv"
    good("drift", "sim", "--out", out)
    table = pd.read_csv(out)
    assert list(table.columns) == [*schema.DRIFT_COLUMNS, "named", "sure"]
    assert (table["named"] == (table["q_value"] <= 0.05)).all()
    assert set(table["sure"].dropna()) <= {"very sure", "sure", "perhaps", "no sign"}
    assert (table["sure"].isna() == (table["status"] == "insufficient")).all()
    named = [line.split(",")[14] for line in good("drift", "sim", "--accept", ".2").splitlines()[1:]]
    assert [cell == "True" for cell in named] == (table["q_value"] <= 0.2).tolist()
    assert len(table) == table["user_id"].nunique() == 40
    assert set(table["status"]) <= {"ok", "insufficient"}
    assert good("drift", "sim") == out.read_text()
    assert len(list((root / "data" / "sim" / "v1" / "derived").glob("drift-*.parquet"))) == 1


def test_plant_tells_what_is_found_of_planted_changes(good):
    """Half of the users changed, the figures that were promised, and power by length."""
    found = json.loads(good("plant", "sim", "--users", "26", "--json"))
    assert list(found) == ["users", "f1", "auc", "false_alarms", "false_discoveries", "found"]
    assert 20 <= found["users"] <= 26
    assert sum(row["share"] for row in found["found"]) == pytest.approx(1, abs=0.01)
    assert all(0 <= row["power"] <= 1 for row in found["found"])


def test_the_model_has_a_view_of_drift_of_its_own(good, root, tmp_path):
    """The same users in another table, kept beside the run."""
    out = tmp_path / "view.csv"
    good("drift", "sim", "--view", "model", "--out", out)
    table = pd.read_csv(out)
    assert list(table.columns) == [*VIEW_COLUMNS, "named", "sure"]
    assert len(table) == table["user_id"].nunique() == 40
    assert good("drift", "sim", "--view", "model") == out.read_text()
    assert len(list((root / "data" / "sim" / "runs").glob("*/derived/view-*.parquet"))) == 1


def test_explain_says_which_events_speak_for_an_item(good):
    """The top item by default; a row per past event with effect and attention; attention sums to one."""
    answer = json.loads(good("explain", "sim", "--user", "u000002", "--json"))
    assert answer["rank"] == 1
    assert {"event_index", "timestamp", "item_id", "title", "effect", "attention"} <= set(answer["events"][0])
    assert sum(event["attention"] for event in answer["events"]) == pytest.approx(1, abs=1e-3)
    seen = answer["events"][0]["item_id"]
    named = json.loads(good("explain", "sim", "--user", "u000002", "--item", seen, "--at", "2024-12-01", "--json"))
    assert named["item"] == seen
    assert "effect" in good("explain", "sim", "--user", "u000002")


def test_whatif_shows_the_list_with_another_history(good):
    """No edits: the list as recommended; an added item leaves the list; the smallest set names places."""
    listed = pd.read_csv(io.StringIO(good("recommend", "sim", "--user", "u000002")))
    same = json.loads(good("whatif", "sim", "--user", "u000002", "--json"))["list"]
    assert [row["item_id"] for row in same] == listed["item_id"].tolist()
    first = same[0]["item_id"]
    changed = pd.read_csv(io.StringIO(good("whatif", "sim", "--user", "u000002", "--add", first, "--remove", "0")))
    assert changed.set_index("item_id").loc[first, "change"] == "left"
    smallest = json.loads(good("whatif", "sim", "--user", "u000002", "--smallest", "--json"))
    assert smallest["item"] == first
    assert all(isinstance(place, int) for place in smallest["events"])


def test_states_are_written_as_parquet(good, tmp_path):
    """A row per event with its place in the user's history, and the vector."""
    out = tmp_path / "states.parquet"
    good("states", "sim", "--out", out)
    table = pd.read_parquet(out)
    assert list(table.columns[:4]) == ["user_id", "event_index", "timestamp", "item_id"]
    assert list(table.columns[4:]) == [f"s{place}" for place in range(8)]
    assert (table.groupby("user_id")["event_index"].max() + 1 == table.groupby("user_id").size()).all()


def test_simulate_is_reproducible(good, tmp_path):
    """The same seed writes the same bytes; another seed does not."""
    for folder, seed in (("a", 1), ("b", 1), ("c", 2)):
        good("simulate", "--users", 20, "--seed", seed, "--out", tmp_path / folder)
    read = {folder: (tmp_path / folder / "events.csv").read_bytes() for folder in "abc"}
    assert read["a"] == read["b"] != read["c"]
    assert {"events.csv", "items.csv", "truth.csv"} <= {path.name for path in (tmp_path / "a").iterdir()}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["train", "nowhere"], "No data set 'nowhere' in .*Found: .*sim"),
        (["drift", "../etc"], "No data set '../etc'"),
        (["delete", "nowhere"], "No data set 'nowhere'"),
        (["evaluate", "sim", "--models", "oracle"], "No model 'oracle'. Choose from .*attention, .*popularity"),
        (
            ["evaluate", "sim", "--split-date", "1999-01-01"],
            "1999-01-01T00:00:00 lies outside the log, whose events lie",
        ),
        (["evaluate", "sim", "--split-date", "soon"], "'soon' is not a moment"),
        (["evaluate", "sim", "--seeds", "0"], "--seeds must be at least 1, found 0"),
        (["evaluate", "sim", "--protocol", "leave-one-out", "--seeds", "5"], "--seeds belong to --protocol temporal"),
        (["evaluate", "sim", "--protocol", "leave-one-out", "--table", "age"], "'age' belongs to --protocol temporal"),
        (["recommend", "sim", "--all", "--model", "oracle"], "No model 'oracle'. Choose from"),
        (["recommend", "sim", "--user", "nobody"], "User 'nobody' is not in the log. .*--someone-new"),
        (["recommend", "sim", "--all", "--at", "noon"], "'noon' is not a moment. Write ISO 8601"),
        (["recommend", "sim", "--all", "-k", "0"], "recommend.k must be"),
        (["recommend", "sim", "--text", "tea", "--split", "test"], "--text knows no events.*Leave out --at, --split"),
        (["explain", "sim", "--user", "u000002", "--item", "nothing"], "No item 'nothing'"),
        (["whatif", "sim", "--user", "u000002", "--remove", "two"], "'two' is no place of an event"),
        (["list", "sim", "--user", "nobody", "--order", "distance"], "Order by score"),
        (["train", "sim", "--set", "model.size=3"], "No setting 'model.size'. Choose from .*embedding_size"),
        (["train", "sim", "--set", "colour=red"], "'colour=red' is not a setting. Write section.field=value"),
        (["train", "sim", "--epochs", "0"], "training.epochs must be at least 1, found 0"),
        (["train", "sim", "--holdout", "-1"], "training.holdout must be at least 0, found -1"),
        (["drift", "sim", "--alpha", "7"], "drift.alpha must"),
        (["drift", "sim", "--accept", "7"], "accepted must lie between 0.01 and 0.2, found 7.0"),
        (["drift", "sim", "--accept", "nan"], "accepted must lie between 0.01 and 0.2, found nan"),
        (["drift", "sim", "--out", "/no/such/folder/drift.csv"], "No folder '/no/such/folder' to write 'drift.csv'"),
        (["import", "/no/such.csv", "--name", "x"], "No file '/no/such.csv'. Check the path"),
        (["import", __file__, "--name", "a b"], "'a b' cannot be the name of a data set"),
        (["import", __file__, "--name", "x", "--columns", "user_id"], "--columns 'user_id' cannot be read"),
        (["simulate", "--users", "0", "--out", "never"], "users must be at least 1, found 0"),
        (["serve", "--port", "99999"], "--port must lie between 1 and 65535, found 99999"),
    ],
)
def test_bad_input_is_refused_in_one_line(refused, arguments, text):
    """Exit code 2, nothing on stdout, one line that says what was found and what to do."""
    line = refused(*arguments)
    assert re.search(text, line), line


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["train"],
        ["recommend", "sim"],
        ["states", "sim"],
        ["drift", "--no"],
        ["drift", "sim", "--view", "model", "--live"],
    ],
)
def test_wrong_usage_is_one_line_too(capsys, arguments):
    """Exit code 2 and where to read more."""
    with pytest.raises(SystemExit, match="2"):
        main(arguments)
    err = capsys.readouterr().err
    assert err.startswith("Error: ")
    assert err.endswith("--help.\n")
    assert err.count("\n") == 1


def test_a_failed_out_leaves_what_was_there(refused, tmp_path):
    """A file that could not be replaced keeps its content; no half file stays beside it."""
    out = tmp_path / "lists.csv"
    out.write_text("old")
    refused("recommend", "sim", "--user", "nobody", "--out", out)
    folder = tmp_path / "folder"
    folder.mkdir()
    assert "is a folder. Give the name of a file" in refused("drift", "sim", "--out", folder)
    assert out.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "lists.csv"]


def test_delete_removes_the_data_set(good, refused, log):
    """After it the name is unknown."""
    good("import", log, "--name", "gone")
    good("delete", "gone")
    assert "No data set 'gone'" in refused("drift", "gone")


def test_ctrl_c_ends_in_one_line(monkeypatch, run):
    """Exit code 130, no traceback."""
    from core import pipeline

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "delete", interrupted)
    assert run("delete", "sim")[::2] == (130, "Stopped.\n")


def test_a_reader_that_has_enough_is_no_error(root, good):
    """`... | head -1` ends quietly, once there is nothing to compute."""
    good("drift", "sim")
    command = f"{sys.executable} -m core drift sim --workspace {root} | head -1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], cwd=PROJECT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_help_is_quick_and_loads_nothing_heavy():
    """No torch, no pandas, no numpy for --help; well under a second."""
    script = "import sys; from core.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    script += "heavy = {'torch', 'umap', 'pandas', 'numpy', 'duckdb'} & set(sys.modules); assert not heavy, heavy"
    start = os.times()
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, check=True)
    end = os.times()
    assert b"simulate" in done.stdout
    assert end.children_user - start.children_user < 1


def test_serve_becomes_streamlit_and_tells_nobody(monkeypatch, run, root):
    """The dashboard of this workspace, telemetry off, on the port that was asked for."""
    monkeypatch.setattr(os, "chdir", lambda _: None)
    monkeypatch.delenv("MEANDER_WORKSPACE", raising=False)
    called = []
    monkeypatch.setattr(os, "execv", lambda *words: called.append(words))
    assert run("serve", "--port", 18571)[0] == 0
    words = called[0][1]
    assert words[1:5] == ["-m", "streamlit", "run", str(PROJECT / "app.py")]
    assert {"--server.port=18571", "--browser.gatherUsageStats=false"} <= set(words)
    assert os.environ.pop("MEANDER_WORKSPACE") == str(root)


def test_progress_goes_to_stderr_and_never_back(capsys, monkeypatch):
    """In a file a line now and then; the share never falls."""
    monkeypatch.setattr(console, "LINE_EVERY", 0.0)
    progress = console.Progress()
    for share in (0.2, 0.1, 0.5):
        progress(share, "Reading")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == " 20% Reading\n 20% Reading\n 50% Reading\n"


def test_notes_are_written_listed_and_removed(run):
    """A note goes onto an event and comes out as CSV, as text also in a spreadsheet; removed it is gone."""
    user = run("drift", "sim")[1].splitlines()[1].partition(",")[0]
    code, output, _ = run("notes", "sim", "--user", user, "--event", "2", "--add", "=odd(), here")
    (row,) = output.splitlines()[1:]
    assert code == 0
    assert output.splitlines()[0] == "id,user_id,event_index,changed,text"
    assert row.endswith(""","'=odd(), here\"""")
    assert row.split(",")[1:3] == [user, "2"]
    assert run("notes", "sim", "--remove", row.split(",")[0])[1].splitlines()[1:] == []
    code, _, complaint = run("notes", "sim", "--add", "x")
    assert (code, complaint) == (2, "Error: --add needs the user whom the note is on: --user U.\n")


def test_a_list_in_figures(good, log):
    """What the page says of a list, the command says as well."""
    good("import", log, "--name", "small")
    said = good("list", "small", "--user", "u0", "--model", "popularity", "--seen", "--about")
    assert [line.partition(":")[0] for line in said.splitlines()] == ["novelty", "popularity", "categories"]


def test_an_empty_list_says_why(run, good, tmp_path):
    """Who has had every item is told so by each command, and --seen fills the list; others are told how many it are."""
    path = tmp_path / "all.csv"
    rows = [
        f"u{user},i{event % (6 if user else 4)},{1_600_000_000 + 9000 * event}" for user in (0, 1) for event in range(7)
    ]
    path.write_text("\n".join(["user_id,item_id,timestamp", *rows]))
    good("import", path, "--name", "all")
    for command in ("recommend", "list", "whatif"):
        asked = (command, "all", "--user", "u1", "--model", "popularity")
        code, out, err = run(*asked)
        assert (code, len(out.splitlines())) == (0, 1)
        assert "Nothing is left to list: the user has had every item" in err
        code, out, err = run(*asked, "--seen")
        assert (code, len(out.splitlines())) == (0, 7)
        assert "Nothing is left" not in err
    _, out, err = run("recommend", "all", "--all", "--model", "popularity")
    assert {line.partition(",")[0] for line in out.splitlines()[1:]} == {"u0"}
    assert "1 of 2 users have no list" in err
    good("delete", "all")


def test_someone_new_gets_a_list(run, good, refused, log):
    """The list is on stdout, what it rests on is on stderr; without --someone-new an unknown id is refused."""
    good("import", log, "--name", "small")
    asked = ("recommend", "small", "--user", "U0 ", "--model", "popularity", "-k", "2")
    code, out, err = run(*asked, "--someone-new")
    assert code == 0
    assert out.splitlines()[0] == "user_id,rank,item_id,score"
    assert len(out.splitlines()) == 3
    assert "'U0 ' is not in the log" in err
    assert "Did you mean 'u0'?" in err
    assert "is not in the log. Did you mean 'u0'?" in refused(*asked)


def test_ids_that_begin_with_a_dash_are_ids(tmp_path: Path, capsys):
    """They are tied to their option, options stay options, and the complaint about one without a value says how."""
    words = ["recommend", "n", "--user", "-1BSu", "-k", "1", "--category", "-x", "--someone-new"]
    assert console.joined(words) == ["recommend", "n", "--user=-1BSu", "-k", "1", "--category=-x", "--someone-new"]
    assert console.joined(["list", "n", "--user", "-k", "3"]) == ["list", "n", "--user", "-k", "3"]
    with pytest.raises(SystemExit):
        main(["recommend", "n", "--user", "--all", "--workspace", str(tmp_path)])
    assert "a value that begins with a dash is tied to it: --user=-x" in capsys.readouterr().err
