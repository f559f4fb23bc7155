"""The command that watches a data set: by whom events come, how often, and what is worth an alert."""

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from core.cli.commands import workspace_of
from core.cli.console import Progress, print_report, say, write_table
from core.errors import InputError
from core.phrases import say as phrase
from core.settings import WatchSettings, watching
from core.workspace import Workspace

RULES: Final = {
    "named": watching.share,
    "served": watching.share,
    "fell": watching.share,
    "late": watching.seconds,
    "stopped": None,
}
"""Rules by name, and how the value of each is read; the last takes none."""


def watch_arguments(parser: ArgumentParser) -> None:
    """What is watched, how often, by which rules; or one look, the alerts, or the end."""
    add = parser.add_argument
    add("--from", dest="source", metavar="F", help="folder that logs are put into, or address of a database")
    add("--query", metavar="SQL", help="what is asked of the database; {last} in it is the moment of the last event")
    add("--stream", metavar="F", help="instead: a growing log, or kafka://HOST:PORT/TOPIC")
    add("--every", metavar="TIME", default="1d", help="from one look to the next: 15m, 6h, 1d (1d)")
    add("--rule", action="append", default=[], metavar="RULE", help=(
        "named=5%% (of the active can be named this week), served=50%% (of the new interest by lists, less than that), "
        "fell=10%% (quality, surely), stopped (a kind of behaviour), late=2d (the log); any number of times"
    ))  # fmt: skip
    add("--measure", metavar="TIME", help="measure quality anew when it is older: 30d; trains where that is due")
    add("--report", type=Path, metavar="DIR", help="write the report into this folder after each look")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--once", action="store_true", help="look now, by the plan that is kept or given here (for cron)")
    what.add_argument("--stop", action="store_true", help="watch it no longer")
    what.add_argument("--alerts", action="store_true", help="print the alerts as CSV: time,rule,said,seen,ways")


def watch_command(options: Namespace) -> None:
    """Keep a plan, look once, end the watch or print alerts; without any of these print how it is watched."""
    from core import pipeline

    workspace = workspace_of(options)
    if options.alerts:
        write_table(_alerts(workspace, options.name), None)
        return
    if options.stop:
        pipeline.unwatch(workspace, options.name)
        say(f"{options.name} is watched no longer.")
        return
    if options.source or options.stream:
        pipeline.watch(workspace, options.name, _plan(options))
        if not options.once:
            say(f"{options.name} is looked at every {options.every} while a server runs (python -m core serve), "
                f"or by cron: python -m core watch {options.name} --once")  # fmt: skip
    if options.once:
        print_report(_look(workspace, options.name), as_json=options.json)
        return
    found = pipeline.watched(workspace, options.name)
    told = {**found.plan, "due": found.due, "looked": found.state.get("looked", "")} if found else {"watched": False}
    print_report(told, as_json=options.json)


def _look(workspace: Workspace, name: str) -> dict[str, Any]:
    from core import jobs

    found = jobs.look(workspace, name, Progress())
    for alert in reversed(_newest(workspace, name, len(found["alerts"]))):
        sys.stderr.write(f"{alert}\n")
    return found


def _newest(workspace: Workspace, name: str, count: int) -> list[str]:
    from core import pipeline

    return [f"{alert.rule}: {alert.said}" for alert in pipeline.alerts(workspace, name)[:count]]


def _plan(options: Namespace) -> WatchSettings:
    """The plan that the options say; raises `SettingsError` for one that cannot be kept."""
    if options.source and options.stream:
        raise InputError("Give --from or --stream, not both.")
    if options.query and not options.source:
        raise InputError("--query asks a database: --from says where it is.")
    way = watching.STREAM if options.stream else watching.QUERY if options.query else watching.FOLDER
    source = options.stream or options.source
    if way == watching.FOLDER or (way == watching.STREAM and "://" not in source):
        source = str(Path(source).absolute())
    if way == watching.FOLDER and not Path(source).is_dir():
        raise InputError(phrase("errors.watch_folder", path=source))
    measure = watching.seconds(options.measure) if options.measure else None
    report = str(options.report.absolute()) if options.report else ""
    return WatchSettings(
        way, source, options.query or "", watching.seconds(options.every), measured=measure, report=report,
        **dict(_rule(text) for text in options.rule),
    )  # fmt: skip


def _rule(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    if name not in RULES:
        raise InputError(phrase("errors.watch_rule", found=name[:40], known=", ".join(RULES)))
    read = RULES[name]
    return name, read(value) if read else True


def _alerts(workspace: Workspace, name: str) -> Any:
    import pandas as pd

    from core import pipeline

    columns = ("time", "rule", "said", "seen", "ways")
    rows = [{part: asdict(alert)[part] for part in columns} for alert in pipeline.alerts(workspace, name)]
    table = pd.DataFrame(rows, columns=list(columns))
    return table.assign(said=table["said"].map(str), ways=table["ways"].map(lambda ways: ";".join(
        f"{way}:{state}" for way, state in ways.items())))  # fmt: skip
