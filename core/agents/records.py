"""What is written down: trained models, states, notes, what was streamed, and what was done."""

from typing import Any

import pandas as pd

from core import pipeline
from core.agents.answers import Answer, Page, record
from core.agents.desk import Desk
from core.agents.words import LISTS
from core.data import schema


def models(desk: Desk, data_set: str, run: str | None = None) -> dict[str, Any]:
    """Trained models of a data set with their metrics, newest first; of one run its learning curve."""
    desk.workspace.data_set(data_set)
    same = desk.command("evaluate", data_set)
    if run is not None:
        curve = pipeline.curve(desk.workspace, data_set, desk.workspace.run(data_set, run).id)
        said = f"{len(curve)} epochs."
        return desk.give(record(said=said, rows=curve, same_by=same))
    found = desk.workspace.runs(data_set)
    rows = pd.DataFrame(
        [{"run": each.id, "version": each.version, "created": each.created, "status": each.status,
          "metrics": each.metrics} for each in found]
    )  # fmt: skip
    none = f"None yet. Train one: {desk.command('train', data_set)}."
    return desk.give(record(said=f"{len(rows)} runs." if found else none, rows=rows, same_by=same))


def states(desk: Desk, data_set: str, user: str, offset: int = 0, limit: int = 10) -> dict[str, Any]:
    """The model's vector for a user after each event: event_index, timestamp, item_id, s0 and on."""
    who = desk.user(data_set, user)
    rows = pipeline.user_states(desk.workspace, data_set, who)
    answer = Answer(
        said=f"{len(rows):,} states of {rows.shape[1] - 4} numbers; only angles and distances between them mean much.",
        rows=rows,
        same_by=desk.command("states", data_set, "--out", "states.parquet"),
        not_claimed=LISTS,
    )
    return desk.give(answer, Page(offset, limit))


def notes(desk: Desk, data_set: str, user: str | None = None, offset: int = 0, limit: int = 50) -> dict[str, Any]:
    """Notes that readers wrote on users or events, all or those on one user."""
    log = desk.log(data_set)
    who = None if user is None else desk.user(data_set, user)
    found = pipeline.notes(desk.workspace, data_set, log, who)
    rows = pd.DataFrame(
        [(each.id, each.user, each.anchor and each.anchor.step, each.changed, desk.who.written(each.text))
         for each in found],
        columns=["id", schema.USER, "event_index", "changed", "text"],
    )  # fmt: skip
    more = ["--user", desk.named(who)] if who is not None else []
    same = desk.command("notes", data_set, *more)
    answer = record(said=f"{len(rows)} notes.", rows=rows, same_by=same)
    return desk.give(answer, Page(offset, limit), of=(data_set, "notes"))


def cohorts(desk: Desk, data_set: str) -> dict[str, Any]:
    """Named cohorts of a data set: users by a rule or by ids; `filters` take one by its name (cohort)."""
    rows = pipeline.cohort_table(desk.workspace, data_set)
    if desk.who.hidden:
        rows = rows.assign(rule=[desk.who.written(each) if '"text"' in each else each for each in rows["rule"]])
    same = desk.command("cohort", data_set, "list")
    return desk.give(record(said=f"{len(rows)} cohorts.", rows=rows, same_by=same), of=(data_set, "cohorts"))


def streamed(desk: Desk, data_set: str, offset: int = 0, limit: int = 50) -> dict[str, Any]:
    """What was followed since the last version: counts, and who was heard of, with their last event."""
    desk.workspace.data_set(data_set)
    journal = pipeline.streamed(desk.workspace, data_set)
    same = desk.command("stream", data_set, "--users")
    if journal is None:
        return desk.give(record(said="Nothing was ever streamed into it.", same_by=same))
    try:
        counts = journal.counts()
    finally:
        journal.close()
    rows = pipeline.heard_of(desk.workspace, data_set)
    said = f"{len(rows)} users were heard of."
    answer = record(said=said, figures=counts, rows=rows, same_by=same)
    return desk.give(answer, Page(offset, limit), of=(data_set, "streamed"))


def audit(desk: Desk, data_set: str | None = None, offset: int = 0, limit: int = 50) -> dict[str, Any]:
    """What was done in the workspace, by whom and when, the newest first, and whether anybody has changed that."""
    table = pipeline.audit_table(desk.workspace, data_set).iloc[::-1]
    rows = table.assign(**{schema.USER: table["person"].replace("", None)}).drop(columns="person")
    figures = pipeline.verify_audit(desk.workspace)
    more = ["--name", data_set] if data_set else []
    same = desk.command("audit", *more, *(["--mask"] if desk.who.hidden else []))
    said = f"{figures['rows']:,} rows, none changed since it was written."
    answer = record(said=said, figures=figures, rows=rows, same_by=same)
    return desk.give(answer, Page(offset, limit))
