"""Recent work: how each job ended, its log, and another try."""

import pytest

from core import jobs
from tests.pages.conftest import DATA_SET, finish


@pytest.fixture
def failed(workspace):
    """A training job that failed, with a log."""
    job = jobs.get(workspace, jobs.submit(workspace, "train", {"name": DATA_SET}))
    finish(workspace, job, jobs.FAILED, error="Out of *patience*.", started="2024-01-01T10:00:00+00:00",
           ended="2024-01-01T10:01:15+00:00")  # fmt: skip
    workspace.job_file(job.id, "log").write_text("epoch 1\nepoch 2\n", encoding="utf-8")
    return job


def test_lists_what_ran(failed, open_page):
    """Each job says what it did, to what, when, how long it took, and why it failed."""
    app = open_page("data/library.py")
    assert failed.status == jobs.QUEUED
    line = next(text.value for text in app.markdown if "Training on small" in text.value)
    assert line.endswith("2024-01-01 10:00 · 1 min 15 s")
    assert any(r"Out of \*patience\*\." in caption.value for caption in app.caption)


def test_shows_the_log(failed, open_page):
    """A click opens what the job printed, once."""
    app = open_page("data/library.py")
    app.button(f"log_{failed.id}").click().run()
    assert app.code[0].value == "epoch 1\nepoch 2"
    app.run()
    assert not app.code


def test_tries_again(workspace, failed, open_page):
    """A failed job can be queued again."""
    open_page("data/library.py").button(f"retry_{failed.id}").click().run()
    assert [job.id for job in jobs.active(workspace)] == [failed.id]
