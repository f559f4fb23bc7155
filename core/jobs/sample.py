"""The first start has something to show."""

from core.jobs import requests, table
from core.workspace import Workspace

ON_DEMAND = ("planted", "atlas")
"""Kinds of results that are made when someone asks for them."""


def ensure_sample(workspace: Workspace) -> str | None:
    """Give a new workspace the sample log, at once with all that comes with it; else returns the id of the job at work.

    What does not come with it is made in the background. A workspace that already has a data set, or whose sample was
    deleted or cancelled, is left as it is.
    """
    from core.pipeline import SAMPLE, sample_at_once

    samples = [job for job in table.all(workspace) if job.step == "sample"]
    if workspace.first_time("sample") and not samples and not workspace.data_sets():
        if sample_at_once(workspace) is None:
            return requests.submit(workspace, "sample", {"name": SAMPLE})
        follow_sample(workspace)
    return next((job.id for job in samples if job.active), None)


def follow_sample(workspace: Workspace) -> None:
    """Queue what is computed of the sample and is not there yet; measures and maps follow a training by themselves."""
    from core.pipeline import SAMPLE, sample_results

    missing = [result for result in sample_results(workspace) if not result.ready]
    for step, arguments in (result.job for result in missing if result.kind not in ON_DEMAND):
        requests.submit(workspace, step, arguments, asked=False)
    if not workspace.runs(SAMPLE):
        requests.submit(workspace, "train", {"name": SAMPLE, "measure": True}, asked=False)
