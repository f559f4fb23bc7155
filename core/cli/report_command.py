"""A report of a data set, or of some of its users, as one file to hand on; and each of its tables."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from core.cli.arguments import MASK_HELP
from core.cli.commands import workspace_of
from core.cli.console import Progress, say, whole, write_table
from core.errors import InputError
from core.report import PEOPLE, TABLES, Direction, Filters, Kind, Status, words
from core.settings import NamingSettings

if TYPE_CHECKING:
    import pandas as pd

MARKDOWN = ".md"


def report_arguments(parser: ArgumentParser) -> None:
    """Where it goes to, in which language, and whom it is about."""
    parser.add_argument("--out", type=Path, metavar="F", help="file to write: HTML, or Markdown if it ends in .md")
    parser.add_argument("--lang", choices=tuple(words.LANGUAGES), default="en", help="its language (en)")
    parser.add_argument("--accept", type=float, help="share of false alarms among the `named`, 0.01 to 0.2 (0.05)")
    parser.add_argument("--people", type=int, default=PEOPLE, metavar="K", help=f"people told one by one ({PEOPLE})")
    parser.add_argument("--mask", action="store_true", help=MASK_HELP)
    parser.add_argument(
        "--table", choices=TABLES, help="instead: one of its tables as CSV, as Parquet if F ends in .parquet"
    )
    _cohort_arguments(parser)


def _cohort_arguments(parser: ArgumentParser) -> None:
    add = parser.add_argument_group("only users").add_argument
    add("--status", action="append", default=[], choices=get_args(Status), help="of this verdict")
    add("--kind", action="append", default=[], choices=get_args(Kind), help="whose interests changed so")
    add("--direction", action="append", default=[], choices=get_args(Direction), help="in this direction")
    add("--from-category", action="append", default=[], metavar="C", help="who turned from this category")
    add("--to-category", action="append", default=[], metavar="C", help="who turned to this category")
    add("--since", metavar="TIME", help="with a change at or after this moment (ISO 8601)")
    add("--until", metavar="TIME", help="with a change before this moment (ISO 8601)")
    add("--min-events", type=int, default=0, metavar="E", help="with at least so many events")
    add("--id-contains", default="", metavar="TEXT", help="with this in their id")
    add("--cohort", default="", metavar="C", help="of a cohort that was saved: core cohort N list")
    add("--attribute", action="append", default=[], metavar="COLUMN=VALUE", help="of whom the users file says so")


def report_command(options: Namespace) -> None:
    """Write the report, or one table of it; drift is computed first where it was not."""
    from core import pipeline
    from core.report import Asked, gather, html, judged, markdown, paper, tables

    workspace = workspace_of(options)
    if options.out is None and options.table is None:
        raise InputError("--out says where the report goes to: --out F.html, or F.md for Markdown.")
    naming = NamingSettings() if options.accept is None else NamingSettings(options.accept)
    key = workspace.secret() if options.mask else ""
    progress = Progress()
    only = Filters(**{field.name: getattr(options, field.name) for field in fields(Filters)})
    within = pipeline.cohort(workspace, options.name, only.cohort) if only.cohort else None
    asked = Asked(naming, only.picked, within, only.cohort, max(0, options.people), key=key)
    known = judged(workspace, options.name, naming, progress)
    facts = gather(workspace, options.name, asked, known, progress)
    pipeline.exported(workspace, options.name, options.table or "report")
    if options.table is not None:
        _write_table(tables(facts)[options.table], options.out, key)
        return
    made = paper(facts, words.Words(options.lang))
    text = markdown(made) if options.out.suffix.lower() == MARKDOWN else html(made)
    with whole(options.out) as temporary:
        temporary.write_text(text, encoding="utf-8")
    say(f"{facts.found.summary.named:,} named of {facts.found.summary.tested:,} in {options.out}")


def _write_table(frame: "pd.DataFrame", out: Path | None, key: str) -> None:
    """One table, with masked ids where it has any."""
    from core.data import schema

    key = key if schema.USER in frame else ""
    write_table(frame, out, key=key)
