"""What each command of the command line may be given, and which function runs it."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, NoReturn

from core.cli import commands, list_commands, stream_command
from core.cli.import_command import import_arguments, import_command
from core.settings import QUALITY_TABLES

PROGRAM = "python -m core"
MASK_HELP = "keyed hashes in place of user ids; the key stays in the workspace"
NEW_HELP = "a user whom the log does not know gets the list for someone new, instead of being refused"
WORKSPACE_HELP = "folder of data sets and runs (else MEANDER_WORKSPACE, else .workspace)"


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        if "expected one argument" in message:
            option = message.partition("argument ")[2].partition(":")[0].split("/")[-1]
            message += f" (a value that begins with a dash is tied to it: {option}=-x)"
        self.exit(2, f"Error: {message}. See {self.prog} --help.\n")


class Command(NamedTuple):
    """One command: what it is called, what it does, and what it takes beside the name of a data set."""

    name: str
    help: str
    run: Callable[[argparse.Namespace], None]
    arguments: Callable[[Parser], None]
    takes_name: bool = True
    json: bool = False


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


def _csv(parser: Parser) -> None:
    """Where a table goes to, and how."""
    parser.add_argument("--out", type=Path, metavar="F", help="file to write; else standard output")
    parser.add_argument("--mask", action="store_true", help=MASK_HELP)
    parser.add_argument(
        "--exact",
        action="store_true",
        help="texts as they are, for programs; else those that a spreadsheet would run as a formula (they begin with "
        "= + - or @ and are no numbers) get an apostrophe before them",
    )


def _user(parser: Parser) -> None:
    """Whose list it is."""
    parser.add_argument("--user", required=True, metavar="U", help="the user")
    parser.add_argument("--someone-new", action="store_true", help=NEW_HELP)


def _train(parser: Parser) -> None:
    parser.add_argument("--holdout", type=int, metavar="H", help="last events of each user kept out (2); 0: none")
    parser.add_argument("--epochs", type=int, metavar="E", help="passes over the events at most")
    parser.add_argument("--set", action="append", default=[], metavar="section.field=value", help="any other setting")
    parser.add_argument("--resume", action="store_true", help="go on with the newest unfinished run")
    parser.add_argument("--from", dest="start", metavar="RUN", help="begin with the weights of an earlier run")


def _evaluate(parser: Parser) -> None:
    parser.add_argument("--models", default="all", help="all, or names with commas between")
    parser.add_argument(
        "--table",
        choices=QUALITY_TABLES,
        default="models",
        help="models; by length of history, popularity of item; cold users and items; what lists are like; how soon "
        "they follow users who drifted (lag, lags, pace); how models age (aging), how often to "
        "train anew (advice); which explanations can be believed",
    )


def _recommend(parser: Parser) -> None:
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", metavar="U", help="one user")
    parser.add_argument("--someone-new", action="store_true", help=NEW_HELP)
    who.add_argument("--all", action="store_true", help="all users")
    parser.add_argument("--at", metavar="TIME", help="from events up to then: ISO 8601 or whole seconds")
    parser.add_argument("--split", choices=["test"], help="test: from each history less its last event")
    parser.add_argument("-k", type=int, default=10, help="items in a list (10)")
    parser.add_argument("--seen", action="store_true", help="also what the user has had")
    parser.add_argument(
        "--model",
        default="blend",
        metavar="M",
        help="blend (the model and what completes it), attention (the model alone) or a baseline",
    )
    _csv(parser)


def _drift(parser: Parser) -> None:
    parser.add_argument("--alpha", type=float, help="share of users without drift that may be flagged (0.05)")
    parser.add_argument("--accept", type=float, help="share of false alarms among the `named`, 0.01 to 0.2 (0.05)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--live", action="store_true", help="instead: when each user would have been flagged as events arrived"
    )
    which.add_argument(
        "--view",
        choices=("categories", "model"),
        default="categories",
        help="model: instead, what the newest trained model says, by groups of items that it holds alike",
    )
    parser.add_argument(
        "--no-p-values", action="store_true", help="scores and kinds of change alone, in a fraction of the time"
    )
    _csv(parser)


def _explain(parser: Parser) -> None:
    _user(parser)
    parser.add_argument("--item", metavar="I", help="the item; else the first of the list")
    parser.add_argument("--method", metavar="M", help="integrated-gradients, leave-one-out, shapley ...")
    parser.add_argument("--at", metavar="TIME", help="from events up to then: ISO 8601 or whole seconds")


def _whatif(parser: Parser) -> None:
    _user(parser)
    parser.add_argument("--remove", default="", metavar="3,5", help="leave out these events, counted from 0")
    parser.add_argument("--add", action="append", default=[], metavar="ITEM@4", help="put in, before event 4 or last")
    parser.add_argument("--move", action="append", default=[], metavar="7:0", help="move event 7 before event 0")
    parser.add_argument("--at", metavar="TIME", help="cut the history: only events up to then")
    parser.add_argument("--smallest", action="store_true", help="instead: fewest events that hold the first item up")
    parser.add_argument("-k", type=int, default=10, help="items in a list (10)")
    parser.add_argument("--seen", action="store_true", help="also what the user has had")
    parser.add_argument("--model", default="blend", metavar="M", help="as recommend takes it")


def _list(parser: Parser) -> None:
    _user(parser)
    parser.add_argument("--category", action="append", default=[], metavar="C", help="only items of this category")
    parser.add_argument("--seen", action="store_true", help="also what the user has had")
    parser.add_argument("--new", action="store_true", help="only items new in the newest tenth of the log")
    parser.add_argument("--order", default="score", metavar="O", help="score, or distance from the user's state")
    parser.add_argument("--diversity", type=float, default=0.0, metavar="0..1", help="weight of unlikeness (MMR)")
    parser.add_argument("--calibration", type=float, default=0.0, metavar="0..1", help="weight of the user's own mix")
    parser.add_argument("--at", metavar="TIME", help="from events up to then: ISO 8601 or whole seconds")
    parser.add_argument("-k", type=int, default=10, help="items in a list (10)")
    parser.add_argument("--about", action="store_true", help="instead: novelty, popularity and categories of the list")
    parser.add_argument("--model", default="blend", metavar="M", help="as recommend takes it")


def _states(parser: Parser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="F.parquet", help="file to write")
    parser.add_argument("--mask", action="store_true", help=MASK_HELP)


def _stream(parser: Parser) -> None:
    parser.add_argument("--source", type=Path, metavar="F", help="the log: CSV, TSV or JSON lines, as import reads it")
    parser.add_argument("--once", action="store_true", help="stop at the end of the file; else wait for more")
    parser.add_argument("--from-start", action="store_true", help="read the file again; repeats are known and counted")
    parser.add_argument("--columns", metavar="user_id=..,item_id=..", help="which column is what; else as imported")
    parser.add_argument("--follow", action="append", default=[], metavar="U", help="print this user's list as it moves")
    parser.add_argument("--watch", action="store_true", help="print users whose interests change as their events come")
    parser.add_argument("--model", default="blend", metavar="M", help="blend, attention, or a baseline (no states)")
    parser.add_argument("--run", dest="run_id", metavar="RUN", help="run of the model; else the newest finished one")
    parser.add_argument("--users", action="store_true", help="print who was heard of, their last event, drifted or not")
    parser.add_argument("--commit", action="store_true", help="make what was streamed a new version of the data set")
    parser.add_argument("--train", action="store_true", help="with --commit: train on it, on from the newest run")


def _notes(parser: Parser) -> None:
    parser.add_argument("--user", metavar="U", help="only those on this user")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--add", metavar="TEXT", help="write one on the user first")
    what.add_argument("--remove", type=int, metavar="ID", help="delete one first")
    parser.add_argument("--event", type=int, metavar="INDEX", help="with --add: on this event of the user, from 0")
    _csv(parser)


def _simulate(parser: Parser) -> None:
    parser.add_argument("--users", type=int, default=2000, help="people in the log (2000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything random (1)")
    parser.add_argument("--set", action="append", default=[], metavar="simulation.field=value", help="other settings")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")


def _purge(parser: Parser) -> None:
    parser.add_argument("name", metavar="N", nargs="?", help="name of the data set; else all")


def _serve(parser: Parser) -> None:
    parser.add_argument("--port", type=int, default=8501, metavar="P", help="port (8501)")
    parser.add_argument("--jobs", type=int, metavar="J", help="jobs that run at the same time; the others wait (2)")


def _no_more(parser: Parser) -> None:
    """Its name is all that it takes."""


COMMANDS = (
    Command(
        "import",
        "read a log into a data set; an existing name gets a new version",
        import_command,
        import_arguments,
        takes_name=False,
        json=True,
    ),
    Command("train", "train the model of interests", commands.train_command, _train, json=True),
    Command(
        "evaluate",
        "leave-one-out quality of the model and of baselines",
        commands.evaluate_command,
        _evaluate,
        json=True,
    ),
    Command("recommend", "ranked lists as CSV: user_id,rank,item_id,score", commands.recommend_command, _recommend),
    Command(
        "drift", "who drifted, when, from what to what, as CSV; needs no trained model", commands.drift_command, _drift
    ),
    Command(
        "explain",
        "which past events put an item into a user's list",
        list_commands.explain_command,
        _explain,
        json=True,
    ),
    Command(
        "whatif",
        "the list of a user with another history, beside the one without",
        list_commands.whatif_command,
        _whatif,
        json=True,
    ),
    Command(
        "list",
        "one user's list by filters and recipes: rank,item_id,score,rank_by_score",
        list_commands.list_command,
        _list,
    ),
    Command("states", "the state after each event, as Parquet", commands.states_command, _states),
    Command(
        "stream",
        "follow a growing log: each event once, into states",
        stream_command.stream_command,
        _stream,
        json=True,
    ),
    Command(
        "notes", "notes on users and events as CSV: id,user_id,event_index,changed,text", commands.notes_command, _notes
    ),
    Command(
        "simulate",
        "write a log with known drift: events, items, users, truth",
        commands.simulate_command,
        _simulate,
        takes_name=False,
    ),
    Command(
        "purge",
        "remove events that are older than data sets keep them (data.retention_days)",
        commands.purge_command,
        _purge,
        takes_name=False,
        json=True,
    ),
    Command("delete", "remove a data set and all that was made from it", commands.delete_command, _no_more),
    Command("serve", "the dashboard", commands.serve_command, _serve, takes_name=False),
)
