"""Trained runs: all of a data set, or some of them beside each other."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from core.cli.arguments import csv_arguments
from core.cli.commands import workspace_of
from core.cli.console import Progress, write_table
from core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

SETTINGS, CURVES, QUALITY = "settings", "curves", "quality"
TABLE_HELP = (
    "of these runs: settings that differ (the default), curves under each other, or quality (NDCG@10 on each user's "
    "last event, and by how much each run is ahead of the first on the same users, with an interval of 95 %%)"
)


def runs_arguments(parser: ArgumentParser) -> None:
    """Which runs, and what of them."""
    parser.add_argument("runs", metavar="RUN", nargs="*", help="ids of runs; without any: all in a table")
    parser.add_argument("--table", choices=(SETTINGS, CURVES, QUALITY), default=SETTINGS, help=TABLE_HELP)
    parser.add_argument("--cohort", metavar="C", help="quality: of the users of a named cohort")
    csv_arguments(parser)


def runs_command(options: Namespace) -> None:
    """Write all runs, or a table of some, as CSV; quality is measured first where it was not."""
    from core import pipeline

    workspace, name = workspace_of(options), options.name
    if not options.runs:
        frame = pipeline.run_table(workspace, name)
    elif options.table == QUALITY:
        frame = _quality(options)
    else:
        made = pipeline.run_settings if options.table == SETTINGS else pipeline.run_curves
        frame = made(workspace, name, options.runs)
    write_table(frame, options.out, exact=options.exact)


def _quality(options: Namespace) -> "pd.DataFrame":
    from core import pipeline
    from core.data import schema
    from core.report import judged
    from core.settings import NamingSettings

    workspace, name, progress, users = workspace_of(options), options.name, Progress(), None
    alike = pipeline.comparable_runs(workspace, name, options.runs)
    if len(alike) < len(options.runs):
        left = ", ".join(run for run in options.runs if run not in alike)
        raise InputError(f"{left} did not end, or learned from another version of the data set. Leave it out.")
    if options.cohort:
        table, log = judged(workspace, name, NamingSettings(), progress)
        users = pipeline.cohort_users(workspace, name, options.cohort, table, log)[schema.USER]
    for run in alike:
        pipeline.ranks(workspace, name, run=run).get(progress)
    return pipeline.runs_apart(workspace, name, alike, users)
