"""The parser of the command line, made from the table of commands."""

import argparse
from typing import NoReturn

from core.cli.table import COMMANDS, Command

PROGRAM = "python -m core"
WORKSPACE_HELP = "folder of data sets and runs (else MEANDER_WORKSPACE, else .workspace)"


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        if "expected one argument" in message:
            option = message.partition("argument ")[2].partition(":")[0].split("/")[-1]
            message += f" (a value that begins with a dash is tied to it: {option}=-x)"
        self.exit(2, f"Error: {message}. See {self.prog} --help.\n")


def build() -> Parser:
    """All commands and their arguments."""
    parser = Parser(PROGRAM, description="Meander: see how the interests of users wander.")
    parser.add_argument("--workspace", default=argparse.SUPPRESS, help=WORKSPACE_HELP)
    steps = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for command in COMMANDS:
        _fill(steps.add_parser(command.name, help=command.help, description=command.help), command)
    return parser


def _fill(parser: Parser, command: Command) -> None:
    parser.set_defaults(run=command.run)
    parser.add_argument("--workspace", default=argparse.SUPPRESS, help=WORKSPACE_HELP)
    if command.takes_name:
        parser.add_argument("name", metavar="N", help="name of the data set")
    if command.json:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
    command.arguments(parser)
