"""All that is held of one person in a data set, as files that people and programs can read."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.data import export, leaving
from core.phrases import say
from core.pipeline.forgetting import learned_from, person_of, unknown
from core.pipeline.gate import needs
from core.settings import ADMIN
from core.workspace import DataSet, Person, Treatment, Workspace, audit, cohorts, far, markers
from core.workspace import notes as kept

ABOUT, EVERYTHING = "README.txt", "everything.json"
"""Names in the zip beside a CSV for each table."""
Rows = list[dict[str, Any]]


@needs(ADMIN)
def export_person(workspace: Workspace, name: str, user: str, out: Path) -> dict[str, int]:
    """Write all that is held of a person as a zip: a CSV for each table, the same as one JSON, and what it is.

    Returns how many rows there are by table; raises `UnknownDataSetError`, and `UnknownUserError` without any.
    """
    data_set = workspace.data_set(name)
    person = person_of(workspace, data_set, user)
    held = dict(_held(workspace, data_set, person))
    if not held:
        raise unknown(workspace, data_set, user)
    workspace.record("exported", name, person.id, table="person")
    counts = {table: len(rows) for table, rows in held.items()}
    about = say("person.about", user=user, data_set=name, version=data_set.version, folder=str(workspace.root))
    lines = [str(about), "", *(f"{count:>9,}  {table}.csv" for table, count in counts.items())]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(ABOUT, "\n".join([*lines, ""]))
        file.writestr(EVERYTHING, json.dumps(held, ensure_ascii=False, indent=1, default=str))
        for table, rows in held.items():
            file.writestr(f"{table}.csv", _csv(rows))
    return counts


@needs(ADMIN)
def is_held(workspace: Workspace, name: str, user: str) -> bool:
    """Whether anything is held of a person in a data set; raises `UnknownDataSetError`."""
    data_set = workspace.data_set(name)
    return next(_held(workspace, data_set, person_of(workspace, data_set, user)), None) is not None


def _held(workspace: Workspace, data_set: DataSet, person: Person) -> Iterator[tuple[str, Rows]]:
    """Tables with rows of a person, by name."""
    folder = data_set.folder.parent
    for path in sorted({*folder.rglob("*"), *far.files_of(folder)}):
        place = path.relative_to(workspace.root)
        if (path.is_file() or far.is_far(path)) and (
            rows := _of_file(path, workspace.holding(str(place)).treatment, person)
        ):
            yield "/".join(place.with_suffix("").parts[2:]), rows
    yield from _streamed(data_set, person)
    yield from _of_database(workspace, data_set, person)


def _of_file(path: Path, treatment: Treatment, person: Person) -> Rows:
    if path.suffix == ".parquet" and treatment in (Treatment.ROWS, Treatment.MADE):
        found = leaving.rows_of(far.readable(path), person)
        rows: Rows = found.to_pylist() if found is not None else []
        return rows
    if path.suffix == ".csv" and treatment is Treatment.LINES:
        header, *lines = leaving.lines_of(path, person) or [[]]
        return [dict(zip(header, line, strict=False)) for line in lines]
    return []


def _streamed(data_set: DataSet, person: Person) -> Iterator[tuple[str, Rows]]:
    from core.pipeline.journals import journal_of
    from core.stream import leaving as streamed

    if data_set.journal.exists():
        with journal_of(data_set):
            found = streamed.told(data_set.journal, person)
        yield from ((f"stream/{table}", rows) for table, rows in found.items())


def _of_database(workspace: Workspace, data_set: DataSet, person: Person) -> Iterator[tuple[str, Rows]]:
    """Notes and markers on the person, cohorts that list them, runs that learned from them, and jobs that name them."""
    found = kept.read(workspace, data_set.name, person.id)
    if found:
        yield "notes", [{"text": note.text, "changed": note.changed, "step": note.anchor and note.anchor.step}
                        for note in found]  # fmt: skip
    if listed := cohorts.of_person(workspace, data_set.name, person.id):
        yield "cohorts", [{"cohort": cohort} for cohort in listed]
    if marked := markers.naming(workspace, data_set.name, person.id):
        yield "markers", [{"kind": one.kind, "from": one.start, "to": one.end, "note": one.note} for one in marked]
    with workspace.database() as database:
        rows = [dict(row) for row in database.execute("select * from jobs where data_set = ?", (data_set.name,))]
    if named := [row for row in rows if person.named(json.dumps(row, ensure_ascii=False))]:
        yield "jobs", named
    with workspace.database() as database:
        known = [mark for mark, user in audit.people(database).items() if user == person.id]
        seen = [dict(row) for row in audit.rows(database) if row["person"] in known]
    if seen:
        yield "audit", seen
    learned = [run for run in workspace.runs(data_set.name) if learned_from(run, data_set, person)]
    if learned:
        yield "learned_from", [{"run": run.id, "created": run.created, "version": run.version} for run in learned]


def _csv(rows: Rows) -> str:
    import pandas as pd

    return export.csv(pd.DataFrame(rows))
