"""What a workspace needs now and then, whether or not someone asks for it."""

from core.jobs import requests
from core.workspace import Workspace


def purge_old(workspace: Workspace) -> None:
    """Queue the removal of events that are older than their data set keeps them; called whenever a worker starts."""
    from core import pipeline

    for data_set in workspace.data_sets():
        if pipeline.overdue(workspace, data_set):
            requests.submit(workspace, "purge", {"name": data_set.name}, asked=False)
