"""The first sentence on a log: who can be named, how many changed in all, who cannot be judged, and why."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema, spans
from core.drift.overview.sureness import GRADES, NAMED, PERHAPS, changed_in_all
from core.settings import DriftSettings

Ints = NDArray[np.int64]
DAY = 86_400_000_000
FEW_VISITS, FEW_CATEGORIES, FEW_DAYS, FEW_USERS = 12, 5, 60, 100
"""Below these a log says little about one user: visits of a usual user, categories, days, users who can be judged."""


@dataclass(frozen=True)
class Summary:
    """The headline."""

    users: int
    tested: int
    """Users with enough visits to tell."""
    named: int
    wrong: float
    """How many of the named are false alarms, at most, by expectation."""
    perhaps: int
    """Users with signs of a change who are not named."""
    changed: tuple[float, float, float]
    """How many changed in all, named or not: the estimate and its interval of 95 %."""
    magnitude: float
    """Median magnitude of the named, 0 to 1; NaN if there are none."""
    visits: float
    """Median number of visits of the tested; NaN if there are none."""
    categories: int
    days: float
    """From the first event to the last; NaN in a log without a clock."""

    @property
    def short(self) -> int:
        """Users with too few visits to tell."""
        return self.users - self.tested

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why few or none can be named, the weightiest first: any of categories, visits, days, short and users."""
        found = {
            "categories": self.categories < FEW_CATEGORIES,
            "visits": self.visits < FEW_VISITS,
            "days": self.days < FEW_DAYS,
            "short": self.short > self.tested,
            "users": self.tested < FEW_USERS,
        }
        return tuple(name for name, holds in found.items() if holds)


def summary(table: pd.DataFrame, sequences: Sequences) -> Summary:
    """The headline of a drift table that `sureness.judged` has read.

    The largest q-value among the named is the expected share of false alarms among them.
    """
    named, tested = table[table[NAMED]], table[table["status"] == "ok"]
    wrong = float(named["q_value"].max()) * len(named) if len(named) else 0.0
    found = changed_in_all(table["p_value"].to_numpy(np.float64))
    sure = len(named) - wrong
    place = [sequences.user_position[user] for user in tested[schema.USER]]
    return Summary(
        users=len(table),
        tested=len(tested),
        named=len(named),
        wrong=wrong,
        perhaps=int((~table[NAMED] & (table["q_value"] <= GRADES[PERHAPS])).sum()),
        changed=(max(found[0], sure), max(found[1], sure), max(found[2], sure)),
        magnitude=float(named["magnitude"].median()) if len(named) else float("nan"),
        visits=float(np.median(visits(sequences)[place])) if place else float("nan"),
        categories=len(sequences.catalogue.categories),
        days=_days(sequences),
    )


def visits(sequences: Sequences) -> Ints:
    """Visits of each user, (n_users,): sessions; in a log without a clock runs of events of one category."""
    if not len(sequences):
        return np.zeros(sequences.n_users, dtype=np.int64)
    of = sequences.catalogue.first_category[sequences.item] if sequences.ordinal else sequences.session
    begins = (np.diff(of, prepend=of[:1]) != 0) | (sequences.event_index == 0)
    return np.bincount(sequences.user[begins], minlength=sequences.n_users).astype(np.int64)


def needed() -> tuple[int, int]:
    """Visits and events that a user needs to be judged."""
    settings = DriftSettings()
    return settings.min_sessions, settings.min_events


def _days(sequences: Sequences) -> float:
    if sequences.ordinal or not len(sequences):
        return float("nan")
    first, last = spans.usual(sequences.time)
    return float((last - first) / DAY)
