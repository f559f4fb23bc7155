"""How a data set was made, kept with it, so that the next month's log is treated alike."""

import dataclasses
from typing import Any

from core.data.log_files import LogFiles
from core.data.rows import TypedLog
from core.settings import ImportSettings

RECIPE = "recipe"
"""Key of the recipe in the summary of a data set."""
UNMEASURED = "unmeasured"
"""Key of the columns in which a value below 0 is none."""


def written(log: TypedLog, settings: ImportSettings) -> dict[str, Any]:
    """Columns and settings of an import, fit for JSON; what was decided about dates is decided for good."""
    order = settings.date_order
    for decided in ("day", "month"):
        if any(note.startswith(f"{decided} first") for note in log.reading.notes):
            order = decided
    return {
        "columns": dict(log.raw.guess.columns),
        UNMEASURED: list(log.unmeasured),
        "settings": dataclasses.asdict(dataclasses.replace(settings, date_order=order)),
    }


def replayed(summary: dict[str, Any], files: LogFiles) -> tuple[LogFiles, ImportSettings]:
    """Files and settings as the import that `summary` tells of had them; columns that were named now win."""
    recipe = summary.get(RECIPE, {})
    known = {field.name for field in dataclasses.fields(ImportSettings)}
    settings = {name: value for name, value in recipe.get("settings", {}).items() if name in known}
    columns = {**recipe.get("columns", {}), **(files.columns or {})} or None
    return dataclasses.replace(files, columns=columns), ImportSettings(**settings)
