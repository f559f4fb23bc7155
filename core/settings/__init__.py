"""All settings; standard library only, so that anyone may import it cheaply."""

from core.settings.imports import SESSIONS, TIME_UNITS, ImportSettings
from core.settings.lists import ListSettings
from core.settings.naming import LEAST_ACCEPTED, MOST_ACCEPTED, NamingSettings
from core.settings.parsing import AUTO, as_dict, describe, from_dict, override
from core.settings.sections import (
    AT_ONCE,
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
    DriftSettings,
    JobSettings,
    ModelSettings,
    RecommendSettings,
    Settings,
    SimulationSettings,
    TrainingSettings,
)
from core.settings.streams import StreamSettings

__all__ = [
    "AT_ONCE",
    "AUTO",
    "DEVICES",
    "ENCODERS",
    "HEADS",
    "LEARNING_RATE",
    "LEAST_ACCEPTED",
    "LOSSES",
    "MOST_ACCEPTED",
    "OPTIMISERS",
    "PRECISIONS",
    "PRESETS",
    "QUALITY_TABLES",
    "SCORERS",
    "SESSIONS",
    "TIME_UNITS",
    "AtlasSettings",
    "DriftSettings",
    "ImportSettings",
    "JobSettings",
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
]
