"""What each command of the command line may be given, beside the name of a data set."""

from argparse import ArgumentParser
from pathlib import Path

from core.settings import DEVICES, PRESETS, WORLDS

MASK_HELP = "keyed hashes in place of user ids; the key stays in the workspace"
NEW_HELP = "a user whom the log does not know gets the list for someone new, instead of being refused"


def csv_arguments(parser: ArgumentParser) -> None:
    """Where a table goes to, and how."""
    parser.add_argument(
        "--out",
        type=Path,
        metavar="F",
        help="file to write, Parquet if it ends in .parquet; else CSV to standard output",
    )
    parser.add_argument("--mask", action="store_true", help=MASK_HELP)
    parser.add_argument(
        "--exact",
        action="store_true",
        help="texts as they are, for programs; else those that a spreadsheet would run as a formula (they begin with "
        "= + - or @ and are no numbers) get an apostrophe before them",
    )


def user_arguments(parser: ArgumentParser) -> None:
    """Whose list it is."""
    parser.add_argument("--user", required=True, metavar="U", help="the user")
    parser.add_argument("--someone-new", action="store_true", help=NEW_HELP)


def train_arguments(parser: ArgumentParser) -> None:
    """How long, and what a run begins from."""
    parser.add_argument("--holdout", type=int, metavar="H", help="last events of each user kept out (2); 0: none")
    parser.add_argument("--epochs", type=int, metavar="E", help="passes over the events at most")
    parser.add_argument("--preset", choices=PRESETS, help="small: a laptop in two minutes; large: for a GPU (auto)")
    parser.add_argument("--device", choices=DEVICES, help="where it is trained (auto: an NVIDIA GPU, else the cpu)")
    parser.add_argument("--ranks", type=int, metavar="R", help="processes that train together on this machine (1)")
    parser.add_argument("--set", action="append", default=[], metavar="section.field=value", help="any other setting")
    parser.add_argument("--resume", action="store_true", help="go on with the newest unfinished run")
    parser.add_argument("--from", dest="start", metavar="RUN", help="begin with the weights of an earlier run")


def recommend_arguments(parser: ArgumentParser) -> None:
    """Whose lists, by which model."""
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", metavar="U", help="one user")
    parser.add_argument("--someone-new", action="store_true", help=NEW_HELP)
    who.add_argument("--all", action="store_true", help="all users")
    who.add_argument("--text", metavar="T", help="someone of whom only words are known: what they like")
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
    engine_argument(parser, "whose workers make the lists of --all")
    csv_arguments(parser)


def engine_argument(parser: ArgumentParser, does: str) -> None:
    """An engine of others, and what it does here."""
    parser.add_argument(
        "--engine", default="", metavar="sc://HOST:PORT", help=f"Spark Connect (Spark 4, Databricks, Sail), {does}"
    )


def drift_arguments(parser: ArgumentParser) -> None:
    """How sure, and in which view."""
    engine_argument(parser, "whose workers test the users; the table is the same")
    parser.add_argument("--alpha", type=float, help="share of users without drift that may be flagged (0.05)")
    _accept_argument(parser)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--live",
        action="store_true",
        help="instead: when each user would have been flagged as events arrived, and who is `named` among all",
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
    csv_arguments(parser)


def _accept_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--accept", type=float, help="share of false alarms among the `named`, 0.01 to 0.2 (0.05)")


def explain_arguments(parser: ArgumentParser) -> None:
    """Whose list, which item, and by which method."""
    user_arguments(parser)
    parser.add_argument("--item", metavar="I", help="the item; else the first of the list")
    parser.add_argument("--method", metavar="M", help="integrated-gradients, leave-one-out, shapley ...")
    parser.add_argument("--at", metavar="TIME", help="from events up to then: ISO 8601 or whole seconds")


def whatif_arguments(parser: ArgumentParser) -> None:
    """What is changed in a history."""
    user_arguments(parser)
    parser.add_argument("--remove", default="", metavar="3,5", help="leave out these events, counted from 0")
    parser.add_argument("--add", action="append", default=[], metavar="ITEM@4", help="put in, before event 4 or last")
    parser.add_argument("--move", action="append", default=[], metavar="7:0", help="move event 7 before event 0")
    parser.add_argument("--at", metavar="TIME", help="cut the history: only events up to then")
    parser.add_argument("--smallest", action="store_true", help="instead: fewest events that hold the first item up")
    parser.add_argument("-k", type=int, default=10, help="items in a list (10)")
    parser.add_argument("--seen", action="store_true", help="also what the user has had")
    parser.add_argument("--model", default="blend", metavar="M", help="as recommend takes it")


