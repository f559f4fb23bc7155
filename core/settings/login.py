"""The provider of logins that a shared server has, as its file of secrets names it: whether all of it is there."""

import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlparse

from core.errors import SettingsError
from core.phrases import say

SECRETS: Final = "MEANDER_SECRETS"
"""The variable that says where the file of secrets lies."""
SHARED, OWN = ("redirect_uri", "cookie_secret"), ("client_id", "client_secret", "server_metadata_url")
LEAST_SECRET = 32
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
"""Names of this machine to itself."""


def auth_of(file: Path) -> Mapping[str, Any]:
    """The part of a file of secrets that is about logins; empty without one. Raises `SettingsError`."""
    try:
        section = tomllib.loads(file.read_text(encoding="utf-8")).get("auth", {})
    except (OSError, ValueError) as error:
        raise SettingsError(say("access.unreadable", file=str(file), why=str(error))) from error
    return section if isinstance(section, dict) else {}


def refuse_strangers(file: str) -> SettingsError:
    """Why a server without logins does not open to the network, and what to write."""
    return SettingsError(say("access.no_provider", file=file, secret=secrets.token_hex(LEAST_SECRET)))


def check_provider(section: Mapping[str, Any], file: str) -> str:
    """The host that people log in at; raises `SettingsError` where something is missing or weak."""
    own = [part for part in section.values() if isinstance(part, dict) and set(part) & set(OWN)]
    parts = [*own, *([section] if set(section) & set(OWN) or not own else [])]
    missing = [key for key in SHARED if not section.get(key)]
    missing += [key for part in parts for key in OWN if not part.get(key)]
    if missing:
        raise SettingsError(say("access.half_provider", file=file, missing=", ".join(dict.fromkeys(missing))))
    secret, address = str(section["cookie_secret"]), urlparse(str(section["redirect_uri"]))
    if len(secret) < LEAST_SECRET:
        fresh = secrets.token_hex(LEAST_SECRET)
        raise SettingsError(say("access.weak_secret", file=file, found=len(secret), secret=fresh))
    safe = address.scheme == "https" or (address.scheme == "http" and address.hostname in LOOPBACK)
    if not safe or not address.path.endswith("/oauth2callback"):
        raise SettingsError(say("access.wrong_address", file=file, found=address.geturl()[:200]))
    return str(address.hostname)


def is_loopback(address: str | None) -> bool:
    """Whether only this machine can reach a server that listens there; None is everywhere."""
    return address in LOOPBACK or (address or "").startswith("127.")
