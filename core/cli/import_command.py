"""The command that reads a log: what it may be given, and what it prints."""

from argparse import ArgumentParser, Namespace
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core import settings as configuration
from core.cli.arguments import engine_argument
from core.cli.commands import columns_of, workspace_of
from core.cli.console import Progress, print_account
from core.errors import InputError
from core.settings import ImportSettings, Settings

if TYPE_CHECKING:
    from core import pipeline
    from core.data import LogFiles

LANGUAGE = "language."
"""Section of the settings of what words mean."""


def import_arguments(parser: ArgumentParser) -> None:
    """What an import may be given."""
    parser.add_argument(
        "events",
        nargs="+",
        metavar="EVENTS",
        help="the log: CSV, TSV, JSON lines, Parquet, Arrow, ORC, .xlsx; also in .gz, .zst, .zip, .tar; with --query a "
        "database: duckdb:///FILE, sqlite:///FILE, postgres://USER@HOST/NAME",
    )
    parser.add_argument(
        "--query",
        metavar="SQL",
        help="what to take out of a database, which is only read; Postgres needs ibis-framework[postgres]",
    )
    _beside(parser)
    parser.add_argument("--name", required=True, metavar="N", help="name of the data set")
    parser.add_argument(
        "--columns",
        metavar="user_id=..,item_id=..",
        help="which column is what, guessed otherwise; user_id=@me in the log of one person",
    )
    parser.add_argument("--min-events", type=int, metavar="E", help="leave out users with fewer events (5)")
    parser.add_argument("--like", metavar="N", help="columns and settings as another data set was imported with")
    parser.add_argument("--add", action="store_true", help="add the events to those of data set N, as a new version")
    engine_argument(parser, "which reads Parquet, UTF-8 CSV or table:NAME from a path or URI that its workers see")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="data.field=value",
        help="any other setting, also language.model=auto|none|PATH, language.event_texts=auto|none|COLUMN",
    )


def _beside(parser: ArgumentParser) -> None:
    """What may come with the log."""
    parser.add_argument("--items", type=Path, metavar="F", help="items: item_id, title, category, attributes")
    parser.add_argument("--users", type=Path, metavar="F", help="users: user_id, attributes")
    told = (
        "vectors of items, of pictures, sounds or texts: Parquet, or .npy with ids beside it; again for another source"
    )
    parser.add_argument("--vectors", action="append", type=Path, default=[], metavar="F", help=told)
    parser.add_argument("--relations", type=Path, metavar="F", help="relations of items: item_id, relation, entity")


def import_command(options: Namespace) -> None:
    """Read a log; print what was kept, rejected and why."""
    from core import pipeline

    if options.query is None or options.engine:
        _import(options, [Path(events) for events in options.events])
        return
    if len(options.events) > 1:
        raise InputError(f"--query asks one database, found {len(options.events)}. Name one.")
    with pipeline.queried(workspace_of(options), options.events[0], options.query) as answer:
        _import(options, [answer])


def _import(options: Namespace, events: list[Path]) -> None:
    from core import pipeline

    files, workspace = _files(options, events), workspace_of(options)
    words = [change for change in options.set if change.startswith(LANGUAGE)]
    language = configuration.override(Settings(), words).language
    pipeline.check_language(language)
    files = replace(files, words=language) if words else files
    beside = pipeline.read_sources(options.vectors, options.relations)
    data_set = pipeline.import_log(workspace, options.name, files, _settings(options), Progress(), add=options.add)
    if words:
        pipeline.choose_language(workspace, data_set, language)
    found = pipeline.account(workspace, data_set) | {"rejects_file": str(data_set.rejects)}
    if files.items != options.items or files.users != options.users:
        told_apart = {"log": (files.events, *files.more), "items": [files.items], "users": [files.users]}
        found["taken_for"] = {kind: [file.name for file in named if file] for kind, named in told_apart.items()}
    matched = beside.keep(workspace, data_set)
    if matched:
        found["sources"] = [asdict(each) for each in matched]
    heard = pipeline.read_more(workspace, data_set, Progress()) if options.add else None
    if heard:
        found["words"] = {"texts": heard.texts, "read": heard.encoded, "remarks": [*map(str, heard.remarks)]}
    print_account(found, as_json=options.json)
    if not options.json:
        print(*(each.said() for each in matched), *(heard.remarks if heard else ()), sep="\n")


def _files(options: Namespace, events: list[Path]) -> "LogFiles":
    """The files of the log, each of which is there."""
    from core import pipeline
    from core.data import LogFiles

    if options.engine:
        return _elsewhere(options)
    for file in (*events, options.items, options.users, *options.vectors, options.relations):
        if file is not None and not file.exists():
            raise InputError(f"No file {str(file)!r}. Check the path.")
    columns = columns_of(options.columns)
    return pipeline.sorted_out(LogFiles(events[0], options.items, options.users, columns, tuple(events[1:])))


def _elsewhere(options: Namespace) -> "LogFiles":
    """A log that an engine of others reads: its address is no path of this machine's, perhaps."""
    from core.data import LogFiles

    if len(options.events) > 1 or options.query is not None:
        raise InputError("--engine reads one log: a file, a folder of files, or table:NAME. Name one, without --query.")
    events, columns = Path(options.events[0]), columns_of(options.columns)
    return LogFiles(events, options.items, options.users, columns, engine=options.engine, address=options.events[0])


def _settings(options: Namespace) -> "ImportSettings | pipeline.Like":
    """How the log becomes a data set: as another one did, or by the default, with what is set."""
    from core import pipeline

    changes = [f"data.min_events={options.min_events}"] if options.min_events is not None else []
    changes += [change for change in options.set if not change.startswith(LANGUAGE)]
    if like := options.like or (options.name if options.add else None):
        return pipeline.Like(like, lambda data: configuration.override(Settings(data=data), changes).data)
    return configuration.override(configuration.defaults(), changes).data
