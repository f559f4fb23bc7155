"""What every export of the command line does with ids that a spreadsheet would run, or that are to be masked."""

import io
from pathlib import Path

import pandas as pd
import pytest

from core.cli import main
from core.data import export
from core.workspace import Workspace
from tests.data.test_export import DANGEROUS

TINY = ("model.embedding_size=8", "model.blocks=1", "model.window=20", "training.epochs=1")
USERS = ["ann", "-5", "0007", *sorted({text.strip() for text in DANGEROUS})]
FORMULAS = [user for user in USERS if user[0] in "=+@＝-" and user != "-5"]


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A workspace with a log whose users, items and categories are formulas, and a trained run."""
    folder = tmp_path_factory.mktemp("exports")
    rows = [
        (user, f"=i{(n + len(user)) % 31}", 1_600_000_000 + 90_000 * n, f"@c{n % 3}")
        for user in USERS
        for n in range(24)
    ]
    frame = pd.DataFrame(
        [*rows, ("=gone()", "x", "never", "")], columns=["user_id", "item_id", "timestamp", "category"]
    )
    frame.to_csv(folder / "log.csv", index=False)
    where = ["--workspace", str(folder / "workspace")]
    assert main(["import", str(folder / "log.csv"), "--name", "log", *where]) == 0
    assert main(["train", "log", *(part for one in TINY for part in ("--set", one)), *where]) == 0
    assert (
        main(["notes", "log", "--user", FORMULAS[0], "--add", "=note()", "--out", str(folder / "n.csv"), *where]) == 0
    )
    return folder / "workspace"


COMMANDS = {
    "recommend": ["recommend", "log", "--all", "-k", "3", "--model", "popularity"],
    "drift": ["drift", "log"],
    "notes": ["notes", "log"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_tables_are_safe_by_default_and_exact_on_request(root, capsys, tmp_path, name):
    """On standard output and in a file alike, an apostrophe keeps formulas from being run; `--exact` writes none."""
    command = [*COMMANDS[name], "--workspace", str(root)]
    capsys.readouterr()
    assert main([*command, "--out", str(tmp_path / "safe.csv")]) == 0
    assert main(command) == 0
    text = capsys.readouterr().out
    assert text == (tmp_path / "safe.csv").read_text("utf-8")
    safe = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(safe, export.safe_frame(safe))
    assert main([*command, "--exact"]) == 0
    exact = pd.read_csv(io.StringIO(capsys.readouterr().out), dtype=str, keep_default_na=False)
    assert set(exact["user_id"]) <= set(USERS)
    assert FORMULAS[0] in set(exact["user_id"])
    assert set(safe["user_id"]) & set(USERS) <= {"ann", "-5", "0007"}


@pytest.mark.parametrize("name", [*COMMANDS, "states"])
def test_users_are_masked_on_request(root, tmp_path, name):
    """`--mask` leaves nobody's id in the file, and the same user has the same mask in all of them."""
    out = tmp_path / "out"
    command = COMMANDS.get(name, ["states", "log"])
    assert main([*command, "--mask", "--out", str(out), "--workspace", str(root)]) == 0
    users = set((pd.read_parquet(out) if name == "states" else pd.read_csv(out, dtype=str))["user_id"])
    masks = {export.mask(user, Workspace(root).secret()) for user in USERS}
    assert users
    assert users <= masks


def test_rejects_are_safe(root):
    """Rows that were left out begin no formula either."""
    rejects = pd.read_csv(Workspace(root).data_set("log").rejects, dtype=str, keep_default_na=False)
    assert rejects["user_id"].tolist() == ["'=gone()"]
    pd.testing.assert_frame_equal(rejects, export.safe_frame(rejects))
