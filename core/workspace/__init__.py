"""Where data sets, runs and jobs lie: the only code that knows paths."""

from core.workspace.records import DataSet, Run, new_run_id
from core.workspace.store import NAME, VARIABLE, Workspace, check_name
from core.workspace.uploads import Uploads

__all__ = ["NAME", "VARIABLE", "DataSet", "Run", "Uploads", "Workspace", "check_name", "new_run_id"]
