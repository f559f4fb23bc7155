"""The first start has something to show."""

from core.jobs import requests, table
from core.workspace import Workspace


def ensure_sample(workspace: Workspace) -> str | None:
    """Prepare the sample log in the background if this workspace is new; returns the job's id while it is at work.

    A workspace that already has a data set, or whose sample was deleted or cancelled, is left as it is.
    """
    from core.pipeline import SAMPLE

    before = [job for job in table.all(workspace) if job.step == "sample"]
    if before:
        return before[0].id if before[0].active else None
    if workspace.data_sets():
        return None
    return requests.submit(workspace, "sample", {"name": SAMPLE})