def list_arguments(parser: ArgumentParser) -> None:
    """Filters and recipes."""
    user_arguments(parser)
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


def states_arguments(parser: ArgumentParser) -> None:
    """Where they go to."""
    engine_argument(parser, "whose workers take the model to the events")
    parser.add_argument("--out", type=Path, required=True, metavar="F.parquet", help="file to write")
    parser.add_argument("--mask", action="store_true", help=MASK_HELP)


def stream_arguments(parser: ArgumentParser) -> None:
    """What is followed, and what is told of it."""
    parser.add_argument(
        "--source",
        metavar="F",
        help="the log: CSV, TSV or JSON lines, as import reads it, or kafka://HOST:PORT/TOPIC[?group=NAME]",
    )
    parser.add_argument("--once", action="store_true", help="stop at the end of the log; else wait for more")
    parser.add_argument("--from-start", action="store_true", help="read the log again; repeats are known and counted")
    parser.add_argument("--columns", metavar="user_id=..,item_id=..", help="which column is what; else as imported")
    parser.add_argument("--follow", action="append", default=[], metavar="U", help="print this user's list as it moves")
    parser.add_argument("--watch", action="store_true", help="print users whose interests change as their events come")
    parser.add_argument(
        "--sink", default="", metavar="F", help="publish such changes, each once: F.jsonl or kafka://HOST:PORT/TOPIC"
    )
    _kafka_arguments(parser)
    parser.add_argument("--model", default="blend", metavar="M", help="blend, attention, or a baseline (no states)")
    parser.add_argument("--run", dest="run_id", metavar="RUN", help="run of the model; else the newest finished one")
    parser.add_argument("--users", action="store_true", help="print who was heard of, their last event, drifted or not")
    parser.add_argument("--commit", action="store_true", help="make what was streamed a new version of the data set")
    parser.add_argument("--train", action="store_true", help="with --commit: train on it, on from the newest run")


def _kafka_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--partitions", default="", metavar="0,1", help="only these of a topic; other processes follow the others"
    )
    parser.add_argument("--registry", default="", metavar="URL", help="schema registry, where messages name schemas")
    parser.add_argument(
        "--kafka", type=Path, metavar="F", help="file of lines as sasl.password=..; else MEANDER_KAFKA_SASL_PASSWORD .."
    )
    parser.add_argument("--dead-letters", action="store_true", help="print messages that held no event, with reasons")


def notes_arguments(parser: ArgumentParser) -> None:
    """Whose notes; one more, or one less."""
    parser.add_argument("--user", metavar="U", help="only those on this user")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--add", metavar="TEXT", help="write one on the user first")
    what.add_argument("--remove", type=int, metavar="ID", help="delete one first")
    parser.add_argument("--event", type=int, metavar="INDEX", help="with --add: on this event of the user, from 0")
    csv_arguments(parser)


def simulate_arguments(parser: ArgumentParser) -> None:
    """Of which world, how large, and where it goes to."""
    parser.add_argument("--world", choices=tuple(WORLDS), default="shop", help="habits of its people (shop)")
    parser.add_argument("--users", type=int, default=2000, help="people in the log (2000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything random (1)")
    parser.add_argument("--set", action="append", default=[], metavar="simulation.field=value", help="other settings")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")


def purge_arguments(parser: ArgumentParser) -> None:
    """Of which data set."""
    parser.add_argument("name", metavar="N", nargs="?", help="name of the data set; else all")


def no_more_arguments(parser: ArgumentParser) -> None:
    """Its name is all that it takes."""


def plant_arguments(parser: ArgumentParser) -> None:
    """How many users, and which."""
    engine_argument(parser, "whose workers read the log: what is planted is tested here")
    parser.add_argument("--users", type=int, default=1000, help="users at most, half of them changed (1000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of what is planted in whom (1)")
    _accept_argument(parser)
    more = "also power by size of the change, how exactly in time, and who would be named"
    parser.add_argument("--more", action="store_true", help=more)
