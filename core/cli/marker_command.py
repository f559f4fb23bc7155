"""The command that keeps what happened on the owner's side: releases, campaigns, redesigns."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from core.cli.arguments import csv_arguments
from core.cli.commands import workspace_of
from core.cli.console import say, write_table
from core.errors import InputError
from core.workspace import markers

LIST, ADD, LOAD, DELETE = "list", "add", "load", "delete"


def marker_arguments(parser: ArgumentParser) -> None:
    """What to do, and what one that is added is like."""
    parser.add_argument("do", nargs="?", choices=(LIST, ADD, LOAD, DELETE), default=LIST, help="what to do (list)")
    parser.add_argument(
        "value", nargs="?", metavar="F|ID", help="load: CSV with kind,from,to,whom,note; delete: its id"
    )
    add = parser.add_argument_group("add").add_argument
    add("--kind", choices=markers.KINDS, default="other", help="what it was (other)")
    add("--from", dest="start", metavar="TIME", help="when it began (ISO 8601)")
    add("--to", dest="end", metavar="TIME", help="when it ended, where it took a while")
    add("--whom", default="", metavar="W", help="category:NAME, or ids with ; between them; else everybody")
    add("--note", default="", metavar="TEXT", help="what it was, in a few words")
    csv_arguments(parser)


def marker_command(options: Namespace) -> None:
    """Add, load or delete markers if asked to, then write them all as CSV."""
    from core import pipeline

    workspace, name = workspace_of(options), options.name
    if options.do in (LOAD, DELETE) and not options.value:
        raise InputError("marker load needs a file: marker N load F.csv; marker delete an id: marker N delete ID.")
    if options.do == ADD:
        told = {part: getattr(options, part) or "" for part in ("kind", "whom", "note")}
        pipeline.add_marker(workspace, name, told | {"from": options.start or "", "to": options.end or ""})
    elif options.do == LOAD:
        say(f"{pipeline.load_markers(workspace, name, Path(options.value)):,} new markers")
    elif options.do == DELETE:
        if not options.value.isdecimal():
            raise InputError(f"marker delete needs an id as the list has it, found {options.value!r}.")
        pipeline.remove_marker(workspace, name, int(options.value))
    key = workspace.secret() if options.mask else ""
    pipeline.exported(workspace, name, "markers")
    write_table(pipeline.marker_table(workspace, name, key), options.out, exact=options.exact)
