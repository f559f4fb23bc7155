"""The first start has something to show."""

from core.jobs import requests, table
from core.workspace import Workspace


def ensure_sample(workspace: Workspace) -> str | None:
    """Prepare the sample log in the background if this workspace is new; returns the job's id while it is at work.

    A workspace that already has a data set, or whose sample was deleted or cancelled, is left as it is.
    """
    from core.pipeline import SAMPLE

    samples = [job for job in table.all(workspace) if job.step == "sample"]
    if workspace.first_time("sample") and not samples and not workspace.data_sets():
        return requests.submit(workspace, "sample", {"name": SAMPLE})
    return next((job.id for job in samples if job.active), None)
