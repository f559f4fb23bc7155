"""Figures of a log or of one user, as plotly draws them: those that the pages show."""

from typing import TYPE_CHECKING, Any, Final

from core.charts import Look, Marks, calibration, population, ranking
from core.charts import history as histories
from core.drift import NAMED
from core.errors import InputError
from core.notebook.face import Log
from core.notebook.frames import facts, history, verdict

if TYPE_CHECKING:
    import plotly.graph_objects as go

SHOWN: Final = 12
"""Users of the ranking."""
OF_LOGS, OF_USERS = ("share", "categories", "flows", "ranking", "p_values"), ("timeline", "mix")


def figure(log: Log, name: str, user: str | None = None, *, accept: float = 0.05, dark: bool = False) -> "go.Figure":
    """A figure by name. Stability: kept; names may be added.

    Of a log: share (who changed when), categories, flows, ranking, p_values. Of a `user`: timeline, mix. Raises
    `InputError` for another name.

    >>> len(figure(log, "timeline", user).data) > 0
    True
    """
    look: Any = Look(dark=dark)
    if name in OF_USERS and user is not None:
        draw: Any = histories.timeline if name == "timeline" else histories.mix_over_time
        found = verdict(log, user, accept=accept)
        changes = found["change_events"] if found["sure"] in ("very sure", "sure", "perhaps") else ()
        return draw(history(log, user), Marks(tuple(changes)), look)
    if name not in OF_LOGS:
        known = f"{', '.join(OF_LOGS)}; with a user {', '.join(OF_USERS)}"
        raise InputError(f"No figure {name!r}. Choose from {known}.")
    known_facts = facts(log, accept)
    found_of_all, people = known_facts.found, known_facts.table
    draws = {
        "share": lambda: population.share_over_time(found_of_all.shares, look),
        "categories": lambda: population.categories_over_time(found_of_all.categories, look),
        "flows": lambda: population.flows(found_of_all.flows, look),
        "ranking": lambda: ranking.drifted_ranking(people[people[NAMED]].head(SHOWN), look),
        "p_values": lambda: calibration.p_values(people, look),
    }
    return draws[name]()
