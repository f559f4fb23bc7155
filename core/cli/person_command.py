"""Commands on one person: taken out of a data set, and all that is held of them as a file."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict, replace
from pathlib import Path

from core import settings as configuration
from core.cli.commands import workspace_of
from core.cli.console import Progress, print_report, say, whole

RUNS_HELP = (
    "runs that learned from the person: keep them; mark them, so that they say so (the default); retrain: remove them, "
    "and train one with the settings of the newest"
)


def forget_arguments(parser: ArgumentParser) -> None:
    """Who, and what becomes of runs."""
    parser.add_argument("--user", required=True, metavar="U", help="the person")
    parser.add_argument("--runs", choices=("keep", "mark", "retrain"), default="mark", help=RUNS_HELP)


def export_person_arguments(parser: ArgumentParser) -> None:
    """Who, and where to."""
    parser.add_argument("--user", required=True, metavar="U", help="the person")
    parser.add_argument("--out", type=Path, required=True, metavar="F.zip", help="file to write")


def forget_command(options: Namespace) -> None:
    """Take a person out of a data set; train anew where that was chosen."""
    from core import pipeline

    workspace, name = workspace_of(options), options.name
    told = pipeline.forget(workspace, name, options.user, options.runs, Progress())
    report = asdict(replace(told, runs=(), train=None)) | {"runs": list(told.runs)}
    del report["train"]
    if told.train is not None:
        run = pipeline.new_run(workspace, name, configuration.from_dict(told.train))
        report["trained"] = pipeline.train(workspace, name, run, Progress()).run
    print_report(report if options.json else report | {"runs": ", ".join(told.runs) or "none"}, as_json=options.json)


def export_person_command(options: Namespace) -> None:
    """Write all that is held of a person."""
    from core import pipeline

    with whole(options.out) as temporary:
        counts = pipeline.export_person(workspace_of(options), options.name, options.user, temporary)
    say(f"{sum(counts.values()):,} rows of {len(counts)} tables in {options.out}")
