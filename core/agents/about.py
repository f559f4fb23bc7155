"""What there is: data sets, what their imports came to, and the first sentence on each."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pandas as pd

from core import pipeline
from core.agents.answers import Answer, Page, record
from core.agents.desk import Desk
from core.agents.words import CHANGES
from core.report import sentences, words
from core.settings import NamingSettings

if TYPE_CHECKING:
    from core.workspace import DataSet


def data_sets(desk: Desk, offset: int = 0, limit: int = 20) -> dict[str, Any]:
    """Which data sets there are: version, users, events, items, span, and trained models. Begin here."""
    found = desk.workspace.data_sets()
    rows = pd.DataFrame([_row(desk, each) for each in found])
    said = (
        f"{len(found)} data sets." if found else "No data sets yet. Import a log: python -m core import LOG --name N."
    )
    answer = record(said=said, rows=rows, same_by=desk.command("serve"))
    return desk.give(answer, Page(offset, limit))


def _row(desk: Desk, found: "DataSet") -> dict[str, Any]:
    summary = found.summary
    runs = [run.id for run in desk.workspace.runs(found.name) if run.status == "done"]
    counts = {"users": summary["users"], "events": summary["rows_kept"], "items": summary["items"]}
    span = {"first": summary.get("first"), "last": summary.get("last")}
    return {
        "data_set": found.name,
        "version": found.version,
        "imported": found.created,
        **counts,
        **span,
        "models": runs,
    }


def about(desk: Desk, data_set: str) -> dict[str, Any]:
    """What an import came to: rows read, kept and rejected with reasons, columns, span, decisions, and its cautions."""
    found = desk.workspace.data_set(data_set)
    told = pipeline.account(desk.workspace, found)
    doubts = pipeline.drift_doubts(desk.workspace, data_set)
    beware = [*told.pop("cautions"), *(doubts.get() if doubts.ready or desk.is_small(found) else ())]
    said = (
        f"Version {found.version} of {data_set}: {told['rows_kept'] or 0:,} events of {told['users']:,} users with "
        f"{told['items']:,} items; {told['rows_rejected'] or 0:,} of {told['rows_read'] or 0:,} rows were rejected."
    )
    told["decided"] = [str(line) for line in told["decided"]]
    figures = told | {"version": found.version, "imported": found.created}
    same = desk.command("report", data_set, "--out", "report.html")
    return desk.give(record(said=said, figures=figures, beware=beware, same_by=same))


def headline(desk: Desk, data_set: str, accept: float = 0.05) -> dict[str, Any]:
    """The first sentence on a data set: who can be named as changed, how many changed in all, who cannot be judged."""
    naming = NamingSettings(accept)
    facts, say = desk.facts(data_set, naming), words.Words("en").say
    found = facts.found.summary
    told = [f"{sentences.first(found, say)}.", *sentences.rest(found, say, accept)]
    if not found.named and found.tested:
        told.append(sentences.why(found, say, accept, "findings.help_accept"))
    figures = asdict(found) | {"short": found.short, "reasons": found.reasons, "accept": accept}
    estimate, low, high = found.changed
    figures["changed"] = {"estimate": estimate, "low": low, "high": high}
    careful = [say("findings.careful")] if found.named else []
    answer = Answer(
        said=" ".join(told),
        figures=figures,
        beware=[*facts.doubts, *facts.account["cautions"], *careful],
        same_by=desk.command("report", data_set, "--accept", f"{accept:g}", "--out", "report.html"),
        not_claimed=CHANGES,
    )
    return desk.give(answer, of=(data_set, "headline"))
