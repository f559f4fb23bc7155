"""Categories have one name and one colour, wherever something is shown, told or handed out."""

import io
import json

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import pipeline
from core.cli import main
from tests.pages.conftest import DATA_SET, PATIENCE, ROOT

COLOR = "#13579b"
PAGES = [f"{path.parent.name}/{path.name}" for path in sorted((ROOT / "pages").glob("*/*.py")) if path.name[0] != "_"]
OPENED = ("atlas_charts", "compare_charts", "life_box", "live_box", "markers_box", "user_as_table", "user_charts",
          "whatif_box")  # fmt: skip
"""What is folded on pages; but for names of categories themselves, which tell what the log calls them."""


@pytest.fixture
def renamed(explored):
    """The workspace with a new name for every category, and a marker of one; with what the log calls them."""
    log = pipeline.load(explored, DATA_SET)
    old = log.catalogue.categories
    for place, name in enumerate(old):
        pipeline.name_categories(explored, DATA_SET, log, [name], f"Shelf {place}", COLOR if place == 0 else "")
    pipeline.add_marker(explored, DATA_SET, {"from": "2024-02-15", "whom": f"category:{old[0]}"})
    return explored, old


def sent(node):
    """Everything that a page sends to the browser, in bytes."""
    for child in getattr(node, "children", {}).values():
        yield from sent(child)
    if hasattr(found := getattr(node, "proto", None), "SerializeToString"):
        yield found.SerializeToString()


def told(texts: list[bytes], names) -> set[str]:
    """Which of some names stand in any of some texts."""
    return {name for name in names if any(name.encode() in text for text in texts)}


def test_no_page_shows_an_old_name(renamed):
    """One visitor goes through all pages, with all that is folded open: only new names are sent, in their colour."""
    workspace, old = renamed
    table = pipeline.drift(workspace, DATA_SET).get()
    one, other = table.sort_values("p_value")["user_id"].head(2)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    app.query_params.update({"dataset": DATA_SET, "user": one, "other": other})
    for box in OPENED:
        app.session_state[box] = True
    seen, coloured = set(), set()
    for page in PAGES:
        app.switch_page(f"pages/{page}").run()
        if page == "data/library.py":
            app.button(key=f"details_{DATA_SET}").click().run()
        assert not app.exception, f"{page}: {app.exception[0].message}"
        texts = list(sent(app._tree))
        assert not told(texts, old), page
        seen |= {page} if told(texts, ["Shelf 0"]) else set()
        coloured |= {page} if told(texts, [COLOR]) else set()
    assert {
        "data/library.py",
        "explore/overview.py",
        "explore/user.py",
        "explore/atlas.py",
        "explore/compare.py",
    } <= seen
    assert {"data/library.py", "explore/overview.py", "explore/user.py", "explore/compare.py"} <= coloured


def test_no_command_tells_an_old_name(renamed, capsys):
    """The drift table, lists, reasons, what if, markers and the report have the names that are shown."""
    workspace, old = renamed
    user = pipeline.drift(workspace, DATA_SET).get().sort_values("p_value")["user_id"].iloc[0]
    at = ["--workspace", str(workspace.root)]
    asked = {
        "drift": ["drift", DATA_SET],
        "explain": ["explain", DATA_SET, "--user", user, "--json"],
        "whatif": ["whatif", DATA_SET, "--user", user, "--remove", "1"],
        "marker": ["marker", DATA_SET],
        "report": ["report", DATA_SET, "--out", str(workspace.root / "report.html")],
        "list": ["list", DATA_SET, "--user", user, "--category", "Shelf 0"],
    }
    for name, command in asked.items():
        assert main([*command, *at]) == 0, name
        text = capsys.readouterr().out
        if name == "report":
            text = (workspace.root / "report.html").read_text("utf-8")
        assert not told([text.encode()], old), name
        assert name == "list" or "Shelf" in text, name
        if name == "drift":
            whole = workspace.root / "drift.parquet"
            assert main([*command, "--out", str(whole), *at]) == 0
            kept, told_as = pd.read_parquet(whole), pd.read_csv(io.StringIO(text))
            assert [";".join(cell) for cell in kept["to_categories"]] == told_as["to_categories"].fillna("").tolist()
        if name == "explain":
            assert any(row["value"].startswith("Shelf") for row in json.loads(text)["attributes"])
