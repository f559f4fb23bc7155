"""Who looks at a page: who they are by their login, whether that holds still, and what they may.

Streamlit takes whoever has logged in for who they are for 30 days, whatever became of the token. Here its end, whom it
was made for and by whom are looked at whenever something is asked, and the rules of access with it.
"""

import hashlib
import math
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import streamlit as st
from streamlit.auth_util import get_secrets_auth_section
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import SettingsError
from core.settings import ADMIN, EDITOR, LOGIN_HOURS, VIEWER, LoginSettings
from core.workspace import Actor, Login, actors, chosen_root, rules, rules_file

NEEDS = {"upload": EDITOR, "training": EDITOR, "people": ADMIN}
"""Pages that are there only for some roles."""
PAGE = "page"
"""Where nobody logs in all that is known is that somebody sits before a browser."""
DEFAULT = "default"
"""What Streamlit calls a provider without a name."""
OUT, ENDED, WRONG, STRANGER, BROKEN = "out", "ended", "wrong", "stranger", "broken"
"""Why somebody is kept out: no login, one that has ended, one meant for others, no role, rules that cannot be read."""


@dataclass(frozen=True)
class Visitor:
    """Whoever looks at a page."""

    actor: Actor
    why: str = ""
    """Why they are kept out; empty where they are not."""
    until: float | None = None
    """When their login ends, seconds since 1970 UTC."""
    groups: tuple[str, ...] = ()
    """Groups that they may be in."""


@cache
def providers() -> Mapping[str, Mapping[str, Any]]:
    """Settings of each provider of logins, by name; none where nobody has to log in.

    They are those that the server started with: it never opens by a file that goes or changes while it runs.
    """
    section = get_secrets_auth_section().to_dict()
    named = {name: dict(part) for name, part in section.items() if isinstance(part, dict) and "client_id" in part}
    return named | ({DEFAULT: section} if "client_id" in section else {})


def login_hours() -> int:
    """How long a login lasts at most, as the variable says; what is no number is passed over."""
    wished = os.environ.get(LOGIN_HOURS, "")
    return LoginSettings(int(wished)).hours if wished.isdecimal() else LoginSettings().hours


wished: Callable[[], str] = str
"""The group that whoever looks at a page asks to be in; `pages._session` knows."""


def visitor() -> Visitor:
    """Whoever looks at this page; outside of any nobody where people must log in, else the owner of the machine."""
    return again()()


def again() -> Callable[[], Visitor]:
    """Who looks at this page, whenever it is asked, also by a thread that draws no page."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return lambda: Visitor(Actor("nobody", PAGE), OUT) if providers() else Visitor(actors.by_system())
    mark = hashlib.sha256(context.session_id.encode()).hexdigest()[:8]
    if not providers():
        return lambda: Visitor(Actor(PAGE, PAGE, mark, role=ADMIN))
    group, place = wished(), " ".join(filter(None, (st.context.ip_address, mark)))
    return lambda: admitted(dict(context.user_info), group, place)


actors.act_as(lambda: visitor().actor)


def may(role: str) -> bool:
    """Whether whoever looks at this page may do what takes a role."""
    return actors.actor().may(role)


def opens(page: str) -> bool:
    """Whether a page, as `data/upload`, is there for whoever looks."""
    return may(NEEDS.get(page.rpartition("/")[2], VIEWER))


def admitted(claims: Mapping[str, Any], group: str = "", place: str = "") -> Visitor:
    """Who somebody is by the claims of a login."""
    nobody = Actor("nobody", PAGE, place)
    if not claims.get("is_logged_in"):
        return Visitor(nobody, OUT)
    provider = providers().get(str(claims.get("provider")), {})
    until = _until(claims)
    if not _meant(claims, provider):
        return Visitor(nobody, WRONG)
    if until is None or until <= time.time():
        return Visitor(nobody, ENDED)
    home = chosen_root()
    try:
        told = rules.read(file := rules_file(home))
        login = _login(claims, told, Login("", group=group, home=str(home), rules=str(file)))
        found = rules.actor_of(login, PAGE, place)
    except SettingsError:
        return Visitor(nobody, BROKEN)
    groups = tuple(each.group for each in told.standings(login))
    return Visitor(found, "" if found.role else STRANGER, until, groups)


def _until(claims: Mapping[str, Any]) -> float | None:
    """When a login ends; None where that is not said."""
    end, begin = (_moment(claims.get(name)) for name in ("exp", "iat"))
    return None if end is None or begin is None else min(end, begin + 3600 * login_hours())


def _moment(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _meant(claims: Mapping[str, Any], provider: Mapping[str, Any]) -> bool:
    """Whether a token was made by this provider, for us."""
    found = claims.get("aud")
    audience = found if isinstance(found, list) else [found]
    us = provider.get("client_id")
    if not us or us not in audience or (len(audience) > 1 and claims.get("azp") != us):
        return False
    address = str(provider.get("server_metadata_url", ""))
    expected = provider.get("issuer") or address.partition("/.well-known/")[0]
    return bool(expected) and str(claims.get("iss", "")).rstrip("/") == str(expected).rstrip("/")


def _login(claims: Mapping[str, Any], told: rules.Rules, login: Login) -> Login:
    """The person, groups and roles that a provider tells of; nobody by an address that is not known to be theirs."""
    person = _claim(claims, told.person)
    unsure = told.person == "email" and str(claims.get("email_verified", True)).lower() != "true"
    name = person if isinstance(person, str) and not unsure else ""
    groups, roles = (_words(_claim(claims, name)) for name in (told.group_claim, told.role_claim))
    return Login(name, groups, roles, login.group, login.home, login.rules)


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by name, or by the way to it with dots between its parts."""
    found: Any = claims
    for part in [name] if name in claims else name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _words(value: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ((str(value),) if value else ())
