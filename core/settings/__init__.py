"""All settings; standard library only, so that anyone may import it cheaply."""

from core.settings.doors import DoorSettings
from core.settings.evaluation import LAST_EVENT, PROTOCOLS, TARGETS, TEMPORAL, EvaluationSettings
from core.settings.imports import SESSIONS, TIME_UNITS, ImportSettings
from core.settings.language import NONE, LanguageSettings
from core.settings.lists import ListSettings
from core.settings.naming import LEAST_ACCEPTED, MOST_ACCEPTED, NamingSettings
from core.settings.parsing import AUTO, as_dict, describe, from_dict, override
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
from core.settings.streams import StreamSettings
from core.settings.worlds import WORLDS, world

__all__ = [
    "AT_ONCE",
    "AUDIT_ROWS",
    "AUTO",
    "DEVICES",
    "ENCODERS",
    "HEADS",
    "LAST_EVENT",
    "LEARNING_RATE",
    "LEAST_ACCEPTED",
    "LOSSES",
    "MOST_ACCEPTED",
    "NONE",
    "OPTIMISERS",
    "PRECISIONS",
    "PRESETS",
    "PROTOCOLS",
    "QUALITY_TABLES",
    "SCORERS",
    "SESSIONS",
    "TARGETS",
    "TEMPORAL",
    "TIME_UNITS",
    "WORLDS",
    "AtlasSettings",
    "AuditSettings",
    "DoorSettings",
    "DriftSettings",
    "EvaluationSettings",
    "ImportSettings",
    "JobSettings",
    "LanguageSettings",
    "ListSettings",
    "ModelSettings",
    "NamingSettings",
    "RecommendSettings",
    "Settings",
    "SimulationSettings",
    "StreamSettings",
    "TrainingSettings",
    "as_dict",
    "describe",
    "from_dict",
    "override",
    "world",
]
