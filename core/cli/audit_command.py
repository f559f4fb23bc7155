"""The command that shows what was done in a workspace, and verifies that nobody has changed that."""

from argparse import ArgumentParser, Namespace

from core.cli import arguments
from core.cli.commands import workspace_of
from core.cli.console import print_report, write_table
from core.errors import InputError


def audit_arguments(parser: ArgumentParser) -> None:
    """What is asked, and where the table goes."""
    parser.add_argument("what", nargs="?", choices=("verify",), help="check that no row was changed or taken out")
    parser.add_argument("--name", metavar="N", help="only what was done to this data set, also where it is gone")
    parser.add_argument("--head", metavar="SEAL", help="with verify: the last seal that was noted elsewhere")
    arguments.csv_arguments(parser)


def audit_command(options: Namespace) -> None:
    """Write the audit as CSV, or verify it."""
    from core import pipeline

    workspace = workspace_of(options)
    if options.what:
        print_report(pipeline.verify_audit(workspace, options.head), as_json=options.json)
        return
    if options.head or options.json:
        raise InputError("--head and --json belong to: audit verify.")
    table = pipeline.audit_table(workspace, options.name)
    key = workspace.secret() if options.mask else ""
    write_table(pipeline.audit_file(table), options.out, exact=options.exact, key=key)
