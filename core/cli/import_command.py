"""The command that reads a log: what it may be given, and what it prints."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from core import settings as configuration
from core.cli.commands import columns_of, workspace_of
from core.cli.console import Progress, print_account
from core.errors import InputError
from core.settings import ImportSettings, Settings

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
    parser.add_argument("--items", type=Path, metavar="F", help="items: item_id, title, category, attributes")
    parser.add_argument("--users", type=Path, metavar="F", help="users: user_id, attributes")
    parser.add_argument("--name", required=True, metavar="N", help="name of the data set")
    parser.add_argument(
        "--columns",
        metavar="user_id=..,item_id=..",
        help="which column is what, guessed otherwise; user_id=@me in the log of one person",
    )
    parser.add_argument("--min-events", type=int, metavar="E", help="leave out users with fewer events (5)")
    parser.add_argument("--like", metavar="N", help="columns and settings as another data set was imported with")
    parser.add_argument("--add", action="store_true", help="add the events to those of data set N, as a new version")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="data.field=value",
        help="any other setting, also language.model=auto|none|PATH",
    )


def import_command(options: Namespace) -> None:
    """Read a log; print what was kept, rejected and why."""
    from core import pipeline

    if options.query is None:
        _import(options, [Path(events) for events in options.events])
        return
    if len(options.events) > 1:
        raise InputError(f"--query asks one database, found {len(options.events)}. Name one.")
    with pipeline.queried(workspace_of(options), options.events[0], options.query) as answer:
        _import(options, [answer])


def _import(options: Namespace, events: list[Path]) -> None:
    from core import pipeline
    from core.data import LogFiles

    for file in (*events, options.items, options.users):
        if file is not None and not file.exists():
            raise InputError(f"No file {str(file)!r}. Check the path.")
    workspace, columns = workspace_of(options), columns_of(options.columns)
    files = LogFiles(events[0], options.items, options.users, columns, tuple(events[1:]))
    files = pipeline.sorted_out(files)
    changes = [f"data.min_events={options.min_events}"] if options.min_events is not None else []
    changes += [change for change in options.set if not change.startswith(LANGUAGE)]
    language = configuration.override(Settings(), set(options.set) - set(changes)).language
    pipeline.check_language(language)
    settings: ImportSettings | pipeline.Like
    if like := options.like or (options.name if options.add else None):
        settings = pipeline.Like(like, lambda data: configuration.override(Settings(data=data), changes).data)
    else:
        settings = configuration.override(Settings(), changes).data
    data_set = pipeline.import_log(workspace, options.name, files, settings, Progress(), add=options.add)
    if any(change.startswith(LANGUAGE) for change in options.set):
        pipeline.choose_language(workspace, data_set, language)
    found = pipeline.account(data_set) | {"rejects_file": str(data_set.rejects)}
    if files.items != options.items or files.users != options.users:
        told_apart = {"log": (files.events, *files.more), "items": [files.items], "users": [files.users]}
        found["taken_for"] = {kind: [file.name for file in named if file] for kind, named in told_apart.items()}
    print_account(found, as_json=options.json)
