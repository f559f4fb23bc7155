"""Roles given and taken on a shared server, and who has which."""

from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ForbiddenError
from core.phrases import say
from core.pipeline.gate import needs
from core.settings import ADMIN
from core.workspace import Workspace, actors, granting, rules, rules_file

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("person", "role", "group", "ids")


@needs(ADMIN)
def grant(workspace: Workspace, person: str, role: str, group: str = "", *, ids: bool = False) -> None:
    """Give somebody a role in a group, or in all without one; `none` keeps them out. It counts at once.

    `ids`: though a viewer, they see user ids. Raises `SettingsError` for what the rules cannot hold, and
    `ForbiddenError` where an admin of one group would rule over another.
    """
    _check_place(group)
    granting.granted(_file(workspace), rules.Grant(rules.check_person(person), role, group, ids))
    workspace.record("granted", to=person, role=role, ids=ids, group=group)


@needs(ADMIN)
def grants(workspace: Workspace) -> "pd.DataFrame":
    """Who was given which role: person, role, group (empty for all), ids; of the own group alone for its admins."""
    import pandas as pd

    doer = actors.actor()
    told = rules.read(_file(workspace))
    own = [each for each in told.grants if doer.root is None or each.group in ("", _own(told))]
    return pd.DataFrame([(each.person, each.role, each.group, each.ids) for each in own], columns=list(COLUMNS))


def _file(workspace: Workspace) -> Path:
    login = actors.actor().login
    return Path(login.rules) if login else rules_file(workspace.root)


def _own(told: rules.Rules) -> str:
    root = actors.actor().root
    return next((group.name for group in told.groups if group.folder == root), "")


def _check_place(group: str) -> None:
    """An admin of a group gives roles there alone; one of a server without groups, everywhere."""
    doer = actors.actor()
    if doer.login is None:
        return
    own = _own(rules.read(Path(doer.login.rules)))
    if own != group:
        raise ForbiddenError(say("access.not_here", group=own))
