"""What the live test's evidence is worth as a bet, and who of many users is named.

Evidence is looked at after every event, so its *largest* value so far is what counts: the share of histories without
drift that ever reach it is a p-value at any time. Its calibrator makes an e-value of it (Vovk and Wang 2021): a bet
that wins nothing on average without drift, whenever one stops and however users depend on each other. Naming the users
with the largest e-values then keeps false alarms at the accepted share (e-BH: Wang and Ramdas 2022; users of all
lengths share one reference, which is enough: it needs the mean over users, Ignatiadis, Wang and Ramdas 2024).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.settings import NamingSettings

Floats = NDArray[np.float64]
E_VALUE, NAMED = "e_value", "named"
"""Columns of a live table."""
CAUTION = 0.5
"""What p-values are divided by: sessions are not quite exchangeable, for habits follow the calendar, and with the users
that are no reference go some whose sessions are merely uneven."""
TAIL, LEAST_TAIL = 0.02, 20
"""Share of the reference that tells how fast its tail falls, and values in it at least."""
KAPPA = 0.5
"""E-value of p: KAPPA p ** (KAPPA - 1); at a half it stays fair if the tail falls half as fast as it seems to."""
DEFAULT = NamingSettings()


@dataclass(frozen=True, eq=False)
class Reference:
    """Largest evidence of histories without drift."""

    maxima: Floats
    """Rising, (n_histories,)."""

    def limit(self, alpha: float) -> float:
        """The value that the evidence of at most `alpha` of histories without drift ever passes; infinite without."""
        return float(np.quantile(self.maxima, 1 - CAUTION * alpha)) if len(self.maxima) else float("inf")

    def p_values(self, evidence: Floats) -> Floats:
        """Share of histories without drift that ever reach as much; same shape.

        Counted, and beyond the largest ones on an exponential tail, falling as they do but never faster than the
        evidence ratio of two known laws does (Ville 1939).
        """
        if not len(self.maxima):
            return np.ones_like(evidence)
        start, rate = self._tail
        above = len(self.maxima) - np.searchsorted(self.maxima, evidence)
        first = 1 + len(self.maxima) - np.searchsorted(self.maxima, start)
        beyond = np.log(first / (1 + len(self.maxima))) - rate * np.maximum(evidence - start, 0.0)
        counted = (1 + above) / (1 + len(self.maxima))
        return np.asarray(np.where(evidence > start, np.exp(beyond), counted))

    def e_values(self, evidence: Floats) -> Floats:
        """What a bet on drift that cost 1 is worth, 0 where nothing is known (NaN); same shape, largest evidence."""
        return np.where(np.isfinite(evidence), self._bets(np.nan_to_num(evidence)) / max(1.0, self._mean), 0.0)

    def _bets(self, evidence: Floats) -> Floats:
        return np.asarray(KAPPA * np.minimum(1.0, self.p_values(evidence) / CAUTION) ** (KAPPA - 1))

    @cached_property
    def _mean(self) -> float:
        """What the bets come to without drift."""
        return float(self._bets(self.maxima).mean()) if len(self.maxima) else 1.0

    @cached_property
    def _tail(self) -> tuple[float, float]:
        """Where it begins, and how fast it falls: one over the mean excess."""
        count = min(len(self.maxima), max(LEAST_TAIL, round(TAIL * len(self.maxima))))
        start = float(self.maxima[-count])
        return start, min(1.0, 1 / max(float(self.maxima[-count:].mean()) - start, 1e-9))


UNLEARNED = Reference(np.zeros(0))
"""Of a watcher that has not seen histories without drift."""


def worth_naming(e_values: Floats, accept: float, users: int | None = None) -> NDArray[np.bool_]:
    """Whom to name so that at most `accept` of them are false alarms, by expectation; (n,).

    The largest k such that k e-values reach users / (accept k): e-BH (Wang and Ramdas 2022). `users`: of how many
    users these are the largest e-values, without it of as many; those below 1 / accept are never named.
    """
    falling = np.sort(e_values)[::-1]
    users = len(falling) if users is None else users
    enough = np.flatnonzero(falling * np.arange(1, len(falling) + 1) * accept >= users)
    return np.asarray(e_values >= falling[enough[-1]]) if len(enough) else np.zeros(len(e_values), bool)


def judged_live(table: pd.DataFrame, naming: NamingSettings = DEFAULT) -> pd.DataFrame:
    """A live table with `named`: among users with events enough, at the accepted share of false alarms."""
    known = table["evidence"].notna().to_numpy()
    named = np.zeros(len(table), bool)
    named[known] = worth_naming(table[E_VALUE].to_numpy(np.float64)[known], naming.accept)
    return table.assign(**{NAMED: named})


def e_values_of(table: pd.DataFrame) -> Mapping[str, float]:
    """E-value of each user of a live table who had events enough."""
    known = table[table["evidence"].notna()]
    return dict(zip(known[schema.USER].astype(str), known[E_VALUE].astype(float), strict=True))
