"""Whether the sessions that a log names are sessions: filled, shared by neighbours, gone within days; else pauses part.

A column may be called session and hold the id of a line, an order, a device or a visitor. Drift is tested between
sessions as if they were drawn independently, so a wrong one breaks every p-value: an id per line cuts visits into
pieces that are alike, an id per device leaves a user a single piece.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import schema
from core.data.engine import Engine
from core.errors import EventsError
from core.phrases import Said, say
from core.settings import AUTO, ImportSettings

if TYPE_CHECKING:
    from ibis.expr.types import Table

COLUMN, PAUSES, ORDER = "column", "pauses", "visits"
"""What parts sessions: a column of the log, pauses, or in an order without a clock the turns of a history itself."""
SAMPLE_ROWS = 200_000
"""Rows, all of some users, that are looked at."""
LEAST_FILLED = 0.9
"""Share of the events that must have a session."""
LEAST_SHARED = 0.02
"""Share of neighbouring events of a user that must have the same session."""
MOST_SPLIT = 0.2
"""Share of neighbouring events without a pause between them that may have different sessions."""
MOST_RETURNING = 0.1
"""Share of the events whose session may last longer than `LONGEST`."""
LONGEST = 7 * 86_400_000_000
"""Microseconds that no session lasts."""
VISITS, MOST_ONE = 3, 0.5
"""Users with so many visits by pauses are looked at, and the share of them who may have a single session."""
LONG = 10
"""Events from which a user has surely come more than once."""
FEWEST = 20
"""Neighbours without a pause between them that tell something."""


@dataclass(frozen=True)
class Found:
    """What parts the sessions of a log."""

    kind: str
    """`COLUMN`, `PAUSES` or `ORDER`."""
    why: Said | None = None
    """Why a column that is called so is not believed."""


def judge(rows: "Table", name: str, settings: ImportSettings, engine: Engine, *, ordinal: bool) -> Found:
    """Look at the good rows of a log unless `settings.sessions` decides; `name` is that of the column in the file.

    Raises `EventsError` where a column is to part sessions and there is none.
    """
    without = ORDER if ordinal else PAUSES
    if schema.SESSION not in rows.columns:
        if settings.sessions == COLUMN:
            raise EventsError(say("errors.no_sessions"))
        return Found(without)
    if settings.sessions != AUTO:
        return Found(COLUMN if settings.sessions == COLUMN else without)
    doubt = _doubt(_sample(rows, engine), settings.session_gap_minutes, ordinal=ordinal)
    if doubt is None:
        return Found(COLUMN)
    code, share = doubt
    return Found(without, say(code, column=name, percent=round(100 * share)))


def _sample(rows: "Table", engine: Engine) -> pd.DataFrame:
    """All good rows of some users, in the order of user, time and file: columns user_id, session_id, timestamp."""
    good = rows.filter(rows.reason.isnull())
    every = engine.count(good) // SAMPLE_ROWS + 1
    some = good.filter(good[schema.USER].hash() % every == 0) if every > 1 else good
    some = some.select(schema.USER, schema.SESSION, schema.TIME, "line").limit(5 * SAMPLE_ROWS)
    frame: pd.DataFrame = some.execute()
    return frame.sort_values([schema.USER, schema.TIME, "line"], kind="stable")


def _doubt(frame: pd.DataFrame, gap_minutes: float, *, ordinal: bool) -> tuple[str, float] | None:
    """What speaks against the column (a remark), and the share that it tells; None if nothing does."""
    user, session = (frame[column].astype("category").cat.codes.to_numpy() for column in (schema.USER, schema.SESSION))
    time = frame[schema.TIME].to_numpy().astype("datetime64[us]").astype(np.int64)
    filled = float((session >= 0).mean()) if len(session) else 0.0
    if filled < LEAST_FILLED:
        return "remarks.session_partly", filled
    near = np.diff(user) == 0
    same = near & (np.diff(session) == 0) & (session[1:] >= 0)
    if same.sum() <= LEAST_SHARED * near.sum():
        return "remarks.session_line", 1 - float(same.sum() / max(1, near.sum()))
    if ordinal:
        return _doubt_in_order(user, session)
    close = near & (np.diff(time) <= gap_minutes * 60e6)
    split = float((close & ~same).sum() / max(1, close.sum()))
    if close.sum() >= FEWEST and split > MOST_SPLIT:
        return "remarks.session_split", split
    alone = _one_each(user, session, np.cumsum(np.concatenate(([True], ~close))))
    if alone > MOST_ONE:
        return "remarks.session_person", alone
    spans = pd.DataFrame({"user": user, "session": session, "time": time}).groupby(["user", "session"])["time"]
    returning = float(((spans.transform("max") - spans.transform("min")) > LONGEST).mean())
    return ("remarks.session_returns", returning) if returning > MOST_RETURNING else None


def _doubt_in_order(user: NDArray[np.integer], session: NDArray[np.integer]) -> tuple[str, float] | None:
    """As `_doubt`, where no pause tells visits apart: a session is over when another begins, and users have several."""
    turns = np.cumsum(np.concatenate(([True], (np.diff(user) != 0) | (np.diff(session) != 0))))
    long = np.bincount(user)[user] >= LONG
    alone = _one_each(user[long], session[long], np.arange(int(long.sum())))
    if alone > MOST_ONE:
        return "remarks.session_person", alone
    runs = pd.DataFrame({"user": user, "session": session, "turn": turns}).groupby(["user", "session"])["turn"]
    again = float((runs.transform("nunique") > 1).mean())
    return ("remarks.session_again", again) if again > MOST_RETURNING else None


def _one_each(user: NDArray[np.integer], session: NDArray[np.integer], visit: NDArray[np.integer]) -> float:
    """Share of the users with several visits by pauses who have only one session."""
    counts = pd.DataFrame({"user": user, "session": session, "visit": visit}).groupby("user").nunique()
    several = counts[counts["visit"] >= VISITS]
    return float((several["session"] == 1).mean()) if len(several) else 0.0
