"""Commands on who may do what on a shared server; whoever runs them owns the machine."""

from argparse import ArgumentParser, Namespace

from core.cli.commands import workspace_of
from core.cli.console import say, write_table
from core.settings import BLOCKED, ROLES


def grant_arguments(parser: ArgumentParser) -> None:
    """To whom, what and where."""
    parser.add_argument("person", metavar="PERSON", help="as the provider of logins names them: an e-mail address")
    parser.add_argument("role", choices=(*ROLES, BLOCKED), metavar="ROLE", help="viewer, editor, admin; none: kept out")
    parser.add_argument("--group", default="", metavar="G", help="in this group of the rules alone; else in all")
    parser.add_argument("--ids", action="store_true", help="though a viewer, sees user ids instead of pseudonyms")


def grant_command(options: Namespace) -> None:
    """Give a role."""
    from core import pipeline

    pipeline.grant(workspace_of(options), options.person, options.role, options.group, ids=options.ids)
    say(f"{options.person}: {options.role}{f' in {options.group}' if options.group else ''}.")


def grants_command(options: Namespace) -> None:
    """Write who was given which role."""
    from core import pipeline

    write_table(pipeline.grants(workspace_of(options)), None)
