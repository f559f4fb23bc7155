"""A data set is asked in words, from the command line: items with titles, users with moments, and clear refusals."""

import io
import json

import pandas as pd
import pytest

from core.cli import main
from core.workspace import Workspace

TITLES = ["Camping tent", "Sleeping bag", "Head torch", "Tea mug", "Coffee cup", "Sugar bowl"]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A workspace with a log of people who turn from cups to camping, or not, and one whose items say nothing."""
    folder = tmp_path_factory.mktemp("searching")
    start = pd.Timestamp("2024-01-01")
    rows = []
    for user in range(12):
        for day in range(40):
            camping = user % 3 == 0 and day >= 20
            rows.append((f"u{user}", f"i{(day + user) % 3 + 3 * (not camping)}", start + pd.Timedelta(days=day)))
    pd.DataFrame(rows, columns=["user_id", "item_id", "timestamp"]).to_csv(folder / "log.csv", index=False)
    items = pd.DataFrame(
        {"item_id": [f"i{n}" for n in range(6)], "title": TITLES, "category": ["Out"] * 3 + ["In"] * 3}
    )
    items.to_csv(folder / "items.csv", index=False)
    place = ["--workspace", str(folder / "workspace")]
    assert main(["import", str(folder / "log.csv"), "--items", str(folder / "items.csv"), "--name", "log", *place]) == 0
    assert main(["import", str(folder / "log.csv"), "--name", "silent", *place]) == 0
    return folder / "workspace"


@pytest.fixture
def ask(root, capsys):
    """Asks; returns exit code, stdout and stderr."""

    def run(name, *options):
        capsys.readouterr()
        code = main(["search", name, *options, "--workspace", str(root)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def test_items_answer_in_any_language(ask):
    """The best first, with score and title, as CSV or as JSON."""
    code, out, _ = ask("log", "camping gear", "-k", "2")
    found = pd.read_csv(io.StringIO(out))
    assert code == 0
    assert list(found.columns) == ["item_id", "score", "title"]
    assert found["title"].iloc[0] == "Camping tent"
    assert found["score"].is_monotonic_decreasing
    _, out, _ = ask("log", "茶杯", "-k", "1", "--json")
    told = json.loads(out)
    assert told["question"] == "茶杯"
    assert told["items"][0]["title"] in ("Tea mug", "Coffee cup")
    assert told["remarks"] == []


def test_users_answer_with_moments(ask):
    """Those who turned to it are after it now; who never had it is not told."""
    code, out, _ = ask("log", "camping and sleeping outdoors", "--users", "-k", "4")
    found = pd.read_csv(io.StringIO(out))
    assert code == 0
    now = found[found["how"] == "now"]
    assert set(now["user_id"]) == {"u0", "u3", "u6", "u9"}
    assert (now["when"] == "2024-02-09T00:00:00").all()
    turned = found[found["how"] == "to"]
    assert set(turned["user_id"]) <= {"u0", "u3", "u6", "u9"}
    assert turned["event"].between(17, 23).all()


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("log", ["  "], "The question is empty."),
        ("log", ["tent", "-k", "0"], "k must be at least 1"),
        ("silent", ["tent"], "The items of 'silent' say nothing"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask, name, options, text):
    """In one line."""
    code, out, err = ask(name, *options)
    assert code == 2
    assert out == ""
    assert text in err


def test_letters_that_are_not_known_are_said(ask):
    """Their words are looked for all the same."""
    code, out, err = ask("log", "אוהל")
    assert code == 0
    assert len(out.splitlines()) == 1
    assert "does not know the letters of the question" in err


def test_a_second_question_reads_nothing_anew(ask, root):
    """What items say, and the words in it, are kept."""
    ask("log", "tent")
    kept = {path: path.stat().st_mtime_ns for path in (root / "data" / "log").rglob("*") if path.is_file()}
    assert any(path.parent.name.startswith("search-") for path in kept)
    ask("log", "mug")
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
    assert Workspace(root).data_set("log").version == 1
