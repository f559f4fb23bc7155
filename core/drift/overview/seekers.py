"""Users by what they are after: who is after something now, who turned to it, and who turned from it, with dates."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema
from core.drift.live import moments
from core.drift.overview.sureness import NAMED, SURE_COLUMN

Floats = NDArray[np.float32]
NOW, TO, FROM = "now", "to", "from"
HOWS = (NOW, TO, FROM)
RECENT = 20
"""Events that tell what a user is after now, less those before the last change."""
LEAST = 0.1
"""Least rise or fall of a share that is called a turn, as in the names of what was left and found."""
DOUBT = 5.0
"""Events of the average user that are added to each stretch, so that one event is no interest."""
COLUMNS = (schema.USER, "how", "score", "when", "event", "share_before", "share_after", SURE_COLUMN, NAMED)


def seekers(log: Sequences, table: pd.DataFrame, relevance: Floats, k: int = 20) -> pd.DataFrame:
    """The first k users who are after something now, who turned to it, and who turned from it; `COLUMNS`.

    `relevance` says how far each item is that, 0 to 1, (n_items,). Score: the share of it among the last events above
    that of all users, or how much that share rose or fell, by `LEAST` or more, at a change in the drift table, which as
    `sureness.judged` gives it says how sure it is. When: the last event, or the first after the change; event: where.
    """
    summed = np.concatenate(([0.0], np.cumsum(relevance[log.item], dtype=np.float64)))
    usual = float(summed[-1] / max(1, len(log)))
    known = table[table[schema.USER].isin(log.user_position)]
    changes = _changes(log, known)
    rows = [_now(log, changes, summed, usual), *_turned(log, changes, summed, usual)]
    least = {NOW: 0.0, TO: LEAST, FROM: LEAST}
    rows = [each[each["score"] > each["how"].map(least)] for each in rows]
    found = pd.concat([each.nlargest(k, "score", keep="first") for each in rows], ignore_index=True)
    found = found.merge(known[[schema.USER, SURE_COLUMN, NAMED]], on=schema.USER, how="left")
    return found[list(COLUMNS)]


def _changes(log: Sequences, table: pd.DataFrame) -> pd.DataFrame:
    """Changes of users: user and row of the first event after it; the rows where the stretches beside it end."""
    pairs = [
        (log.user_position[str(user)], int(change.event))
        for user, changes in zip(table[schema.USER], table["changes"], strict=True)
        for change in changes
    ]
    found = pd.DataFrame(np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2), columns=["user", "event"])
    starts, ends = log.offsets[found["user"]], log.offsets[found["user"] + 1]
    rows = starts + found["event"].to_numpy(dtype=np.int64)
    same = found["user"].to_numpy()
    before = np.where(np.concatenate(([False], same[1:] == same[:-1])), np.roll(rows, 1), starts)
    after = np.where(np.concatenate((same[1:] == same[:-1], [False])), np.roll(rows, -1), ends)
    return found.assign(row=rows, first=before, last=after)


def _share(summed: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64], usual: float) -> Floats:
    """Share of what is asked for among the rows from `first` to before `last`, leaning to the usual one."""
    share: Floats = (summed[last] - summed[first] + DOUBT * usual) / (last - first + DOUBT)
    return share


def _now(log: Sequences, changes: pd.DataFrame, summed: NDArray[np.float64], usual: float) -> pd.DataFrame:
    users = np.flatnonzero(log.lengths > 0)
    last = log.offsets[users + 1]
    latest = changes.groupby("user")["row"].max().reindex(users).fillna(0).to_numpy(dtype=np.int64)
    first = np.maximum.reduce([log.offsets[users], last - RECENT, latest])
    share = _share(summed, first, last, usual)
    return _rows(log, NOW, users, last - 1, pd.DataFrame({"score": share - usual, "share_after": share}))


def _turned(log: Sequences, changes: pd.DataFrame, summed: NDArray[np.float64], usual: float) -> list[pd.DataFrame]:
    first, row, last = (changes[name].to_numpy(dtype=np.int64) for name in ("first", "row", "last"))
    before, after = _share(summed, first, row, usual), _share(summed, row, last, usual)
    found = []
    for how, sign in ((TO, 1.0), (FROM, -1.0)):
        shares = pd.DataFrame({"score": sign * (after - before), "share_before": before, "share_after": after})
        rows = _rows(log, how, changes["user"].to_numpy(), row, shares)
        found.append(rows.sort_values("score", ascending=False, kind="stable").drop_duplicates(schema.USER))
    return found


def _rows(
    log: Sequences, how: str, users: NDArray[np.int64], rows: NDArray[np.int64], shares: pd.DataFrame
) -> pd.DataFrame:
    place = {"event": rows - log.offsets[users], "when": moments(log, rows)}
    return pd.DataFrame({schema.USER: log.users[users], "how": how, **place}).join(shares)
