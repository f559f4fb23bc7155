"""Where data sets, runs and jobs lie: the only code that knows paths."""

from core.workspace.records import DataSet, Run
from core.workspace.store import NAME, VARIABLE, Workspace, check_name

__all__ = ["NAME", "VARIABLE", "DataSet", "Run", "Workspace", "check_name"]
