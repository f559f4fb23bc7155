"""What categories are called where something is shown of them: given, taken back, and said where several are one."""

import re
import zlib
from collections.abc import Collection
from typing import TYPE_CHECKING

from core.data import CategoryNames, Sequences
from core.errors import InputError
from core.phrases import say
from core.pipeline.gate import needs
from core.settings import EDITOR, VIEWER
from core.workspace import Workspace
from core.workspace import category_names as kept

if TYPE_CHECKING:
    import pandas as pd

COLOR = re.compile("#[0-9a-f]{6}")
NAMED = ("category", "shown", "color")


@needs(VIEWER)
def category_names(workspace: Workspace, name: str) -> CategoryNames:
    """How the categories of a data set are shown; raises `UnknownDataSetError`."""
    workspace.data_set(name)
    found = kept.read(workspace, name)
    return CategoryNames(
        {category: shown for category, (shown, _) in found.items()},
        {shown: color for shown, color in found.values() if color},
    )


@needs(VIEWER)
def category_mark(workspace: Workspace, name: str) -> int:
    """What changes whenever categories of a data set are given other names or colours; 0 while none are."""
    named = kept.read(workspace, name)
    return zlib.crc32(repr(named).encode()) if named else 0


@needs(EDITOR)
def name_categories(
    workspace: Workspace, name: str, sequences: Sequences, categories: Collection[str], shown: str, color: str = ""
) -> None:
    """Show categories of a log under one name, and in one colour (#rrggbb; empty: that of its place) everywhere.

    `sequences` as charts draw them before names are given. Raises `UnknownDataSetError`, and `InputError` for a
    category that there is not, for a name that cannot be, and for no colour.
    """
    workspace.data_set(name)
    known, shown, color = sequences.catalogue.categories, " ".join(shown.split()), color.casefold()
    for category in categories:
        if category not in known:
            raise InputError(say("errors.no_category", category=category[:80], known=", ".join(known) or "none"))
    if not categories or not shown or len(shown) > kept.LONGEST or not shown.isprintable() or "|" in shown:
        raise InputError(say("errors.no_category_name", shown=shown[:80], most=kept.LONGEST))
    if color and not COLOR.fullmatch(color):
        raise InputError(say("errors.no_color", found=color[:80]))
    also = [shown] if shown in known else []  # of that name already: they are one from now on
    kept.give(workspace, name, [*dict.fromkeys([*categories, *also])], shown, color)


@needs(EDITOR)
def unname_categories(workspace: Workspace, name: str, categories: Collection[str] = ()) -> None:
    """Show some categories, without any all, as the log calls them; raises `UnknownDataSetError`."""
    workspace.data_set(name)
    kept.take(workspace, name, categories or list(kept.read(workspace, name)))


@needs(VIEWER)
def category_table(workspace: Workspace, name: str) -> "pd.DataFrame":
    """Names and colours that were given: category, shown, color."""
    import pandas as pd

    workspace.data_set(name)
    rows = [(category, *given) for category, given in kept.read(workspace, name).items()]
    return pd.DataFrame(rows, columns=list(NAMED))


@needs(VIEWER)
def merged_categories(workspace: Workspace, name: str) -> tuple[str, ...]:
    """What is to be known where several categories are shown as one, as sentences; empty where none are."""
    found = category_names(workspace, name).merged
    told = "; ".join(f"{shown} = {' + '.join(own)}" for shown, own in found.items())
    return (say("doubts.merged", names=told),) if found else ()
