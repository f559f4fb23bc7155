"""Whether the share of what is asked for changed in a history at all: shuffles of its sessions.

The statistic is what the best cut with a rise (or fall) gains, so that choosing the moment is paid for; sessions, not
events, are exchangeable without a change. Shuffles stop where it is plain that nothing comes of it (Besag and Clifford
1991).
"""

import numpy as np
from numpy.typing import NDArray

from core.drift.overview.asking import Asked

Floats = NDArray[np.float64]
FIRST, ALL = 100, 2000
"""Shuffles of every user, and of those who stand out."""
PLAIN = 0.1
"""P-value after the first shuffles above which there are no more."""
CELLS = 400_000
"""Sessions that are shuffled at a time."""


def p_value(asked: Asked, user: int, sign: int, seed: int = 0) -> float:
    """P-value of a rise (sign 1) or fall (-1) of a user's share, at whatever moment."""
    rows = slice(asked.offsets[user], asked.offsets[user + 1])
    worth, told = asked.worth[rows], asked.told[rows]
    if len(worth) < 2 or np.ptp(told / worth) < 1e-9:
        return 1.0
    seen = _gain(told[None], worth[None], asked.usual, sign)[0]
    rng, higher, done = np.random.default_rng([seed, 5, user]), 0, 0
    while done < ALL and not (done >= FIRST and higher + 1 > PLAIN * (done + 1)):
        count = FIRST if not done else max(1, min(ALL - done, CELLS // len(worth)))
        orders = rng.permuted(np.tile(np.arange(len(worth)), (count, 1)), axis=1)
        higher += int((_gain(told[orders], worth[orders], asked.usual, sign) >= seen - 1e-9).sum())
        done += count
    return (higher + 1) / (done + 1)


def _gain(told: Floats, worth: Floats, usual: tuple[float, float], sign: int) -> Floats:
    """What the best cut with a rise (sign 1) or fall gains in logarithm of the likelihood, (n,), from (n, sessions)."""
    k, n = np.cumsum(told, axis=1), np.cumsum(worth, axis=1)
    early, late = (k[:, :-1], n[:, :-1]), (k[:, -1:] - k[:, :-1], n[:, -1:] - n[:, :-1])
    gain = _fit(*early, usual) + _fit(*late, usual)
    away = sign * (late[0] / late[1] - early[0] / early[1]) <= 0
    return np.asarray(np.where(away, -np.inf, gain).max(axis=1))


def _fit(told: Floats, worth: Floats, usual: tuple[float, float]) -> Floats:
    """Logarithm of the likelihood of a stretch at its own share, less what that share's freedom is worth."""
    k, rest = np.maximum(told, 0.0) + usual[0], np.maximum(worth - told, 0.0) + usual[1]
    whole = k + rest
    return np.asarray(k * np.log(k / whole) + rest * np.log(rest / whole) - np.log(whole) / 2)
