"""Jobs live in processes of their own: they report, stop, fail, die and come back."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from core import jobs, pipeline
from core.data import LogFiles
from core.errors import InputError
from core.jobs import requests, steps, table, worker
from core.settings import JobSettings
from core.workspace import Workspace

from .conftest import kill_worker, pids_of, wait_for


def finished(workspace: Workspace, job_id: str) -> bool:
    return not jobs.get(workspace, job_id).active


def at_work(workspace: Workspace, job_id: str) -> bool:
    return jobs.get(workspace, job_id).message.startswith("Tick")


def submitted(workspace: Workspace, count: int) -> tuple[list[str], Callable[[], None]]:
    """Some jobs that work until they are told that it is enough, however slow the machine is; and who tells them."""
    enough = workspace.root.parent / "enough"
    ids = [jobs.submit(workspace, "drift", {"name": str(number), "until": str(enough)}) for number in range(count)]
    return ids, enough.touch


def test_a_job_runs_in_the_background_and_leaves_its_result(workspace):
    """Submitting starts a worker; result, log, share and times are kept, and it stepped back behind the pages."""
    job_id = jobs.submit(workspace, "drift", {"name": "a", "ticks": 3})
    wait_for(lambda: finished(workspace, job_id))
    job = jobs.get(workspace, job_id)
    assert (job.status, job.share, job.data_set, job.result) == (jobs.DONE, 1.0, "a", {"before": 0})
    assert job.created <= job.started <= job.ended
    assert "niceness 10" in jobs.log(workspace, job_id)


def test_progress_is_seen_and_cancel_stops_a_running_job(workspace):
    """A running job tells how far it is, and stops within its next report when cancelled."""
    job_id = jobs.submit(workspace, "drift", {"name": "a", "ticks": 2000})
    wait_for(lambda: jobs.get(workspace, job_id).share > 0)
    jobs.cancel(workspace, job_id)
    wait_for(lambda: finished(workspace, job_id))
    job = jobs.get(workspace, job_id)
    assert job.status == jobs.CANCELLED
    assert 0 < job.share < 1


def test_a_step_that_does_not_listen_is_ended(workspace):
    """A step that never reports is killed after the grace time, and its job is cancelled, not repeated."""
    job_id = jobs.submit(workspace, "drift", {"name": "a", "ticks": 2000, "deaf": True})
    wait_for(lambda: jobs.get(workspace, job_id).status == jobs.RUNNING)
    jobs.cancel(workspace, job_id)
    wait_for(lambda: finished(workspace, job_id))
    assert jobs.get(workspace, job_id).status == jobs.CANCELLED


def test_a_waiting_job_is_cancelled_at_once(workspace):
    """Two jobs run at once; the third waits, and is cancelled without ever having started."""
    ids, _ = submitted(workspace, 3)
    wait_for(lambda: at_work(workspace, ids[0]) and at_work(workspace, ids[1]))
    assert jobs.get(workspace, ids[2]).status == jobs.QUEUED
    jobs.cancel(workspace, ids[2])
    job = jobs.get(workspace, ids[2])
    assert (job.status, job.started) == (jobs.CANCELLED, None)


def test_as_many_at_once_as_wished(workspace, monkeypatch):
    """The variable of the server says how many jobs run at the same time."""
    monkeypatch.setenv("MEANDER_JOBS", "1")
    ids, enough = submitted(workspace, 2)
    wait_for(lambda: at_work(workspace, ids[0]))
    time.sleep(0.5)
    assert jobs.get(workspace, ids[1]).status == jobs.QUEUED
    enough()
    wait_for(lambda: all(finished(workspace, job_id) for job_id in ids))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [({"fails": "No category."}, "No category."), ({"crashes": "boom"}, "RuntimeError: boom. The job's log says more")],
)
def test_a_failed_job_says_why_and_can_be_retried(workspace, arguments, text):
    """What was raised on purpose is shown as it is; a crash names the error, with the traceback in the log."""
    job_id = jobs.submit(workspace, "drift", {"name": "a", **arguments})
    wait_for(lambda: finished(workspace, job_id))
    job = jobs.get(workspace, job_id)
    assert job.status == jobs.FAILED
    assert text in job.error
    assert ("Traceback" in jobs.log(workspace, job_id)) == ("crashes" in arguments)
    jobs.retry(workspace, job_id)
    wait_for(lambda: finished(workspace, job_id))
    assert jobs.get(workspace, job_id).result["before"] == 2


def test_a_job_whose_process_is_killed_starts_again_and_resumes(workspace):
    """Kill -9 of a job's process: it is queued again with what it had recorded, and comes to its end."""
    job_id = jobs.submit(workspace, "drift", {"name": "a", "dies": 2})
    wait_for(lambda: finished(workspace, job_id))
    job = jobs.get(workspace, job_id)
    assert (job.status, job.attempts, job.result) == (jobs.DONE, 2, {"before": 1})


