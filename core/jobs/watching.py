"""One look at a data set that is watched: what is new, who drifted, what the rules say, a report, and who is told."""

import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core import pipeline
from core.errors import EventsError, JobCancelledError, MeanderError
from core.jobs import requests, sending
from core.phrases import say
from core.progress import Progress, part, silent
from core.settings import WatchSettings, alerting
from core.workspace import Workspace, watches


def look(workspace: Workspace, name: str, progress: Progress = silent) -> dict[str, Any]:
    """Look at a data set as it is watched; returns how many events are new and which rules spoke anew.

    What goes wrong is an alert of its own, and raised. Raises `InputError` where the data set is not watched.
    """
    watch = pipeline.watched(workspace, name)
    if watch is None:
        pipeline.unwatch(workspace, name)  # says so
        return {}
    plan = WatchSettings(**watch.plan)
    try:
        state = pipeline.bring(workspace, name, plan, watch.state, part(progress, 0.0, 0.3))
        watches.keep_state(workspace, name, state)
        _drift(workspace, name, plan, part(progress, 0.3, 0.7))
        found, state = pipeline.rulings(workspace, name, plan, state, part(progress, 0.7, 0.9))
        if plan.report:
            _report(workspace, name, Path(plan.report), part(progress, 0.9, 1.0))
    except JobCancelledError:
        raise
    except MeanderError as error:
        _tell(workspace, name, {watches.WRONG: (str(error.said), say("alerts.failed", why=error.said))}, watch.state)
        raise
    told = _tell(workspace, name, found, state)
    return {"events": state["brought"], "alerts": told}


def tick(workspace: Workspace) -> None:
    """Queue the looks that are due, and send what waits to be sent."""
    for watch in watches.all_of(workspace):
        if watch.due <= datetime.now(UTC).isoformat(timespec="seconds") and watches.claim(workspace, watch):
            requests.submit(workspace, "watch", {"name": watch.data_set}, asked=False)
    sending.send_due(workspace)


def _drift(workspace: Workspace, name: str, plan: WatchSettings, progress: Progress) -> None:
    """See who drifted; where no test can stand on the log that is an error only of those who asked for it."""
    try:
        pipeline.drift(workspace, name).get(progress)
    except EventsError:
        if plan.named is not None or plan.report:
            raise


def _tell(workspace: Workspace, name: str, found: dict[str, Any], state: dict[str, Any]) -> list[str]:
    """Put into the log of alerts what was not said before, note what speaks, and send it; the rules that spoke anew."""
    before = state.get("speaking", {})
    fresh = [rule for rule, (case, _) in found.items() if before.get(rule) != case]
    for rule in fresh:
        watches.raise_alert(workspace, name, rule, found[rule][1], alerting().ways)
    now = state | {"speaking": {rule: case for rule, (case, _) in found.items()},
                   "looked": datetime.now(UTC).isoformat(timespec="seconds")}  # fmt: skip
    watches.keep_state(workspace, name, now)
    if fresh:
        sending.send_due(workspace)
    return fresh


def _report(workspace: Workspace, name: str, folder: Path, progress: Progress) -> None:
    """Write the report of a data set into a folder, whole or not at all."""
    from core.report import Asked, gather, html, judged, paper, words

    asked = Asked()
    facts = gather(workspace, name, asked, judged(workspace, name, asked.naming, progress), progress)
    text = html(paper(facts, words.Words()))
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{name}-{os.getpid()}.draft"
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, folder / f"{name}-{datetime.now(UTC):%Y-%m-%d}.html")
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
    pipeline.exported(workspace, name, "report")
