"""What each step takes of whoever asks for it, and what they get to see: where pages, jobs and command line all pass.

Every function that `core.pipeline` hands out says with `needs` which role it takes; a test calls each of them as each
role. Whoever looks without being allowed ids gets pseudonyms, in logs (`seen`) and in what is kept (`shown`), and asks
with pseudonyms (`meant`).
"""

import functools
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast

import numpy as np
import pandas as pd

from core.data import Sequences, export, lookup, schema
from core.errors import UnknownDataSetError
from core.phrases import say
from core.settings import NOBODY
from core.workspace import Actor, DataSet, Run, Workspace, actors

P = ParamSpec("P")
T = TypeVar("T")
ANYONE: Final = NOBODY
"""Of what knows nothing of any workspace."""


def needs(role: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorator: the role that a function takes; it is looked at whenever the function is called.

    A workspace, data set or run among its arguments that is not one of theirs is not there for them. The function then
    raises `UnknownDataSetError`, and `ForbiddenError` without the role.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            if role != ANYONE:
                _admit(actors.need(role), *args, *kwargs.values())
            return function(*args, **kwargs)

        found = functools.wraps(function)(guarded)
        cast("Any", found).needs = role
        return found

    return decorate


def _admit(doer: Actor, *arguments: object) -> None:
    for place, argument in enumerate(arguments[:2] if doer.root else ()):
        if isinstance(argument, Workspace) and not doer.inside(argument.root):
            _deny(doer, str(next(iter(arguments[place + 1 : place + 2]), "")))
        if isinstance(argument, DataSet | Run) and not argument.folder.is_relative_to(Path(doer.root or "")):
            _deny(doer, getattr(argument, "name", "") or getattr(argument, "data_set", ""))


def _deny(doer: Actor, name: str) -> None:
    """What is said of a data set that is not there."""
    own = Workspace(doer.root)
    known = ", ".join(found.name for found in own.data_sets()) or "none yet"
    raise UnknownDataSetError(say("errors.no_data_set", data_set=name[:80], folder=str(own.root), known=known))


def key(workspace: Workspace) -> str:
    """What masks user ids for whoever asks; empty where they may see them."""
    return workspace.secret() if actors.actor().masked else ""


def seen(workspace: Workspace, sequences: Sequences) -> Sequences:
    """A log as whoever asks may see it."""
    if not (masks := key(workspace)) or sequences.ids is not None:
        return sequences
    names = np.array([export.mask(str(user), masks) for user in sequences.users], dtype=object)
    return replace(sequences, users=names, ids=sequences.users)


def shown(workspace: Workspace, made: T) -> T:
    """Something that is kept as whoever asks may see it: frames with a column of users, alone or in dataclasses."""
    if not (masks := key(workspace)):
        return made
    if isinstance(made, pd.DataFrame):
        return cast("T", _masked(made, masks))
    if is_dataclass(made) and not isinstance(made, type):
        frames = {each.name: getattr(made, each.name) for each in fields(made) if each.init}
        masked = {name: _masked(frame, masks) for name, frame in frames.items() if isinstance(frame, pd.DataFrame)}
        return cast("T", replace(cast("Any", made), **masked))
    return made


def hidden(workspace: Workspace) -> Callable[[str], str]:
    """What makes of a user id what whoever asks may see."""
    masks = key(workspace)
    return lambda user: export.mask(user, masks) if masks else user


def meant(workspace: Workspace, name: str, user: str) -> str:
    """The id of whoever somebody asks about: of a pseudonym the one that it stands for, else one that nobody has."""
    if not user or not (masks := key(workspace)):
        return user
    known = lookup.all_users(workspace.data_set(name))
    return next((each for each in known if export.mask(each, masks) == user), export.mask(user, masks))


def _masked(frame: pd.DataFrame, masks: str) -> pd.DataFrame:
    return export.masked(frame, masks) if schema.USER in frame else frame
