"""In the details of a data set one person is exported, and forgotten after a tick and a click."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.jobs import steps
from core.settings import JobSettings
from core.workspace import FORGOTTEN
from tests.pages.conftest import DATA_SET, PATIENCE, labels


def part() -> None:
    """What the details draw, alone: a dialog stays open in a browser, and is closed by each run of an `AppTest`."""
    from pages import _session as session
    from pages.data import _someone as someone

    someone.draw(session.workspace().data_set("small"))


@pytest.fixture
def asked(workspace):
    """The part of the details, and somebody of the data set."""
    app = AppTest.from_function(part, default_timeout=PATIENCE).run()
    return app, pd.read_parquet(workspace.data_set(DATA_SET).events)["user_id"].iloc[0]


@pytest.mark.usefixtures("workspace")
def test_the_details_offer_it(open_page):
    """In the dialog of a data set there is a field for somebody's id."""
    app = open_page("data/library.py")
    app.button("details_small").click().run()
    assert app.text_input(f"someone_{DATA_SET}").label == "User id"


def test_somebody_is_forgotten_after_a_tick(workspace, asked):
    """The file is offered at once; the way out is closed until the box is ticked, and then a job does it."""
    app, who = asked
    app.text_input(f"someone_{DATA_SET}").set_value(who).run()
    assert "Save all that is held (zip)" in labels(app.get("download_button"))
    assert app.button("someone_forget").disabled
    app.checkbox("someone_sure").check().run()
    app.button("someone_forget").click().run()
    assert not app.exception
    (job,) = [job for job in jobs.active(workspace) if job.step == "forget"]
    assert job.arguments == {"name": DATA_SET, "user": who, "runs": "mark"}
    steps.run(workspace, job.id, JobSettings(niceness=0))
    assert jobs.get(workspace, job.id).status == jobs.DONE, jobs.get(workspace, job.id).error
    after = workspace.data_set(DATA_SET)
    assert after.version == 2
    assert who not in set(pd.read_parquet(after.events)["user_id"])


def test_who_is_not_there_is_said(asked):
    """An id that nothing is held of gets a line, and nothing can be pressed."""
    app, _ = asked
    app.text_input(f"someone_{DATA_SET}").set_value("nobody-1").run()
    assert any(warning.value.startswith("Nothing is held of nobody") for warning in app.warning)
    assert "someone_forget" not in [button.key for button in app.button]


def test_a_run_says_that_somebody_was_forgotten(explored, open_page):
    """On the page of runs, beside its learning curve."""
    (run,) = explored.runs(DATA_SET)
    explored.update_run(run, "done", run.metrics | {FORGOTTEN: ["a", "b"]})
    app = open_page("model/training.py", dataset=DATA_SET)
    assert any("Learned also from 2 people who were forgotten since" in text.value for text in app.caption)
