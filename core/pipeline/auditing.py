"""What was done in a workspace: noted where pages, jobs and command line all pass, read as a table, and verified."""

from typing import TYPE_CHECKING, Any

from core.errors import WorkspaceError
from core.phrases import say
from core.pipeline.gate import meant, needs
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
    import pandas as pd

    with workspace.database() as database:
        known = {audit.mark(database, found.name): found.name for found in workspace.data_sets()}
        asked = audit.mark(database, name) if name else None
        people = audit.people(database)
        rows = [tuple(row) for row in audit.rows(database)]
    table = pd.DataFrame(rows, columns=list(audit.COLUMNS))
    if asked:
        table = table[table["data_set"] == asked]
    if asked and name:
        known[asked] = name
    return table.assign(
        data_set=[_named(mark, known) for mark in table["data_set"]],
        person=[_named(mark, people) for mark in table["person"]],
    )


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


def _named(mark: str, known: dict[str, str]) -> str:
    return known.get(mark, f"#{mark}") if mark else ""
