"""Which data sets are watched, and what was found: asked for, ended, read, and marked as seen."""

from dataclasses import asdict

from core.pipeline.gate import key, needs
from core.settings import ADMIN, VIEWER, WatchSettings
from core.workspace import Workspace
from core.workspace import watches as kept


@needs(ADMIN)
def watch(workspace: Workspace, name: str, plan: WatchSettings) -> None:
    """Watch a data set from now on by a plan; raises `UnknownDataSetError`.

    A plan names folders and databases of the server's machine, so it is never taken from a page or a link.
    """
    workspace.data_set(name)
    kept.put(workspace, name, asdict(plan))


@needs(ADMIN)
def unwatch(workspace: Workspace, name: str) -> None:
    """Watch a data set no longer; raises `InputError` where it is not watched."""
    kept.end(workspace, name)


@needs(VIEWER)
def watched(workspace: Workspace, name: str) -> kept.Watch | None:
    """How a data set is watched; None where it is not."""
    workspace.data_set(name)
    return kept.read(workspace, name)


@needs(VIEWER)
def alerts(workspace: Workspace, name: str | None = None, *, unseen: bool = False) -> list[kept.Alert]:
    """The newest alerts of a data set or of all; whoever must not see ids is told nothing that may hold one."""
    found = kept.alerts(workspace, name, unseen=unseen)
    return [alert for alert in found if alert.rule != kept.WRONG] if key(workspace) else found


@needs(VIEWER)
def unseen_alerts(workspace: Workspace) -> int:
    """How many alerts nobody has seen."""
    return kept.count(workspace)


@needs(VIEWER)
def see_alerts(workspace: Workspace, name: str | None = None) -> None:
    """Note that alerts of a data set, or all, were seen."""
    kept.see(workspace, name)
