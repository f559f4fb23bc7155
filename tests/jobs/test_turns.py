"""Whose turn it is: data sets and drift never wait for what takes long, and who asks goes before what follows."""

import pytest

from core import jobs
from core.jobs import table, turns, worker
from core.settings import ADMIN, JobSettings
from core.workspace import Actor, actors

from .conftest import wait_for

FOUR = [("drift", {"name": "a"}), ("evaluate", {"name": "a"}), ("evaluate", {"name": "a", "table": "faithfulness"}),
        ("atlas", {"name": "a"})]  # fmt: skip


def queued(workspace) -> list[tuple[str, str]]:
    """Step and table of what waits, in the order of its turn."""
    waiting = table.huey(workspace).storage.enqueued_items()
    found = [table.get(workspace, job_id) for job_id in dict.fromkeys(worker.ids(waiting))]
    return [(job.step, job.arguments.get("table", "")) for job in found]


@pytest.fixture
def still(workspace, monkeypatch):
    """The workspace, with no worker."""
    monkeypatch.setattr(worker, "ensure_worker", lambda _: None)
    return workspace


def test_what_follows_by_itself_comes_in_its_order(still):
    """However they are queued: drift, training, measures, then maps and tests of explanations."""
    for step, arguments in [*reversed(FOUR), ("train", {"name": "a"})]:
        jobs.submit(still, step, arguments, asked=False)
    order = queued(still)
    assert order[:3] == [("drift", ""), ("train", ""), ("evaluate", "")]
    assert set(order[3:]) == {("evaluate", "faithfulness"), ("atlas", "")}


def test_what_someone_asks_for_goes_before(still):
    """A map that someone looks for goes before a training that follows by itself; an import before all."""
    for step in ("train", "evaluate"):
        jobs.submit(still, step, {"name": "a"}, asked=False)
    jobs.submit(still, "atlas", {"name": "a"})
    jobs.submit(still, "import", {"name": "b"})
    assert [step for step, _ in queued(still)] == ["import", "atlas", "train", "evaluate"]


def test_what_waits_already_moves_up_when_someone_asks(still):
    """The same job, now asked for, is the same job, and comes first; it is still done once."""
    for step in ("train", "evaluate"):
        jobs.submit(still, step, {"name": "a"}, asked=False)
    first = next(job.id for job in jobs.active(still) if job.step == "evaluate")
    assert jobs.submit(still, "evaluate", {"name": "a"}) == first
    assert [step for step, _ in queued(still)] == ["evaluate", "train"]
    assert len(jobs.active(still)) == 2


@pytest.mark.parametrize("at_once", [1, 2])
def test_drift_starts_beside_long_steps(at_once):
    """Where all places are taken by what takes long there is one more for what is quick, and no second one."""
    settings = JobSettings(at_once=at_once)
    long = ["train", "evaluate"][:at_once]
    assert turns.may_start("drift", long, settings)
    assert not turns.may_start("train", long, settings)
    assert not turns.may_start("drift", [*long, "import"], settings)


def test_drift_does_not_wait_for_long_jobs(workspace):
    """Two long jobs at work, a third waiting: drift starts, and ends before them; the third waits on."""
    slow = [jobs.submit(workspace, "evaluate", {"name": "a", "ticks": 20_000, "n": n}, asked=False) for n in range(3)]
    wait_for(lambda: sum(jobs.get(workspace, job).status == jobs.RUNNING for job in slow) == 2)
    drift = jobs.submit(workspace, "drift", {"name": "a"}, asked=False)
    wait_for(lambda: not jobs.get(workspace, drift).active)
    assert jobs.get(workspace, drift).status == jobs.DONE
    assert sorted(jobs.get(workspace, job).status for job in slow) == [jobs.QUEUED, jobs.RUNNING, jobs.RUNNING]
    for job in slow:
        jobs.cancel(workspace, job)
    wait_for(lambda: not jobs.active(workspace))


def test_people_take_turns(still):
    """Fifty jobs of one person are queued before one of another: that one starts second, whatever each of them is."""
    settings, storage = JobSettings(at_once=2), table.huey(still).storage
    with actors.acting(Actor("ann", "page", "1", ADMIN)):
        many = [jobs.submit(still, "import", {"name": "a", "n": n}) for n in range(50)]
    with actors.acting(Actor("bob", "page", "2", ADMIN)):
        one = jobs.submit(still, "train", {"name": "b"})
    running: list[str] = []
    started = []
    for _ in range(2):
        job = worker._take(still, storage, running, settings)
        assert job
        table.move(still, job, jobs.RUNNING, started=table.now())
        running.append(job.step)
        started.append(job.id)
    assert started == [many[0], one]
    assert worker._take(still, storage, running, settings) is None
    assert storage.queue_size() == 49


def test_who_was_served_longest_ago_comes_first():
    """Where nobody has anything at work and ranks are equal, people come in turn; a rank goes before."""
    waiting = [("ann", 50), ("bob", 50), ("eve", 50), ("ann", 50)]
    assert turns.fair(waiting, [], {"ann": "2024-01-03", "bob": "2024-01-02"}) == [2, 1, 0]
    assert turns.fair([("ann", 50), ("bob", 150)], [], {"bob": "2024-01-02"}) == [1, 0]


def test_visitors_without_a_login_are_people():
    """Each session of the pages is one; whoever has a name is one wherever they sit."""
    assert table.person('["page", "1"]') != table.person('["page", "2"]')
    assert table.person('["ann", "1"]') == table.person('["ann", "2"]')
