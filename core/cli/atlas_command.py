"""The map of items and states as tables: points with their regions, net flows, nearest items, users of one way."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.arguments import MASK_HELP
from core.cli.commands import workspace_of
from core.cli.console import Progress, say, write_table
from core.errors import InputError
from core.phrases import say as phrase
from core.settings import AtlasSettings

if TYPE_CHECKING:
    import pandas as pd

    from core.pipeline import AroundMap

METHODS = ("auto", "pca", "umap")


def atlas_arguments(parser: ArgumentParser) -> None:
    """Which map, and what is told of it."""
    parser.add_argument("--method", choices=METHODS, default=METHODS[0], help="kind of map; auto: the more trustworthy")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--item", metavar="I", help="instead of points: the items nearest to this one in the full space")
    what.add_argument(
        "--user", metavar="U", help="instead of points: the users who went nearest to the way of this one"
    )
    parser.add_argument("-k", type=int, default=20, help="with --user: users at most (20)")
    parser.add_argument("--run", dest="run_id", metavar="RUN", help="run of the model; else the newest finished one")
    parser.add_argument(
        "--out", type=Path, metavar="F", help="file instead of stdout: Parquet where it ends so, else CSV"
    )
    parser.add_argument("--flows", type=Path, metavar="F", help="also write net flows between regions to this CSV")
    parser.add_argument("--exact", action="store_true", help="cells that a spreadsheet would run stay as they are")
    parser.add_argument("--mask", action="store_true", help=MASK_HELP)


def atlas_command(options: Namespace) -> None:
    """Write kind,item_id,title,category,user_id,event_index,x,y,region; or what was asked of an item or a user."""
    from core import pipeline

    if options.k < 1:
        raise InputError(phrase("errors.least_k", found=options.k))
    workspace = workspace_of(options)
    settings = AtlasSettings(method=options.method)
    found = pipeline.around_map(workspace, options.name, settings, options.run_id, Progress())
    shares = ", ".join(f"{method} {share:.3f}" for method, share in found.atlas.tried.items())
    say(f"Trustworthiness: {shares}. Drawn: {found.atlas.method}. Distances bend; drift is never tested on a map.")
    key = workspace.secret() if options.mask else ""
    pipeline.exported(workspace, options.name, "atlas", options.user or "")
    if options.flows is not None:
        write_table(found.flows(), options.flows, exact=options.exact)
    write_table(_table(found, options), options.out, exact=options.exact, key=key)


def _table(found: "AroundMap", options: Namespace) -> "pd.DataFrame":
    if options.item is not None:
        return found.near(options.item)
    return found.points() if options.user is None else found.same_way(options.user, options.k)
