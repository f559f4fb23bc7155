"""What happens by itself while a server runs: looks that are due, alerts that wait to be sent."""

import threading
import time
import traceback
from pathlib import Path

from core.errors import WorkspaceRemovedError
from core.workspace import Workspace, actors

EVERY = 30.0
"""Seconds between two looks at the clock."""
_attended: set[Path] = set()


def attend(workspace: Workspace) -> None:
    """Attend to a workspace for as long as this process lives and the workspace is there; once, however often asked."""
    if workspace.root in _attended:
        return
    _attended.add(workspace.root)
    threading.Thread(target=_attend, args=(workspace,), name="clock", daemon=True).start()


def _attend(workspace: Workspace) -> None:
    from core.jobs import watching

    while workspace.exists():
        try:
            with actors.acting(actors.by_system()):
                watching.tick(workspace)
        except WorkspaceRemovedError:
            return
        except Exception:  # the next round may fare better
            traceback.print_exc()
        time.sleep(EVERY)
