"""The command lines that a report names: how to get each table, and this report, without the page."""

import shlex

from core.drift import Cohort
from core.report.gathering import TABLES, Asked

PROGRAM = "python -m core"


def of_cohort(name: str) -> list[tuple[str, str]]:
    """Option and value of a cohort that was saved; nothing without one."""
    return [("--cohort", name)] if name else []


def filters(cohort: Cohort) -> list[tuple[str, str]]:
    """Options and values that pick a cohort; users who were picked by hand have none."""
    given = [("--status", value) for value in cohort.statuses] + [("--kind", value) for value in cohort.kinds]
    given += [("--direction", value) for value in cohort.directions]
    given += [("--from-category", value) for value in cohort.sources]
    given += [("--to-category", value) for value in cohort.targets]
    given += [("--since", cohort.start.isoformat())] if cohort.start is not None else []
    given += [("--until", cohort.end.isoformat())] if cohort.end is not None else []
    given += [("--min-events", str(cohort.min_events))] if cohort.min_events else []
    given += [("--id-contains", cohort.text)] if cohort.text else []
    return given + [("--attribute", f"{column}={value}") for column, value in cohort.attributes]


def of_tables(data_set: str, asked: Asked) -> tuple[str, ...]:
    """A line for each table, and those that the tables beside them come from."""
    name = shlex.quote(data_set)
    accept = f" --accept {asked.naming.accept:g}"
    mask = " --mask" if asked.key else ""
    cohort = asked.cohort or Cohort()
    lines = [f"{PROGRAM} drift {name}{accept}{mask} --out drift.csv"]
    if cohort.users is None and not (asked.key and cohort.text):  # an id is not written where ids are hidden
        narrowed = "".join(
            f" {option}={shlex.quote(value)}" for option, value in (*of_cohort(asked.name), *filters(cohort))
        )
        lines += [
            f"{PROGRAM} report {name} --table {table}{accept}{mask}{narrowed} --out {table}.csv" for table in TABLES
        ]
    return (*lines, measure(data_set), plant(data_set))


def measure(name: str) -> str:
    """What measures how soon lists follow."""
    return f"{PROGRAM} evaluate {shlex.quote(name)} --table lag"


def plant(name: str) -> str:
    """What plants changes and looks for them."""
    return f"{PROGRAM} plant {shlex.quote(name)}"


def train(name: str) -> str:
    """What trains a model."""
    return f"{PROGRAM} train {shlex.quote(name)}"
