"""The training page starts, follows, cancels and resumes runs."""

import pandas as pd
import pytest

from core import jobs
from core import settings as configuration
from core.data.schema import CURVE_COLUMNS
from core.settings import Settings
from tests.pages.conftest import DATA_SET, finish, labels

PAGE = "model/training.py"
METRICS = {"epochs": 3, "seconds": 75.0, "validation": {"hr@10": 0.4, "ndcg@10": 0.25}, "finish_epochs": 2}


@pytest.fixture
def run(workspace):
    """A finished run with a learning curve of three epochs."""
    return finished(workspace, "done", METRICS)


def finished(workspace, status, metrics):
    run = workspace.new_run(workspace.data_set(DATA_SET), configuration.as_dict(Settings()))
    curve = pd.DataFrame([(1, 3.0, 0.1, 0.05, 1.0), (2, 2.0, 0.3, 0.2, 2.0), (3, 1.5, 0.4, 0.25, 3.0)])
    curve.set_axis(list(CURVE_COLUMNS), axis=1).to_csv(run.folder / "curve.csv", index=False)
    return workspace.update_run(run, status, metrics)


def test_starts_a_run_with_the_settings_that_were_changed(workspace, open_page):
    """Only what differs from the defaults goes along, and each setting says what it means."""
    app = open_page(PAGE)
    epochs = app.number_input("setting_training_epochs")
    assert "Passes over all targets" in epochs.help
    epochs.set_value(7)
    app.number_input("setting_model_embedding_size").set_value(32)
    press(app, "Start training")
    (job,) = jobs.active(workspace)
    assert job.step == "train"
    assert job.arguments == {"name": DATA_SET, "settings": {"training": {"epochs": 7}, "model": {"embedding_size": 32}}}


def press(app, label):
    """Press a button by its label; the sidebar's come after the page's."""
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
    return app


def test_begins_with_the_weights_of_an_earlier_run(workspace, run, open_page):
    """A finished run can be the start of the next."""
    app = open_page(PAGE)
    app.selectbox(f"from_{DATA_SET}").set_value(run.id)
    press(app, "Start training")
    (job,) = jobs.active(workspace)
    assert job.arguments == {"name": DATA_SET, "settings": {}, "start": run.id}


def test_a_value_that_cannot_be_used_is_refused_with_one_line(workspace, open_page):
    """The message is that of the command line, and nothing is queued."""
    app = open_page(PAGE)
    app.number_input("setting_model_embedding_size").set_value(33)
    press(app, "Start training")
    assert "must be a multiple of model.heads" in app.error[0].value.replace("\\", "")
    assert jobs.active(workspace) == []


def test_shows_progress_and_cancels(workspace, open_page):
    """While a job waits there is a bar and no form; cancel stops it, and the page says so."""
    jobs.submit(workspace, "train", {"name": DATA_SET})
    app = open_page(PAGE)
    assert "Start training" not in labels(app.button)
    assert "waits for its turn" in app.get("progress")[0].proto.text
    press(app, "Cancel")
    app.run()
    assert jobs.active(workspace) == []
    assert "was cancelled" in app.info[0].value
    assert "Start training" in labels(app.button)


def test_says_why_training_failed(workspace, open_page):
    """The job's message stands on the page, with nothing in it read as Markdown."""
    job = jobs.get(workspace, jobs.submit(workspace, "train", {"name": DATA_SET}))
    finish(workspace, job, jobs.FAILED, error="Column *price* is all empty.")
    assert r"Column \*price\* is all empty\." in open_page(PAGE).error[0].value


def test_lists_runs_with_their_metrics(run, open_page):
    """Finished runs stand in the table, their curve below it."""
    app = open_page(PAGE)
    row = app.dataframe[0].value.iloc[0]
    assert (row["epochs"], row["ndcg"], row["time"], row["run"]) == (3, 0.25, "1 min 15 s", run.id)
    assert any("learned from the validation events too (2 more epochs)" in part.value for part in app.caption)
    assert len(app.get("plotly_chart")) == 1


def test_resumes_an_unfinished_run(workspace, open_page):
    """A stopped run can go on from its last epoch."""
    run = finished(workspace, "stopped", {"error": "Cancelled."})
    press(open_page(PAGE), "Resume")
    (job,) = jobs.active(workspace)
    assert job.arguments == {"name": DATA_SET, "run": run.id}


def test_a_job_under_way_shows_in_the_sidebar_of_other_pages(workspace, open_page):
    """What runs is seen everywhere."""
    jobs.submit(workspace, "train", {"name": DATA_SET})
    app = open_page("data/library.py")
    assert "Training on small" in app.sidebar.get("progress")[0].proto.text
