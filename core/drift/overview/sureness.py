"""How sure it is that someone changed: who is named at an accepted share of false alarms, and how many changed in all.

The q-value of a user is the share of false alarms among all users with as small a p-value (Benjamini and Hochberg
1995), so naming everyone with q at most `accept` keeps false alarms at that share, by expectation.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc

from core.settings import NamingSettings

NAMED, SURE_COLUMN, OFFERED = "named", "sure", "offered"
"""Columns that `judged` adds to a drift table; the last only where there is `BEFORE`."""
BEFORE = "q_before"
"""Column of q-values before what appeared at a marker was left out, see `offered.second_look`."""
VERY_SURE, SURE, PERHAPS, NO_SIGN = "very sure", "sure", "perhaps", "no sign"
GRADES = {VERY_SURE: 0.01, SURE: 0.05, PERHAPS: 0.2, NO_SIGN: 1.0}
"""Words for q-values, each up to its bound."""
DEFAULT = NamingSettings()
FLAT = (0.1, 0.2, 0.3)
"""P-values above each of these are taken for those of users who did not change."""
COVERAGE = 0.95
"""Chance that the interval of all who changed holds the truth."""


def judged(table: pd.DataFrame, naming: NamingSettings = DEFAULT) -> pd.DataFrame:
    """A drift table, or a model's view of drift, with `named` and `sure` (a word of `GRADES`; empty without a q-value).

    Needs the columns status and q_value; what was there stays as it was.
    """
    q = table["q_value"].to_numpy(np.float64)
    known = (table["status"] == "ok").to_numpy() & np.isfinite(q)
    place = np.searchsorted(list(GRADES.values()), np.where(known, q, 1.0), side="left").clip(0, len(GRADES) - 1)
    words = np.where(known, np.array(list(GRADES), dtype=object)[place], "")
    named = known & (q <= naming.accept)
    told = table.assign(**{NAMED: named, SURE_COLUMN: words})
    if BEFORE not in table:
        return told
    return told.assign(**{OFFERED: known & (table[BEFORE].to_numpy(np.float64) <= naming.accept) & ~named})


def changed_in_all(p_values: NDArray[np.float64]) -> tuple[float, float, float]:
    """How many of those tested changed, named or not: the estimate and the ends of its interval of 95 %.

    Without a change p-values are uniform, so those above a bound tell how many did not change (Storey 2002). What is
    wrong with that only hides changes: small ones whose p-value lies above the bound, and p-values that are larger than
    they should be. So of several bounds the one that finds most is believed, and the lower end stands on the lowest
    bound alone: it holds then, too. Ends are numbers under which as many p-values above the bound are no surprise
    (Clopper and Pearson 1934).
    """
    p = p_values[np.isfinite(p_values)]
    if not len(p):
        return 0.0, 0.0, 0.0
    above = np.array([(p > bound).sum() for bound in FLAT])
    found = float(np.max(len(p) - above / (1 - np.array(FLAT))))
    tail = (1 - COVERAGE) / 2
    calm = [np.arange(count, len(p) + 1) for count in above]  # as many as are above did not change, or more
    most = calm[0][bdtr(above[0], calm[0], 1 - FLAT[0]) >= tail].max()
    fewest = min(
        many[(bdtrc(count - 1, many, 1 - bound) >= tail) | (many == len(p))].min()
        for count, many, bound in zip(above, calm, FLAT, strict=True)
    )
    low, high = float(len(p) - most), float(len(p) - fewest)
    return min(max(found, low), high), low, high
