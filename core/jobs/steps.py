"""What a job does, in a process of its own.

Arguments of the steps, all plain values for JSON; settings are dictionaries of the fields that differ from the default:
    import    name, events, items, users (paths), columns {canonical: in the file}, settings (ImportSettings),
              add (to the version before, instead of replacing it), more (paths of further files of events),
              like (name of a data set: columns and settings as it was imported with, unless given here),
              follow (afterwards, look for drift and train, in jobs of their own)
    train     name, settings {section: {field: value}}, run (id of an unfinished run to resume),
              start (id of a finished run whose weights the new one begins with),
              measure (afterwards, measure the quality of the run in jobs of their own)
    evaluate  name, models, run (None: the newest), table (one of `pipeline.quality_table`),
              protocol (temporal: with seeds and settings, EvaluationSettings; else each user's last event)
    drift     name, settings (DriftSettings)
    view      name, run (id; its own view of drift), settings (DriftSettings)
    atlas     name, settings (AtlasSettings), run (the map, and what lies around it)
    plant     name, users, seed (changes planted in the log's own histories)
    sample    name
    world     name, world (one of `core.settings.WORLDS`)
    purge     name
    words     name
    forget    name, user, runs (one of `pipeline.RUNS`)
    watch     name
"""

import os
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core import locks, phrases, pipeline
from core import settings as configuration
from core.data import LogFiles
from core.errors import JobCancelledError, MeanderError
from core.jobs import requests, sample, table, watching
from core.settings import TEMPORAL, EvaluationSettings, ImportSettings, JobSettings, NamingSettings, Settings
from core.workspace import HIDDEN, Workspace, actors, inbox, new_run_id

WRITE_EVERY = 0.25
"""Seconds between two notes of how far a job is."""


class Task:
    """A job at work: its arguments, and how it tells how far it is."""

    def __init__(self, workspace: Workspace, job: table.Job) -> None:
        """Take up a job that runs."""
        self.workspace, self.job, self.arguments = workspace, job, job.arguments
        self.name = job.data_set
        self._noted, self._share = 0.0, 0.0

    def progress(self, share: float, message: str) -> None:
        """Note how far the step is; raises `JobCancelledError` if someone pressed cancel or deleted the job."""
        if time.monotonic() - self._noted < WRITE_EVERY:
            return
        self._noted = time.monotonic()
        self._share = max(self._share, min(share, 1.0))
        with self.workspace.database() as database:
            database.execute("update jobs set share = ? where id = ?", (self._share, self.job.id))
            database.execute(
                "update jobs set message = ? where id = ? and not cancelling", (phrases.packed(message), self.job.id)
            )
            row = database.execute("select cancelling from jobs where id = ?", (self.job.id,)).fetchone()
        if row is None or row["cancelling"]:
            raise JobCancelledError("Cancelled.")

    def record(self, **result: Any) -> None:
        """Note a part of the result that is known before the end."""
        table.move(self.workspace, self.job, table.RUNNING, result=table.as_json(result))


def run(workspace: Workspace, job_id: str, settings: JobSettings) -> None:
    """Do one job, if it still waits and nobody else is at it."""
    with locks.held(workspace.job_file(job_id, "lock")) as mine:
        job = table.get(workspace, job_id)
        start = {"pid": os.getpid(), "started": table.now(), "attempts": job.attempts + 1, "message": _now("starting")}
        if not mine or job.status != table.QUEUED or not table.move(workspace, job, table.RUNNING, **start):
            return
        os.nice(settings.niceness)
        job = replace(job, status=table.RUNNING, attempts=job.attempts + 1)
        table.move(workspace, job, **_outcome(Task(workspace, job)), ended=table.now())
    workspace.tidy()


def _now(step: str) -> str:
    return phrases.packed(phrases.say(f"steps.{step}"))


