"""The quality page measures in a job and shows what was measured."""

import pandas as pd
import pytest

from core import jobs, pipeline
from core.jobs import steps
from core.settings import JobSettings
from tests.pages.conftest import DATA_SET, finish, labels

PAGE = "model/quality.py"


@pytest.fixture
def measured(workspace):
    """All baselines measured, without a trained model."""
    pipeline.quality(workspace, DATA_SET)
    return workspace


def choice(app, label):
    """The control of this label."""
    return next(control for control in app.segmented_control if control.label == label)


def captions(app):
    return " ".join(caption.value for caption in app.caption)


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
    choice(app, "Measure").set_value("hr@10").run()
    assert not app.exception
    assert "HR@10" in app.get("plotly_chart")[0].proto.spec


def test_a_closer_look_is_measured_in_a_job_and_read_afterwards(measured, open_page):
    """Each table is computed once, on wish."""
    app = open_page(PAGE)
    choice(app, "What").set_value("lists").run()
    app.button("measure_lists").click().run()
    (job,) = jobs.active(measured)
    assert (job.step, job.arguments["table"]) == ("evaluate", "lists")
    steps.run(measured, job.id, JobSettings(niceness=0))
    app.run()
    assert not app.exception
    assert "coverage" in app.dataframe[-1].value.columns


@pytest.mark.usefixtures("measured")
def test_either_protocol_says_what_it_answers(workspace, open_page):
    """Last events come with their leakage; a click on the other protocol offers a job of its own, and both stay."""
    app = open_page(PAGE)
    assert "have learned from what others did after" in captions(app)
    assert "learned from the validation events too" in captions(app)
    choice(app, "Tested").set_value("temporal").run()
    assert "Nothing of the future leaks in" in captions(app)
    app.button("measure_temporal").click().run()
    (job,) = jobs.active(workspace)
    assert (job.step, job.arguments["protocol"]) == ("evaluate", "temporal")
    choice(app, "Tested").set_value("last").run()
    assert len(app.get("plotly_chart")) == 3


def test_quality_after_a_date_is_read_where_it_was_measured(workspace, open_page):
    """Then it comes first: the cut and its fingerprint, models, what follows changes, known and new."""
    found = pipeline.temporal(workspace, DATA_SET).get()
    pipeline.add_marker(workspace, DATA_SET, {"kind": "other", "from": "2024-01-05", "to": "2024-03-28"})
    app = open_page(PAGE)
    assert not app.exception
    assert choice(app, "Tested").value == "temporal"
    assert str(found.about.iloc[0]["fingerprint"]) in captions(app)
    assert "other 2024-01-05 – 2024-03-28" in captions(app)
    assert {"popularity", "two-items"} <= set(app.dataframe[-1].value["model"])
    assert "In the ten events after a named change" in [part.value for part in app.subheader]


def test_a_log_in_which_nothing_can_be_found_is_told(workspace, open_page):
    """Where every held-out item was had before, the page says so instead of drawing nothing."""
    item = pd.DataFrame({"user_id": ["a"] * 9 + ["b"] * 9, "item_id": ["x", "y", "z"] * 6})
    item["timestamp"] = pd.date_range("2024-01-01", periods=18).astype("datetime64[us]")
    with workspace.staging() as folder:
        item.to_parquet(folder / "events.parquet")
        pd.DataFrame({"item_id": ["x", "y", "z"]}).to_parquet(folder / "items.parquet")
        pd.DataFrame({"user_id": ["a", "b"]}).to_parquet(folder / "users.parquet")
        workspace.publish("same", folder, {"users": 2, "items": 3, "rows_kept": 18})
    pipeline.quality(workspace, "same")
    assert "cannot be measured" in open_page(PAGE, dataset="same").info[-1].value
