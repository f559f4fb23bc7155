"""The file of rules, written anew where somebody is given a role or loses it."""

import json
import os
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import locks
from core.errors import SettingsError
from core.phrases import Said, say
from core.settings import ADMIN
from core.workspace import actors, rules
from core.workspace.rules import Grant, Rules

HEAD = "# Who may do what: `python -m core grant` and `grants` write and show it. Remarks of your own are not kept.\n"


def granted(file: Path, grant: Grant) -> Rules:
    """Keep a grant in the place of one to the same person in the same group; returns the rules as they are now.

    Raises `SettingsError` for a person, role or group that cannot be, where the file cannot be read or written, or
    where nobody would be left who may give roles.
    """
    return _changed(file, lambda now: (*_others(now, grant.person, grant.group), grant))


def withdrawn(file: Path, person: str, group: str) -> Rules:
    """Take a grant back, so that what the provider says counts again; returns the rules as they are now.

    Raises `SettingsError` where there is none, and for what `granted` refuses.
    """

    def rest(now: Rules) -> tuple[Grant, ...]:
        others = _others(now, person, group)
        if len(others) == len(now.grants):
            raise SettingsError(say("access.no_grant", person=person[:80], where=_where(group)))
        return others

    return _changed(file, rest)


def _others(now: Rules, person: str, group: str) -> tuple[Grant, ...]:
    same = (rules.folded(person), group)
    return tuple(each for each in now.grants if (rules.folded(each.person), each.group) != same)


def _changed(file: Path, change: Callable[[Rules], tuple[Grant, ...]]) -> Rules:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with locks.waited(file.with_name("access.lock"), lambda: None):
            now = rules.read(file)
            made = replace(now, grants=change(now))
            text = HEAD + written(made, file.absolute().parent)
            rules.parsed(tomllib.loads(text), file)
            _check_admins(now, made)
            _put(file, text)
    except OSError as error:
        raise SettingsError(say("access.unreadable", file=str(file), why=str(error))) from error
    return made


def _check_admins(now: Rules, made: Rules) -> None:
    """Where grants made somebody an admin, somebody is one still: by a grant, or whoever does this, by their login.

    Whoever does it without a login owns the machine: they may leave it to the provider, if that can make admins.
    """
    login = actors.actor().login
    stand = {each.group for each in made.standings(login) if each.role == ADMIN} if login else set()
    for place in [group.name for group in made.groups] or [""]:
        kept = made.admins(place) or (place in stand if login else made.told_admins(place))
        if not kept and (gone := now.admins(place)):
            raise SettingsError(say("access.last_admin", person=", ".join(sorted(gone))[:80], where=_where(place)))


def _where(group: str) -> Said:
    return say("access.in_group", group=group) if group else say("access.in_all")


def written(told: Rules, folder: Path) -> str:
    """Rules as a file in a folder says them."""
    claims = {"person": told.person, "groups": told.group_claim} | (
        {"role": told.role_claim} if told.role_claim else {}
    )
    lines = ["[claims]", *_pairs(claims)]
    if told.roles:
        lines += ["", "[claims.roles]", *_pairs(dict(told.roles))]
    for group in told.groups:
        inside = group.folder.is_relative_to(folder.resolve())
        place = group.folder.relative_to(folder.resolve()) if inside else group.folder
        about = {"members": group.members, "role": group.role}
        lines += ["", f"[groups.{group.name}]", *_pairs({"workspace": place.as_posix()} | _said(about))]
    for grant in told.grants:
        more: dict[str, Any] = {"group": grant.group, "ids": grant.ids}
        lines += ["", "[[grants]]", *_pairs({"person": grant.person, "role": grant.role} | _said(more))]
    return "\n".join([*lines, ""])


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _pairs(values: dict[str, Any]) -> list[str]:
    """Lines of TOML; its texts and names in quotes are those of JSON."""
    return [f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]


def _put(file: Path, text: str) -> None:
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, file)
