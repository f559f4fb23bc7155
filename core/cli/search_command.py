"""The command that asks in words: items by meaning, and users by what they are after."""

import json
from argparse import ArgumentParser, Namespace

from core.cli.commands import workspace_of
from core.cli.console import Progress, print_report, say, write_table
from core.errors import InputError
from core.phrases import say as phrase

ITEMS, USERS = "items", "users"


def search_arguments(parser: ArgumentParser) -> None:
    """What is asked, and for what."""
    parser.add_argument("question", metavar="WORDS", help='what to look for, as in "camping gear", in any language')
    parser.add_argument("--what", choices=(ITEMS, USERS), default=ITEMS, help="what is looked for (items)")
    parser.add_argument(
        "--users",
        dest="what",
        action="store_const",
        const=USERS,
        help="users: who is after it now, who turned to it, who turned from it, each with the time",
    )
    parser.add_argument("-k", type=int, default=20, help="rows; of users, rows of each of the three (20)")
    parser.add_argument("--out", metavar="F", help="CSV file instead of stdout")
    parser.add_argument("--exact", action="store_true", help="cells that a spreadsheet would run stay as they are")


def search_command(options: Namespace) -> None:
    """Write items as item_id,score,title, or users as user_id,how,score,when and more."""
    from core import pipeline

    if options.k < 1:
        raise InputError(phrase("errors.least_k", found=options.k))
    workspace = workspace_of(options)
    search = pipeline.Search.of(workspace, workspace.data_set(options.name), progress=Progress())
    if options.what == ITEMS:
        found = search.items(options.question, options.k)
    else:
        table = pipeline.drift(workspace, options.name).get(Progress())
        found = search.users(options.question, pipeline.load(workspace, options.name), table, options.k)
    remarks = [*search.remarks, *filter(None, [search.unread(options.question)])]
    if options.json:
        rows = json.loads(found.to_json(orient="records"))
        print_report({"question": options.question, options.what: rows, "remarks": remarks}, as_json=True)
        return
    for remark in remarks:
        say(remark)
    write_table(found, options.out, exact=options.exact)
