"""Who changed: the users of a data set, and one of them at a time."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pandas as pd

from core import pipeline
from core.agents.answers import Answer, Page, record
from core.agents.desk import Desk
from core.agents.words import CHANGES
from core.data import schema
from core.drift import (
    INSUFFICIENT,
    NAMED,
    STEADY,
    cards,
    carriers,
    cohorts,
    headline,
    judged,
    judged_live,
)
from core.errors import InputError
from core.report import Facts, Filters, Status, filters, of_cohort, tables, words
from core.settings import NamingSettings

if TYPE_CHECKING:
    from core.drift import Cohort

View = Literal["all", "live", "model"]
CAREFUL = "findings.careful"
NAMED_ONLY: tuple[Status, ...] = ("named",)


@dataclass(frozen=True)
class Only(Filters):
    """Filters as an agent gives them: a misspelt one is refused rather than left out."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


def checked(desk: Desk, only: Filters | None) -> "Cohort | None":
    """The users whom filters pick; raises `InputError` where a part of an id would tell who is hidden."""
    if only is None:
        return None
    if desk.who.hidden and only.id_contains:
        raise InputError("id_contains cannot be asked for where ids are hidden. Leave it out.")
    return only.picked


def narrowed(desk: Desk, data_set: str, naming: NamingSettings, only: Filters | None) -> Facts | None:
    """All that a report tells of some users; None where nobody fits."""
    try:
        return desk.facts(data_set, naming, checked(desk, only), only.cohort if only else "")
    except InputError as error:
        if getattr(error.said, "code", "") == "errors.nobody_fits":
            return None
        raise


def same_table(desk: Desk, data_set: str, table: str, naming: NamingSettings, only: Filters | None) -> str:
    """The command that gives a table of a report."""
    narrows = [part for pair in (*of_cohort(only.cohort), *filters(only.picked)) for part in pair] if only else []
    mask = ["--mask"] if desk.who.hidden else []
    return desk.command("report", data_set, "--table", table, "--accept", f"{naming.accept:g}", *mask, *narrows)


def cautions(facts: Facts, *, narrows: bool) -> list[str]:
    """What to beware of in verdicts on a log."""
    say = words.Words("en").say
    everyone = int(facts.everyone[NAMED].sum())
    told = [*facts.doubts, *facts.account["cautions"]]
    told += [say(CAREFUL)] if everyone else []
    return told + ([say("findings.selection", named=everyone)] if narrows else [])


def who_drifted(
    desk: Desk,
    data_set: str,
    accept: float = 0.05,
    filters: Only | None = None,
    offset: int = 0,
    limit: int = 20,
) -> dict[str, Any]:
    """Who changed, the surest first: when, from what to what, with p, q and how sure; by default those who are named.

    Filters pick others, also those without a sign of change or who cannot be judged (status).
    """
    naming, only = NamingSettings(accept), filters or Only()
    only = only if only.status else replace(only, status=NAMED_ONLY)
    facts, everyone = narrowed(desk, data_set, naming, only), desk.facts(data_set, naming)
    rows = tables(everyone)["people"].head(0) if facts is None else tables(facts)["people"]
    tested = everyone.found.summary.tested
    answer = Answer(
        said=f"{len(rows):,} users fit ({', '.join(only.status)}); {tested:,} of {len(everyone.everyone):,} could be "
        f"judged, and {everyone.found.summary.named:,} are named at {accept:.0%} accepted false alarms.",
        figures={"named": everyone.found.summary.named, "tested": tested, "users": len(everyone.everyone)},
        rows=rows,
        beware=cautions(everyone, narrows=only != Only(status=NAMED_ONLY)),
        same_by=same_table(desk, data_set, "people", naming, only),
        not_claimed=CHANGES,
    )
    return desk.give(answer, Page(offset, limit), of=(data_set, "people"))


def drift_table(
    desk: Desk, data_set: str, view: View = "all", accept: float = 0.05, offset: int = 0, limit: int = 20
) -> dict[str, Any]:
    """A row per user in the order of the log, as the test (all), a live watcher, or the trained model sees them."""
    naming, found = NamingSettings(accept), desk.workspace.data_set(data_set)
    option = {"all": [], "live": ["--live"], "model": ["--view", "model"]}[view]
    mask = ["--mask"] if desk.who.hidden else []
    same = desk.command("drift", data_set, *option, "--accept", f"{accept:g}", *mask)
    asked = {"all": pipeline.drift, "live": pipeline.live_drift, "model": pipeline.model_view}[view]
    table = desk.kept(asked(desk.workspace, data_set), same, at_once=view != "model" and desk.is_small(found))
    if view == "all":
        table = table[list(schema.DRIFT_COLUMNS)]
    rows = judged_live(table, naming) if view == "live" else judged(table, naming)
    doubts = pipeline.drift_doubts(desk.workspace, data_set)
    answer = Answer(
        said=f"{int(rows[NAMED].sum()):,} of {len(rows):,} users are named at {accept:.0%} accepted false alarms.",
        rows=rows.drop(columns="changes", errors="ignore"),
        beware=[*(doubts.get() if doubts.ready else ()), *pipeline.account(desk.workspace, found)["cautions"]],
        same_by=same,
        not_claimed=CHANGES,
    )
    return desk.give(answer, Page(offset, limit), of=(data_set, "drift"))


