"""Where data sets, runs and jobs lie: the only code that knows paths."""

from core.workspace.place import NAME, VARIABLE, check_name
from core.workspace.records import DataSet, Run, new_run_id
from core.workspace.store import Workspace
from core.workspace.uploads import Uploads

__all__ = ["NAME", "VARIABLE", "DataSet", "Run", "Uploads", "Workspace", "check_name", "new_run_id"]
