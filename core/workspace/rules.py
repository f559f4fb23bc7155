"""The rules of access: who has which role, and which group has which workspace; a TOML file that people can read.

    [claims]                       what the provider says of people, and under which names
    person = "email"
    groups = "groups"
    role = "roles"

    [claims.roles]                 which of its roles are which of ours
    "meander-admins" = "admin"

    [groups.shop]                  without groups all share the workspace of the server
    workspace = "shop"             a folder, from the file's own
    members = "shop-analysts"      whom the provider says to be in this are in the group
    role = "viewer"                what they are there, where nothing else says it

    [[grants]]
    person = "ada@example.org"
    role = "editor"                viewer, editor, admin, or none to keep somebody out
    group = "shop"                 without it: in all groups
    ids = true                     though a viewer, sees user ids

A file with anything else in it is refused whole. A grant goes before what the provider says, a grant in one group
before one in all.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import SettingsError
from core.phrases import say
from core.settings import ADMIN, BLOCKED, NOBODY, ROLES
from core.workspace.actors import Actor, Login

FILE = "access.toml"
KEYS: Mapping[str, Mapping[str, type]] = {
    "": {"claims": dict, "groups": dict, "grants": list},
    "claims": {"person": str, "groups": str, "role": str, "roles": dict},
    "groups": {"workspace": str, "members": str, "role": str},
    "grants": {"person": str, "role": str, "group": str, "ids": bool},
}
"""What each part may hold."""
TYPES = {str: "text", dict: "a table", list: "a list of tables", bool: "true or false"}


@dataclass(frozen=True)
class Group:
    """People who share a workspace."""

    name: str
    folder: Path
    members: str = ""
    role: str = NOBODY


@dataclass(frozen=True)
class Grant:
    """A role that was given to somebody."""

    person: str
    role: str
    group: str = ""
    ids: bool = False


@dataclass(frozen=True)
class Standing:
    """What somebody is in one group; `group` is empty where there are none."""

    group: str
    folder: Path
    role: str
    ids: bool = False


@dataclass(frozen=True)
class Rules:
    """All that a file says."""

    groups: tuple[Group, ...] = ()
    grants: tuple[Grant, ...] = ()
    person: str = "email"
    """The claim that names people; parts of a longer way to it have dots between them."""
    group_claim: str = "groups"
    role_claim: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def gives_any(self) -> bool:
        """Whether anybody at all can get in."""
        return (
            any(grant.role != BLOCKED for grant in self.grants)
            or bool(self.roles)
            or any(group.role for group in self.groups)
        )

    def standings(self, login: Login) -> list[Standing]:
        """Where somebody has a role, in the order of the file; nowhere for whom no name is known."""
        if not login.person:
            return []
        places = self.groups or (Group("", Path(login.home)),)
        found = (self._in(place, login) for place in places)
        return [each for each in found if each.role in ROLES]

    def admins(self, group: str) -> set[str]:
        """People whom a grant makes an admin in a group, or in all; by `folded` names."""
        own = sorted((grant for grant in self.grants if grant.group in ("", group)), key=lambda grant: grant.group)
        return {person for person, role in {folded(each.person): each.role for each in own}.items() if role == ADMIN}

    def told_admins(self, group: str) -> bool:
        """Whether the provider may make somebody an admin in a group."""
        given = (each.role for each in self.groups if each.name == group)
        return ADMIN in (*self.roles.values(), *given)

    def _in(self, place: Group, login: Login) -> Standing:
        person = folded(login.person)
        own = {grant.group: grant for grant in self.grants if folded(grant.person) == person}
        if grant := own.get(place.name) or own.get(""):
            return Standing(place.name, place.folder, grant.role, grant.ids)
        if place.name and (place.members or place.name) not in login.groups:
            return Standing(place.name, place.folder, NOBODY)
        claimed = [self.roles[role] for role in login.roles if role in self.roles]
        return Standing(place.name, place.folder, max(claimed, key=ROLES.index, default=place.role))


def folded(person: str) -> str:
    """A name of somebody, by which it is found: large and small Latin letters are one, no others are taken for another.

    >>> folded("Ada@Example.org"), folded(chr(0x212A) + "im") == folded("kim")
    ('ada@example.org', False)
    """
    return person.lower() if person.isascii() else person


def actor_of(login: Login, door: str, place: str) -> Actor:
    """Who somebody is by the rules as they are now; without a role where these give none. Raises `SettingsError`."""
    found = read(Path(login.rules)).standings(login)
    chosen = next((each for each in found if each.group == login.group), next(iter(found), None))
    if chosen is None or (login.group and chosen.group != login.group):
        return Actor(login.person, door, place, login=login)
    return Actor(login.person, door, place, chosen.role, chosen.folder, chosen.ids, login)


def read(file: Path) -> Rules:
    """The rules of a file; none where there is no file. Raises `SettingsError` for one that says anything unclear."""
    try:
        seen = file.stat()
    except FileNotFoundError:
        return Rules()
    except OSError as error:
        raise SettingsError(say("access.unreadable", file=str(file), why=str(error))) from error
    return _read(file, seen.st_mtime_ns, seen.st_size, seen.st_ino)


@lru_cache(8)
def _read(file: Path, *_seen: int) -> Rules:
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:  # TOML and UTF-8 errors are ValueErrors
        raise SettingsError(say("access.unreadable", file=str(file), why=str(error))) from error
    return parsed(told, file)


def parsed(told: dict[str, Any], file: Path) -> Rules:
    """Rules from what a file says."""
    _check(told, "", file)
    claims = told.get("claims", {})
    _check(claims, "claims", file)
    roles = claims.get("roles", {})
    for name, role in roles.items():
        _check_role(name, role, ROLES, file)
    groups = tuple(_group(name, table, file) for name, table in told.get("groups", {}).items())
    _check_folders(groups, file)
    grants = tuple(_grant(table, {group.name for group in groups}, file) for table in told.get("grants", []))
    _check_twice(grants, file)
    return Rules(
        groups, grants, claims.get("person", "email"), claims.get("groups", "groups"), claims.get("role", ""), roles
    )


def _group(name: str, table: Any, file: Path) -> Group:
    _check(table, "groups", file)
    folder = table.get("workspace", "")
    if not name.replace("-", "").replace("_", "").isalnum() or not folder.strip():
        found = f"[groups.{name}] workspace = {folder!r}"
        expected = "a name of letters, digits, - and _, and the folder of a workspace"
        raise SettingsError(say("access.wrong_kind", file=str(file), found=found, key="a group", expected=expected))
    if "role" in table:
        _check_role(f"[groups.{name}]", table["role"], ROLES, file)
    return Group(name, (file.absolute().parent / folder).resolve(), table.get("members", ""), table.get("role", NOBODY))


def _grant(table: Any, groups: set[str], file: Path) -> Grant:
    _check(table, "grants", file)
    grant = Grant(check_person(table.get("person", "")), table.get("role", ""), table.get("group", ""),
                  table.get("ids", False))  # fmt: skip
    _check_role(grant.person, grant.role, (*ROLES, BLOCKED), file)
    if grant.group and grant.group not in groups:
        raise SettingsError(
            say("access.wrong_group", group=grant.group, file=str(file), known=", ".join(sorted(groups)) or "none")
        )
    return grant


def check_person(person: str) -> str:
    """The name of somebody; raises `SettingsError` where it cannot be one."""
    if not person.strip() or person != person.strip() or not person.isprintable() or len(person) > 254:
        raise SettingsError(say("access.wrong_person", person=person[:80]))
    return person


def _check(table: Any, part: str, file: Path) -> None:
    if not isinstance(table, dict):
        raise SettingsError(
            say("access.wrong_kind", file=str(file), found=str(table)[:80], key=part, expected=TYPES[dict])
        )
    for key, value in table.items():
        kind = KEYS[part].get(key)
        if kind is None:
            where, known = f"in {part}" if part else "at the top", ", ".join(KEYS[part])
            raise SettingsError(say("access.unknown_key", file=str(file), key=key[:80], where=where, known=known))
        if not isinstance(value, kind):
            raise SettingsError(
                say("access.wrong_kind", file=str(file), found=str(value)[:80], key=key, expected=TYPES[kind])
            )


def _check_role(person: str, role: Any, known: tuple[str, ...], file: Path) -> None:
    if role not in known:
        text = say("access.wrong_role", file=str(file), person=person[:80], role=str(role)[:80], known=", ".join(known))
        raise SettingsError(text)


def _check_folders(groups: tuple[Group, ...], file: Path) -> None:
    for place, one in enumerate(groups):
        for other in groups[place + 1 :]:
            if one.folder.is_relative_to(other.folder) or other.folder.is_relative_to(one.folder):
                raise SettingsError(say("access.same_folder", file=str(file), one=one.name, other=other.name))


def _check_twice(grants: tuple[Grant, ...], file: Path) -> None:
    seen = set()
    for grant in grants:
        if (key := (folded(grant.person), grant.group)) in seen:
            where = f"in {grant.group}" if grant.group else "in all groups"
            raise SettingsError(say("access.twice", file=str(file), person=grant.person, where=where))
        seen.add(key)
