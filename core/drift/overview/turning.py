"""Who turned to what is asked for, or from it: how likely, when, and by how much.

A history is one stretch or two; a stretch's share of what is asked for has the beta distribution of all users, so the
evidence of each cut has a closed form (Chen and Gupta, Parametric Statistical Change Point Analysis, 2012). How likely
a user changed at all before the question was asked, and where, is what the drift table says.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln, ndtr

from core.data import Sequences, schema
from core.drift.overview.asking import Asked
from core.drift.overview.sureness import changed_in_all

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LEAST, EDGE = 0.1, 0.02
"""Least rise or fall of a share that is called a turn, as in the names of what was left and found, and how sharp that
bound is."""
USUAL = 0.1, (0.02, 0.9)
"""Share of users who changed where nothing was tested, and the bounds of what the drift table says of it."""
KNOWN = 0.9
"""How likely a change lies where the drift table has one, if it has any of the user."""
SURE = 1e-6
"""P-values are taken for no smaller."""


@dataclass(frozen=True, eq=False)
class Cuts:
    """Where histories may be cut, with the stretch on either side."""

    user: Ints
    """User of each cut, rising, (n_cuts,)."""
    session: Ints
    """First session after it."""
    first: Ints
    """First session of the stretch before it."""
    last: Ints
    """The session behind the stretch after it."""
    chance: Floats
    """How likely the cut was before the question, of all of its user."""


def turned(log: Sequences, table: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """How likely each user turned to it and from it, and where; a row a user and way.

    Columns: user (integer), sign (1 to, -1 from), score (probability), session (the first after the cut), first and
    last (the sessions where its stretches begin and end).
    """
    cuts = _cuts(log, table, asked)
    if not len(cuts.user):
        return pd.DataFrame({name: pd.Series(dtype=np.int64) for name in ("user", "sign", "score", *ENDS)})
    evidence = _evidence(cuts, asked)
    odds = _odds(log, table)
    neither = np.logaddexp(0, odds + _logsum(evidence.neither, cuts.user, log.n_users))
    found = []
    for sign, part in ((1, evidence.risen), (-1, evidence.fallen)):
        turn = odds + _logsum(part, cuts.user, log.n_users)
        found.append(_best(cuts, sign, turn - np.logaddexp(turn, neither), part))
    return pd.concat(found, ignore_index=True)


ENDS = ("session", "first", "last")


@dataclass(frozen=True, eq=False)
class _Evidence:
    """Logarithms of how much likelier a cut makes a history, times the chance of the cut, (n_cuts,) each."""

    risen: Floats
    """The part of it in which the share rose by `LEAST` or more."""
    fallen: Floats
    neither: Floats
    """The part in which it did neither: who rose may have fallen at another cut."""


def _cuts(log: Sequences, table: pd.DataFrame, asked: Asked) -> Cuts:
    """Each boundary between sessions, and each change of the drift table between its neighbours."""
    offsets = asked.offsets
    inner = np.flatnonzero(np.diff(asked.user, prepend=-1) == 0)
    user, session, first, last = _known(log, table, asked)
    known = np.bincount(user, minlength=log.n_users)
    count = np.bincount(asked.user[inner], minlength=log.n_users)
    rest = np.where(known > 0, 1 - KNOWN, 1.0) / np.maximum(count, 1)
    users = np.concatenate([asked.user[inner], user])
    order = np.argsort(users, kind="stable")

    def both(plain: Ints, told: Ints) -> Ints:
        return np.concatenate([plain, told])[order]

    chance: Floats = np.concatenate([rest[asked.user[inner]], KNOWN / np.maximum(known, 1)[user]])
    return Cuts(
        users[order],
        both(inner, session),
        both(offsets[asked.user[inner]], first),
        both(offsets[asked.user[inner] + 1], last),
        chance[order],
    )


def _known(log: Sequences, table: pd.DataFrame, asked: Asked) -> tuple[Ints, Ints, Ints, Ints]:
    """Changes of the drift table: user, session, and the sessions where the stretches beside it begin and end."""
    rows = {
        (user, int(np.searchsorted(asked.row, log.offsets[user] + int(change.event), side="left")))
        for user, changes in zip(map(log.user_position.get, table[schema.USER]), table["changes"], strict=True)
        for change in changes
        if user is not None
    }
    user, session = np.array(sorted(rows), dtype=np.int64).reshape(-1, 2).T
    inside = (session > asked.offsets[user]) & (session < asked.offsets[user + 1])
    user, session = user[inside], session[inside]
    same = user[1:] == user[:-1]
    first = np.where(np.concatenate(([False], same)), np.roll(session, 1), asked.offsets[user])
    last = np.where(np.concatenate((same, [False])), np.roll(session, -1), asked.offsets[user + 1])
    return user, session, first[: len(user)], last[: len(user)]


def _evidence(cuts: Cuts, asked: Asked) -> _Evidence:
    alpha, beta = asked.usual
    summed = {
        name: np.concatenate(([0.0], np.cumsum(getattr(asked, name)))) for name in ("worth", "told", "events", "found")
    }
    ends = (cuts.first, cuts.session), (cuts.session, cuts.last), (cuts.first, cuts.last)
    (n1, n2, n), (k1, k2, k), (e1, e2, _), (f1, f2, _) = (
        [np.maximum(total[last] - total[first], 0.0) for first, last in ends] for total in summed.values()
    )

    def likely(k: Floats, n: Floats) -> Floats:
        return np.asarray(betaln(alpha + k, beta + np.maximum(n - k, 0.0)))

    whole = np.log(cuts.chance) + likely(k1, n1) + likely(k2, n2) - likely(k, n) - betaln(alpha, beta)
    (m1, v1), (m2, v2) = (_moments(alpha + k, beta + np.maximum(n - k, 0.0)) for k, n in ((k1, n1), (k2, n2)))
    sign, rise = (m2 - m1) / np.sqrt(v1 + v2), f2 / e2 - f1 / e1
    with np.errstate(divide="ignore"):
        risen, fallen = (ndtr(way * sign) * ndtr((way * rise - LEAST) / EDGE) for way in (1, -1))
        parts = [whole + np.log(part) for part in (risen, fallen, np.maximum(1 - risen - fallen, 0.0))]
    return _Evidence(*parts)


def _moments(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of beta distributions."""
    mean = a / (a + b)
    return mean, mean * (1 - mean) / (a + b + 1)


