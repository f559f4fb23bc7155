"""Commands that write a workspace away as one file, and bring it back."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from core.cli.commands import workspace_of
from core.cli.console import Progress, print_report
from core.workspace import chosen_root


def file_arguments(parser: ArgumentParser) -> None:
    """Which file."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")


def backup_command(options: Namespace) -> None:
    """Write the workspace as it is now to a file."""
    from core import pipeline

    print_report(pipeline.backup(workspace_of(options), options.file, Progress()), as_json=options.json)


def restore_command(options: Namespace) -> None:
    """Make the workspace of a backup; its place must be empty."""
    from core import pipeline

    root = chosen_root(getattr(options, "workspace", None))
    print_report(pipeline.restore(options.file, root, Progress()), as_json=options.json)
