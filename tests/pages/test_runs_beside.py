"""Runs that are ticked lie over each other: curves, settings that differ, and which is better on the same users."""

import json

import numpy as np
import pandas as pd
import pytest

from core import pipeline
from core import settings as configuration
from core.cli import main
from core.settings import Settings
from tests.pages.conftest import DATA_SET
from tests.pages.test_explore import charts, texts
from tests.pages.test_training import PAGE, finished


@pytest.fixture
def runs(workspace):
    """Two finished runs of other settings; the second finds twice as many hidden events."""
    done = {"epochs": 3, "seconds": 75.0, "validation": {"hr@10": 0.4, "ndcg@10": 0.25}}
    found = [finished(workspace, "done", done) for _ in range(2)]
    settings = configuration.override(Settings(), ["model.blocks=1", "training.epochs=7"])
    workspace.set_run_settings(found[1], configuration.as_dict(settings))
    users = pipeline.load(workspace, DATA_SET).users
    for run, hits in zip(found, (10, 20), strict=True):
        rank = np.where(np.arange(len(users)) < hits, 1, 50)
        table = pd.DataFrame({"model": "blend", "user_id": users, "item_id": "i", "rank": rank})
        path = pipeline.ranks(workspace, DATA_SET, run=run.id).path
        path.parent.mkdir(parents=True, exist_ok=True)
        table.assign(history_length=5, item_popularity=5).to_parquet(path)
    return [run.id for run in found]


def test_the_better_of_two_runs_is_told_on_the_same_users(workspace, runs):
    """The difference is that of the means; its interval holds it and leaves 0 out; a cohort may tell another story."""
    first, second = pipeline.runs_apart(workspace, DATA_SET, runs).to_dict("records")
    assert (first["value"], second["value"], second["users"]) == (0.25, 0.5, 40)
    assert second["ahead"] == pytest.approx(0.25)
    assert 0 < second["low"] < 0.25 < second["high"]
    users = pipeline.load(workspace, DATA_SET).users[:10]
    alike = pipeline.runs_apart(workspace, DATA_SET, runs, users).iloc[1]
    assert (alike["users"], alike["ahead"], alike["low"], alike["high"]) == (10, 0, 0, 0)


def test_ticked_runs_lie_over_each_other(runs, open_page):
    """The link ticks them: curves of both, what differs in their settings, and the verdict in a sentence."""
    app = open_page(PAGE, runs=",".join(runs))
    assert all(run in str(app.query_params["runs"]) for run in runs)
    drawn = json.loads(charts(app)[0])
    assert len(drawn["data"]) == 4
    settings = next(each.value for each in app.dataframe if "setting" in each.value)
    assert settings["setting"].tolist() == ["model.blocks", "training.epochs"]
    assert "beyond chance" in texts(app)
    assert "+0.250" in texts(app) or "-0.250" in texts(app)


def test_a_single_run_is_told_how_to_compare(runs, open_page):
    """Without two ticks the page is as it was, with one line on what ticks do."""
    app = open_page(PAGE, runs=runs[0])
    assert "Tick two runs or more" in texts(app)


def test_the_command_line_tells_the_same(workspace, runs, capsys):
    """All runs, what differs, curves, and quality as CSV."""
    run = ["--workspace", str(workspace.root)]
    assert main(["runs", DATA_SET, *run]) == 0
    assert {line.split(",")[0] for line in capsys.readouterr().out.splitlines()[1:]} == set(runs)
    assert main(["runs", DATA_SET, *runs, *run]) == 0
    assert "model.blocks,auto,1" in capsys.readouterr().out
    assert main(["runs", DATA_SET, *runs, "--table", "curves", *run]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 7
    assert main(["runs", DATA_SET, *runs, "--table", "quality", *run]) == 0
    assert f"{runs[1]},40,0.5,0.25" in capsys.readouterr().out
