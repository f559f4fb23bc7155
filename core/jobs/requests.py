"""What pages ask for: a step to be done, stopped, or done again."""

import json
import secrets
import sqlite3
from typing import Any

from core.errors import InputError
from core.jobs import table, worker
from core.jobs.table import CANCELLED, QUEUED, RUNNING, STEPS
from core.phrases import packed, say
from core.workspace import Workspace, actors


def submit(workspace: Workspace, step: str, arguments: dict[str, Any] | None = None, *, asked: bool = True) -> str:
    """Queue a step and see to it that a worker runs; returns the job's id.

    What someone `asked` for goes before what follows by itself, and what someone asks for that waits already moves up.

    Raises `ForbiddenError` where the role of whoever asks is not enough for the step.

    `arguments` are plain values for JSON: `name` of the data set, and what `core.jobs.steps` says of the step.
    The same step with the same arguments is not queued twice: the id of the waiting or running one is returned.
    """
    if step not in STEPS:
        raise InputError(say("errors.no_step", step=step, known=", ".join(STEPS)))
    actors.need(table.NEEDS[step])
    arguments = arguments or {}
    text = json.dumps(arguments, sort_keys=True, default=str)
    moment = table.now()
    job_id = f"{moment[:19].translate(str.maketrans('', '', '-:T'))}-{secrets.token_hex(3)}"
    row = (job_id, step, str(arguments.get("name", "")), text, QUEUED, moment, table.packed_actor())
    same = _entered(workspace, row, asked=asked)
    if same and not (asked and same["status"] == QUEUED):
        return str(same["id"])
    job_id = str(same["id"]) if same else job_id
    table.put(workspace, job_id, asked=asked)
    worker.ensure_worker(workspace)
    return job_id


def _entered(workspace: Workspace, row: tuple[str, ...], *, asked: bool) -> sqlite3.Row | None:
    """Write a job into the table; returns the id and status of the same one, where that waits or runs already."""
    _, step, _, text, *_, by = row
    with workspace.database() as database:
        database.execute("begin immediate")
        same: sqlite3.Row | None = database.execute(
            "select id, status from jobs where step = ? and arguments = ? and status in (?, ?) and not cancelling",
            (step, text, QUEUED, RUNNING),
        ).fetchone()
        if same and asked:  # it runs for whoever asked last, who may still
            waits = "update jobs set asked_by = ? where id = ? and status = ?"
            database.execute(waits, (by, same["id"], QUEUED))
        if not same:
            database.execute(
                "insert into jobs (id, step, data_set, arguments, status, created, asked_by) "
                "values (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
    return same


def cancel(workspace: Workspace, job_id: str) -> None:
    """Stop a job: at once if it waits, within seconds if it runs; nothing half-done is kept."""
    actors.need(table.NEEDS[table.get(workspace, job_id).step])
    with workspace.database() as database:
        database.execute(
            "update jobs set status = ?, message = ?, ended = ? where id = ? and status = ?",
            (CANCELLED, packed(say("steps.cancelled")), table.now(), job_id, QUEUED),
        )
        database.execute(
            "update jobs set cancelling = 1, message = ? where id = ? and status = ?",
            (packed(say("steps.stopping")), job_id, RUNNING),
        )


def retry(workspace: Workspace, job_id: str) -> None:
    """Queue a failed or cancelled job again; training goes on from its last checkpoint."""
    job = table.get(workspace, job_id)
    actors.need(table.NEEDS[job.step])
    if job.active:
        return
    fresh = {"share": 0.0, "message": "", "error": "", "attempts": 0, "cancelling": 0, "ended": None}
    fresh["asked_by"] = table.packed_actor()
    if table.move(workspace, job, QUEUED, **fresh):
        table.put(workspace, job_id)
        worker.ensure_worker(workspace)
