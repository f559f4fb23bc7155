"""Who does something, and what they may: asked wherever something is done or looked at.

A process has one answer (`act_as`): the command line acts as the owner of the machine, the dashboard as whoever looks
at the page. A block of code may have another (`acting`), in its own thread alone: a job acts as whoever queued it.
"""

import contextlib
import getpass
import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from core.errors import ForbiddenError
from core.phrases import say
from core.settings import ADMIN, NOBODY, ROLES, VIEWER


@dataclass(frozen=True)
class Login:
    """What a provider of logins vouches for, and the place that its rules are about."""

    person: str
    groups: tuple[str, ...] = ()
    """As the provider calls them."""
    roles: tuple[str, ...] = ()
    """As the provider calls them."""
    group: str = ""
    """The group of the rules that they want to be in; empty for the first that they may."""
    home: str = ""
    """The server's own workspace, which rules without groups are about."""
    rules: str = ""
    """The file of rules."""


@dataclass(frozen=True)
class Actor:
    """Who does something; without a role they may do nothing."""

    who: str
    """The user of the operating system, or whoever has logged in."""
    door: str = "command line"
    """command line, page, job or agent."""
    place: str = ""
    """Of a page: the address that it is looked at from, where that is known, and the mark of the session."""
    role: str = NOBODY
    root: Path | None = None
    """The only workspace that they may be in; None: any."""
    ids: bool = False
    """May see user ids, though a viewer."""
    login: Login | None = None
    """None where nobody has to log in."""

    def may(self, role: str) -> bool:
        """Whether they may do what takes a role."""
        return self.role in ROLES[ROLES.index(role) :]

    @property
    def masked(self) -> bool:
        """Whether they get pseudonyms in place of user ids."""
        return not self.ids and not self.may(ROLES[ROLES.index(VIEWER) + 1])

    def inside(self, root: Path) -> bool:
        """Whether a workspace is one of those that they may be in."""
        return self.root is None or self.root == root


def by_system() -> Actor:
    """The owner of the machine, by the name that the system has for them, which no variable changes."""
    return Actor(_system_name(), role=ADMIN)


def _system_name() -> str:
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a user without a name, as in a container
        return str(os.getuid())
    except ImportError:  # another system
        return getpass.getuser()


_process: Callable[[], Actor] = by_system
_block: ContextVar[Actor | None] = ContextVar("actor", default=None)


def actor() -> Actor:
    """Whoever does what is done now."""
    return _block.get() or _process()


def act_as(who: Callable[[], Actor]) -> None:
    """From now on, what this process does is done by them."""
    global _process  # noqa: PLW0603, one process is one door
    _process = who


@contextlib.contextmanager
def acting(who: Actor) -> Iterator[None]:
    """What is done inside the block, by this thread, is done by somebody."""
    token = _block.set(who)
    try:
        yield
    finally:
        _block.reset(token)


def need(role: str) -> Actor:
    """Whoever does this, who must have the role for it; raises `ForbiddenError`."""
    doer = actor()
    if doer.role == NOBODY:
        raise ForbiddenError(say("access.nobody"))
    if not doer.may(role):
        raise ForbiddenError(say("access.forbidden", who=doer.who, needed=role, role=doer.role))
    return doer
