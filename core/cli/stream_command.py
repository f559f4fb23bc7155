"""The command that follows a growing log."""

import json
import sys
import time
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from core.cli.commands import columns_of, workspace_of
from core.cli.console import LINE_EVERY, Progress, print_report, say, write_table
from core.errors import InputError
from core.settings import StreamSettings
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.pipeline import Feed


def stream_command(options: Namespace) -> None:
    """Follow a growing log; print what was counted."""
    from core import pipeline

    workspace = workspace_of(options)
    if options.source:
        feed, settings = _asked(options)
        counts = pipeline.stream(workspace, options.name, feed, settings, _Streamed(as_json=options.json))
    else:
        counts = pipeline.streamed_so_far(workspace, options.name)
    if options.dead_letters:
        write_table(pipeline.dead_letters(workspace, options.name), None)
        return
    if options.users:
        write_table(pipeline.heard_of(workspace, options.name), None)
        return
    if options.commit:
        version = pipeline.commit(workspace, options.name, Progress()).version
        counts |= {"version": version} | _trained(workspace, options, version)
    print_report(counts, as_json=options.json)


def _asked(options: Namespace) -> tuple["Feed", StreamSettings]:
    """What is followed, and how."""
    from core import pipeline

    columns = columns_of(options.columns)
    feed = pipeline.Feed(options.source, columns, options.model, options.run_id, options.registry, options.kafka)
    settings = StreamSettings(
        options.once,
        options.from_start,
        tuple(options.follow),
        options.watch,
        _partitions(options.partitions),
        options.sink,
    )
    return feed, settings


def _partitions(text: str) -> tuple[int, ...]:
    """Numbers of partitions; raises `InputError`."""
    parts = [part.strip() for part in text.split(",")] if text else []
    if not all(part.isdecimal() for part in parts):
        raise InputError(f"--partitions takes numbers with commas between, as in 0,1; found {text!r}.")
    return tuple(map(int, parts))


def _trained(workspace: Workspace, options: Namespace, version: int) -> dict[str, Any]:
    """Say that a training is due now that there is a new version, or do it with --train: on from the newest run."""
    from core import pipeline

    earlier = next((run.id for run in workspace.runs(options.name) if run.status == "done"), None)
    if options.train:
        run = pipeline.new_run(workspace, options.name, start=earlier)
        return {"run": pipeline.train(workspace, options.name, run, Progress()).run}
    start = f" --from {earlier}" if earlier else ""
    say(f"{options.name} is at version {version} now; its runs know nothing of the new events. "
        f"Train on them: python -m core train {options.name}{start}.")  # fmt: skip
    return {}


class _Streamed:
    """Tells of a stream as it goes: counts now and then; as JSON lines lists of followed users, and who drifted."""

    def __init__(self, *, as_json: bool) -> None:
        self._to = sys.stderr if as_json else sys.stdout
        self._told, self._events = time.monotonic(), 0

    def __call__(self, step: dict[str, Any]) -> None:
        counts, since = step["counts"], time.monotonic() - self._told
        self._events += step["events"]
        if since > LINE_EVERY:
            told = ", ".join(f"{counts[name]:,} {name}" for name in counts if ":" not in name)
            say(f"{told}; {self._events / since:,.0f} events a second")
            self._told, self._events = time.monotonic(), 0
        lines = [{"user_id": user, "list": items} for user, items in step["lists"].items()]
        for line in lines + step["drifted"]:
            self._to.write(json.dumps(line) + "\n")
            self._to.flush()
