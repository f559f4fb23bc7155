"""Who may do what on a server that several people share, and how long a login lasts."""

from dataclasses import dataclass
from typing import Final

from core.settings import limits

VIEWER, EDITOR, ADMIN = "viewer", "editor", "admin"
"""Looks, with pseudonyms in place of user ids; imports, trains and writes notes; deletes, forgets, sees the audit."""
ROLES: Final = (VIEWER, EDITOR, ADMIN)
"""Each may do what those before it may."""
NOBODY: Final = ""
"""The role of whoever has none."""
BLOCKED: Final = "none"
"""What a rule says in place of a role to keep somebody out."""
RULES: Final = "MEANDER_ACCESS"
"""The variable that says where the file of rules lies; else it lies in the workspace."""
LOGIN_HOURS: Final = "MEANDER_LOGIN_HOURS"
"""The variable that says how long a login lasts at most."""


@dataclass(frozen=True)
class LoginSettings:
    """How long somebody who has logged in is taken for who they said they are."""

    hours: int = 12
    """At most, from the login on; never longer than the provider's token says."""

    def __post_init__(self) -> None:
        """Refuse a login that ends as it begins."""
        limits.at_least("login.hours", self.hours, 1)
