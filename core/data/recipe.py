"""How a data set was made, kept with it, so that the next month's log is treated alike."""

import dataclasses
from typing import Any

from core.data import schema
from core.data.log_files import LogFiles
from core.data.rows import TypedLog
from core.data.times import TimeReading
from core.settings import ImportSettings

RECIPE = "recipe"
"""Key of the recipe in the summary of a data set."""
TIMES = "times"
"""Key of how times were read, in the recipe."""
UNMEASURED = "unmeasured"
"""Key of the columns in which a value below 0 is none."""


def written(log: TypedLog, settings: ImportSettings) -> dict[str, Any]:
    """Columns, settings, encoding and how times were read, fit for JSON; what was decided is decided for good."""
    order = {True: "day", False: "month", None: settings.date_order}[log.reading.day_first]
    order = "year" if log.reading.year_first else order
    return {
        "columns": dict(log.raw.guess.columns),
        "encoding": log.raw.file.source.encoding,
        TIMES: log.reading.plain(),
        "item_attributes": list(log.raw.guess.item_attributes),
        "ids": {key: log.raw.file.ids(log.raw.guess.columns[key]) for key in (schema.USER, schema.ITEM)},
        UNMEASURED: list(log.unmeasured),
        "settings": dataclasses.asdict(dataclasses.replace(settings, date_order=order)),
    }


def reading(summary: dict[str, Any]) -> TimeReading | None:
    """How the import that `summary` tells of read times; None for versions made before that was kept.

    Of these only an order without a clock is known for sure.
    """
    kept = summary.get(RECIPE, {}).get(TIMES)
    if kept:
        return TimeReading.of(kept)
    return TimeReading(ordinal=True, numbers=True) if summary.get("ordinal") else None


def replayed(summary: dict[str, Any], files: LogFiles) -> tuple[LogFiles, ImportSettings]:
    """Files and settings as the import that `summary` tells of had them; columns that were named now win."""
    recipe = summary.get(RECIPE, {})
    known = {field.name for field in dataclasses.fields(ImportSettings)}
    settings = {name: value for name, value in recipe.get("settings", {}).items() if name in known}
    columns = {**recipe.get("columns", {}), **(files.columns or {})} or None
    before = reading(summary)
    return dataclasses.replace(files, columns=columns, times=before.plain() if before else None), ImportSettings(
        **settings
    )
