"""Where data sets, runs and jobs lie: the only code that knows paths."""

from core.workspace import audit, disk, inbox, notes, snapshots, upgrades
from core.workspace.holdings import HOLDINGS, Treatment, holding
from core.workspace.leaving import FORGOTTEN, TRUTH, Leaving
from core.workspace.notes import LONGEST, Anchor, Note
from core.workspace.person import HIDDEN, Person
from core.workspace.place import NAME, VARIABLE, check_name, chosen_root
from core.workspace.records import DataSet, Run, new_run_id
from core.workspace.store import Workspace
from core.workspace.uploads import Uploads

__all__ = [
    "FORGOTTEN",
    "HIDDEN",
    "HOLDINGS",
    "LONGEST",
    "NAME",
    "TRUTH",
    "VARIABLE",
    "Anchor",
    "DataSet",
    "Leaving",
    "Note",
    "Person",
    "Run",
    "Treatment",
    "Uploads",
    "Workspace",
    "audit",
    "check_name",
    "chosen_root",
    "disk",
    "holding",
    "inbox",
    "new_run_id",
    "notes",
    "snapshots",
    "upgrades",
]
