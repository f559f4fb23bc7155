"""The quality page measures in a job and shows what was measured."""

import pytest

from core import jobs, pipeline
from tests.pages.conftest import DATA_SET, finish, labels

PAGE = "model/quality.py"


@pytest.fixture
def measured(workspace):
    """All baselines measured, without a trained model."""
    pipeline.quality(workspace, DATA_SET)
    return workspace


def test_offers_to_measure(workspace, open_page):
    """Nothing is computed in the page itself: a click queues a job."""
    app = open_page(PAGE)
    assert "only the baselines" in app.info[0].value
    next(button for button in app.button if button.label == "Measure quality").click().run()
    assert [(job.step, job.arguments) for job in jobs.active(workspace)] == [("evaluate", {"name": DATA_SET})]
    assert "Measure quality" not in labels(app.button)


def test_says_why_measuring_failed(workspace, open_page):
    """A failed job is told, and one may try again."""
    job = jobs.get(workspace, jobs.submit(workspace, "evaluate", {"name": DATA_SET}))
    finish(workspace, job, jobs.FAILED, error="Out of patience.")
    app = open_page(PAGE)
    assert r"Out of patience\." in app.error[0].value
    assert "Measure quality" in labels(app.button)


@pytest.mark.usefixtures("measured")
def test_shows_models_and_classes(open_page):
    """Three charts and a table of all figures; another metric redraws them."""
    app = open_page(PAGE)
    assert len(app.get("plotly_chart")) == 3
    assert "popularity" in list(app.dataframe[0].value["model"])
    app.segmented_control[0].set_value("hr@10").run()
    assert not app.exception
    assert "HR@10" in app.get("plotly_chart")[0].proto.spec
