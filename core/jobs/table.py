"""The rows that say what each job is and how far it has come, and the queue that jobs wait in."""

import builtins
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from sqlite3 import Row
from typing import Any

from huey import SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from core import phrases
from core.errors import InputError
from core.jobs import turns
from core.phrases import say
from core.settings import ADMIN, EDITOR
from core.workspace import Actor, Login, Workspace, actors, rules

PAGE = "page"
"""Who asks from a page where nobody logs in, as `pages._who` says it."""
QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
NEEDS = {
    "import": EDITOR,
    "train": EDITOR,
    "evaluate": EDITOR,
    "drift": EDITOR,
    "view": EDITOR,
    "atlas": EDITOR,
    "sample": EDITOR,
    "world": EDITOR,
    "plant": EDITOR,
    "purge": ADMIN,
    "words": EDITOR,
    "forget": ADMIN,
    "watch": ADMIN,
}
"""The role that each step takes of whoever queues it, and has still when it runs."""
STEPS = tuple(NEEDS)


@dataclass(frozen=True)
class Job:
    """A step of the pipeline that runs, ran or will run outside the page."""

    id: str
    step: str
    """One of `STEPS`."""
    data_set: str
    """Name of the data set it works on; it may not be there yet."""
    arguments: dict[str, Any]
    status: str
    """queued, running, done, failed or cancelled."""
    share: float
    """How much is done, 0 to 1."""
    message: str
    """What it is at, in one short line; so that pages can translate it, with its code (`core.phrases`)."""
    error: str
    """Why it failed, fit to be shown; empty otherwise."""
    result: dict[str, Any]
    """What it came to; `train` puts the id of its run here as soon as it starts."""
    pid: int | None
    attempts: int
    """How often it was started: more than once if its process died."""
    cancelling: bool
    """Cancel was pressed, and the step has not yet stopped."""
    created: str
    """ISO 8601, UTC; so are `started` and `ended`."""
    started: str | None
    ended: str | None
    asked_by: str = ""
    """Who asked for it, as `packed_actor` writes it."""

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in {QUEUED, RUNNING}


class _Json(Serializer):  # type: ignore[misc]
    """Messages of the queue as JSON, so that nothing is ever unpickled."""

    def _serialize(self, data: Message) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(data))


def huey(workspace: Workspace) -> SqliteHuey:
    """The queue of a workspace; its tasks carry only the id of a job."""
    return SqliteHuey("jobs", filename=str(workspace.queue), serializer=_Json(), results=False)


def put(workspace: Workspace, job_id: str, *, asked: bool = True) -> None:
    """Put a job's id into the queue, in its turn (`core.jobs.turns`); once more where someone asks for it now."""
    job = get(workspace, job_id)
    place = turns.rank(job.step, asked, str(job.arguments.get("table", "")))
    waiting = huey(workspace)
    waiting.storage.enqueue(waiting.serializer.serialize(Message(job_id, "job")), place)
    waiting.storage.close()


def messages(storage: Any) -> builtins.list[tuple[bytes, int]]:
    """What waits in the queue, with its rank, the highest and oldest first."""
    query = "select data, priority from task where queue = ? order by priority desc, id"
    return [(data, int(place)) for data, place in storage.sql(query, (storage.name,), results=True)]


def take(storage: Any, message: bytes) -> None:
    """Take a message out of the queue, wherever it stands, each time that it is there."""
    storage.sql("delete from task where queue = ? and data = ?", (storage.name, storage.to_blob(message)), commit=True)


def served(workspace: Workspace) -> dict[str, str]:
    """When a job of each person was started last, ISO 8601."""
    with workspace.database() as database:
        query = "select asked_by, max(started) as last from jobs where started is not null group by asked_by"
        found = [(person(row["asked_by"]), str(row["last"])) for row in database.execute(query)]
    return {who: max(last for other, last in found if other == who) for who, _ in found}


def person(asked_by: str) -> str:
    """Who asked for a job: by name, or by the session of the pages where nobody logs in."""
    who, place, *_ = json.loads(asked_by) if asked_by else ("", "")
    return str(who) if who != PAGE else f"{who} {place}"


def get(workspace: Workspace, job_id: str) -> Job:
    """A job by id; raises `InputError`."""
    with workspace.database() as database:
        row = database.execute("select * from jobs where id = ?", (job_id,)).fetchone()
    if row is None:
        raise InputError(say("errors.no_job", job=job_id[:80], folder=str(workspace.root)))
    return _job(row)


def all(workspace: Workspace) -> builtins.list[Job]:  # noqa: A001
    """All jobs, newest first."""
    with workspace.database() as database:
        return [_job(row) for row in database.execute("select * from jobs order by created desc, rowid desc")]


def active(workspace: Workspace) -> builtins.list[Job]:
    """Jobs that wait or run, oldest first."""
    with workspace.database() as database:
        query = "select * from jobs where status in (?, ?) order by created, rowid"
        return [_job(row) for row in database.execute(query, (QUEUED, RUNNING))]


def log(workspace: Workspace, job_id: str) -> str:
    """What a job printed, at most the last 20,000 characters."""
    actors.need(EDITOR)
    path = workspace.job_file(job_id, "log")
    return path.read_text(errors="replace")[-20_000:] if path.exists() else ""


def move(workspace: Workspace, job: Job, status: str, **values: Any) -> bool:
    """Give a job another status and other columns, unless someone else has changed its status meanwhile."""
    columns = {"status": status} | values
    names = ", ".join(f"{name} = ?" for name in columns)
    with workspace.database() as database:
        changed = database.execute(
            f"update jobs set {names} where id = ? and status = ?", (*columns.values(), job.id, job.status)
        )
        return changed.rowcount == 1


def as_json(values: dict[str, Any]) -> str:
    """Plain text of plain values; what is not plain becomes text."""
    return json.dumps(values, default=str)


def packed_actor() -> str:
    """Whoever asks for a job now, with what a provider of logins says of them."""
    asking = actors.actor()
    return json.dumps([asking.who, asking.place, *([asdict(asking.login)] if asking.login else [])])


def actor_of(job: Job) -> Actor:
    """Whoever asked for a job, at its door, with the role that the rules give them by now.

    Without a login it was the owner of the machine. Raises `SettingsError` where the rules cannot be read.
    """
    who, place, *login = json.loads(job.asked_by) if job.asked_by else (actors.by_system().who, "")
    if not login:
        return Actor(who, "job", place, role=ADMIN)
    told = login[0] | {part: tuple(login[0][part]) for part in ("groups", "roles")}
    return rules.actor_of(Login(**told), "job", place)


def now() -> str:
    """This moment, ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _job(row: Row) -> Job:
    values = dict(row) | {
        "arguments": json.loads(row["arguments"]),
        "result": json.loads(row["result"]),
        "cancelling": bool(row["cancelling"]),
        "message": phrases.unpacked(row["message"]),
        "error": phrases.unpacked(row["error"]),
    }
    job = Job(**values)
    return _hidden(job) if actors.actor().masked else job


def _hidden(job: Job) -> Job:
    """A job as whoever must not see user ids may see it: how far it is, and not whom it is about."""
    about = {key: value for key, value in job.arguments.items() if key != "user"}
    names = {"user", "some"} & set(getattr(job.message, "values", {}))
    error = say("access.hidden") if job.error else ""
    return replace(job, arguments=about, message="" if names else job.message, error=error)