def _odds(log: Sequences, table: pd.DataFrame) -> Floats:
    """Logarithm of the odds that each user changed, by the p-values of the drift table, (n_users,).

    What a p-value says at most for a change, over none: 1 / (-e p ln p) (Sellke, Bayarri and Berger 2001).
    """
    p = table["p_value"].to_numpy(np.float64)
    tested = np.isfinite(p)
    share = changed_in_all(p)[0] / max(1, tested.sum()) if tested.any() else USUAL[0]
    share = float(np.clip(share, *USUAL[1]))
    found = np.full(log.n_users, np.log(share / (1 - share)))
    users = np.array([log.user_position.get(user, -1) for user in table[schema.USER]], dtype=np.int64)
    there = tested & (users >= 0)
    small = np.clip(p[there], SURE, np.exp(-1))
    found[users[there]] -= np.log(-np.e * small * np.log(small))
    return found


def _logsum(values: Floats, user: Ints, users: int) -> Floats:
    """Logarithm of the sum of exponentials of each user's values, (users,)."""
    most = np.full(users, -np.inf)
    np.maximum.at(most, user, values)
    base = np.where(np.isfinite(most), most, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.bincount(user, np.exp(values - base[user]), users)) + base)


def _best(cuts: Cuts, sign: int, score: Floats, part: Floats) -> pd.DataFrame:
    """The likeliest cut of each user."""
    order = np.lexsort((-part, cuts.user))
    first = order[np.flatnonzero(np.diff(cuts.user[order], prepend=-1))]
    user = cuts.user[first]
    ends = {name: getattr(cuts, name)[first] for name in ENDS}
    return pd.DataFrame({"user": user, "sign": sign, "score": np.exp(score[user]), **ends})
