"""How long users stay: a curve from who left and who was still there when the log ended.

Nobody says that they leave. Whoever has been silent for longer than nearly everybody who came back ever was is taken
for gone; of whoever was heard later than that before the end of the log it cannot be known yet.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, spans
from core.drift.overview.periods import NORMAL_95

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
DAY = 86_400_000_000
USUAL = 0.95
"""Share of those who came back whose longest pause was shorter than what is taken for being gone."""
STAY = ("days", "at_risk", "gone", "stay", "low", "high")


@dataclass(frozen=True, eq=False)
class Lives:
    """When each user came and was heard last, and who of them is gone; only of a log with a clock."""

    first: Ints
    """Microseconds since 1970, (n_users,); of users without events 0."""
    last: Ints
    there: NDArray[np.bool_]
    """Users with events, (n_users,)."""
    silence: int
    """Microseconds without an event after which somebody is taken for gone."""
    known: int
    """The moment until which it can be known who has gone: the end of the log less the silence."""

    @property
    def gone(self) -> NDArray[np.bool_]:
        """Who was heard last before that moment, (n_users,)."""
        return self.there & (self.last < self.known)

    @property
    def joined(self) -> NDArray[np.bool_]:
        """Who came before it, so that they could have been seen to leave, (n_users,)."""
        return self.there & (self.first < self.known)


def lives(sequences: Sequences, everyone: Sequences | None = None) -> Lives:
    """Who came and who left; what counts as silence is learned from `everyone`, where that is not the log itself."""
    there = sequences.lengths > 0
    first, last = np.zeros((2, sequences.n_users), dtype=np.int64)
    first[there] = sequences.time[sequences.offsets[:-1][there]]
    last[there] = sequences.time[sequences.offsets[1:][there] - 1]
    whole = sequences if everyone is None else everyone
    silence, end = _silence(whole), spans.axis(whole.time)[1] if len(whole) else 0
    return Lives(first, last, there, silence, int(end) - silence)


def stay(days: Floats, gone: NDArray[np.bool_]) -> pd.DataFrame:
    """Share of users who are there still after so many days, `STAY`, a row for each day on which somebody left.

    Kaplan and Meier (1958); intervals of 95 % from Greenwood's variance (1926) on the scale of log(-log), so that they
    stay between 0 and 1 (Kalbfleisch and Prentice 1980). `days`: from the first event to the last, or for those who are
    not `gone` to the moment until which it is known, (n_users,).

    >>> weeks = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], float)
    >>> left = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], bool)
    >>> stay(weeks, left)["stay"].round(3).tolist()
    [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]
    """
    moments, leaving = np.unique(days[gone], return_counts=True)
    at_risk = len(days) - np.searchsorted(np.sort(days), moments, side="left")
    share = np.cumprod(1 - leaving / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(leaving / (at_risk * (at_risk - leaving).astype(np.float64)))
        spread = NORMAL_95 * np.sqrt(variance) / np.abs(np.log(share))
        low, high = share ** np.exp(spread), share ** np.exp(-spread)
    over = share <= 0  # where the last one left nothing is known of how sure that is
    columns = (moments, at_risk, leaving, share, np.where(over, 0.0, low), np.where(over, np.nan, high))
    return pd.DataFrame(dict(zip(STAY, columns, strict=True)))


def stay_of(found: Lives, users: NDArray[np.bool_]) -> pd.DataFrame:
    """The curve of some users, (n_users,), in whole days; whoever came too late to be seen to leave takes no part."""
    counted = users & found.joined
    until = np.where(found.gone, found.last, found.known)[counted]
    return stay(np.floor((until - found.first[counted]) / DAY), found.gone[counted])


def _silence(sequences: Sequences) -> int:
    """Microseconds that hardly anybody who came back was ever silent for."""
    same = np.diff(sequences.user) == 0
    pauses, user = np.diff(sequences.time)[same], sequences.user[1:][same]
    if not len(pauses):
        return 0
    longest = np.zeros(sequences.n_users, dtype=np.int64)
    np.maximum.at(longest, user, pauses)
    return int(np.quantile(longest[longest > 0], USUAL)) if (longest > 0).any() else 0
