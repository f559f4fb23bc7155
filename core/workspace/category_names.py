"""Names and colours that people gave to categories of a data set: rows of the workspace's database, gone with it."""

from collections.abc import Collection

from core.errors import InputError
from core.phrases import say
from core.workspace import audit
from core.workspace.store import Workspace

LONGEST = 200
"""Characters of a name."""


def read(workspace: Workspace, data_set: str) -> dict[str, tuple[str, str]]:
    """Name and colour (empty: that of its place) by the log's own category, in the order of the categories."""
    with workspace.database() as database:
        query = "select category, shown, color from category_names where data_set = ? order by category"
        rows = database.execute(query, (data_set,)).fetchall()
    return {row["category"]: (row["shown"], row["color"]) for row in rows}


def give(workspace: Workspace, data_set: str, categories: Collection[str], shown: str, color: str) -> None:
    """Show some categories under one name; raises `InputError` where the data set is gone."""
    with workspace.guarded(), workspace.database() as database:
        # Under the same lock as a deletion, so that none stays behind for a data set that has just gone.
        database.execute("begin immediate")
        if database.execute("select 1 from data_sets where name = ?", (data_set,)).fetchone() is None:
            raise InputError(say("errors.no_named_data_set", data_set=data_set))
        rows = [(data_set, category, shown, color) for category in categories]
        database.executemany("insert or replace into category_names values (?, ?, ?, ?)", rows)
        # One name has one colour, also where some of its categories were named earlier.
        same = "update category_names set color = ? where data_set = ? and shown = ?"
        database.execute(same, (color, data_set, shown))
        audit.record(database, "categories_named", data_set, categories=len(rows))


def take(workspace: Workspace, data_set: str, categories: Collection[str]) -> None:
    """Show some categories as the log calls them."""
    with workspace.database() as database:
        database.execute("begin immediate")
        rows = [(data_set, category) for category in categories]
        database.executemany("delete from category_names where data_set = ? and category = ?", rows)
        audit.record(database, "categories_named", data_set, categories=len(rows))
