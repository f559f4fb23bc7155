"""Users whose change of interests shows best: for a first look, and for a stage."""

import pandas as pd

from core.drift.overview.cohorts import DRIFTED, KINDS, status_of

SHORTEST, LONGEST = 60, 900
"""Events of a history that fits a stage."""


def telling(table: pd.DataFrame, count: int = 3) -> pd.DataFrame:
    """Rows of the drift table: the best of each kind that can be named by its categories, then the best of the rest.

    Histories that are neither short nor endless come first; there may be fewer rows than `count`.
    """
    drifted = table[status_of(table) == DRIFTED]
    drifted = drifted.assign(
        fits=drifted["n_events"].between(SHORTEST, LONGEST),
        named=(drifted["from_categories"].fillna("") != "") & (drifted["to_categories"].fillna("") != ""),
    )
    ranked = drifted.sort_values(["named", "fits", "score"], ascending=False, kind="stable")
    first = ranked[ranked["named"] & ranked["fits"]].drop_duplicates("kind")
    first = first[first["kind"].isin(KINDS)]
    chosen = pd.concat([first, ranked.drop(first.index)]).head(count)
    return chosen.drop(columns=["fits", "named"]).reset_index(drop=True)
