"""Notebooks: the example runs, what it loads stays light, and the widget is the page's player."""

import json
import subprocess
import sys
from pathlib import Path

import plotly.graph_objects as go
import pytest

import core as meander
from core.errors import InputError, UnknownDataSetError, UnknownUserError
from core.notebook.widget import PlayerWidget
from core.player import assets
from core.workspace import VARIABLE

ROOT = Path(__file__).parents[2]
EXAMPLE = json.loads((ROOT / "docs" / "example.ipynb").read_text("utf-8"))


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """The sample."""
    return meander.sample(tmp_path_factory.mktemp("sample"))


def test_the_example_runs(log, monkeypatch):
    """Each cell of the notebook, in order, in a fresh namespace; what it ends with is what it says."""
    monkeypatch.setenv(VARIABLE, str(log.workspace.root))
    known: dict[str, object] = {}
    cells = [cell for cell in EXAMPLE["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        exec("".join(cell["source"]), known)  # noqa: S102
    assert known["user"] in set(known["table"].loc[known["table"]["named"], "user_id"])
    assert known["shown"].step == meander.verdict(log, known["user"])["change_events"][0]


def test_the_example_is_clean():
    """Its format is that of notebooks, and it carries nothing that a run has left."""
    assert (EXAMPLE["nbformat"], EXAMPLE["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in EXAMPLE["cells"]}) == len(EXAMPLE["cells"])
    assert not [cell for cell in EXAMPLE["cells"] if cell.get("outputs") or cell.get("execution_count")]


def test_importing_the_door_loads_nothing_heavy():
    """Whoever only opens a data set waits for neither torch nor umap, and never for a dashboard."""
    heavy = ("torch", "umap", "streamlit", "plotly", "numba", "anywidget", "mcp", "pandas")
    code = f"import sys, core as meander; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_widget_runs_the_page_s_own_modules():
    """Every module that it is made of stands in the folder of the player, and it draws with the same player."""
    script = PlayerWidget._esm
    assert str(script) == assets.assemble("widget")
    drawn = assets.assemble("main").partition("const module_player = ")[2].partition("\nconst module_")[0]
    assert drawn in str(script)


@pytest.mark.parametrize("name", ["share", "categories", "flows", "ranking", "p_values", "timeline", "mix"])
def test_figures_are_plotly_s(log, name):
    """Each of the named figures, with data in it."""
    user = "u000213" if name in ("timeline", "mix") else None
    found = meander.figure(log, name, user)
    assert isinstance(found, go.Figure)
    assert found.data


def test_what_is_not_there_is_said(log):
    """A name that there is not is answered with those that there are."""
    with pytest.raises(InputError, match=r"No table 'people2'\. Choose from people, shares"):
        meander.table(log, "people2")
    with pytest.raises(InputError, match=r"No figure 'timeline'\. Choose from share, .*with a user timeline"):
        meander.figure(log, "timeline")
    with pytest.raises(UnknownDataSetError, match="No data set 'none'"):
        meander.open_log("none", log.workspace)
    with pytest.raises(UnknownUserError, match="No user 'none'"):
        meander.verdict(log, "none")


def test_evidence_adds_up(log):
    """Shares on either side of a change sum to one, and what is told of nobody has no rows."""
    found = meander.evidence(log, "u000213")
    assert found[["share_before", "share_after"]].sum().tolist() == pytest.approx([1, 1])
    assert found["moved"].abs().is_monotonic_decreasing
    steady = meander.drift(log).query("sure == 'no sign'")["user_id"].iloc[0]
    assert meander.evidence(log, steady).empty