def user(desk: Desk, data_set: str, user: str, accept: float = 0.05) -> dict[str, Any]:
    """The verdict on one user: named or not, p and q, each change with moment and size, the mix before and after."""
    naming = NamingSettings(accept)
    facts, who = desk.facts(data_set, naming), desk.user(data_set, user)
    table = facts.table[facts.table[schema.USER] == who]
    people = tables(replace(facts, table=table))["people"]
    row = {str(name): value for name, value in people.drop(columns=schema.USER).iloc[0].items()}
    status = str(cohorts.status_of(table).iloc[0])
    told = status in (NAMED, "perhaps")
    card = cards(table, facts.log)[0] if told and table["changes"].iloc[0] else None
    figures = {schema.USER: desk.who.shown(who), "verdict": status, **row}
    if card is not None:
        figures["mix"] = [{"category": name, "share_before": b, "share_after": a} for name, b, a in card.mix]
        figures["changes"] = [
            {"event": each.event, "event_low": each.low, "event_high": each.high, "magnitude": each.magnitude,
             "from": each.left, "to": each.found} for each in table["changes"].iloc[0]
        ]  # fmt: skip
    only = Filters(id_contains=desk.named(who))
    answer = Answer(
        said=_verdict(status, row, card and (card.turn.left[:1], card.turn.found[:1], card.when)),
        figures=figures,
        beware=cautions(facts, narrows=False),
        same_by=same_table(desk, data_set, "people", naming, None if desk.who.hidden else only),
        not_claimed=CHANGES,
    )
    return desk.give(answer)


def _verdict(status: str, row: dict[str, Any], turn: Any) -> str:
    if status == INSUFFICIENT:
        visits, events = headline.needed()
        return f"Cannot be judged: {row['n_events']} events; at least {visits} visits with {events} events are needed."
    sure = f"p {row['p_value']:.3g}, q {row['q_value']:.3g}: {row['sure']}"
    if status == STEADY or turn is None:
        return f"No sign of a change that could be told from chance ({sure})."
    left, found, when = turn
    turned = f"{', '.join(left) or 'nothing in particular'} gave way to {', '.join(found) or 'nothing in particular'}"
    return f"{'Named as changed' if status == NAMED else 'Perhaps changed, not named'} ({sure}): {turned}, from {when}."


def history(desk: Desk, data_set: str, user: str, offset: int = 0, limit: int = 50) -> dict[str, Any]:
    """One user's events in order: place from 0, moment, item, title, category, session."""
    from core.player import frames

    names = pipeline.category_names(desk.workspace, data_set)
    log, who = names.on(desk.log(data_set)), desk.user(data_set, user)
    rows = frames.history(log, log.find_user(who))
    said = f"{len(rows):,} events in {int(rows['session'].max()) + 1 if len(rows) else 0:,} sessions."
    answer = record(said=said, rows=rows, same_by=desk.line("history", data_set, who))
    return desk.give(answer, Page(offset, limit))


def evidence(desk: Desk, data_set: str, user: str, accept: float = 0.05, limit: int = 10) -> dict[str, Any]:
    """Items of a user whose share of the events rose or fell most at the largest change: what carries the verdict."""
    facts, who = desk.facts(data_set, NamingSettings(accept)), desk.user(data_set, user)
    (row,) = facts.table[facts.table[schema.USER] == who].to_dict("records")
    changes = row["changes"] if str(cohorts.status_of(pd.DataFrame([row])).iloc[0]) in (NAMED, "perhaps") else ()
    rows = carriers(facts.log, facts.log.find_user(who), changes)
    said = (
        f"The largest change is at event {max(changes, key=lambda each: each.magnitude).event} (from 0)."
        if changes
        else "There is no change to tell of, so no items carry one."
    )
    answer = Answer(
        said=said,
        figures={name: row[name] for name in ("p_value", "q_value", "sure")},
        rows=rows,
        beware=cautions(facts, narrows=False),
        same_by=desk.line("evidence", data_set, who),
        not_claimed=CHANGES,
    )
    return desk.give(answer, Page(0, limit))
