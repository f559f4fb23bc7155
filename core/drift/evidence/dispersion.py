"""What a session's counts are worth, and how far people's mixes lie from everyone's: two numbers, by likelihood.

A session of n events is drawn from a Dirichlet distribution about its person's mix, with concentration s, and so tells
as much as n (1 + s) / (n + s) fresh choices; a person's mix is drawn about everyone's with concentration c. Both are
those under which half of the sessions of some users are foretold best by the other half (Dirichlet-multinomial,
Mosimann 1962; predictive likelihood).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln

from core.drift.evidence.prior import Prior
from core.drift.evidence.units import GRAIN, Units

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST, MOST = -2.0, 7.0
"""Bounds of the logarithms of both concentrations."""


@dataclass(frozen=True)
class Dispersion:
    """Both concentrations."""

    session: float
    """Of sessions about their person's mix."""
    person: float
    """Of people about everyone's mix."""

    def worth(self, units: Units) -> Units:
        """The units with counts that tell as much as fresh choices would."""
        unit = np.repeat(np.arange(len(units.start)), np.diff(units.entries))
        events = np.bincount(unit, units.amount / GRAIN, len(units.start))
        factor = (1 + self.session) / (np.maximum(events, 1) + self.session)
        amount = np.maximum(1, np.rint(units.amount * np.minimum(factor, 1.0)[unit]))
        return Units(units.offsets, units.start, units.entries, units.category, amount.astype(np.int32))

    def prior(self, everyone: Floats) -> Prior:
        """Mixes about everyone's, (n_categories,)."""
        return Prior(np.ones(1), np.maximum(self.person * everyone, 1e-4)[None])


def everyones_mix(units: Units, categories: int) -> Floats:
    """Shares of the categories in all units, none of them 0, (n_categories,)."""
    counts = np.bincount(units.category, units.amount / GRAIN, categories) + 0.5
    return np.asarray(counts / counts.sum())


def fit_dispersion(units: Units, categories: int) -> Dispersion:
    """By likelihood from some users' sessions: every second one is foretold by the others."""
    everyone = everyones_mix(units, categories)
    parts = _parts(units, categories)

    def loss(logs: Floats) -> float:
        return -_foretold(parts, everyone, *np.exp(np.clip(logs, LEAST, MOST)))

    if not len(parts.told):
        return Dispersion(float(np.exp(3.0)), 10.0)
    best = minimize(
        loss, np.array([2.0, 2.5]), method="Nelder-Mead", options={"xatol": 0.05, "fatol": 0.5, "maxiter": 60}
    )
    session, person = np.exp(np.clip(best.x, LEAST, MOST))
    return Dispersion(float(session), float(person))


@dataclass(frozen=True, eq=False)
class _Parts:
    """Every second session of each user, to be foretold, and the others, which foretell; a cell is (user, category)."""

    cell: Ints
    """Cell of each entry that foretells."""
    given: Floats
    events: Floats
    """Events of the session of each such entry."""
    told: Ints
    """Cell of each entry to foretell."""
    amount: Floats
    session: Ints
    """Session of each entry to foretell."""
    user: Ints
    """User of each of these sessions."""
    owner: Ints
    """User of each cell."""
    category: Ints
    """Category of each cell."""
    users: int


def _parts(units: Units, categories: int) -> _Parts:
    count = np.diff(units.offsets)
    owner = np.repeat(np.arange(len(count)), count)
    unit = np.repeat(np.arange(len(owner)), np.diff(units.entries))
    late = ((np.arange(len(owner)) - units.offsets[owner]) % 2 == 1)[unit]
    amount = units.amount / GRAIN
    events = np.bincount(unit, amount, len(owner))[unit]
    cell, place = np.unique(owner[unit] * categories + units.category, return_inverse=True)
    sessions, session = np.unique(unit[late], return_inverse=True)
    foretells = place[~late], amount[~late], events[~late]
    return _Parts(
        *foretells, place[late], amount[late], session, owner[sessions], *np.divmod(cell, categories), len(count)
    )


def _foretold(parts: _Parts, everyone: Floats, session: float, person: float) -> float:
    """Log likelihood of the sessions that are foretold."""
    worth = parts.given * np.minimum(1.0, (1 + session) / (np.maximum(parts.events, 1) + session))
    counts = np.bincount(parts.cell, worth, len(parts.owner)) + person * everyone[parts.category]
    mass = np.bincount(parts.owner[parts.cell], worth, parts.users) + person
    # What is not known of the person's mix scatters sessions as their own concentration does.
    spread = 1 / (1 + session) + session / (1 + session) / (1 + mass)
    alpha = (1 / spread - 1)[parts.owner] * counts / mass[parts.owner]
    gain = gammaln(alpha[parts.told] + parts.amount) - gammaln(alpha[parts.told])
    size = np.bincount(parts.session, parts.amount, len(parts.user))
    whole = (1 / spread - 1)[parts.user]
    return float(gain.sum() + (gammaln(whole) - gammaln(whole + size)).sum())
