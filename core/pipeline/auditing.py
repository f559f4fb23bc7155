"""What was done in a workspace: noted where pages, jobs and command line all pass, read as a table, and verified."""

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from core.data import schema
from core.errors import WorkspaceError
from core.phrases import say
from core.pipeline.gate import ANYONE, meant, needs
from core.settings import ADMIN, VIEWER
from core.workspace import Workspace, audit

if TYPE_CHECKING:
    import pandas as pd


@needs(VIEWER)
def opened(workspace: Workspace, name: str, user: str) -> None:
    """Note that somebody looks at a user's page."""
    workspace.record("opened", name, meant(workspace, name, user))


@needs(VIEWER)
def exported(workspace: Workspace, name: str, what: str, user: str = "") -> None:
    """Note that a table leaves the product: which, and of whom where it is of one person."""
    workspace.record("exported", name, meant(workspace, name, user), table=what)


@needs(ADMIN)
def audit_table(workspace: Workspace, name: str | None = None) -> "pd.DataFrame":
    """All that is noted, oldest first, in `core.workspace.audit.COLUMNS`, or what was done to a data set.

    Data sets that are gone, and people who were forgotten, stand as marks that begin with #; `name` finds what was done
    to a data set also where it is gone.
    """
    with workspace.database() as database:
        table = _told(workspace, database, audit.rows(database), name)
        asked = audit.mark(database, name) if name else ""
    return table[table["mark"] == asked].drop(columns="mark") if asked else table.drop(columns="mark")


@needs(ADMIN)
def audit_found(
    workspace: Workspace, sought: audit.Sought, most: int | None = None, after: int = 0
) -> tuple["pd.DataFrame", int]:
    """What is sought of all that is noted, newest first, as `audit_table` has it; and how many rows that is in all.

    `most`: no more rows than that, after the first `after`.
    """
    with workspace.database() as database:
        rows, count = audit.found(database, sought, -1 if most is None else most, after)
        return _told(workspace, database, rows, sought.data_set).drop(columns="mark"), count


@needs(ADMIN)
def audit_kinds(workspace: Workspace) -> list[str]:
    """What there is in the audit, each once, by name."""
    with workspace.database() as database:
        return audit.kinds(database)


@needs(ANYONE)
def audit_file(table: "pd.DataFrame") -> "pd.DataFrame":
    """A table of the audit as files have it: whom it is of stands as a user id does, so that it can be masked."""
    columns = [schema.USER if name == "person" else name for name in audit.COLUMNS]
    return table.assign(**{schema.USER: table["person"].replace("", None)})[columns]


@needs(ADMIN)
def verify_audit(workspace: Workspace, head: str | None = None) -> dict[str, Any]:
    """Whether all rows are as they were written; returns how many there are, the first, the last and its seal.

    `head` is a seal that was noted earlier: it must be there still. Raises `WorkspaceError` with the number of the
    first row that is not as it was, or where the seal is missing.
    """
    with workspace.database() as database:
        if (number := audit.broken(database)) is not None:
            raise WorkspaceError(say("errors.audit_broken", number=number, folder=str(workspace.root)))
        rows = list(audit.rows(database))
    seals = [str(row["seal"]) for row in rows]
    if head and head not in seals:
        raise WorkspaceError(say("errors.audit_cut", seal=head[:80], folder=str(workspace.root)))
    first, last = (rows[0]["number"], rows[-1]["number"]) if rows else (0, 0)
    return {"rows": len(rows), "first": first, "last": last, "head": seals[-1] if seals else ""}


def _told(
    workspace: Workspace, database: sqlite3.Connection, rows: Iterable[sqlite3.Row], name: str | None
) -> "pd.DataFrame":
    """Rows with names in place of marks, as far as they are known; `mark` has those of data sets as they were."""
    import pandas as pd

    known = {
        audit.mark(database, each): each for each in (*(found.name for found in workspace.data_sets()), name or "")
    }
    people = audit.people(database)
    table = pd.DataFrame([tuple(row) for row in rows], columns=list(audit.COLUMNS))
    return table.assign(
        mark=table["data_set"],
        data_set=[_named(mark, known) for mark in table["data_set"]],
        person=[_named(mark, people) for mark in table["person"]],
    )


def _named(mark: str, known: dict[str, str]) -> str:
    return known.get(mark, f"#{mark}") if mark else ""
