"""What is known of a log, and of one user, as frames: the same as pages, reports and agents show."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from core import pipeline
from core.data import schema
from core.drift import carriers
from core.errors import InputError
from core.notebook.face import Log
from core.report import TABLES, Asked, gather, judged, tables
from core.settings import NamingSettings

if TYPE_CHECKING:
    from core.report import Facts


def facts(log: Log, accept: float = 0.05) -> "Facts":
    """All that a report tells of a log."""
    naming = NamingSettings(accept)
    return gather(log.workspace, log.name, Asked(naming, people=0), judged(log.workspace, log.name, naming))


def table(log: Log, name: str, *, accept: float = 0.05) -> pd.DataFrame:
    """One table of the report: people, shares, flows, trend, categories or together. Stability: kept.

    >>> list(table(log, "trend"))
    ['category', 'points']
    """
    if name not in TABLES:
        raise InputError(f"No table {name!r}. Choose from {', '.join(TABLES)}.")
    return tables(facts(log, accept))[name]


def verdict(log: Log, user: str, *, accept: float = 0.05) -> "pd.Series[Any]":
    """What is said of one user: named or not, how sure, p and q, when, from what to what. Stability: kept.

    Raises `UnknownUserError`.

    >>> {"named", "sure", "p_value", "q_value"} <= set(verdict(log, user).index)
    True
    """
    log.sequences.find_user(user)
    rows = table(log, "people", accept=accept)
    found: pd.Series[Any] = rows[rows[schema.USER] == user].iloc[0]
    return found.rename(user)


def history(log: Log, user: str) -> pd.DataFrame:
    """One user's events in order: event_index, timestamp, item_id, title, category, session. Stability: kept.

    >>> len(history(log, user)) == (log.events["user_id"] == user).sum()
    np.True_
    """
    from core.player import frames

    sequences = log.sequences
    shown = pipeline.category_names(log.workspace, log.name).on(sequences)
    return frames.history(shown, shown.find_user(user))


def evidence(log: Log, user: str, *, accept: float = 0.05) -> pd.DataFrame:
    """Items whose share rose or fell most at a user's largest change; no rows where there is none to tell of."""
    known = facts(log, accept)
    number = known.log.find_user(user)
    (row,) = known.table[known.table[schema.USER] == user].to_dict("records")
    told = row["sure"] in ("very sure", "sure", "perhaps")
    return carriers(known.log, number, row["changes"] if told else ())


def states(log: Log, user: str) -> pd.DataFrame:
    """The model's vector for a user after each event: event_index, timestamp, item_id, s0 and on. Stability: kept.

    Raises `UnknownRunError` without a trained run.

    >>> len(states(log, user)) == len(history(log, user))
    True
    """
    return pipeline.user_states(log.workspace, log.name, user)