def _outcome(task: Task) -> dict[str, Any]:
    """Run the step; the columns that say how it ended."""
    try:
        with actors.acting(table.actor_of(task.job)):
            task.workspace.check_actor()
            actors.need(table.NEEDS[task.job.step])
            result = STEPS[task.job.step](task)
    except JobCancelledError:
        return {"status": table.CANCELLED, "message": _now("cancelled")}
    except MeanderError as error:
        return {"status": table.FAILED, "error": phrases.packed(error.said)}
    except Exception as error:
        traceback.print_exc()
        text = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
        return {"status": table.FAILED, "error": phrases.packed(phrases.say("errors.unexpected", why=text))}
    return {"status": table.DONE, "share": 1.0, "message": _now("done"), "result": table.as_json(result)}


def _import(task: Task) -> dict[str, Any]:
    paths = {part: task.arguments.get(part) for part in ("events", "items", "users")}
    files = {part: Path(path) for part, path in paths.items() if path}
    given = task.arguments.get("settings", {})
    settings: ImportSettings | pipeline.Like = replace(configuration.defaults().data, **given)
    columns = task.arguments.get("columns")
    more = tuple(Path(path) for path in task.arguments.get("more", ()))
    for path in (*files.values(), *more):
        inbox.refuse_link(task.workspace, path)
    log = LogFiles(files["events"], files.get("items"), files.get("users"), columns, more)
    log = replace(log, receipt=task.job.id)
    if like := task.arguments.get("like"):
        settings = pipeline.Like(like, lambda found: replace(found, **given))
    add = bool(task.arguments.get("add", False))
    # A process that was killed when all was published, but before its job was done, finds its version here.
    data_set = pipeline.imported(task.workspace, task.name, task.job.id) or pipeline.import_log(
        task.workspace, task.name, log, settings, task.progress, add=add
    )
    for path in (*files.values(), *more):
        task.workspace.discard_upload(path)
    if task.arguments.get("follow"):
        follow(task.workspace, task.name)
    return data_set.summary


def _train(task: Task) -> dict[str, Any]:
    # The id is noted before there is a run of it: whenever the process is killed, the next one goes on with this run.
    run_id = task.job.result.get("run") or task.arguments.get("run") or new_run_id()
    task.record(run=run_id)
    if task.arguments.get("run") or any(run.id == run_id for run in task.workspace.runs(task.name)):
        run = task.workspace.run(task.name, run_id)
    else:
        settings = configuration.from_dict(task.arguments.get("settings", {}), configuration.defaults())
        run = pipeline.new_run(task.workspace, task.name, settings, task.arguments.get("start"), run_id)
    result = pipeline.train(task.workspace, task.name, run, task.progress)
    # Named here and not above: the process of a job loads what its own step stands on, and no more.
    wished = (pipeline.ranks, pipeline.list_chances, pipeline.adaptation, pipeline.aging)
    for made in (pipeline.model_view, pipeline.faithfulness, *(wished if task.arguments.get("measure") else ())):
        requests.submit(task.workspace, *made(task.workspace, task.name, run=run.id).job, asked=False)
    return asdict(result)


def _evaluate(task: Task) -> dict[str, Any]:
    models, run_id = task.arguments.get("models", "all"), task.arguments.get("run")
    if task.arguments.get("protocol") == TEMPORAL:
        settings = EvaluationSettings(**task.arguments.get("settings", {}))
        seeds = int(task.arguments.get("seeds", 1))
        found = pipeline.temporal(task.workspace, task.name, models, run_id, settings, seeds).get(task.progress)
        return {"rows": len(found.ranks)}
    if table := task.arguments.get("table"):
        return {"rows": len(pipeline.quality_table(task.workspace, task.name, models, table, task.progress, run_id))}
    return {"models": len(pipeline.evaluate(task.workspace, task.name, models, run_id, task.progress))}


def _settings(task: Task, section: str) -> Settings:
    """Settings of a step that knows one section of them."""
    return configuration.from_dict({section: task.arguments.get("settings", {})})