def test_a_job_that_dies_again_and_again_fails(workspace):
    """After three deaths a job fails, with a line that says what to do."""
    job_id = jobs.submit(workspace, "drift", {"name": "a", "dies": 99})
    wait_for(lambda: finished(workspace, job_id))
    job = jobs.get(workspace, job_id)
    assert job.status == jobs.FAILED
    assert "died 3 times" in job.error


def test_jobs_outlive_their_worker(workspace):
    """Kill -9 of the worker alone: the running job goes on, and the next worker takes the waiting ones."""
    ids, enough = submitted(workspace, 3)
    wait_for(lambda: at_work(workspace, ids[0]) and at_work(workspace, ids[1]))
    kill_worker(workspace)
    jobs.ensure_worker(workspace)
    enough()
    wait_for(lambda: all(finished(workspace, job_id) for job_id in ids))
    assert [jobs.get(workspace, job_id).status for job_id in ids] == [jobs.DONE] * 3
    assert [jobs.get(workspace, job_id).attempts for job_id in ids] == [1] * 3


def test_everything_killed_is_found_again(workspace):
    """Kill -9 of the worker and of its jobs, as after a power cut: the next start runs all of them to the end."""
    ids, enough = submitted(workspace, 3)
    wait_for(lambda: at_work(workspace, ids[0]) and at_work(workspace, ids[1]))
    kill_worker(workspace)
    for job_id in ids[:2]:
        os.kill(jobs.get(workspace, job_id).pid, signal.SIGKILL)
    enough()
    jobs.ensure_worker(workspace)
    wait_for(lambda: all(finished(workspace, job_id) for job_id in ids))
    assert [jobs.get(workspace, job_id).status for job_id in ids] == [jobs.DONE] * 3
    assert jobs.get(workspace, ids[0]).attempts == 2


def test_there_is_one_worker_and_it_ends_by_itself(workspace):
    """However often a worker is wished for there is one; without work it ends, or when its workspace is removed."""
    for _ in range(3):
        jobs.ensure_worker(workspace)
    job_id = jobs.submit(workspace, "drift", {"name": "a"})
    wait_for(lambda: finished(workspace, job_id))
    # A second one that was started finds the lock taken and goes; that takes a moment.
    wait_for(lambda: len(pids_of("core.jobs", str(workspace.root))) == 1)
    # The worker may write or take away its database's own files while the folder is emptied.
    wait_for(lambda: shutil.rmtree(workspace.root, ignore_errors=True) or not workspace.root.exists())
    wait_for(lambda: not pids_of("core.jobs", str(workspace.root)))


def test_the_same_job_is_not_queued_twice(workspace):
    """A page that is drawn again and asks again gets the job that waits or runs already."""
    first = jobs.submit(workspace, "drift", {"name": "a", "ticks": 2000})
    assert jobs.submit(workspace, "drift", {"ticks": 2000, "name": "a"}) == first
    assert jobs.submit(workspace, "drift", {"name": "b"}) != first
    assert [job.id for job in jobs.all(workspace)][-1] == first


def test_unknown_steps_and_jobs_are_refused(workspace):
    """The message says which steps there are, or that a job may be gone."""
    with pytest.raises(InputError, match=r"No step 'fly'\. Choose from import, train"):
        jobs.submit(workspace, "fly")
    with pytest.raises(InputError, match=r"No job 'nothing' in .*deleted with its data set"):
        jobs.get(workspace, "nothing")


def test_submitting_waits_for_nothing(workspace):
    """A click that queues a job returns while the job has not ended: it never stands in the page's way."""
    job = jobs.submit(workspace, "drift", {"name": "a"})
    assert jobs.get(workspace, job).status in {jobs.QUEUED, jobs.RUNNING}


def test_the_sample_is_there_at_once(workspace):
    """A new workspace gets the sample as it comes; what comes with it is not made again, and no second time."""
    assert jobs.ensure_sample(workspace) is None
    assert pipeline.drift(workspace, pipeline.SAMPLE).ready
    assert workspace.run(pipeline.SAMPLE).status == "done"
    assert jobs.active(workspace) == []
    workspace.delete(pipeline.SAMPLE)
    assert jobs.ensure_sample(workspace) is None
    assert workspace.data_sets() == []


def test_the_sample_is_offered_once(workspace, monkeypatch, tmp_path):
    """Where nothing comes with it it is made by a job, once; whoever has data, or whose sample went, keeps it so."""
    monkeypatch.setattr("core.pipeline.shipped.FOLDER", tmp_path / "nothing")
    first = jobs.ensure_sample(workspace)
    assert jobs.ensure_sample(workspace) == first
    assert jobs.get(workspace, first).step == "sample"
    jobs.cancel(workspace, first)
    wait_for(lambda: finished(workspace, first))
    assert jobs.ensure_sample(workspace) is None


