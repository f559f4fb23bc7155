"""Named cohorts of a data set: listed, saved by a rule or by ids, deleted, and who is in one."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.arguments import csv_arguments
from core.cli.commands import workspace_of
from core.cli.console import Progress, print_report, say, write_table
from core.errors import InputError
from core.settings import NamingSettings

if TYPE_CHECKING:
    from core.workspace import Workspace

LIST, SAVE, DELETE, USERS, QUALITY, BESIDE = "list", "save", "delete", "users", "quality", "beside"
DO_HELP = (
    "list; save; delete; users: its rows of the drift table; quality: NDCG@10 of each model for it, for the rest, "
    "and the difference with intervals; beside: how many are named in it and in the rest (list)"
)
RULE_HELP = (
    "save: whom it picks on every version: status=named, kind=.., direction=.., from_category=.., to_category=.., "
    "since=TIME, until=TIME, min_events=.., id_contains=.., attribute=COLUMN=VALUE; several of a name mean any of them "
    "(attributes: all of them), and names together narrow further"
)


def cohort_arguments(parser: ArgumentParser) -> None:
    """What is to be done, with which cohort."""
    parser.add_argument(
        "do", choices=(LIST, SAVE, DELETE, USERS, QUALITY, BESIDE), nargs="?", default=LIST, help=DO_HELP
    )
    parser.add_argument("cohort", metavar="NAME", nargs="?", help="name of the cohort")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--rule", action="append", default=[], metavar="FILTER=VALUE", help=RULE_HELP)
    how.add_argument("--users", type=Path, metavar="F", help="save: these; an id a line, or a CSV with user_id")
    parser.add_argument("--accept", type=float, help="share of false alarms among the `named` (0.05)")
    csv_arguments(parser)


def cohort_command(options: Namespace) -> None:
    """List cohorts as CSV, save or delete one, or write its users as rows of the drift table."""
    from core import pipeline

    workspace, name = workspace_of(options), options.name
    if options.do == LIST:
        write_table(pipeline.cohort_table(workspace, name), options.out, exact=options.exact)
        return
    if options.cohort is None:
        raise InputError(f"Which cohort? Give its name: core cohort {name} {options.do} NAME.")
    if options.do == SAVE:
        _save(workspace, options)
    elif options.do == DELETE:
        pipeline.remove_cohort(workspace, name, options.cohort)
        say(f"Deleted the cohort {options.cohort!r}.")
    else:
        _tables(workspace, options)


def _save(workspace: "Workspace", options: Namespace) -> None:
    from core import pipeline
    from core.report import rule

    if not options.rule and options.users is None:
        raise InputError("Who is in it? Give --rule FILTER=VALUE (as often as needed) or --users F.")
    if options.users is None:
        pipeline.save_cohort(workspace, options.name, options.cohort, rule(options.rule))
        print_report({"cohort": options.cohort, "by": "rule"}, as_json=options.json)
        return
    kept = pipeline.save_cohort(workspace, options.name, options.cohort, users=_ids(options.users))
    report = {"cohort": options.cohort, "by": "ids", "users": kept.users, "unknown": kept.unknown}
    print_report(report, as_json=options.json)


def _ids(path: Path) -> list[str]:
    """Ids of a file: an id a line, or the column user_id of a CSV."""
    import csv

    from core.data import schema

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [row for row in csv.reader(file) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{str(path)!r} cannot be read: {error}. Give a text file with a user id a line.") from error
    if rows and schema.USER in rows[0]:
        place = rows[0].index(schema.USER)
        return [row[place].strip() for row in rows[1:] if len(row) > place]
    return [row[0].strip() for row in rows if row[0].strip()]


def _tables(workspace: "Workspace", options: Namespace) -> None:
    """Who is in a cohort, and what is told of it beside the rest."""
    from core import pipeline
    from core.data import schema
    from core.drift import besides
    from core.report import judged

    name, progress = options.name, Progress()
    naming = NamingSettings() if options.accept is None else NamingSettings(options.accept)
    pipeline.cohort(workspace, name, options.cohort)
    table, log = judged(workspace, name, naming, progress)
    found = pipeline.cohort_users(workspace, name, options.cohort, table, log)
    if options.do == USERS:
        frame = found[[*schema.DRIFT_COLUMNS, "named", "sure"]]
    elif options.do == BESIDE:
        frame = besides.sides(table, found[schema.USER])
    else:
        frame = pipeline.quality_of(pipeline.ranks(workspace, name).get(progress), found[schema.USER]).beside
    pipeline.exported(workspace, name, f"cohort {options.do}")
    key = workspace.secret() if options.mask and options.do == USERS else ""
    write_table(frame, options.out, exact=options.exact, key=key)
