"""Users by what they are after: who is after something now, who turned to it, and who turned from it, with dates."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import Sequences, schema
from core.drift.live import moments
from core.drift.overview.asking import Asked, asked_of
from core.drift.overview.shuffling import p_value
from core.drift.overview.sureness import DEFAULT, NAMED, SURE_COLUMN, judged
from core.drift.overview.turning import turned
from core.drift.verdict import q_values
from core.settings import NamingSettings

Floats = NDArray[np.float32]
NOW, TO, FROM = "now", "to", "from"
HOWS = (NOW, TO, FROM)
SIGNS = {1: TO, -1: FROM}
RECENT = 20
"""Events that tell what a user is after now, less those before the last change."""
DOUBT = 5.0
"""Events of the average user that are added to each stretch, so that one event is no interest."""
LIKELY = 0.5
"""How likely a turn is that is told of: likelier than not."""
COLUMNS = (schema.USER, "how", "score", "when", "event", "share_before", "share_after", "p_value", "q_value",
           SURE_COLUMN, NAMED)  # fmt: skip


def seekers(
    log: Sequences, table: pd.DataFrame, relevance: Floats, k: int = 20, naming: NamingSettings = DEFAULT
) -> pd.DataFrame:
    """The first k users who are after something now, who turned to it, and who turned from it; `COLUMNS`.

    `relevance` says how far each item is that, 0 to 1, (n_items,); `table` is a drift table. Score: the share of it
    among the last events above that of all users, or how likely the user changed and that share rose or fell then, see
    `turning`. P- and q-value, sure and named say of a turn how sure it is that the user changed at all, by the drift
    table or by the sessions' shares of what is asked for (`shuffling`), whichever is surer, doubled for the choice.
    When: the last event, or the first after the turn; event: where.
    """
    asked = asked_of(log, relevance)
    summed = np.concatenate(([0.0], np.cumsum(relevance[log.item], dtype=np.float64)))
    known = table[table[schema.USER].isin(log.user_position)]
    now = _now(log, known, summed)
    found = turned(log, known, asked)
    likely = found[found["score"] >= LIKELY].sort_values("score", ascending=False, kind="stable")
    turns = _turns(log, likely.groupby("sign", sort=False).head(k), asked, summed)
    parts = [now[now["score"] > 0].nlargest(k, "score", keep="first"), _sure(turns, known, naming)]
    rows = pd.concat(
        [part.reindex(columns=COLUMNS) for part in parts if len(part)] or [now.head(0).reindex(columns=COLUMNS)]
    )
    order = rows["how"].map({how: place for place, how in enumerate(HOWS)})
    return rows.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def _now(log: Sequences, table: pd.DataFrame, summed: NDArray[np.float64]) -> pd.DataFrame:
    usual = float(summed[-1] / max(1, len(log)))
    latest = np.zeros(log.n_users, dtype=np.int64)
    for user, changes in zip(table[schema.USER], table["changes"], strict=True):
        place = log.user_position[str(user)]
        latest[place] = log.offsets[place] + max((int(change.event) for change in changes), default=0)
    users = np.flatnonzero(log.lengths > 0)
    last = log.offsets[users + 1]
    first = np.maximum.reduce([log.offsets[users], last - RECENT, np.minimum(latest[users], last - 1)])
    share = (summed[last] - summed[first] + DOUBT * usual) / (last - first + DOUBT)
    found = {"score": share - usual, "share_after": share, SURE_COLUMN: "", NAMED: False}
    return _rows(log, users, last - 1).assign(how=NOW, **found)


def _turns(log: Sequences, found: pd.DataFrame, asked: Asked, summed: NDArray[np.float64]) -> pd.DataFrame:
    """Turns with their shares, and the p-value of their sessions alone."""
    ends = np.append(asked.row, len(log))
    first, row, last = (ends[found[name].to_numpy(np.int64)] for name in ("first", "session", "last"))
    users, signs = (found[name].to_numpy(np.int64) for name in ("user", "sign"))
    told = {
        "how": [SIGNS[int(sign)] for sign in signs],
        "score": found["score"].to_numpy(np.float64),
        "share_before": (summed[row] - summed[first]) / np.maximum(row - first, 1),
        "share_after": (summed[last] - summed[row]) / np.maximum(last - row, 1),
        "p_value": [p_value(asked, int(user), int(sign)) for user, sign in zip(users, signs, strict=True)],
    }
    return _rows(log, users, row).assign(**told)


def _sure(turns: pd.DataFrame, table: pd.DataFrame, naming: NamingSettings) -> pd.DataFrame:
    """With the p-value that a user changed at all, and with that of all others by the drift table, the q-value."""
    theirs = table.set_index(schema.USER)["p_value"].astype(np.float64)
    doubled = 2.0 if theirs.notna().any() else 1.0
    both = np.fmin(turns["p_value"].to_numpy(np.float64), theirs.reindex(turns[schema.USER]).to_numpy())
    turns = turns.assign(p_value=np.minimum(doubled * both, 1.0), status="ok")
    everyone = dict(zip(theirs.index, np.fmin(doubled * theirs.to_numpy(), 1.0), strict=True))
    everyone |= turns.groupby(schema.USER)["p_value"].min().to_dict()
    q = dict(zip(everyone, q_values(np.array(list(everyone.values()))), strict=True)) if everyone else {}
    return judged(turns.assign(q_value=turns[schema.USER].map(q).astype(np.float64)), naming)


def _rows(log: Sequences, users: NDArray[np.int64], rows: NDArray[np.int64]) -> pd.DataFrame:
    place = {"event": rows - log.offsets[users], "when": moments(log, rows)}
    return pd.DataFrame({schema.USER: log.users[users], **place})
