"""The command on what categories are called wherever something is shown of them: names, several as one, colours."""

from argparse import ArgumentParser, Namespace

from core.cli.arguments import csv_arguments
from core.cli.commands import workspace_of
from core.cli.console import say, write_table
from core.errors import InputError
from core.settings import DriftSettings


def categories_arguments(parser: ArgumentParser) -> None:
    """Which categories, and what they are to be called."""
    parser.add_argument("categories", metavar="CATEGORY", nargs="*", help="categories as the log calls them")
    parser.add_argument("--show-as", metavar="NAME", help="show these under one name; verdicts stay as they are")
    parser.add_argument("--color", default="", metavar="#RRGGBB", help="with --show-as: their colour everywhere")
    parser.add_argument("--reset", action="store_true", help="show these (without any: all) as the log calls them")
    csv_arguments(parser)


def categories_command(options: Namespace) -> None:
    """Give names or take them back if asked to, then write those that are given as CSV: category,shown,color."""
    from core import pipeline
    from core.drift import for_charts

    workspace, name = workspace_of(options), options.name
    if options.show_as is not None:
        log = for_charts(pipeline.load(workspace, name), DriftSettings().seed)
        pipeline.name_categories(workspace, name, log, options.categories, options.show_as, options.color)
        for line in pipeline.merged_categories(workspace, name):
            say(line)
    elif options.reset:
        pipeline.unname_categories(workspace, name, options.categories)
    elif options.categories or options.color:
        raise InputError("What are they to be called? Give --show-as NAME, or --reset.")
    write_table(pipeline.category_table(workspace, name), options.out, exact=options.exact)
