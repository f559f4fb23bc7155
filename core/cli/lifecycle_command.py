"""Who came, came back, changed and left in each period, how long users stay, and what they did before they left."""

from argparse import ArgumentParser, Namespace

from core.cli.arguments import csv_arguments
from core.cli.commands import workspace_of
from core.cli.console import Progress, say, write_table
from core.errors import InputError
from core.settings import NamingSettings

TABLES = ("periods", "stay", "before")
TABLE_HELP = (
    "periods: new, returning, drifted and gone among the active, with intervals (the default); stay: the share who are "
    "there still, by days since they came (Kaplan and Meier); before: what whoever left did, beside others"
)


def lifecycle_arguments(parser: ArgumentParser) -> None:
    """Which table, and of whom."""
    parser.add_argument("--table", choices=TABLES, default=TABLES[0], help=TABLE_HELP)
    parser.add_argument("--cohort", metavar="C", help="of the users of a named cohort")
    parser.add_argument("--accept", type=float, help="share of false alarms among the `named`, 0.01 to 0.2 (0.05)")
    csv_arguments(parser)


def lifecycle_command(options: Namespace) -> None:
    """Write one table as CSV."""
    from core import pipeline
    from core.drift import cohorts, lifecycle
    from core.report import judged

    workspace, name = workspace_of(options), options.name
    naming = NamingSettings() if options.accept is None else NamingSettings(options.accept)
    if options.cohort:
        pipeline.cohort(workspace, name, options.cohort)
    table, log = judged(workspace, name, naming, Progress())
    theirs = table if not options.cohort else pipeline.cohort_users(workspace, name, options.cohort, table, log)
    found = lifecycle.life(theirs, cohorts.events_of(theirs, log), log)
    if found is None:
        raise InputError("The log has an order but no times, so nobody comes or leaves. Import it with a clock.")
    pipeline.exported(workspace, name, f"lifecycle {options.table}")
    say(f"Gone: silent for over {found.silence:,.1f} days; known until {found.known:%Y-%m-%d}.")
    write_table(getattr(found, options.table), options.out, exact=options.exact)
