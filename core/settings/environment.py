"""Settings of a server from its environment: `MEANDER_SECTION__FIELD=value` is `--set section.field=value`."""

import os
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar, get_type_hints

from core.errors import SettingsError
from core.phrases import say
from core.settings.alerts import AlertSettings
from core.settings.intake import IntakeSettings
from core.settings.pages import PageSettings
from core.settings.parsing import parse
from core.settings.sections import AT_ONCE, AUDIT_ROWS, AuditSettings, JobSettings, Settings
from core.settings.storing import StoreSettings

PREFIX, BETWEEN = "MEANDER_", "__"
OLDER = {AT_ONCE: "jobs.at_once", AUDIT_ROWS: "audit.rows"}
"""Variables that are called otherwise, and which setting each is."""
DEFAULTS = ("data", "model", "training")
"""Sections of `Settings` whose defaults a server may set: for whoever imports or trains and says nothing else."""
SECTIONS: Mapping[str, type] = {name: get_type_hints(Settings)[name] for name in DEFAULTS} | {
    "intake": IntakeSettings,
    "jobs": JobSettings,
    "audit": AuditSettings,
    "pages": PageSettings,
    "alerts": AlertSettings,
    "store": StoreSettings,
}
"""Sections by name; the last six hold for all that a server does."""
T = TypeVar("T")


def intake() -> IntakeSettings:
    """What files may be that come in."""
    return _section(IntakeSettings())


def at_work() -> JobSettings:
    """How work is done in the background."""
    return _section(JobSettings())


def auditing() -> AuditSettings:
    """How much is kept of what was done."""
    return _section(AuditSettings())


def pages() -> PageSettings:
    """What the server of the pages keeps in memory."""
    return _section(PageSettings())


def storing() -> StoreSettings:
    """How much is kept here of data that lies at an address."""
    return _section(StoreSettings())


def alerting() -> AlertSettings:
    """Where alerts are sent to."""
    return _section(AlertSettings())


def defaults() -> Settings:
    """The settings of whoever imports or trains and says nothing else."""
    settings = Settings()
    return replace(settings, **{name: _section(getattr(settings, name)) for name in DEFAULTS})


def check() -> None:
    """Raise `SettingsError` for a variable that names no setting, or holds no value of it."""
    for variable, text in _told().items():
        name, _, field = variable.removeprefix(PREFIX).lower().partition(BETWEEN)
        known = [item.name for item in fields(SECTIONS[name])] if name in SECTIONS else list(SECTIONS)
        if name not in SECTIONS or field not in known:
            raise SettingsError(
                say(
                    "errors.no_variable", variable=variable[:80], text=_harmless(variable, text), known=", ".join(known)
                )
            )
    defaults(), intake(), at_work(), auditing(), pages(), alerting(), storing()


def _harmless(variable: str, text: str) -> str:
    """The value of a variable as it may be shown: not where it seems to be a secret."""
    return "..." if any(word in variable for word in ("SECRET", "PASSWORD")) else text[:80]


def _section(section: T) -> T:
    """A section with what the environment says of it."""
    name = next(name for name, kind in SECTIONS.items() if kind is type(section))
    kinds, told = get_type_hints(type(section)), _told()
    changed: dict[str, Any] = {}
    for older, path in OLDER.items():
        if path.partition(".")[0] == name and os.environ.get(older, "").isdecimal():
            changed[path.partition(".")[2]] = max(1, int(os.environ[older]))
    for field, kind in kinds.items():
        if (text := told.get(f"{PREFIX}{name}{BETWEEN}{field}".upper())) is not None:
            changed[field] = parse(f"{name}.{field}", text.strip(), kind)
    return replace(section, **changed) if changed else section  # type: ignore[type-var]


def _told() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if name.startswith(PREFIX) and BETWEEN in name}
