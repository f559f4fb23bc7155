"""Files that leave the product: no cell is run as a formula, ids stay what they are, and can be masked."""

from pathlib import Path

import pandas as pd
import pytest

from core.data import export

DANGEROUS = ("=cmd|' /C calc'!A0", "+SUM(1,1)", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "-inf")
PLAIN = ("-5", "+49", "-1e5", "ann", "a=b", "12-3", "", "user 1", "0007", "'quoted", "Zoë", "#1")
WRITERS = {"core/cli/console.py", "core/data/export.py", "core/data/simulate/__init__.py"}
"""Who may write CSV: two that make it safe, and the simulator, whose every cell is its own."""


@pytest.mark.parametrize("text", DANGEROUS)
def test_formulas_become_text(text):
    """Whatever a spreadsheet may take for a formula begins with an apostrophe, in cells and in names of columns."""
    safe = export.safe_frame(pd.DataFrame({text: [text, "x"]}))
    assert safe.iloc[0, 0] == f"'{text}"
    assert list(safe.columns) == [f"'{text}"]
    assert export.safe_name(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay(text):
    """Ids and numbers are read back as they were."""
    assert export.safe_frame(pd.DataFrame({"user_id": [text]}))["user_id"].tolist() == [text]


def test_numbers_and_gaps_stay():
    """Columns of other types and missing values are untouched."""
    frame = pd.DataFrame(
        {"id": ["a", None], "n": [-1, 2], "when": pd.to_datetime([0, 1], unit="s"), "yes": [True, False]}
    )
    pd.testing.assert_frame_equal(export.safe_frame(frame), frame)


def test_users_can_be_masked():
    """The same user has the same mask, another key gives another, and nobody's id is left."""
    frame = pd.DataFrame({"user_id": ["ann", "bob", "ann"], "rank": [1, 2, 3]})
    masked = export.masked(frame, "key")
    assert masked["user_id"].nunique() == 2
    assert (
        masked["user_id"].iloc[0] == masked["user_id"].iloc[2] == export.mask("ann", "key") != export.mask("ann", "k")
    )
    assert "ann" not in export.csv(frame, "key")
    assert frame["user_id"].tolist() == ["ann", "bob", "ann"]


def test_nobody_else_writes_csv():
    """Every CSV of the product goes through one door, and no table of a page offers another."""
    root = Path(__file__).parents[2]
    files = [path for folder in ("core", "pages") for path in (root / folder).rglob("*.py")]
    assert {str(path.relative_to(root)) for path in files if ".to_csv(" in path.read_text("utf-8")} == WRITERS
    assert "disableDataExport = true" in (root / ".streamlit" / "config.toml").read_text("utf-8")