def test_training_is_measured_where_that_is_wished(workspace, monkeypatch):
    """A training leaves the view of drift and the test of reasons to jobs; with `measure` quality and lag as well."""
    asked = []
    for _ in range(2):
        with workspace.staging() as folder:
            workspace.publish("a", folder, {})
    run = workspace.update_run(workspace.new_run(workspace.data_set("a"), {}, "run"), "done")
    monkeypatch.setattr(requests, "submit", lambda _, step, arguments, **_how: asked.append((step, arguments)))
    monkeypatch.setattr(pipeline, "new_run", lambda *_: run)
    monkeypatch.setattr(steps, "new_run_id", lambda: "another")
    monkeypatch.setattr(pipeline, "train", lambda *_: pipeline.Trained("run", 1, 0.1, 1, 1.0, {}))
    for wish in (False, True):
        arguments = {"name": "a", "measure": wish}
        job = SimpleNamespace(id="train", data_set="a", arguments=arguments, result={}, status="running")
        assert steps.STEPS["train"](steps.Task(workspace, job))["run"] == "run"
        assert asked.pop(0) == ("view", {"name": "a", "run": "run"})
        reasons = {"name": "a", "table": "faithfulness", "run": "run", "version": 2}
        assert asked.pop(0) == ("evaluate", reasons)
        assert len(asked) == 4 * wish
    of = {"name": "a", "run": "run"}
    tables = [("evaluate", of | {"table": table, "version": 2}) for table in ("lag", "aging")]
    assert asked == [("evaluate", of), ("evaluate", of | {"table": "chances"}), *tables]


def test_a_table_is_of_the_run_that_it_was_asked_for(workspace, monkeypatch):
    """Whatever was trained meanwhile: the job measures its own run."""
    asked = []
    monkeypatch.setattr(pipeline, "quality_table", lambda *of: asked.append(of) or [])
    arguments = {"name": "a", "table": "lists", "run": "r1", "version": 2}
    job = SimpleNamespace(id="j", data_set="a", arguments=arguments, result={}, status="running")
    assert steps.STEPS["evaluate"](steps.Task(workspace, job)) == {"rows": 0}
    ((_, name, models, table, _, run),) = asked
    assert (name, models, table, run) == ("a", "all", "lists", "r1")


def test_a_job_killed_after_its_last_act_is_not_done_twice(workspace, monkeypatch):
    """All was published when the process died, but the job was not done: it finds its version, and its upload goes."""
    upload = workspace.uploads().new("log.csv")
    upload.write_text("user_id,item_id,timestamp\n" + "".join(f"u,i{n},{1_600_000_000 + n}\n" for n in range(9)))
    monkeypatch.setattr(worker, "ensure_worker", lambda _: None)
    job_id = jobs.submit(workspace, "import", {"name": "log", "events": str(upload)})
    with monkeypatch.context() as dying:
        dying.setattr(Workspace, "discard_upload", killed)
        with pytest.raises(KeyboardInterrupt):
            steps.run(workspace, job_id, JobSettings(niceness=0))
    assert jobs.get(workspace, job_id).status == jobs.RUNNING
    assert upload.exists()
    table.move(workspace, jobs.get(workspace, job_id), jobs.QUEUED)
    steps.run(workspace, job_id, JobSettings(niceness=0))
    assert jobs.get(workspace, job_id).status == jobs.DONE
    assert workspace.data_set("log").version == 1
    assert not list(workspace.root.glob("uploads/*"))


def test_a_training_killed_when_its_run_was_made_has_one_run(workspace, monkeypatch):
    """The id of the run is in the job's row before the run is there, so that no second one is made."""
    log = workspace.root / "log.csv"
    log.write_text("user_id,item_id,timestamp\n" + "".join(f"u,i{n},{1_600_000_000 + n}\n" for n in range(9)))
    pipeline.import_log(workspace, "log", LogFiles(log))
    monkeypatch.setattr(worker, "ensure_worker", lambda _: None)
    job_id = jobs.submit(workspace, "train", {"name": "log"})
    monkeypatch.setattr(pipeline, "train", killed)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            steps.run(workspace, job_id, JobSettings(niceness=0))
        table.move(workspace, jobs.get(workspace, job_id), jobs.QUEUED)
    assert [run.id for run in workspace.runs("log")] == [jobs.get(workspace, job_id).result["run"]]


def killed(*_: object) -> None:
    """What a kill looks like to a process that can still be asked about it."""
    raise KeyboardInterrupt
