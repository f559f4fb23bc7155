"""All settings; standard library only, so that anyone may import it cheaply."""

from core.settings import watching
from core.settings.access import (
    ADMIN,
    BLOCKED,
    EDITOR,
    LOGIN_HOURS,
    NOBODY,
    ROLES,
    RULES,
    VIEWER,
    LoginSettings,
)
from core.settings.alerts import AlertSettings
from core.settings.doors import DoorSettings
from core.settings.environment import alerting, at_work, auditing, check, defaults, intake, pages, storing
from core.settings.evaluation import LAST_EVENT, PROTOCOLS, TARGETS, TEMPORAL, EvaluationSettings
from core.settings.imports import SESSIONS, TIME_UNITS, ImportSettings
from core.settings.intake import IntakeSettings
from core.settings.language import NONE, LanguageSettings
from core.settings.lists import ListSettings
from core.settings.login import LOOPBACK, SECRETS, auth_of, check_provider, is_loopback, refuse_strangers
from core.settings.naming import LEAST_ACCEPTED, MOST_ACCEPTED, NamingSettings
from core.settings.pages import PageSettings
from core.settings.parsing import AUTO, as_dict, describe, differing, from_dict, override
from core.settings.sections import (
    AT_ONCE,
    AUDIT_ROWS,
    DEVICES,
    ENCODERS,
    HEADS,
    LEARNING_RATE,
    LOSSES,
    OPTIMISERS,
    PRECISIONS,
    PRESETS,
    QUALITY_TABLES,
    SCORERS,
    AtlasSettings,
    AuditSettings,
    DriftSettings,
    JobSettings,
    ModelSettings,
    RecommendSettings,
    Settings,
    TrainingSettings,
)
from core.settings.simulation import SimulationSettings
from core.settings.storing import StoreSettings
from core.settings.streams import StreamSettings
from core.settings.watching import WatchSettings
from core.settings.worlds import WORLDS, world

__all__ = [
    "ADMIN",
    "AT_ONCE",
    "AUDIT_ROWS",
    "AUTO",
    "BLOCKED",
    "DEVICES",
    "EDITOR",
    "ENCODERS",
    "HEADS",
    "LAST_EVENT",
    "LEARNING_RATE",
    "LEAST_ACCEPTED",
    "LOGIN_HOURS",
    "LOOPBACK",
    "LOSSES",
    "MOST_ACCEPTED",
    "NOBODY",
    "NONE",
    "OPTIMISERS",
    "PRECISIONS",
    "PRESETS",
    "PROTOCOLS",
    "QUALITY_TABLES",
    "ROLES",
    "RULES",
    "SCORERS",
    "SECRETS",
    "SESSIONS",
    "TARGETS",
    "TEMPORAL",
    "TIME_UNITS",
    "VIEWER",
    "WORLDS",
    "AlertSettings",
    "AtlasSettings",
    "AuditSettings",
    "DoorSettings",
    "DriftSettings",
    "EvaluationSettings",
    "ImportSettings",
    "IntakeSettings",
    "JobSettings",
    "LanguageSettings",
    "ListSettings",
    "LoginSettings",
    "ModelSettings",
    "NamingSettings",
    "PageSettings",
    "RecommendSettings",
    "Settings",
    "SimulationSettings",
    "StoreSettings",
    "StreamSettings",
    "TrainingSettings",
    "WatchSettings",
    "alerting",
    "as_dict",
    "at_work",
    "auditing",
    "auth_of",
    "check",
    "check_provider",
    "defaults",
    "describe",
    "differing",
    "from_dict",
    "intake",
    "is_loopback",
    "override",
    "pages",
    "refuse_strangers",
    "storing",
    "watching",
    "world",
]
