"""P-values made uniform among people who did not change, where shuffles alone are no fair comparison.

A trend that is taken out leaves histories whose sessions are not quite exchangeable: what was sought little then counts
more, and scatters more, for some weeks; so it is with what people of like taste went on to. The test looks at people
made of the log's own who did not change (`evidence.unchanged`). If their p-values are uniform to a power, p ** a, that
power is taken of everyone's; it may fall with the number of sessions. P-values are never made smaller.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

from core.drift.evidence import Everyone, Seen, view_users, weighed
from core.drift.verdict.certainty import Looks
from core.drift.verdict.steady import ranks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ASKED, DRAWS = 1500, 4
"""People who are asked: then a share of .05 is known to .005. In a small log each is drawn some times at most."""
SHUFFLES = 8
"""Shuffles of each: twice as many tell a fifth more."""
FEWEST_SESSIONS = 4
"""Sessions of those who are asked, at least."""
FIRM = 0.2
"""How far the power's logarithm is believed to lie from 0 before the log is asked: as far as in the worlds with the
strongest trends (.07 to .1 of p-values up to .05)."""
WIDEST = 2.0
"""Standard deviations of length beyond which nothing changes."""


@dataclass(frozen=True)
class Evening:
    """By what power p-values are uniform among people who did not change."""

    level: float = 0.0
    """Logarithm of the power, less than 0 where too many p-values are small, at the mean length."""
    slope: float = 0.0
    """The same for a history longer by one standard deviation of the logarithm of sessions."""
    centre: float = 0.0
    width: float = 1.0

    def of(self, p: Floats, sessions: Ints) -> Floats:
        """P-values of users with so many sessions, none smaller than it was, (n_users,)."""
        power = self.level + self.slope * _place(sessions, self.centre, self.width)
        return np.asarray(p ** np.exp(np.minimum(power, 0.0)))


EVEN = Evening()


def learn(everyone: Everyone) -> Evening:
    """From people of the log; without a clock, or without people whose sessions are known, p-values stay."""
    users = np.sort(view_users(everyone.log.census.lengths, everyone.seed)[:ASKED])
    found: list[tuple[Ints, Ints]] = []
    for draw in range(min(DRAWS, -(-ASKED // max(1, len(users))))):
        seen = list(everyone.unchanged(everyone.lessons.views, users, draw).values())
        found += [_asked(seen, everyone.lessons.weight, everyone.seed + draw)] if seen else []
    higher, sessions = (np.concatenate([one[part] for one in found] or [np.zeros(0, np.int64)]) for part in (0, 1))
    return fitted(higher, sessions) if len(sessions) else EVEN


def _asked(seen: list[Seen], weight: Floats, seed: int) -> tuple[Ints, Ints]:
    """How many of their own shuffles lie higher, and sessions, of people whose sessions are known."""
    sessions = np.diff(seen[0].offsets)
    looks = Looks.none(len(sessions), SHUFFLES, seed, weight=weight)
    able = np.flatnonzero(sessions >= FEWEST_SESSIONS)
    statistics, _, _ = weighed(seen, weight, looks.seeds, able, (0, 1 + SHUFFLES))
    known = np.isfinite(statistics[:, 0])
    return np.floor(ranks(statistics[known]) * (1 + SHUFFLES)).astype(np.int64), sessions[able[known]]


def fitted(higher: Ints, sessions: Ints) -> Evening:
    """The power under which p-values are uniform, by likelihood, from how many of `SHUFFLES` lie higher, (n,).

    If p ** a is uniform, p has the density a p^(a - 1), and that number is beta-binomial.
    """
    length = np.log(sessions)
    centre, width = float(length.mean()), max(float(length.std()), 1e-9)
    place = _place(sessions, centre, width)

    def loss(guess: Floats) -> float:
        power = guess[0] + guess[1] * place
        a = np.exp(power)
        return float((guess**2).sum() / 2 / FIRM**2 - (gammaln(higher + a) - gammaln(SHUFFLES + 1 + a) + power).sum())

    level, slope = minimize(loss, np.zeros(2), method="Nelder-Mead").x
    return Evening(float(level), float(slope), centre, width)


def _place(sessions: Ints, centre: float, width: float) -> Floats:
    return np.clip((np.log(np.maximum(sessions, 1)) - centre) / width, -WIDEST, WIDEST)
