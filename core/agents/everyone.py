"""All users together: each table of a report, and what rose and fell for everyone."""

from typing import Any, Literal

from core.agents.answers import Answer, Page
from core.agents.desk import Desk
from core.agents.people import Only, cautions, narrowed, same_table
from core.agents.words import CHANGES
from core.drift import population
from core.errors import InputError
from core.report import Facts, tables
from core.settings import NamingSettings

Table = Literal["people", "shares", "flows", "trend", "categories", "together"]
MOVERS = 5
"""Categories that a sentence names."""
SAID = {
    "people": "A row per user, the surest first.",
    "shares": "In each period, how many of the active users are named and changed in it, with an interval of 95 %.",
    "flows": "From which category to which those who are named turned; each counts once, who came back is in no row.",
    "trend": "By how many points the share of each category grew for everyone, from first to last quarter of the time.",
    "categories": "What all users were after in each period, as shares of its events.",
    "together": "Groups of users who turned the same way in the same period.",
}
"""What each table holds."""


def report_table(
    desk: Desk,
    data_set: str,
    table: Table,
    filters: Only | None = None,
    offset: int = 0,
    limit: int = 50,
) -> dict[str, Any]:
    """One table of the report, of all users or of those whom filters pick: people, shares, flows, trend and more."""
    naming = NamingSettings()
    facts = narrowed(desk, data_set, naming, filters)
    if facts is None:
        raise InputError("No user fits these filters. Take some of them away.")
    answer = Answer(
        said=SAID[table],
        figures=_named(facts),
        rows=tables(facts)[table],
        beware=cautions(facts, narrows=facts.narrowed),
        same_by=same_table(desk, data_set, table, naming, filters),
        not_claimed=CHANGES,
    )
    return desk.give(answer, Page(offset, limit), of=(data_set, table))


def _named(facts: Facts) -> dict[str, Any]:
    """Whom a table counts."""
    found = facts.found.summary
    return {"users": found.users, "tested": found.tested, "named": found.named, "accept": facts.asked.naming.accept}


def trends(desk: Desk, data_set: str) -> dict[str, Any]:
    """What rose and what fell for everyone: the trend of all people, which counts as nobody's change."""
    naming = NamingSettings()
    facts = desk.facts(data_set, naming)
    rose, fell = population.moved(facts.trend, MOVERS)
    moves = [", ".join(f"{name} {100 * by:+.1f}" for name, by in part.items()) for part in (rose, fell)]
    said = f"Rose: {moves[0] or 'nothing'}. Fell: {moves[1] or 'nothing'} (points of the share in all events)."
    answer = Answer(
        figures=_named(facts),
        said=said if facts.found.unit else "The log has no times, so there is no trend to tell of.",
        rows=tables(facts)["trend"],
        beware=cautions(facts, narrows=False),
        same_by=same_table(desk, data_set, "trend", naming, None),
        not_claimed=CHANGES,
    )
    return desk.give(answer, of=(data_set, "trend"))
