"""Where data sets, runs and jobs lie: the only code that knows paths."""

from core.workspace import (
    actors,
    audit,
    category_names,
    cohorts,
    disk,
    far,
    granting,
    inbox,
    markers,
    notes,
    objects,
    rules,
    snapshots,
    upgrades,
    watches,
)
from core.workspace.actors import Actor, Login
from core.workspace.cohorts import SavedCohort
from core.workspace.holdings import HOLDINGS, Treatment, holding
from core.workspace.leaving import FORGOTTEN, TRUTH, Leaving
from core.workspace.markers import Marker
from core.workspace.notes import LONGEST, Anchor, Note
from core.workspace.person import HIDDEN, Person
from core.workspace.place import NAME, VARIABLE, check_name, chosen_root, rules_file
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
    "Actor",
    "Anchor",
    "DataSet",
    "Leaving",
    "Login",
    "Marker",
    "Note",
    "Person",
    "Run",
    "SavedCohort",
    "Treatment",
    "Uploads",
    "Workspace",
    "actors",
    "audit",
    "category_names",
    "check_name",
    "chosen_root",
    "cohorts",
    "disk",
    "far",
    "granting",
    "holding",
    "inbox",
    "markers",
    "new_run_id",
    "notes",
    "objects",
    "rules",
    "rules_file",
    "snapshots",
    "upgrades",
    "watches",
]
