"""Where data sets, runs and jobs lie: the only code that knows paths."""

from core.workspace import disk, inbox, notes
from core.workspace.notes import LONGEST, Anchor, Note
from core.workspace.place import NAME, VARIABLE, check_name
from core.workspace.records import DataSet, Run, new_run_id
from core.workspace.store import Workspace
from core.workspace.uploads import Uploads

__all__ = [
    "LONGEST",
    "NAME",
    "VARIABLE",
    "Anchor",
    "DataSet",
    "Note",
    "Run",
    "Uploads",
    "Workspace",
    "check_name",
    "disk",
    "inbox",
    "new_run_id",
    "notes",
]