def _drift(task: Task) -> dict[str, Any]:
    settings = _settings(task, "drift").drift
    drift, live = pipeline.drift_and_live(task.workspace, task.name, settings)
    table = drift.get(task.progress)
    # Pages show the table as soon as it is there; what a live watcher would have said joins it a little later.
    live.get(task.progress)
    return _named(table)


def _view(task: Task) -> dict[str, Any]:
    settings = _settings(task, "drift").drift
    view = pipeline.model_view(task.workspace, task.name, settings, task.arguments.get("run")).get(task.progress)
    return _named(view)


def _named(table: Any) -> dict[str, Any]:
    """How many there are, and how many of them are named."""
    return {"users": len(table), "named": int((table["q_value"] <= NamingSettings().accept).sum())}


def _plant(task: Task) -> dict[str, Any]:
    named = {key: task.arguments[key] for key in ("users", "seed") if key in task.arguments}
    tried = pipeline.planted(task.workspace, task.name, **named).get(task.progress)
    return {"users": len(tried), "planted": int((tried["planted"] > 0).sum())}


def _atlas(task: Task) -> dict[str, Any]:
    settings, run = _settings(task, "atlas").atlas, task.arguments.get("run")
    pipeline.terrain(task.workspace, task.name, settings, run).get(task.progress)
    atlas = pipeline.atlas(task.workspace, task.name, settings, run).get(task.progress)
    return {"points": len(atlas.points), "trustworthiness": atlas.trustworthiness}


def _sample(task: Task) -> dict[str, Any]:
    """Import the sample; drift test and training follow as jobs of their own, then its quality is measured."""
    data_set = pipeline.import_sample(task.workspace, task.progress)
    sample.follow_sample(task.workspace)
    return data_set.summary


def _world(task: Task) -> dict[str, Any]:
    """Simulate a world and import it; drift test and training follow."""
    data_set = pipeline.import_world(task.workspace, task.name, task.arguments["world"], task.progress)
    follow(task.workspace, data_set.name)
    return data_set.summary


def follow(workspace: Workspace, name: str) -> None:
    """Queue what follows an import by itself: who drifted, then a model, whose quality is measured behind it."""
    requests.submit(workspace, *pipeline.drift(workspace, name).job, asked=False)
    requests.submit(workspace, "train", {"name": name, "measure": True}, asked=False)


def _purge(task: Task) -> dict[str, Any]:
    return {"rows": pipeline.purge(task.workspace, task.name, task.progress)}


def _words(task: Task) -> dict[str, Any]:
    """Read what items say, so that they can be asked in words."""
    terms = pipeline.search_terms(task.workspace, task.workspace.data_set(task.name)).get(task.progress)
    return {"terms": len(terms.place)}


def _forget(task: Task) -> dict[str, Any]:
    """Take a person out; a process that was killed when that was done finds no name in its arguments."""
    user = task.arguments["user"]
    if user == HIDDEN:
        return {"runs": 0}
    runs = task.arguments.get("runs", "mark")
    told = pipeline.forget(task.workspace, task.name, user, runs, task.progress)
    if told.train is not None:
        changed = configuration.as_dict(configuration.from_dict(told.train))
        requests.submit(task.workspace, "train", {"name": task.name, "settings": changed}, asked=False)
    return {"events": told.events, "streamed": told.streamed, "notes": told.notes, "runs": len(told.runs)}


def _watch(task: Task) -> dict[str, Any]:
    """Look at a data set that is watched."""
    return watching.look(task.workspace, task.name, task.progress)


STEPS: dict[str, Callable[[Task], dict[str, Any]]] = {
    "import": _import,
    "train": _train,
    "evaluate": _evaluate,
    "drift": _drift,
    "view": _view,
    "atlas": _atlas,
    "sample": _sample,
    "world": _world,
    "plant": _plant,
    "purge": _purge,
    "words": _words,
    "forget": _forget,
    "watch": _watch,
}
