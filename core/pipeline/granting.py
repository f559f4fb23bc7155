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

    `ids`: though a viewer, they see user ids. Raises `SettingsError` for what the rules cannot hold and where nobody
    would be left who gives roles, and `ForbiddenError` where an admin of one group would rule over another.
    """
    _check_place(group)
    granting.granted(_file(workspace), rules.Grant(rules.check_person(person), role, group, ids))
    workspace.record("granted", to=person, role=role, ids=ids, group=group)


@needs(ADMIN)
def withdraw(workspace: Workspace, person: str, group: str = "") -> None:
    """Take back what somebody was given in a group, or in all without one: what the provider says counts again.

    Raises `SettingsError` where there is nothing to take back or nobody would be left who gives roles, and
    `ForbiddenError` as `grant` does.
    """
    _check_place(group)
    granting.withdrawn(_file(workspace), person, group)
    workspace.record("withdrawn", of=person, group=group)


@needs(ADMIN)
def grant_place(workspace: Workspace) -> str:
    """The group that whoever asks gives roles in: empty for all."""
    return _own(rules.read(_file(workspace)))


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
